#!/usr/bin/env python3
"""Writes tests/golden/torch_nets.h: PyTorch's answers for convolutional nets, each
trained for three steps.

    python3 scripts/torch_nets.py [folder]

Everything in double. Inputs and starting parameters come from a formula that both
sides know, in multiples of powers of two, so that float holds them exactly; of every
gradient only its norm and its product with a fixed vector are kept. Run it again only
to add cases; a difference in what is there already is a finding."""
import os
import sys

import torch
from torch.nn import functional as F

from torch_vectors import numbers

ROWS, OUTPUTS, STEPS, RATE = 4, 10, 3, 1 / 16
X, PROJECTION, FIRST_TENSOR = 1, 2, 10  # sequences of the formula


def formula(n, which):
    """Number i of the sequence `which`, between -1 and 1, in multiples of 1/512."""
    i = torch.arange(n, dtype=torch.int64)
    h = (i * 48271 + which * 16807 + 12345) % 2147483647
    return ((h * h) % 2147483647 % 1021 - 510).double() / 512


def spread(fan_in):
    """The power of two for which weights keep a signal about as large as it is."""
    power = 1.0
    while power * power * fan_in > 6:
        power /= 2
    return power


FIXED = {"relu": torch.relu, "tanh": torch.tanh, "gelu": F.gelu, "elu": F.elu}
LEARNS = {  # how many parameters, and the function of x and them
    "prelu": (1, lambda x, p: torch.where(x > 0, x, p[0] * x)),
    "swish": (1, lambda x, p: x * torch.sigmoid(p[0] * x)),
    "srelu": (4, lambda x, p: torch.where(x > p[0], p[0] + p[1] * (x - p[0]), torch.where(
        x <= p[2], p[2] + p[3] * (x - p[2]), x))),
    "pau": (10, lambda x, p: sum(p[k] * x ** k for k in range(6)) / (
        1 + torch.abs(sum(p[5 + k] * x ** k for k in range(1, 5))))),
}


class Net:
    """Parameters are made when they are first asked for, in the order of the layers."""

    def __init__(self, activation, normalization="none"):
        self.name, self.learned = activation, None
        if activation not in FIXED:  # {name: prelu, learned: per_channel}
            self.name, self.learned = (w.split(": ")[1] for w in activation.strip("{}").split(", "))
        self.normalization = normalization
        self.tensors = {"weight": [], "bias": [], "scale": [], "learned": []}
        self.statistics = []
        self.training = True

    def begin(self):
        self.next = {"weight": 0, "bias": 0, "scale": 0, "learned": 0, "statistic": 0}

    def parameter(self, role, shape, fan_in=1):
        """A tensor in our order; its start depends on role, number and size."""
        k = self.next[role]
        self.next[role] += 1
        if k == len(self.tensors[role]):
            n = int(torch.tensor(shape).prod())
            which = FIRST_TENSOR + 1000 * list(self.tensors).index(role) + k
            start = formula(n, which).reshape(shape)
            start = {"weight": start * spread(fan_in), "bias": start / 8,
                     "scale": 1 + start / 4, "learned": 0.5 + start / 4}[role]
            self.tensors[role].append(start.requires_grad_(True))
        return self.tensors[role][k]

    def activation(self, x):
        if self.name in FIXED:
            return FIXED[self.name](x)
        n, f = LEARNS[self.name]
        values = x.shape[1] if self.learned == "per_channel" else 1
        if self.learned == "shared":
            self.next["learned"] = 0
        p = self.parameter("learned", (n, values))
        return f(x, p.reshape((n, 1, values) + (1,) * (x.dim() - 2)))

    def conv(self, x, channels, kernel, stride=1, padding="same", bias=True):
        line = x.shape[2] == 1
        rows = 1 if line else kernel
        before = (kernel - 1) // 2 if padding == "same" else padding
        after = kernel // 2 if padding == "same" else padding
        x = F.pad(x, (before, after) + ((0, 0) if line else (before, after)))
        fan_in = x.shape[1] * rows * kernel
        w = self.parameter("weight", (x.shape[1], rows, kernel, channels), fan_in)
        b = self.parameter("bias", (channels,)) if bias else None
        return F.conv2d(x, w.permute(3, 0, 1, 2), b, (1 if line else stride, stride))

    def dense(self, x, units, bias=True):
        x = x.flatten(1)
        w = self.parameter("weight", (x.shape[1], units), x.shape[1])
        y = x @ w
        return y + self.parameter("bias", (units,)) if bias else y

    def norm(self, x):
        if self.normalization == "none":
            return x
        shift = self.parameter("bias", (x.shape[1],))
        gain = self.parameter("scale", (x.shape[1],))
        if self.normalization == "layer":
            return F.group_norm(x, 1, gain, shift)
        k = self.next["statistic"]
        self.next["statistic"] += 1
        if k == len(self.statistics):
            self.statistics.append((torch.zeros(x.shape[1]), torch.ones(x.shape[1])))
        mean, variance = self.statistics[k]
        return F.batch_norm(x, mean, variance, gain, shift, self.training, 0.1, 1e-5)

    def bias(self):
        return self.normalization != "batch"

    def hidden(self, x, *args, **keys):
        return self.activation(self.norm(self.conv(x, *args, bias=self.bias(), **keys)))

    def hidden_dense(self, x, units):
        return self.activation(self.norm(self.dense(x, units, self.bias())))


def pool(x, size, stride=None, function=F.max_pool2d):
    rows = 1 if x.shape[2] == 1 else size
    return function(x, (rows, size), (1 if rows == 1 else stride or size, stride or size))


def mean(x):
    return x.mean((2, 3))


def lenet5(net, x, function=F.avg_pool2d):
    x = pool(net.hidden(x, 6, 5, padding=2 if x.shape[3] < 32 else 0), 2, function=function)
    x = pool(net.hidden(x, 16, 5, padding=0), 2, function=function)
    return net.dense(net.hidden_dense(net.hidden_dense(x, 120), 84), OUTPUTS)


def mnist1d_cnn(net, x, width=25):
    for kernel in (5, 3, 3):
        x = net.hidden(x, width, kernel, 2, 1)
    return net.dense(x, OUTPUTS)


def vgg_small(net, x, width):
    for times in (1, 2):
        for _ in range(3):
            x = net.hidden(x, times * width, 3)
        x = pool(x, 2)
    x = net.hidden(x, 2 * width, 3, padding=0)
    for _ in range(2):
        x = net.hidden(x, 2 * width, 1)
    return net.dense(mean(x), OUTPUTS)


def all_cnn(net, x, width):
    for times in (1, 2):
        x = net.hidden(net.hidden(x, times * width, 3), times * width, 3)
        x = net.hidden(x, times * width, 3, 2)
    x = net.hidden(net.hidden(x, 2 * width, 3, padding=0), 2 * width, 1)
    return mean(net.conv(x, OUTPUTS, 1))


def resnet(net, x, n, width):
    x = net.hidden(x, width, 3)
    for group in range(3):
        channels = width << group
        for block in range(n):
            stride = 2 if group and not block else 1
            y = net.hidden(x, channels, 3, stride)
            y = net.norm(net.conv(y, channels, 3, bias=net.bias()))
            if stride == 2:
                x = x[:, :, ::1 if x.shape[2] == 1 else 2, ::2]
                x = F.pad(x, (0, 0, 0, 0, 0, channels - x.shape[1]))
            x = net.activation(y + x)
    return net.dense(mean(x), OUTPUTS)


def cnn_short(net, x, depth, width):
    for k in range(1, depth + 1):
        x = net.hidden(x, width, 3)
        if k % 2 == 0 and x.shape[3] >= 4 and (x.shape[2] == 1 or x.shape[2] >= 4):
            x = pool(x, 2)
    return net.dense(mean(x), OUTPUTS)


def cnn_blocks(net, x):
    x = pool(net.hidden(net.hidden(x, 5, 4), 5, 4), 3, 2, F.avg_pool2d)
    x = net.hidden(x, 6, 3, 2, 1)
    x = pool(net.hidden(x, 7, 2, padding=0), 2)
    return net.dense(net.hidden_dense(x, 8), OUTPUTS)


BLOCKS = ("blocks: [{channels: 5, convs: 2, kernel: 4, pool: average, pool_size: 3, pool_stride: 2}, "
          "{channels: 6, stride: 2, padding: 1}, "
          "{channels: 7, kernel: 2, padding: valid, pool: max}], head: [8], end: flatten")
CASES = [
    ("lenet5", "tanh", (1, 16, 16), "none", lenet5),
    ("{type: lenet5, pool: max, normalization: batch}", "relu", (3, 17, 18), "batch",
     lambda net, x: lenet5(net, x, F.max_pool2d)),
    ("mnist1d_cnn", "relu", (1, 1, 40), "none", mnist1d_cnn),
    ("{type: mnist1d_cnn, width: 6, normalization: layer}", "gelu", (2, 1, 31), "layer",
     lambda net, x: mnist1d_cnn(net, x, 6)),
    ("{type: vgg_small, width: 4, dropout: 0}", "gelu", (3, 16, 16), "batch",
     lambda net, x: vgg_small(net, x, 4)),
    ("{type: all_cnn, width: 4, dropout: 0, input_dropout: 0}", "relu", (3, 16, 16), "none",
     lambda net, x: all_cnn(net, x, 4)),
    ("{type: resnet8, width: 4}", "relu", (3, 8, 8), "batch", lambda net, x: resnet(net, x, 1, 4)),
    ("{type: resnet8, width: 4, normalization: none}", "elu", (1, 1, 21), "none",
     lambda net, x: resnet(net, x, 1, 4)),
    ("{type: resnet20, width: 4}", "elu", (3, 9, 9), "batch", lambda net, x: resnet(net, x, 3, 4)),
    ("{type: cnn, depth: 5, width: 6}", "tanh", (1, 9, 9), "none",
     lambda net, x: cnn_short(net, x, 5, 6)),
    ("{type: cnn, depth: 3, width: 6, normalization: batch}", "relu", (2, 1, 21), "batch",
     lambda net, x: cnn_short(net, x, 3, 6)),
    ("{type: cnn, %s}" % BLOCKS, "elu", (3, 20, 17), "none", cnn_blocks),
    ("{type: cnn, %s, normalization: layer}" % BLOCKS, "gelu", (3, 20, 17), "layer", cnn_blocks),
    ("lenet5", "{name: prelu, learned: per_channel}", (1, 16, 16), "none", lenet5),
    ("{type: mnist1d_cnn, width: 25}", "{name: swish, learned: per_channel}", (1, 1, 40), "none",
     mnist1d_cnn),
    ("{type: resnet8, width: 4}", "{name: prelu, learned: shared}", (3, 8, 8), "batch",
     lambda net, x: resnet(net, x, 1, 4)),
    ("{type: cnn, depth: 3, width: 17, normalization: batch}", "{name: srelu, learned: per_channel}",
     (2, 9, 9), "batch", lambda net, x: cnn_short(net, x, 3, 17)),
    ("{type: cnn, %s}" % BLOCKS, "{name: pau, learned: per_channel}", (3, 20, 17), "none", cnn_blocks),
    ("{type: cnn, %s}" % BLOCKS, "{name: pau, learned: per_layer}", (3, 20, 17), "none", cnn_blocks),
]


def facts(values, which=PROJECTION):
    """Norm, and product with a fixed vector."""
    values = values.detach().reshape(-1)
    return [values.norm().item(), values.dot(formula(values.numel(), which)).item()]


def case(number, text, activation, shape, normalization, forward):
    net = Net(activation, normalization)
    x = formula(ROWS * shape[0] * shape[1] * shape[2], X).reshape(ROWS, *shape) * 2
    label = torch.arange(ROWS) * 3 % OUTPUTS
    losses, gradients, first = [], [], None
    for _ in range(STEPS):
        net.begin()
        y = forward(net, x)
        loss = F.cross_entropy(y, label)
        tensors = sum(net.tensors.values(), [])
        for t in tensors:
            t.grad = None
        loss.backward()
        losses.append(loss.item())
        if first is None:
            first = y.detach()
            gradients = [v for t in tensors for v in facts(t.grad)]
        with torch.no_grad():
            for t in tensors:
                t -= RATE * t.grad
    net.training = False
    net.begin()
    after = forward(net, x).detach()
    parameters = torch.cat([t.detach().reshape(-1) for t in tensors])
    statistics = [v for pair in net.statistics for v in pair]
    statistics = torch.cat(statistics) if statistics else torch.zeros(0)
    tag = "torch_nets_%d" % number
    arrays = "".join("static const double %s_%s[%d] = {\n%s\n};\n" % (tag, name, len(v), numbers(v))
                     for name, v in (("y", first.reshape(-1)), ("gradients", gradients),
                                     ("after", after.reshape(-1))))
    row = ('    {"%s", "%s",\n     {%d, %d, %d}, %d, %d, {%s},\n     %d, %s_y, %s_gradients, %s_after,\n'
           '     {%.17g, %.17g}, {%.17g, %.17g}},' % (
               (text, activation) + shape + (parameters.numel(), statistics.numel()) +
               (", ".join("%.17g" % v for v in losses), len(gradients) // 2, tag, tag, tag) +
               tuple(facts(parameters)) + tuple(facts(statistics))))
    return arrays, row


HEAD = """/* Convolutional nets in PyTorch %s, in double. Written by scripts/torch_nets.py. */
#ifndef AG_TORCH_NETS_H
#define AG_TORCH_NETS_H

/* clang-format off */

enum { TORCH_NETS_ROWS = %d, TORCH_NETS_OUTPUTS = %d, TORCH_NETS_STEPS = %d };
enum { TORCH_NETS_X = %d, TORCH_NETS_PROJECTION = %d, TORCH_NETS_FIRST_TENSOR = %d };

typedef struct torch_nets_case {
    const char *model, *activation;
    int shape[3]; /* channels, rows, columns */
    int n_parameters, n_statistics;
    double loss[TORCH_NETS_STEPS];
    int n_tensors;
    const double *y;         /* before the first step, in training */
    const double *gradients; /* of the first step: norm and projection of each tensor */
    const double *after;     /* y after the last step, in evaluation */
    double parameters[2], statistics[2]; /* then: norm and projection */
} torch_nets_case;
"""


def main(folder):
    made = [case(number, *c) for number, c in enumerate(CASES)]
    with open(os.path.join(folder, "torch_nets.h"), "w") as out:
        out.write(HEAD % (torch.__version__, ROWS, OUTPUTS, STEPS, X, PROJECTION, FIRST_TENSOR))
        out.write("\n" + "\n".join(arrays for arrays, _ in made))
        out.write("\nstatic const torch_nets_case torch_nets_cases[] = {\n%s\n};\n\n#endif\n"
                  % "\n".join(row for _, row in made))


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "tests", "golden"))

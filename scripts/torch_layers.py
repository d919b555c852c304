#!/usr/bin/env python3
"""Writes tests/golden/torch_layers.h: PyTorch's answers for the layers around
activations, alone and in nets trained for three steps.

    python3 scripts/torch_layers.py [folder]

Everything in double. Inputs and starting parameters come from a formula that both
sides know, in multiples of 1/512, so that float holds them exactly. Run it again
only to add cases; a difference in what is there already is a finding."""
import os
import sys

import torch
from torch import nn
from torch.nn import functional as F

from torch_vectors import array

FEATURES, WIDTH, OUTPUTS, BATCH, STEPS = 5, 6, 3, 8, 3
PICTURE = (4, 6, 3, 2)  # examples, channels, rows, columns


def formula(n, which):
    """Number i of the sequence `which`, between -1 and 1."""
    i = torch.arange(n, dtype=torch.int64)
    return ((i * i * 31 + i * 17 + 97 * which) % 1009 - 504).double() / 512


def gated(gate):
    def f(z):
        a, b = z.chunk(2, 1)
        return a * gate(b)
    return f


ACTIVATIONS = {"relu": torch.relu, "tanh": torch.tanh, "gelu": F.gelu, "glu": lambda z: F.glu(z, 1),
               "reglu": gated(torch.relu), "geglu": gated(F.gelu), "swiglu": gated(F.silu),
               "bilinear": gated(lambda b: b), "maxout": lambda z: torch.max(*z.chunk(2, 1))}
INPUTS = {name: 2 for name in ("glu", "reglu", "geglu", "swiglu", "bilinear", "maxout")}
OUTPUTS_OF = {"linear": lambda z: z, "softmax": lambda z: F.softmax(z, 1),
              "log_softmax": lambda z: F.log_softmax(z, 1), "sigmoid": torch.sigmoid}


class Net(nn.Module):
    """The family mlp: its parameters are the keywords."""

    def __init__(self, activation, depth, normalization="none", place="before", residual=0,
                 skip_place="after", output="linear"):
        super().__init__()
        self.f, self.depth, self.place = ACTIVATIONS[activation], depth, place
        self.residual, self.skip_place, self.output = residual, skip_place, OUTPUTS_OF[output]
        wide = WIDTH * INPUTS.get(activation, 1)
        ins, outs = [FEATURES] + depth * [WIDTH], depth * [wide] + [OUTPUTS]
        bias = not (normalization == "batch" and place == "before")
        self.dense = nn.ModuleList(nn.Linear(a, b, bias=bias or k == depth)
                                   for k, (a, b) in enumerate(zip(ins, outs)))
        seen = wide if place == "before" else WIDTH
        made = {"none": nn.Identity, "batch": lambda: nn.BatchNorm1d(seen),
                "layer": lambda: nn.LayerNorm(seen)}[normalization]
        self.norm = nn.ModuleList(made() for _ in range(depth))

    def forward(self, x):
        block = None
        for k in range(self.depth):
            x = self.dense[k](x)
            if self.place == "before":
                x = self.norm[k](x)
            skip = self.residual and k > 0 and k % self.residual == 0
            if skip and self.skip_place == "before":
                x = x + F.pad(block, (0, x.shape[1] - block.shape[1]))
            x = self.f(x)
            if self.place == "after":
                x = self.norm[k](x)
            if skip and self.skip_place == "after":
                x = x + block
            if k == 0 or skip:
                block = x
        return self.output(self.dense[-1](x))

    def block(self, of=lambda p: p):
        """Role after role, each in the order of the layers; weights w[in][out]."""
        norms = [n for n in self.norm if not isinstance(n, nn.Identity)]
        parts = [of(d.weight).t() for d in self.dense]
        for k, dense in enumerate(self.dense):  # in the order of the layers
            parts += [of(dense.bias)] if dense.bias is not None else []
            parts += [of(norms[k].bias)] if k < len(norms) else []
        parts += [of(n.weight) for n in norms]
        return [p for p in parts]

    def start(self):
        n = sum(p.numel() for p in self.parameters())
        n_scales = sum(m.weight.numel() for m in self.norm if not isinstance(m, nn.Identity))
        values, at = formula(n, 3), 0
        with torch.no_grad():
            for part in self.block(lambda p: p.data):
                here = values[at:at + part.numel()].reshape(part.shape)
                part.copy_(here * 0.25 + 1 if at >= n - n_scales else here)
                at += part.numel()
        assert at == n

    def statistics(self):
        parts = [torch.cat([m.running_mean, m.running_var]) for m in self.norm
                 if isinstance(m, nn.BatchNorm1d)]
        return torch.cat(parts) if parts else torch.zeros(0)


def flat(parts):
    return torch.cat([p.detach().reshape(-1) for p in parts])


NETS = [
    dict(activation="relu", depth=2, normalization="batch"),
    dict(activation="tanh", depth=2, normalization="batch", place="after"),
    dict(activation="gelu", depth=2, normalization="layer"),
    dict(activation="relu", depth=2, normalization="layer", place="after"),
    dict(activation="relu", depth=2, residual=1),
    dict(activation="gelu", depth=5, residual=2),
    dict(activation="relu", depth=3, normalization="batch", residual=1, skip_place="before"),
    dict(activation="tanh", depth=1, output="softmax", loss="mean_squared_error"),
    dict(activation="tanh", depth=1, output="log_softmax"),
    dict(activation="tanh", depth=1, output="softmax"),
    dict(activation="tanh", depth=1, output="sigmoid", loss="mean_squared_error"),
    dict(activation="glu", depth=2, normalization="batch"),
    dict(activation="reglu", depth=2),
    dict(activation="geglu", depth=2, normalization="layer", place="after"),
    dict(activation="swiglu", depth=2, residual=1),
    dict(activation="bilinear", depth=1, normalization="layer"),
    dict(activation="maxout", depth=3, normalization="batch", residual=1, skip_place="before"),
    dict(activation="glu", depth=3, residual=1, skip_place="before"),
]
WORDS = {"before": 0, "after": 1, "none": 0, "batch": 1, "layer": 2,
         "linear": 0, "softmax": 1, "log_softmax": 2, "sigmoid": 3}


def net_case(number, model):
    model = dict(model)
    loss_name = model.pop("loss", "cross_entropy")
    x = formula(BATCH * FEATURES, 1).reshape(BATCH, FEATURES) * 2
    label = torch.arange(BATCH) % OUTPUTS
    loss_of = (lambda y: F.cross_entropy(y, label)) if loss_name == "cross_entropy" else (
        lambda y: F.mse_loss(y, F.one_hot(label, OUTPUTS).double()))
    net = Net(**model)
    net.start()
    step = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
    net.train()
    gradient = None
    for _ in range(STEPS):
        step.zero_grad()
        loss_of(net(x)).backward()
        if gradient is None:
            gradient = flat(net.block(lambda p: p.grad))
        step.step()
    net.eval()
    y = net(x)
    tag = "torch_layers_%d" % number
    arrays = [array(tag + "_gradient", gradient), array(tag + "_after", flat(net.block())),
              array(tag + "_y", y.detach())]
    statistics = net.statistics()
    if statistics.numel():
        arrays.append(array(tag + "_statistics", statistics))
    set_ = [("depth", model["depth"])] + [
        ({"place": "normalization_place"}.get(k, k), WORDS.get(v, v))
        for k, v in model.items() if k not in ("activation", "depth")]
    row = '    {"%s", "%s", {%s}, %d, %d, %s, %s, %s, %s, %.17g},' % (
        model["activation"], loss_name, ", ".join('{"%s", %d}' % s for s in set_),
        gradient.numel(), statistics.numel(), tag + "_gradient", tag + "_after", tag + "_y",
        tag + "_statistics" if statistics.numel() else "NULL", loss_of(y).item())
    return "".join(arrays), row


def picture_case(name, layer, training):
    n = PICTURE[0] * PICTURE[1] * PICTURE[2] * PICTURE[3]
    x = (formula(n, 5).reshape(PICTURE) * 2 + 0.5).requires_grad_(True)
    with torch.no_grad():
        layer.weight.copy_(formula(PICTURE[1], 6) * 0.25 + 1)
        layer.bias.copy_(formula(PICTURE[1], 7))
    layer.train()
    if not training:
        layer(x.detach() - 0.25)
        layer.eval()
    y = layer(x)
    y.backward(formula(n, 8).reshape(PICTURE))
    tag = "torch_%s_%s" % (name, "training" if training else "evaluation")
    mean = getattr(layer, "running_mean", None)
    arrays = [array(tag + "_y", y.detach()), array(tag + "_dx", x.grad),
              array(tag + "_scale", layer.weight.grad), array(tag + "_shift", layer.bias.grad)]
    if mean is not None:
        arrays.append(array(tag + "_statistics", torch.cat([mean, layer.running_var])))
    row = '    {"%s", %s, %s_y, %s_dx, %s_scale, %s_shift, %s},' % (
        name, "true" if training else "false", tag, tag, tag, tag,
        tag + "_statistics" if mean is not None else "NULL")
    return "".join(arrays), row


def header():
    nets = [net_case(i, m) for i, m in enumerate(NETS)]
    pictures = [picture_case("batch_norm", nn.BatchNorm2d(PICTURE[1]), t) for t in (True, False)]
    pictures.append(picture_case("layer_norm", nn.GroupNorm(1, PICTURE[1]), True))
    return """/* Layers around activations by PyTorch %s in double precision. Written by
 * scripts/torch_layers.py.
 *
 *     formula(i, which) = ((31 i^2 + 17 i + 97 which) mod 1009 - 504) / 512
 *
 * Nets: the family mlp with %d inputs, width %d, %d outputs, on one batch of %d examples,
 * x[i] = 2 formula(i, 1), label[e] = e mod %d (one-hot for mean_squared_error). Parameters
 * start at formula(i, 3), gains of normalizations at 1 + formula(i, 3) / 4, i counted
 * through ag_net's block. %d steps of sgd: learning rate 0.1, momentum 0.9, weight decay
 * 0.01 of every parameter.
 *
 * Pictures: [%d][%d][%d][%d], x[i] = 0.5 + 2 formula(i, 5), gains 1 + formula(c, 6) / 4,
 * shifts formula(c, 7), dy[i] = formula(i, 8). Evaluation: after one pass in training on
 * x - 0.25. */
/* clang-format off */
#ifndef TORCH_LAYERS_H
#define TORCH_LAYERS_H

#include <stdbool.h>
#include <stddef.h>

enum {
    TORCH_LAYERS_FEATURES = %d,
    TORCH_LAYERS_WIDTH = %d,
    TORCH_LAYERS_OUTPUTS = %d,
    TORCH_LAYERS_BATCH = %d,
    TORCH_LAYERS_STEPS = %d,
    TORCH_LAYERS_SETTINGS = 6,
    TORCH_PICTURE_ROWS = %d,
    TORCH_PICTURE_CHANNELS = %d,
    TORCH_PICTURE_HEIGHT = %d,
    TORCH_PICTURE_WIDTH = %d
};

typedef struct torch_layers_net {
    const char *activation, *loss;
    struct {
        const char *name; /* of a parameter of mlp; NULL: no more */
        double value;
    } set[TORCH_LAYERS_SETTINGS];
    int n, n_statistics;
    const double *gradient;   /* [n] at the start, without weight decay */
    const double *after;      /* [n] parameters after the steps */
    const double *y;          /* [batch][outputs] of the net after the steps, in evaluation */
    const double *statistics; /* [n_statistics] after the steps */
    double loss_after;        /* of y */
} torch_layers_net;

typedef struct torch_picture {
    const char *layer;
    bool training;
    const double *y, *dx;         /* [rows][channels][height][width] */
    const double *scale, *shift;  /* [channels] gradients of gain and shift */
    const double *statistics;     /* [2 channels] after this pass; NULL: none */
} torch_picture;

%s%s
static const torch_layers_net torch_layers_nets[] = {
%s
};

static const torch_picture torch_pictures[] = {
%s
};

#endif
""" % ((torch.__version__, FEATURES, WIDTH, OUTPUTS, BATCH, OUTPUTS, STEPS) + PICTURE +
       (FEATURES, WIDTH, OUTPUTS, BATCH, STEPS) + PICTURE +
       ("".join(a for a, _ in nets), "".join(a for a, _ in pictures),
        "\n".join(r for _, r in nets), "\n".join(r for _, r in pictures)))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "tests", "golden")
    path = os.path.join(folder, "torch_layers.h")
    text = header()
    with open(path, "w") as file:
        file.write(text)
    print("%s: %d KB" % (os.path.relpath(path), len(text) // 1000))


if __name__ == "__main__":
    main()

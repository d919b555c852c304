#!/usr/bin/env python3
"""Writes the stored PyTorch vectors of the tests, in C:

    tests/golden/torch_elements.h   optimizers and losses, one by one
    tests/golden/torch_mlp.h        whole nets trained for 100 steps
    tests/golden/torch_autoencoder.h    likewise, with weights of their own and tied ones

    python3 scripts/torch_vectors.py [folder]

Everything in double. Inputs are multiples of 1/1024, so that float holds them
exactly and the same vectors serve both builds. Run it again only to add cases; a
difference in what is there already is a finding."""
import os
import sys

import torch
from torch.nn import functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)

CHECKED_AT = (0, 1, 10, 100)


def grid(generator, *shape, scale=1.0):
    """Normal numbers, rounded to multiples of 1/1024."""
    x = torch.randn(*shape, generator=generator) * scale
    return torch.round(x * 1024) / 1024


def numbers(values):
    values = [float(v) for v in values]
    lines, line = [], "   "
    for v in values:
        text = " %.17g," % v
        if len(line) + len(text) > 100:
            lines.append(line)
            line = "   "
        line += text
    return "\n".join(lines + [line])


def array(name, values, kind="double"):
    values = values.reshape(-1)
    if kind == "double":
        body = numbers(values)
    else:
        body = "    " + ", ".join("%d" % v for v in values) + ","
    return "static const %s %s[%d] = {\n%s\n};\n" % (kind, name, len(values), body)


def settings(pairs):
    return "{" + (", ".join('{"%s", %.17g}' % (k, v) for k, v in pairs.items()) or "{0}") + "}"


def optimizer_of(name, s, groups):
    """The PyTorch optimizer for one of ours: name and settings in our words."""
    lr, decay = s["learning_rate"], s.get("weight_decay", 0.0)
    if name == "sgd":
        return torch.optim.SGD(groups, lr=lr, weight_decay=decay, momentum=s.get("momentum", 0.0),
                               nesterov=bool(s.get("nesterov", 0)))
    if name == "rmsprop":
        made = torch.optim.RMSprop(groups, lr=lr, weight_decay=decay, alpha=s.get("alpha", 0.99),
                                   eps=s.get("epsilon", 1e-8), momentum=s.get("momentum", 0.0))
        if s.get("initial", 0.0):
            for group in made.param_groups:
                for p in group["params"]:
                    made.state[p] = {"step": 0, "square_avg": torch.full_like(p, s["initial"]),
                                     "momentum_buffer": torch.zeros_like(p)}
        return made
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name]
    return kind(groups, lr=lr, weight_decay=decay, eps=s.get("epsilon", 1e-8),
                betas=(s.get("beta1", 0.9), s.get("beta2", 0.999)))


# ------------------------------------------------------------------ elements

N_WEIGHTS, N_STEPS = 7, 20
OPTIMIZER_STEPS = (1, 2, 5, 20)
OPTIMIZERS = [
    ("sgd", dict(learning_rate=0.1)),
    ("sgd", dict(learning_rate=0.1, weight_decay=0.25)),
    ("sgd", dict(learning_rate=0.05, momentum=0.9)),
    ("sgd", dict(learning_rate=0.05, momentum=0.9, weight_decay=0.125)),
    ("sgd", dict(learning_rate=0.05, momentum=0.9, nesterov=1)),
    ("sgd", dict(learning_rate=0.05, momentum=0.75, nesterov=1, weight_decay=0.125)),
    ("rmsprop", dict(learning_rate=0.01)),
    ("rmsprop", dict(learning_rate=0.02, alpha=0.9, epsilon=1e-3, weight_decay=0.125)),
    ("rmsprop", dict(learning_rate=0.01, alpha=0.75, momentum=0.5)),
    ("rmsprop", dict(learning_rate=0.01, alpha=0.4, initial=1)),
    ("adam", dict(learning_rate=0.01)),
    ("adam", dict(learning_rate=0.05, beta1=0.75, beta2=0.9, epsilon=1e-3)),
    ("adam", dict(learning_rate=0.01, weight_decay=0.25)),
    ("adamw", dict(learning_rate=0.01, weight_decay=0.01)),
    ("adamw", dict(learning_rate=0.05, weight_decay=0.25, beta1=0.5, beta2=0.99)),
]
ROWS, UNITS = 6, 4


def optimizer_case(name, s, start, gradients):
    w = start.clone().requires_grad_(True)
    optimizer = optimizer_of(name, s, [w])
    seen = []
    for t in range(1, N_STEPS + 1):
        w.grad = gradients[t - 1].clone()
        optimizer.step()
        if t in OPTIMIZER_STEPS:
            seen.append(w.detach().clone())
    rows = ",\n".join("      {%s}" % ", ".join("%.17g" % v for v in w) for w in seen)
    return '    {"%s",\n     %s,\n     {\n%s}},' % (name, settings(s), rows)


def loss_case(name, units, z, loss_of, regression, s={}):
    z = z.clone().requires_grad_(True)
    loss = loss_of(z)
    loss.backward()
    return '    {"%s", %s, %d, %s,\n     {%s},\n     %.17g,\n     {%s}},' % (
        name, settings(s), units, "true" if regression else "false",
        ", ".join("%.17g" % v for v in z.detach().reshape(-1)), loss.item(),
        ", ".join("%.17g" % v for v in z.grad.reshape(-1)))


def elements():
    g = torch.Generator().manual_seed(20)
    start = grid(g, N_WEIGHTS)
    gradients = grid(g, N_STEPS, N_WEIGHTS)
    gradients[:, 3] = 0.0       # a weight that nothing pulls
    gradients[:10, 4] = 0.0     # one that is pulled late
    gradients[:, 5] *= 8.0   # one that is pulled hard
    label, label2 = torch.tensor([0, 3, 1, 2, 2, 0]), torch.tensor([0, 1, 1, 0, 1, 0])
    target = grid(g, ROWS, UNITS)
    z = grid(g, ROWS, UNITS, scale=3.0)
    z[4] = torch.tensor([-80.0, 30.0, 60.0, 10.0])   # sure and right
    z[5] = torch.tensor([-80.0, 30.0, 60.0, 10.0])   # sure and wrong
    z1 = torch.tensor([-2.5, -0.75, 3.25, 1.5, -60.0, 45.0]).reshape(ROWS, 1)
    onehot = F.one_hot(label, UNITS).double()
    losses = [
        ("cross_entropy", UNITS, z, lambda z: F.cross_entropy(z, label), False),
        ("binary_cross_entropy", 1, z1, lambda z: F.binary_cross_entropy_with_logits(
            z[:, 0], label2.double()), False),
        ("mean_squared_error", UNITS, z, lambda z: F.mse_loss(z, target), True),
        ("mean_squared_error", UNITS, z, lambda z: F.mse_loss(z, onehot), False),
        ("cross_entropy", UNITS, z, lambda z: F.cross_entropy(z, label, label_smoothing=0.125),
         False, dict(label_smoothing=0.125)),
        ("cross_entropy", UNITS, z, lambda z: F.cross_entropy(z, label, label_smoothing=1.0),
         False, dict(label_smoothing=1)),
        ("binary_cross_entropy", 1, z1, lambda z: F.binary_cross_entropy_with_logits(
            z[:, 0], label2 * (1 - 0.25) + 0.25 / 2), False, dict(label_smoothing=0.25)),
        ("mean_absolute_error", UNITS, z, lambda z: F.l1_loss(z, target), True),
        ("mean_absolute_error", UNITS, z, lambda z: F.l1_loss(z, onehot), False),
        ("huber", UNITS, z, lambda z: F.huber_loss(z, target), True),
        ("huber", UNITS, z, lambda z: F.huber_loss(z, onehot, delta=2.5), False, dict(delta=2.5)),
    ]
    return """/* Optimizers and losses of PyTorch %s in double precision, on inputs that float
 * holds exactly. Written by scripts/torch_vectors.py. */
/* clang-format off */
#ifndef TORCH_ELEMENTS_H
#define TORCH_ELEMENTS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    TORCH_WEIGHTS = %d,
    TORCH_STEPS = %d,
    TORCH_SEEN = %d,
    TORCH_SETTINGS = 6,
    TORCH_ROWS = %d,
    TORCH_UNITS = %d
};

/* The start, and the gradients of each step: given, not made from the weights. */
%s
static const double torch_gradients[TORCH_STEPS][TORCH_WEIGHTS] = {
%s
};

/* Steps after which the weights are listed. */
static const long torch_seen_at[TORCH_SEEN] = {%s};

typedef struct torch_setting {
    const char *name; /* NULL: no more */
    double value;
} torch_setting;

/* What is not set has its standard value. */
typedef struct torch_optimizer_case {
    const char *optimizer;
    torch_setting set[TORCH_SETTINGS];
    double w[TORCH_SEEN][TORCH_WEIGHTS];
} torch_optimizer_case;

static const torch_optimizer_case torch_optimizer_cases[] = {
%s
};

/* torch_labels for several units, torch_labels_of_two for one. */
%s%s%s
/* loss: mean over the rows; dz: its gradient. Regression takes torch_targets, all
 * others labels. */
typedef struct torch_loss_case {
    const char *loss;
    torch_setting set[TORCH_SETTINGS];
    int units;
    bool regression;
    double z[TORCH_ROWS * TORCH_UNITS]; /* [TORCH_ROWS][units] */
    double value;
    double dz[TORCH_ROWS * TORCH_UNITS];
} torch_loss_case;

static const torch_loss_case torch_loss_cases[] = {
%s
};

#endif
""" % (torch.__version__, N_WEIGHTS, N_STEPS, len(OPTIMIZER_STEPS), ROWS, UNITS,
       array("torch_start", start),
       "\n".join("    {%s}," % ", ".join("%.17g" % v for v in row) for row in gradients),
       ", ".join(map(str, OPTIMIZER_STEPS)),
       "\n".join(optimizer_case(n, s, start, gradients) for n, s in OPTIMIZERS),
       array("torch_labels", label, "int32_t"), array("torch_labels_of_two", label2, "int32_t"),
       array("torch_targets", target),
       "\n".join(loss_case(*c) for c in losses))


# ---------------------------------------------------------------- whole nets

FEATURES, HIDDEN, CLASSES, BATCH = 5, (7, 6), 3, 8
ACTIVATIONS = {  # our name: PyTorch's function of (z, slope)
    "relu": lambda z, p: F.relu(z),
    "tanh": lambda z, p: torch.tanh(z),
    "sigmoid": lambda z, p: torch.sigmoid(z),
    "gelu": lambda z, p: F.gelu(z),
    "elu": lambda z, p: F.elu(z),
    "selu": lambda z, p: F.selu(z),
    "softplus": lambda z, p: F.softplus(z, threshold=700),  # 20 cuts a tail of 2e-9 off
    "swish": lambda z, p: F.silu(z),
    "leaky_relu": lambda z, p: F.leaky_relu(z, 0.01),
    "prelu": lambda z, p: F.prelu(z, p),
}
NET_OPTIMIZERS = [
    ("sgd", dict(learning_rate=0.05, weight_decay=1e-3, momentum=0.9)),
    ("sgd", dict(learning_rate=0.05, weight_decay=1e-3, momentum=0.9, nesterov=1)),
    ("adam", dict(learning_rate=0.01, weight_decay=1e-3)),
    ("rmsprop", dict(learning_rate=0.005, weight_decay=1e-3)),
]


class Net:
    """Weights as PyTorch wants them, w[out][in]; `block` gives them in our order."""

    def __init__(self, activation, weights, biases, dtype=torch.float64, wobble=0.0):
        def leaf(x):
            return (x * (1 + wobble)).to(dtype).clone().requires_grad_(True)
        self.weights = [leaf(w.t()) for w in weights]
        self.biases = [leaf(b) for b in biases]
        self.slopes = ([leaf(torch.tensor([0.25])) for _ in HIDDEN]
                       if activation == "prelu" else [])
        self.f = ACTIVATIONS[activation]

    def forward(self, x):
        for k, (w, b) in enumerate(zip(self.weights, self.biases)):
            x = F.linear(x, w, b)
            if k < len(HIDDEN):
                x = self.f(x, self.slopes[k] if self.slopes else None)
        return x

    def parameters(self):
        return self.weights + self.biases + self.slopes

    def block(self, of=lambda p: p):
        parts = [of(w).t() for w in self.weights] + [of(p) for p in self.biases + self.slopes]
        return torch.cat([p.detach().double().reshape(-1) for p in parts])

    def groups(self):
        groups = [{"params": self.weights + self.biases}]
        return groups + ([{"params": self.slopes, "weight_decay": 0.0}] if self.slopes else [])


def train(net, optimizer, s, x, loss_of):
    """Losses at CHECKED_AT, gradient at step 0, blocks after 0, 1 and 100 steps."""
    made = optimizer_of(optimizer, s, net.groups())
    losses, blocks, gradient = [], {}, None
    for t in range(CHECKED_AT[-1] + 1):
        made.zero_grad()
        loss = loss_of(net.forward(x))
        loss.backward()
        if t == 0:
            gradient = net.block(lambda p: p.grad)
        if t in CHECKED_AT:
            losses.append(loss.item())
            blocks[t] = net.block()
        made.step()
    return losses, gradient, blocks


def distance(a, b):
    return ((a - b).norm() / b.norm()).item()


class Writer:
    def __init__(self):
        self.arrays, self.cases, self.worst, self.worst_float = [], [], 0.0, 0.0

    def add(self, activation, loss, optimizer, s, x, loss_of, start, start_name, known):
        runs = [train(Net(activation, *start, wobble=w), optimizer, s, x, loss_of)
                for w in (0.0, 1e-15)]
        in_float = train(Net(activation, *start, dtype=torch.float32), optimizer, s, x.float(),
                         lambda z: loss_of(z.float()))
        losses, gradient, blocks = runs[0]
        self.worst = max(self.worst, distance(runs[1][2][100], blocks[100]))
        self.worst_float = max(self.worst_float, distance(in_float[2][100], blocks[100]))
        tag = "torch_mlp_%d" % len(self.cases)
        key = (activation, loss)
        if key not in known:
            known[key] = (tag + "_start", tag + "_gradient")
            self.arrays.append(array(tag + "_gradient", gradient))
            if activation == "prelu" or start_name is None:
                self.arrays.append(array(tag + "_start", blocks[0]))
            else:
                known[key] = (start_name, tag + "_gradient")
        self.arrays += [array(tag + "_after_1", blocks[1]), array(tag + "_after_100", blocks[100])]
        self.cases.append('    {"%s", "%s", "%s",\n     %s,\n     %d, %d, %s, %s, %s_after_1, '
                          '%s_after_100,\n     {%s}},' % (
                              activation, loss, optimizer, settings(s), start[1][-1].numel(),
                              gradient.numel(), *known[key], tag, tag,
                              ", ".join("%.17g" % v for v in losses)))


def start_of(g, outputs):
    sizes = (FEATURES,) + HIDDEN + (outputs,)
    weights = [grid(g, i, o, scale=(1.5 / i) ** 0.5) for i, o in zip(sizes, sizes[1:])]
    return weights, [grid(g, o, scale=0.25) for o in sizes[1:]]


def mlp():
    g = torch.Generator().manual_seed(5)
    x = grid(g, BATCH, FEATURES)
    label = torch.tensor([0, 1, 2, 1, 0, 2, 2, 1])
    label2 = torch.tensor([0, 1, 1, 0, 0, 1, 0, 1])
    target = grid(g, BATCH, CLASSES)
    three, one = start_of(g, CLASSES), start_of(g, 1)
    out, known = Writer(), {}
    for activation in ACTIVATIONS:
        for optimizer, s in NET_OPTIMIZERS:
            out.add(activation, "cross_entropy", optimizer, s, x,
                    lambda z: F.cross_entropy(z, label), three, "torch_mlp_start", known)
    out.add("tanh", "binary_cross_entropy", "sgd", NET_OPTIMIZERS[0][1], x,
            lambda z: F.binary_cross_entropy_with_logits(z[:, 0], label2.to(z.dtype)), one, None,
            known)
    out.add("tanh", "mean_squared_error", "sgd", NET_OPTIMIZERS[0][1], x,
            lambda z: F.mse_loss(z, target.to(z.dtype)), three, "torch_mlp_start", known)
    shared = torch.cat([w.reshape(-1) for w in three[0]] + three[1])
    return """/* Nets 5-[7, 6]-outputs trained by PyTorch %s in double precision: 100 steps on
 * the same batch of 8 examples, from the same weights. Written by
 * scripts/torch_vectors.py.
 *
 * Every block of parameters is in the order of ag_net: the weights w[in][out] of
 * layer 1, 2, 3, row-major; then the biases of layer 1, 2, 3; then, for prelu, the
 * slope of hidden layer 1 and of hidden layer 2 (one per layer, from 0.25). Weights
 * and biases are decayed, slopes are not. swish has beta 1, leaky_relu slope 0.01,
 * elu alpha 1.
 *
 * Inputs and starting weights are multiples of 1/1024: exact in float too. How far
 * apart two correct programs may be: a start changed by 1e-15 of itself changes the
 * weights after 100 steps by at most %.1g of their norm, and PyTorch's own float32
 * differs from its double by at most %.1g. */
/* clang-format off */
#ifndef TORCH_MLP_H
#define TORCH_MLP_H

#include <stdint.h>

enum {
    TORCH_MLP_FEATURES = %d,
    TORCH_MLP_HIDDEN_1 = %d,
    TORCH_MLP_HIDDEN_2 = %d,
    TORCH_MLP_BATCH = %d,
    TORCH_MLP_SETTINGS = 5,
    TORCH_MLP_LOSSES = 4
};

typedef struct torch_mlp_setting {
    const char *name; /* NULL: no more */
    double value;
} torch_mlp_setting;

/* Steps before which `losses` are taken: before the first is step 0. */
static const long torch_mlp_losses_at[TORCH_MLP_LOSSES] = {%s};

typedef struct torch_mlp_case {
    const char *activation; /* of both hidden layers */
    const char *loss;
    const char *optimizer;
    torch_mlp_setting set[TORCH_MLP_SETTINGS]; /* of the optimizer; the rest is standard */
    int outputs;
    int n;                   /* parameters in each of the following blocks */
    const double *start;     /* [n] */
    const double *gradient;  /* [n] of the mean loss at the start, without weight decay */
    const double *after_1;   /* [n] parameters after one step */
    const double *after_100; /* [n] */
    double losses[TORCH_MLP_LOSSES]; /* mean over the batch */
} torch_mlp_case;

/* x [8][5]; labels for cross_entropy and for binary_cross_entropy; targets [8][3] for
 * mean_squared_error, which is a regression here. */
%s%s%s%s%s%s
static const torch_mlp_case torch_mlp_cases[] = {
%s
};

#endif
""" % (torch.__version__, out.worst, out.worst_float, FEATURES, HIDDEN[0], HIDDEN[1], BATCH,
       ", ".join(map(str, CHECKED_AT)), array("torch_mlp_x", x),
       array("torch_mlp_labels", label, "int32_t"),
       array("torch_mlp_labels_of_two", label2, "int32_t"), array("torch_mlp_targets", target),
       array("torch_mlp_start", shared), "".join(out.arrays), "\n".join(out.cases))


# -------------------------------------------------------------- autoencoders

AE_HIDDEN, AE_CODE = 4, 3
AE_OPTIMIZERS = [NET_OPTIMIZERS[0], NET_OPTIMIZERS[2]]


class Autoencoder:
    """5 - 4 - 3 - 4 - 5, tanh on all hidden layers; `linear_code`: not on the code. Tied:
    two matrices, w[out][in] of the encoder, serve four layers."""

    def __init__(self, tied, linear_code, weights, biases):
        self.weights = [w.t().clone().requires_grad_(True) for w in weights[:2 if tied else 4]]
        self.biases = [b.clone().requires_grad_(True) for b in biases]
        self.tied, self.linear_code = tied, linear_code

    def forward(self, x):
        w = self.weights
        w = w + [w[1].t(), w[0].t()] if self.tied else w
        for k in range(4):
            x = F.linear(x, w[k], self.biases[k])
            if k < 3 and not (k == 1 and self.linear_code):
                x = torch.tanh(x)
        return x

    def groups(self):
        return [{"params": self.weights + self.biases}]

    def block(self, of=lambda p: p):
        parts = [of(w).t() for w in self.weights] + [of(b) for b in self.biases]
        return torch.cat([p.detach().reshape(-1) for p in parts])


def autoencoder():
    g = torch.Generator().manual_seed(11)
    x = grid(g, BATCH, FEATURES)
    sizes = (FEATURES, AE_HIDDEN, AE_CODE, AE_HIDDEN, FEATURES)
    weights = [grid(g, i, o, scale=(1.5 / i) ** 0.5) for i, o in zip(sizes, sizes[1:])]
    biases = [grid(g, o, scale=0.25) for o in sizes[1:]]
    arrays, cases, known = [], [], {}
    for tied, linear_code in ((False, False), (True, False), (True, True)):
        for optimizer, s in AE_OPTIMIZERS:
            net = Autoencoder(tied, linear_code, weights, biases)
            start = net.block()
            losses, gradient, blocks = train(net, optimizer, s, x, lambda z: F.mse_loss(z, x))
            names = []
            for part, values in (("start", start), ("gradient", gradient), ("after_1", blocks[1]),
                                 ("after_100", blocks[100])):
                body = numbers(values)      # starts and gradients do not know the optimizer
                if body not in known:
                    known[body] = "torch_autoencoder_%d_%s" % (len(cases), part)
                    arrays.append(array(known[body], values))
                names.append(known[body])
            cases.append('    {%s, %s, "%s", %s,\n     %d, %s,\n     {%s}},' % (
                str(tied).lower(), str(linear_code).lower(), optimizer, settings(s),
                start.numel(), ", ".join(names), ", ".join("%.17g" % v for v in losses)))
    return """/* Autoencoders 5-4-3-4-5 with tanh trained by PyTorch %s in double precision: 100
 * steps on the same batch of 8 examples. Written by scripts/torch_vectors.py.
 *
 * Every block of parameters is in the order of ag_net: the weights w[in][out] of the
 * layers that have their own, row-major; then the biases of all four layers. Inputs and
 * starting weights are multiples of 1/1024: exact in float too. */
/* clang-format off */
#ifndef TORCH_AUTOENCODER_H
#define TORCH_AUTOENCODER_H

#include <stdbool.h>

enum {
    TORCH_AUTOENCODER_FEATURES = %d,
    TORCH_AUTOENCODER_HIDDEN = %d,
    TORCH_AUTOENCODER_CODE = %d,
    TORCH_AUTOENCODER_BATCH = %d,
    TORCH_AUTOENCODER_SETTINGS = 5,
    TORCH_AUTOENCODER_LOSSES = 4
};

typedef struct torch_autoencoder_setting {
    const char *name; /* NULL: no more */
    double value;
} torch_autoencoder_setting;

/* Steps before which `losses` are taken: before the first is step 0. */
static const long torch_autoencoder_losses_at[TORCH_AUTOENCODER_LOSSES] = {%s};

typedef struct torch_autoencoder_case {
    bool tied, linear_code;
    const char *optimizer;
    torch_autoencoder_setting set[TORCH_AUTOENCODER_SETTINGS]; /* of the optimizer */
    int n;                   /* parameters in each of the following blocks */
    const double *start, *gradient, *after_1, *after_100;
    double losses[TORCH_AUTOENCODER_LOSSES]; /* mean squared error */
} torch_autoencoder_case;

%s%s
static const torch_autoencoder_case torch_autoencoder_cases[] = {
%s
};

#endif
""" % (torch.__version__, FEATURES, AE_HIDDEN, AE_CODE, BATCH, ", ".join(map(str, CHECKED_AT)),
       array("torch_autoencoder_x", x), "".join(arrays), "\n".join(cases))


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "tests", "golden")
    for name, text in (("torch_elements.h", elements()), ("torch_mlp.h", mlp()),
                       ("torch_autoencoder.h", autoencoder())):
        path = os.path.join(folder, name)
        with open(path, "w") as file:
            file.write(text)
        print("%s: %d KB" % (os.path.relpath(path), len(text) // 1000))


if __name__ == "__main__":
    main()

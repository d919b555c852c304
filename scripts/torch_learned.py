#!/usr/bin/env python3
"""Writes tests/golden/torch_learned.h: nets whose activations learn, trained in PyTorch.

    python3 scripts/torch_learned.py [folder]

Mini-batches in their order, not shuffled; the learned parameters have a learning rate
and a weight decay of their own. Everything in double. Run it again only to add cases;
a difference in what is there already is a finding."""
import os
import sys

import torch
from torch.nn import functional as F

from torch_functions import TORCH
from torch_vectors import array, grid, optimizer_of, settings

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)

FEATURES, HIDDEN, CLASSES, EXAMPLES, BATCH, EPOCHS = 5, (7, 6), 3, 24, 8, 6
STEPS = EPOCHS * EXAMPLES // BATCH
SGD = ("sgd", dict(learning_rate=0.05, weight_decay=1e-3, momentum=0.9))
SLOW = ("sgd", dict(learning_rate=0.005, weight_decay=1e-3))
ADAM = ("adam", dict(learning_rate=0.01, weight_decay=1e-3))
ADAMW = ("adamw", dict(learning_rate=0.01, weight_decay=0.05))

# Of several values: those of TORCH that decide by a parameter decide for each.
FUNCTIONS = {
    "prelu": lambda p: lambda x: torch.where(x > 0, x, p["slope"] * x),
    "smu": lambda p: TORCH["smu"]({"alpha": 0.01, **p}),
    "soft_exponential": lambda p: lambda x: torch.expm1(p["alpha"] * x) / p["alpha"] + p["alpha"],
    "swish": lambda p: lambda x: x * torch.sigmoid(p["beta"] * x),
}
# What is learned, from which values, in our order.
PARAMETERS = {
    "acon_c": dict(p1=1, p2=0, beta=1),
    "apl": dict(slope_1=0.2, place_1=0.5, slope_2=-0.1, place_2=-1),
    "pau": dict(a0=0.02996348, a1=0.61690165, a2=2.37539147, a3=3.06608078, a4=1.52474449,
                a5=0.25281987, b1=1.19160814, b2=4.40811795, b3=0.91111034, b4=0.34885983),
    "prelu": dict(slope=0.25),
    "smu": dict(mu=2.5),
    "snake": dict(alpha=1),
    "soft_exponential": dict(alpha=0.25),
    "srelu": dict(threshold_right=1, slope_right=1, threshold_left=0, slope_left=0.2),
    "star_relu": dict(scale=0.8944, bias=-0.4472),
    "swish": dict(beta=1),
}
# activation, learned, optimizer, learning_rate_factor, parameter_decay, penalty on activations
CASES = [
    ("prelu", "shared", SGD, 1, 0, 0),
    ("prelu", "per_layer", SGD, 0.5, 0.02, 0),
    ("prelu", "per_channel", SGD, 1, 0, 0),
    ("prelu", "per_channel", ADAM, 10, 0.01, 0),
    ("prelu", "per_channel", ADAMW, 1, 0.5, 0),
    ("swish", "shared", ADAM, 1, 0, 0),
    ("swish", "per_channel", SGD, 2, 0, 0),
    ("swish", "per_channel", ADAM, 1, 0, 0),
    ("pau", "shared", ADAM, 0.5, 0, 0),
    ("pau", "per_layer", SLOW, 1, 0, 0),
    ("pau", "per_channel", ADAM, 1, 0.01, 0),
    ("acon_c", "per_channel", ADAM, 1, 0, 0),
    ("apl", "per_channel", SGD, 1, 0, 0),
    ("smu", "per_channel", SGD, 1, 0, 0),
    ("snake", "per_channel", SGD, 1, 0, 0),
    ("soft_exponential", "per_channel", SLOW, 1, 0, 0),
    ("srelu", "per_channel", ADAM, 1, 0, 0),
    ("star_relu", "per_layer", ADAM, 1, 0, 0),
    ("prelu", "per_channel", SGD, 1, 0, 0.02),
    ("swish", "shared", ADAM, 1, 0, 0.05),
    ("star_relu", "per_layer", ADAMW, 1, 0.01, 0.01),
]


class Net:
    """Weights w[in][out], biases, and the learned parameters of each layer: one value, or one for
    each unit. A shared one is the same tensor in both layers."""

    def __init__(self, activation, learned, weights, biases):
        self.weights = [w.clone().requires_grad_(True) for w in weights]
        self.biases = [b.clone().requires_grad_(True) for b in biases]
        start = PARAMETERS[activation]
        self.learned = [{k: torch.full((n if learned == "per_channel" else 1,), float(v),
                                       requires_grad=True) for k, v in start.items()}
                        for n in (HIDDEN if learned != "shared" else (1,))]
        make = FUNCTIONS.get(activation, TORCH[activation])
        of_layer = self.learned * 2 if learned == "shared" else self.learned
        self.f = [make(p) for p in of_layer]

    def forward(self, x):
        self.size = 0  # of what hidden units give: sum of |a|, mean over the mini-batch
        for k, (w, b) in enumerate(zip(self.weights, self.biases)):
            x = x @ w + b
            if k < len(HIDDEN):
                x = self.f[k](x)
                self.size = self.size + x.abs().sum() / len(x)
        return x

    def block(self):
        tensors = self.weights + self.biases + self.own()
        return torch.cat([t.detach().reshape(-1) for t in tensors])

    def own(self):
        return [t for layer in self.learned for t in layer.values()]


def train(case, x, label, weights, biases):
    activation, learned, (optimizer, s), factor, decay, penalty = case
    net = Net(activation, learned, weights, biases)
    made = optimizer_of(optimizer, s, [
        {"params": net.weights + net.biases},
        {"params": net.own(), "lr": s["learning_rate"] * factor, "weight_decay": decay}])
    losses, blocks = [], [net.block()]
    for _ in range(EPOCHS):
        for b in range(0, EXAMPLES, BATCH):
            made.zero_grad()
            loss = F.cross_entropy(net.forward(x[b:b + BATCH]), label[b:b + BATCH])
            (loss + penalty * net.size).backward()
            losses.append(loss.item())
            made.step()
        blocks.append(net.block())
    return torch.tensor(losses), torch.stack(blocks)


HEAD = """/* Nets %d-[%d, %d]-%d whose activations learn, trained by PyTorch %s in double: %d epochs of %d
 * examples in mini-batches of %d, in their order. Written by scripts/torch_learned.py.
 *
 * A block is in the order of ag_net: weights w[in][out] of the three layers, biases, then the
 * learned parameters of the first and the second hidden layer (shared: once), parameter by
 * parameter, in each the units. Weights and biases are decayed as the optimizer says, learned
 * parameters as `decay` does, with `factor` times the learning rate. */
/* clang-format off */
#ifndef TORCH_LEARNED_H
#define TORCH_LEARNED_H

#include <stdint.h>

enum {
    TORCH_LEARNED_FEATURES = %d,
    TORCH_LEARNED_HIDDEN_1 = %d,
    TORCH_LEARNED_HIDDEN_2 = %d,
    TORCH_LEARNED_CLASSES = %d,
    TORCH_LEARNED_EXAMPLES = %d,
    TORCH_LEARNED_BATCH = %d,
    TORCH_LEARNED_EPOCHS = %d,
    TORCH_LEARNED_STEPS = %d,
    TORCH_LEARNED_PLAIN = %d, /* weights and biases */
    TORCH_LEARNED_SETTINGS = 5,
    TORCH_LEARNED_OWN = 10
};

typedef struct torch_learned_setting {
    const char *name; /* NULL: no more */
    double value;
} torch_learned_setting;

typedef struct torch_learned_case {
    const char *activation, *learned, *optimizer;
    torch_learned_setting set[TORCH_LEARNED_SETTINGS]; /* of the optimizer */
    torch_learned_setting own[TORCH_LEARNED_OWN];      /* what the activation begins with */
    double factor, decay, penalty; /* on activations: not in the losses */
    int n;               /* parameters in a block */
    const double *loss;  /* [TORCH_LEARNED_STEPS] before each step */
    const double *plain; /* [TORCH_LEARNED_PLAIN] after the last epoch */
    const double *learns; /* [TORCH_LEARNED_EPOCHS + 1][n - TORCH_LEARNED_PLAIN] after each epoch */
} torch_learned_case;

"""


def main(folder):
    g = torch.Generator().manual_seed(7)
    sizes = (FEATURES,) + HIDDEN + (CLASSES,)
    weights = [grid(g, i, o, scale=(1.5 / i) ** 0.5) for i, o in zip(sizes, sizes[1:])]
    biases = [grid(g, o, scale=0.25) for o in sizes[1:]]
    x, label = grid(g, EXAMPLES, FEATURES), torch.arange(EXAMPLES) * 5 % 7 % CLASSES
    plain = sum(t.numel() for t in weights + biases)
    arrays, rows = [], []
    for number, case in enumerate(CASES):
        losses, blocks = train(case, x, label, weights, biases)
        tag = "torch_learned_%d" % number
        arrays += [array(tag + "_loss", losses), array(tag + "_plain", blocks[-1, :plain]),
                   array(tag + "_learns", blocks[:, plain:])]
        activation, learned, (optimizer, s), factor, decay, penalty = case
        rows.append('    {"%s", "%s", "%s", %s,\n     %s, %.17g, %.17g, %.17g, %d, %s_loss, '
                    '%s_plain, %s_learns},' % (activation, learned, optimizer, settings(s),
                                     settings(PARAMETERS[activation]), factor, decay, penalty,
                                     blocks.shape[1], tag, tag, tag))
    with open(os.path.join(folder, "torch_learned.h"), "w") as out:
        out.write(HEAD % ((FEATURES,) + HIDDEN + (CLASSES, torch.__version__, EPOCHS, EXAMPLES, BATCH,
                                                  FEATURES) + HIDDEN +
                          (CLASSES, EXAMPLES, BATCH, EPOCHS, STEPS, plain)))
        out.write(array("torch_learned_x", x) + array("torch_learned_label", label, "int32_t"))
        out.write(array("torch_learned_start", torch.cat([t.reshape(-1) for t in weights + biases])))
        out.write("".join(arrays))
        out.write("\nstatic const torch_learned_case torch_learned_cases[] = {\n%s\n};\n\n#endif\n"
                  % "\n".join(rows))


if __name__ == "__main__":
    here = os.path.dirname(os.path.abspath(__file__))
    main(sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "..", "tests", "golden"))

#!/usr/bin/env python3
"""Asks the program for every activation at many points and compares value and
derivative with PyTorch's functions and its automatic differentiation, in double.

    python3 scripts/compare_torch.py [--program build/actgrid] [NAME ...]

Prints a table. Exit code 0: all agree to 1e-6 of the value or 1e-9; 1: some do
not; 3: the program is missing or does not answer; 77: no PyTorch here."""
import argparse
import json
import math
import os
import subprocess
import sys

try:
    import torch
    from torch.nn import functional as F
except ImportError:
    print("skipped: PyTorch is not installed for %s" % sys.executable, file=sys.stderr)
    sys.exit(77)

RELATIVE, ABSOLUTE = 1e-6, 1e-9
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")

# With the standard parameters of ours, or those that the key says. Softplus without the cut at
# 20, which drops a tail of 2e-9, where none is asked for.
TORCH = {
    "absolute": torch.abs,
    "acon_c": F.silu,
    "apl": F.relu,
    "aria2": lambda x: x * torch.sigmoid(2 * x) ** 1.5,
    "arctan": torch.atan,
    "bent_identity": lambda x: (torch.sqrt(x * x + 1) - 1) / 2 + x,
    "celu": F.celu,
    "celu alpha=0.5": lambda x: F.celu(x, 0.5),
    "cosine": torch.cos,
    "elish": lambda x: torch.sigmoid(x) * torch.where(x > 0, x, torch.expm1(x)),
    "elliott": lambda x: F.softsign(x) / 2 + 0.5,
    "elu": F.elu,
    "elu alpha=0.5": lambda x: F.elu(x, 0.5),
    "erf": torch.erf,
    "exponential": torch.exp,
    "gaussian": lambda x: torch.exp(-x * x),
    "gelu": F.gelu,
    "gelu_sigmoid": lambda x: x * torch.sigmoid(1.702 * x),
    "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    "hard_elish": lambda x: torch.where(x > 0, x, torch.expm1(x)) * torch.where(
        (x > -1) & (x < 1), (x + 1) / 2, (x >= 1).to(x.dtype)),
    "hardshrink": F.hardshrink,
    "hardsigmoid": F.hardsigmoid,
    "hardsigmoid_keras": lambda x: torch.where(x.abs() < 2.5, x / 5 + 0.5, (x > 0).to(x.dtype)),
    "hardswish": F.hardswish,
    "hardtanh": F.hardtanh,
    "hardtanh min_val=-0.3 max_val=2.2": lambda x: F.hardtanh(x, -0.3, 2.2),
    "isrlu": lambda x: torch.where(x > 0, x, x / torch.sqrt(1 + x * x)),
    "isru": lambda x: x / torch.sqrt(1 + x * x),
    "leaky_relu": lambda x: F.leaky_relu(x, 0.01),
    "leaky_relu negative_slope=0.3": lambda x: F.leaky_relu(x, 0.3),
    "lecun_tanh": lambda x: 1.7159 * torch.tanh(2 * x / 3),
    "linear": lambda x: x * 1.0,
    "lisht": lambda x: x * torch.tanh(x),
    "log_sigmoid": F.logsigmoid,
    "logish": lambda x: x * torch.log1p(torch.sigmoid(x)),
    "mish": F.mish,
    "penalized_tanh": lambda x: torch.where(x > 0, torch.tanh(x), torch.tanh(x) / 4),
    "phish": lambda x: x * torch.tanh(F.gelu(x)),
    "prelu": lambda x: F.prelu(x, torch.tensor([0.25], dtype=x.dtype)),
    "relu": F.relu,
    "relu6": F.relu6,
    "relu_squared": lambda x: F.relu(x) ** 2,
    "rrelu": F.rrelu,
    "selu": F.selu,
    "serf": lambda x: x * torch.erf(F.softplus(x, threshold=700)),
    "sigmoid": torch.sigmoid,
    "sine": torch.sin,
    "smish": lambda x: x * torch.tanh(torch.log1p(torch.sigmoid(x))),
    "smu": lambda x: (1.01 * x + 0.99 * x * torch.erf(2.475 * x)) / 2,
    "snake": lambda x: x + torch.sin(x) ** 2,
    "soft_exponential": lambda x: torch.expm1(x / 4) * 4 + 0.25,
    "softplus": lambda x: F.softplus(x, threshold=700),
    "softplus beta=2 threshold=20": lambda x: F.softplus(x, beta=2, threshold=20),
    "softplus beta=0.5 threshold=1.1": lambda x: F.softplus(x, beta=0.5, threshold=1.1),
    "softshrink": F.softshrink,
    "softshrink lambd=0.7": lambda x: F.softshrink(x, 0.7),
    "softsign": F.softsign,
    "sqnl": lambda x: torch.where(x.abs() < 2, x - x * x.abs() / 4, torch.sign(x)),
    "squareplus": lambda x: (x + torch.sqrt(x * x + 4)) / 2,
    "srelu": lambda x: F.leaky_relu(x, 0.2),
    "star_relu": lambda x: F.relu(x) ** 2,
    "step": lambda x: (x >= 0).to(x.dtype) + 0 * x,
    "swish": F.silu,
    "tanh": torch.tanh,
    "tanhexp": lambda x: x * torch.tanh(torch.exp(torch.clamp(x, max=100))),
    "tanhshrink": F.tanhshrink,
    "threshold": lambda x: F.threshold(x, 1.0, 0.0),
    "threshold threshold=0.3 value=7": lambda x: F.threshold(x, 0.3, 7.0),
}

# Where the derivative jumps and PyTorch takes it from the other side, releases differ.
JUMPS = {"hardswish": (-3, 3)}


def points():
    """Dense where functions bend, tails, both sides of 0 and 0 itself."""
    xs = [i / 8 for i in range(-64, 65)] + [s * x for x in (1e-8, 1e-3, 12, 20, 35, 50, 100, 500)
                                            for s in (-1, 1)]
    return sorted(xs)


def ours(program, name, xs):
    at = ",".join("%.17g" % x for x in xs)
    command = [program, "activations", "show", *name.split(), "--json", "--at=" + at]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)["points"]
    except OSError as error:
        sys.exit(stop("%s: %s; build it, or name it with --program" % (program, error.strerror)))
    except subprocess.CalledProcessError as error:
        sys.exit(stop("%s: exit code %d: %s" % (name, error.returncode, error.stderr.strip())))
    except (ValueError, KeyError) as error:
        sys.exit(stop("%s: the answer is not as expected: %s" % (name, error)))


def stop(text):
    print("compare_torch: " + text, file=sys.stderr)
    return 3


def theirs(f, xs):
    x = torch.tensor(xs, dtype=torch.float64, requires_grad=True)
    y = f(x)
    y.sum().backward()
    return y.tolist(), x.grad.tolist()


def number(x):
    """JSON has no infinity and no NaN: they come as null or as a word."""
    return math.nan if x is None else float(x)


def off(got, want):
    """How many tolerances apart; more than 1 is a mismatch."""
    if math.isnan(got) or math.isinf(got):
        return math.inf
    return abs(got - want) / (ABSOLUTE + RELATIVE * abs(want))


def compare(program, name, xs):
    answer = ours(program, name, xs)
    if len(answer) != len(xs):
        sys.exit(stop("%s: %d points asked, %d given" % (name, len(xs), len(answer))))
    mismatches, worst = [], [0.0, 0.0]
    for point, x, *want in zip(answer, xs, *theirs(TORCH[name], xs)):
        for k, (key, w) in enumerate(zip(("value", "derivative"), want)):
            got = number(point[key])
            distance = off(got, w)
            worst[k] = max(worst[k], abs(got - w))
            if not distance <= 1 or float(point["x"]) != x:
                mismatches.append((key, x, got, w))
    print("%-34s %7d %14.2g %14.2g %11d" % (name, len(xs), *worst, len(mismatches)))
    for key, x, got, want in mismatches[:5]:
        print("    %s at %.17g: %.17g, PyTorch %.17g" % (key, x, got, want))
    return len(mismatches)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "actgrid"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    unknown = [n for n in arguments.names if n not in TORCH]
    if unknown:
        print("no PyTorch counterpart for %s; there is one for %s" % (
            ", ".join(unknown), ", ".join(TORCH)), file=sys.stderr)
        return 2
    print("%-34s %7s %14s %14s %11s" % ("activation", "points", "value off by", "slope off by",
                                        "mismatches"))
    files = {f[:-2] for f in os.listdir(os.path.join(ROOT, "activations")) if f.endswith(".c")}
    names = arguments.names or sorted(TORCH)
    mismatches = sum(compare(arguments.program, n, [x for x in points() if x not in JUMPS.get(n, ())])
                     for n in names)
    for name in sorted(files - {key.split()[0] for key in TORCH}):
        print("%-34s PyTorch has none" % name)
    print("PyTorch %s: %d mismatches" % (torch.__version__, mismatches))
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())

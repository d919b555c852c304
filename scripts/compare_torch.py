#!/usr/bin/env python3
"""Asks the program for every activation at many points and compares value and
derivative with PyTorch's functions and its automatic differentiation, in double.

    python3 scripts/compare_torch.py [--program build/actgrid] [NAME ...]

With the standard parameters and with others. Prints a table. Exit code 0: all agree
to 1e-6 of the value or 1e-9; 1: some do not, or PyTorch has an activation that is not
compared; 3: the program is missing or does not answer; 77: no PyTorch here."""
import argparse
import json
import math
import os
import subprocess
import sys

try:
    import torch
except ImportError:
    print("skipped: PyTorch is not installed for %s" % sys.executable, file=sys.stderr)
    sys.exit(77)

from torch_functions import MODULES, OTHERS, PARAMETERS, TORCH, UNITS

RELATIVE, ABSOLUTE = 1e-6, 1e-9
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
LEARNING = {"learned", "learning_rate_factor", "parameter_decay"}  # no part of the function


def points():
    """Dense where functions bend, tails, the ends of the floats, both sides of 0 and 0 itself."""
    far = [12, 20, 35, 50, 88, 100, 104, 500, 1e3, 1e4, 1e6, 1e10, 1e20, 1e30, 3.4e38]
    near = [1e-45, 1e-30, 1e-12, 1e-8, 1e-5, 1e-3]
    xs = [i / 8 for i in range(-64, 65)] + [i / 7 for i in range(-140, 141)]
    xs += [s * x for x in near + far for s in (-1, 1)]
    return sorted(set(xs))


def ask(program, verb, *words):
    try:
        done = subprocess.run([program, "activations", verb, "--json", *words],
                              capture_output=True, text=True, check=True)
        return json.loads(done.stdout)
    except OSError as error:
        sys.exit(stop("%s: %s; build it, or name it with --program" % (program, error.strerror)))
    except subprocess.CalledProcessError as error:
        sys.exit(stop("%s: exit code %d: %s" % (" ".join(words), error.returncode,
                                                error.stderr.strip())))
    except (ValueError, KeyError) as error:
        sys.exit(stop("%s: the answer is not as expected: %s" % (" ".join(words), error)))


def stop(text):
    print("compare_torch: " + text, file=sys.stderr)
    return 3


def theirs(f, xs):
    """f and f', which is NaN where f is."""
    x = torch.tensor(xs, dtype=torch.float64, requires_grad=True)
    y = f(x)
    y.sum().backward()
    slope = x.grad if x.dim() > 1 else torch.where(torch.isnan(y), y, x.grad)
    return y.tolist(), slope.tolist()


def rows(answer, xs):
    """Inputs of a unit at our points: one of them is x, the others stand still."""
    others = 1.0 if answer["gate"] is not None else 0.0
    z = [[others] * int(answer["inputs"]) for x in xs]
    for row, x in zip(z, xs):
        row[int(answer["input_of_points"]) - 1] = x
    return z


def sides(f, xs, seams):
    """PyTorch's slopes beside those x where f has a seam: which one holds there is a choice."""
    at = [x for x in xs if x in seams]
    beside = [theirs(f, [x + s * 1e-9 * max(1, abs(x)) for x in at])[1] for s in (-1, 1)]
    return {x: both for x, *both in zip(at, *beside)}


def number(x):
    """JSON has no infinity and no NaN: they come as words and as null."""
    return math.nan if x is None else float(x)


def off(got, want):
    """How many tolerances apart; more than 1 is a mismatch."""
    if got == want or (math.isnan(got) and math.isnan(want)):
        return 0
    if not math.isfinite(got) or not math.isfinite(want):
        return math.inf
    return abs(got - want) / (ABSOLUTE + RELATIVE * abs(want))


def pairs(name, answer, settings, xs):
    """What, x, our number, and those of PyTorch that will do."""
    points = answer["points"]
    if name in UNITS:
        values, slopes = theirs(UNITS[name](settings), rows(answer, xs))
        for point, x, value, slope in zip(points, xs, values, slopes):
            yield "value", x, point["value"], [value]
            for k, (got, want) in enumerate(zip(point["derivatives"], slope)):
                yield "derivative %d" % (k + 1), x, got, [want]
        return
    f = TORCH[name](settings)
    either = sides(f, xs, answer["seams"])
    for point, x, value, slope in zip(points, xs, *theirs(f, xs)):
        yield "value", x, point["value"], [value]
        yield "derivative", x, point["derivative"], [slope] + either.get(x, [])


def compare(program, name, parameters, xs):
    words = ["%s=%.17g" % item for item in parameters.items()]
    answer = ask(program, "show", name, *words, "--at=" + ",".join("%.17g" % x for x in xs))
    settings = {k: v for k, v in answer["settings"].items() if k not in LEARNING}
    if [p["x"] for p in answer["points"]] != xs or {**settings, **parameters} != settings:
        sys.exit(stop("%s %s: not what was asked for" % (name, " ".join(words))))
    mismatches, worst = [], 0.0
    for what, x, got, wants in pairs(name, answer, settings, xs):
        distance = min(off(number(got), want) for want in wants)
        worst = max(worst, min(distance, 1.0))
        if not distance <= 1:
            mismatches.append((what, x, number(got), wants[0]))
    label = " ".join([name] + ["%s=%g" % item for item in parameters.items()])
    print("%-60.60s %6d %9.1e %11d" % (label, len(xs), worst * RELATIVE, len(mismatches)))
    for mismatch in mismatches[:5]:
        print("    %s at %.17g: %.17g, PyTorch %.17g" % mismatch)
    return len(mismatches)


def not_compared(catalogue):
    """What PyTorch has and the tables or the catalogue lack. An element that only we have is said
    and does no harm: one file is enough to add it."""
    names, tables = set(catalogue), set(TORCH) | set(UNITS)
    missed = ["torch.nn.%s is not compared" % m for m in torch.nn.modules.activation.__all__
              if m not in OTHERS and (m not in MODULES or MODULES[m][0] not in tables)]
    missed += ["%s is not in the catalogue" % n for n in sorted(tables - names)]
    for name in sorted(names - tables):
        print("%s is not compared: no function in scripts/torch_functions.py" % name)
    for name, element in ((n, e) for n, e in catalogue.items() if n in tables):
        own = {p["name"] for p in element["parameters"]} - LEARNING
        tried = {k for p in PARAMETERS.get(name, []) for k in p}
        if own != tried:
            missed.append("%s: parameters are %s, tried %s" % (name, sorted(own), sorted(tried)))
    for line in missed:
        print(line + ": scripts/torch_functions.py")
    return len(missed)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "actgrid"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    unknown = [n for n in arguments.names if n not in TORCH and n not in UNITS]
    if unknown:
        print("no PyTorch counterpart for %s; there is one for %s" % (
            ", ".join(unknown), ", ".join([*TORCH, *UNITS])), file=sys.stderr)
        return 2
    catalogue = {a["name"]: a for a in ask(arguments.program, "list")}
    print("%-60s %6s %9s %11s" % ("activation", "points", "off by", "mismatches"))
    names = arguments.names or [n for n in catalogue if n in TORCH or n in UNITS]
    bad = sum(compare(arguments.program, n, p, points())
              for n in names for p in [{}] + PARAMETERS.get(n, []))
    missed = 0 if arguments.names else not_compared(catalogue)
    print("PyTorch %s: %d functions, %d mismatches" % (torch.__version__, len(names), bad))
    return 1 if bad or missed else 0


if __name__ == "__main__":
    sys.exit(main())

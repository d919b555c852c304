#!/usr/bin/env python3
"""What `activations show` says of every activation, and of formulas, against brute force on
PyTorch's functions: expectations by a fixed fine quadrature, mean-field points put into their
equations with a quadrature in two dimensions, range, monotony, symmetry, turns and seams from
dense samples.

    python3 scripts/compare_traits.py [--program build/actgrid] [NAME ...]

Exit code 0: all agree; 1: some do not; 3: the program does not answer; 77: no PyTorch."""
import argparse
import math
import os
import sys

try:
    import numpy as np
    import torch
except ImportError as missing:
    print("skipped: %s has no %s" % (sys.executable, missing.name), file=sys.stderr)
    sys.exit(77)

from compare_torch import LEARNING, ROOT, ask, number
from torch_functions import TORCH

where = torch.where
FORMULAS = {
    "x*sin(x)": lambda x: x * torch.sin(x),
    "x+sin(x)": lambda x: x + torch.sin(x),
    "sin(7*x)": lambda x: torch.sin(7 * x),
    "x*sigmoid(2*x)+0.1*x": lambda x: x * torch.sigmoid(2 * x) + 0.1 * x,
    "max(0,x)+max(0,x-1)": lambda x: torch.relu(x) + torch.relu(x - 1),
    "min(max(3*x,-1),1)": lambda x: torch.clamp(3 * x, -1, 1),
    "where(x>0,x,x/10)*2": lambda x: where(x > 0, x, x / 10) * 2,
    "where(x>0.5,1,-1)": lambda x: where(x > 0.5, 1 + 0 * x, -1 + 0 * x),
    "where(x<1,x^3,3*x-2)": lambda x: where(x < 1, x ** 3, 3 * x - 2),
    "x^3": lambda x: x ** 3,
    "x^2": lambda x: x * x,
    "abs(x)-0.5": lambda x: torch.abs(x) - 0.5,
    "tanh(2*x)": lambda x: torch.tanh(2 * x),
    "-atan(x)": lambda x: -torch.atan(x),
    "x*tanh(softplus(x))": lambda x: x * torch.tanh(torch.log1p(torch.exp(-torch.abs(x))) +
                                                    torch.relu(x)),
    "exp(-x^2)*x": lambda x: torch.exp(-x * x) * x,
    "erf(x)*x": lambda x: torch.erf(x) * x,
    "log1p(abs(x))*sign(x)": lambda x: torch.log1p(torch.abs(x)) * torch.sign(x),
    "clip(x,-1,2)^2": lambda x: torch.clamp(x, -1, 2) ** 2,
    "sqrt(1+x^2)-1": lambda x: torch.sqrt(1 + x * x) - 1,
}


class Function:
    """f and f' on arrays, in double."""

    def __init__(self, f):
        self.f = f

    def __call__(self, x):
        return self.f(torch.as_tensor(np.asarray(x, dtype=float))).detach().numpy()

    def slope(self, x):
        z = torch.tensor(np.asarray(x, dtype=float), requires_grad=True)
        self.f(z).sum().backward()
        return z.grad.numpy()

    def bend(self, x):
        return (self.slope(x + 1e-8) - self.slope(x - 1e-8)) / 2e-8


class Findings:
    def __init__(self, name):
        self.name, self.n, self.bad = name, 0, 0

    def expect(self, true, text, *values):
        self.n += 1
        if not true:
            self.bad += 1
            print("%s: %s" % (self.name, text % values))

    def near(self, what, got, want, relative, absolute=0.0):
        self.expect(abs(got - want) <= relative * abs(want) + absolute, "%s %.10g, brute force %.10g",
                    what, got, want)


# --- quadrature ---------------------------------------------------------------------

def nodes(pieces, points, breaks=()):
    """Gauss-Legendre on [-12, 12] with the density of N(0, 1), split at breaks."""
    edges = np.unique(np.concatenate([np.linspace(-12, 12, pieces + 1),
                                      [b for b in breaks if -12 < b < 12]]))
    t, w = np.polynomial.legendre.leggauss(points)
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    u = (middle[:, None] + half[:, None] * t).ravel()
    weight = (half[:, None] * w).ravel() * np.exp(-u * u / 2) / math.sqrt(2 * math.pi)
    return u, weight


def moments(f, q, seams):
    """E f, E f^2, E f'^2 for z ~ N(0, q)."""
    sigma = math.sqrt(q)
    u, weight = nodes(384, 12, [s / sigma for s in seams])
    y, d = f(sigma * u), f.slope(sigma * u)
    return weight @ y, weight @ (y * y), weight @ (d * d)


def product(g, q, c, seams):
    """E g(u1) g(u2), u1 and u2 normal with variance q and correlation c: u1 = sigma u,
    u2 = sigma (c u + s v). The inner integral is over u2 itself, so that seams are ends."""
    sigma, s = math.sqrt(q), math.sqrt(1 - c * c)
    breaks = [x / sigma for x in seams]
    u, weight = nodes(240, 4, breaks)
    y = g(sigma * u) * weight
    return y @ np.exp(-((u[None, :] - c * u[:, None]) ** 2) / (2 * s * s) + u[None, :] ** 2 / 2) @ (
        y) / s


# --- what is compared ------------------------------------------------------------------

def check_expectations(say, answer, f):
    mean, square, slopes = moments(f, 1.0, answer["seams"])
    say.near("E f", answer["mean"], mean, 1e-9, 1e-12)
    say.near("E f^2", answer["mean_square"], square, 1e-9)
    say.near("E f'^2", answer["mean_derivative_square"], slopes, 1e-7)  # F.hardsigmoid: 1/6 in float
    say.near("gain", answer["gain"], 1 / math.sqrt(square), 1e-9)
    say.expect(answer["zero_centred"] == (abs(mean) < 1e-9), "zero-centred: E f = %g", mean)


def check_gain(say, answer):
    """PyTorch recommends the gain that keeps the variance for these, and for tanh 5/3, selu 3/4,
    sigmoid 1: found useful, but not what keeps the variance, 1.5925, 1 and 1.8462."""
    slope = answer["settings"].get("slope")
    same = {"linear": ("linear", None), "relu": ("relu", None), "leaky_relu": ("leaky_relu", slope)}
    other = {"tanh": 1.5925374197228312, "selu": 1.0, "sigmoid": 1.8462284}
    if say.name in same:
        say.near("gain", answer["gain"], torch.nn.init.calculate_gain(*same[say.name]), 1e-12)
    if say.name in other:
        say.near("gain", answer["gain"], other[say.name], 1e-6)
        say.expect(abs(torch.nn.init.calculate_gain(say.name) - answer["gain"]) > 0.07,
                   "PyTorch's gain is no other")


def check_mean_field(say, answer, f):
    field, seams = answer["mean_field"], answer["seams"]
    for edge in field["edge_of_chaos"]:
        if not edge["q"] or edge["q"] > 100:
            continue
        what, (_, square, slopes) = "edge at %g:" % edge["sigma_b"], moments(f, edge["q"], seams)
        say.near(what + " chi_1", edge["sigma_w"] ** 2 * slopes, 1, 1e-6)
        say.near(what + " q", edge["sigma_w"] ** 2 * square + edge["sigma_b"] ** 2, edge["q"], 1e-6)
        up = moments(f, edge["q"] * 1.001, seams)[1] - moments(f, edge["q"] * 0.999, seams)[1]
        say.near(what + " dq'/dq", edge["dq_dq"],
                 edge["sigma_w"] ** 2 * up / (0.002 * edge["q"]), 1e-3, 1e-6)
    for row in field["depth_scales"]:
        q, w = number(row["q"]), (row["sigma_w"] or math.nan) ** 2
        if not 0 < q < 100:
            continue
        what, (_, square, slopes) = row["weights"], moments(f, q, seams)
        say.near(what + " q*", w * square, q, 1e-6)
        if row["chi_1"] == "infinity":
            say.expect(any(j["order"] == 0 for j in answer["jumps"]), "chi_1 is not infinite")
        else:
            say.near(what + " chi_1", row["chi_1"], w * slopes, 1e-6)
        c = row["c"]
        if c > 0.99:
            continue
        say.near(what + " c*", w * product(f, q, c, seams) / q, c, 0, 2e-4)
        if row["chi_1"] != "infinity":
            slope = w * product(f.slope, q, c, seams)
            low, high = number(row["depth_scale_low"]), number(row["depth_scale_high"])
            xi = -1 / math.log(slope) if slope > 1e-9 else 0.0
            say.expect(low * 0.99 - 0.05 <= xi <= high * 1.01 + 0.05,
                       "%s depth scale %g to %g, brute force %g", what, low, high, xi)


def check_range(say, answer, f):
    far = np.concatenate([np.linspace(-30, 30, 600001), np.geomspace(30, 1e9, 20000),
                          -np.geomspace(30, 1e9, 20000)])
    y = f(far)
    low, high = number(answer["infimum"]), number(answer["supremum"])
    near = np.abs(far) < 1e3
    for what, bound, sign in (("infimum", low, -1), ("supremum", high, 1)):
        most, inside = (sign * y).max(), (sign * y[near]).max()
        grows = math.isinf(most) or most > 2 * max(1e-3, inside)
        say.expect(math.isinf(bound) == grows, "%s %g, sampled %g", what, bound, sign * most)
        if math.isfinite(bound):
            say.near(what, bound, sign * most, 1e-6, 1e-6)
            say.expect(most <= sign * bound + 1e-12 * abs(bound), "%s %.17g, sampled %.17g",
                       what, bound, sign * most)
    say.expect(answer["bounded"] == (math.isfinite(low) and math.isfinite(high)), "bounded")
    for key, end in (("limit_before", -1e12), ("limit_after", 1e12)):
        limit, value = number(answer[key]), float(f([end])[0])
        if math.isinf(limit):
            say.expect(limit * value > 0 and abs(value) > 20, "%s: f is %g", key, value)
        elif not math.isnan(limit):
            say.near(key, value, limit, 1e-6, 1e-6)


def check_monotone(say, answer, f):
    x = np.linspace(-20, 20, 400001) + 1.7e-6
    y = f(x)
    rise = np.diff(y)
    rounding = 1e-14 * (1 + np.abs(y[1:]))
    up, down = (rise > rounding).any(), (rise < -rounding).any()
    inner = np.abs(x[1:]) < 3.5  # nothing is rounded to a constant there
    flat = (rise[inner] == 0).sum() > 100
    if up and down:
        want = "no"
    elif up:
        want = "not decreasing" if flat else "increasing"
    elif down:
        want = "not increasing" if flat else "decreasing"
    else:
        want = "constant"
    say.expect(answer["monotone"] == want, "monotone: %s, sampled %s", answer["monotone"], want)
    z = np.linspace(0.013, 9, 997)
    right, left = f(z), f(-z)
    size = 1e-12 * (1 + np.abs(right) + np.abs(left))
    odd, even = (np.abs(left + right) < size).all(), (np.abs(left - right) < size).all()
    say.expect(answer["symmetry"] == ("odd" if odd else "even" if even else None), "symmetry: %s",
               answer["symmetry"])
    for turn in answer["turns"]:
        at = turn["at"]
        say.expect(((f([at - 1e-3]) - f([at])) * (f([at + 1e-3]) - f([at])) > 0)[0]
                   or abs(float(f.slope([at - 1e-7])[0] - f.slope([at + 1e-7])[0])) > 0.1,
                   "turns at %g", at)
        say.near("f at its turn", turn["value"], float(f([at])[0]), 1e-12, 1e-12)
    signs = np.sign(rise[np.abs(rise) > 20 * rounding])
    n = int((signs[1:] != signs[:-1]).sum())
    say.expect(answer["n_turns"] == n, "turns %s times, sampled %d", answer["n_turns"], n)


def jumps_of(g):
    """Where g jumps on [-8, 8]: neighbours that stay apart when they are brought together."""
    x = np.linspace(-8, 8, 16001) + 1e-5 / 3
    y = g(x)
    change = np.abs(np.diff(y))
    at = np.nonzero(change > 0.004)[0]
    a, b, ya, yb = x[at], x[at + 1], y[at], y[at + 1]
    for _ in range(12):  # to 20 times what a bend is taken over
        middle = 0.5 * (a + b)
        ym = g(middle)
        left = np.abs(ym - ya) > np.abs(yb - ym)
        a, ya = np.where(left, a, middle), np.where(left, ya, ym)
        b, yb = np.where(left, middle, b), np.where(left, ym, yb)
    return (0.5 * (a + b))[np.abs(yb - ya) > 0.3 * change[at]]


def check_seams(say, answer, f):
    """The first derivative that jumps, at each place: of order 0 and 1, and 2 by differences."""
    said = {j["at"]: j["order"] for j in answer["jumps"] if abs(j["at"]) < 7.9}
    sampled = {}
    for order, g in enumerate((f, f.slope, f.bend)):
        for at in jumps_of(g):
            if not any(abs(at - known) < 1e-4 for known in sampled):
                sampled[at] = order
    for at, order in sampled.items():
        match = [o for s, o in said.items() if abs(s - at) < 1e-4]
        say.expect(match == [order], "at %g the derivative of order %d jumps: said %s", at, order,
                   match)
    for at, order in said.items():
        if order is not None and order <= 2:
            say.expect(any(abs(at - s) < 1e-4 for s in sampled), "nothing jumps at %g", at)
    orders = [o for o in said.values() if o is not None]
    if sampled:
        say.expect(answer["continuous_derivatives"] == min(orders) - 1, "continuous_derivatives %s",
                   answer["continuous_derivatives"])
    else:
        say.expect(answer["smooth"] or min(orders) > 2, "smooth")


def check_overflow(say, answer, f):
    """Beyond the largest float."""
    with np.errstate(all="ignore"):
        for side in (-1, 1):
            x = side * np.geomspace(1, 3.4e38, 4001)
            y = np.abs(f(x))
            over = bool((y > 3.4028235677973366e38).any())
            ends = [i for i in answer["overflows"] if (i["to"] if side > 0 else -i["from"]) > 3e38]
            say.expect(over == bool(ends), "overflow at side %d: %s", side, ends)
            if over and ends:
                first = float(x[np.argmax(y > 3.4028235677973366e38)])
                begin = ends[0]["from"] if side > 0 else ends[0]["to"]
                say.near("overflow from", begin, first, 0.03)


def compare(name, f, answer):
    say = Findings(name)
    check_expectations(say, answer, f)
    check_gain(say, answer)
    check_mean_field(say, answer, f)
    check_range(say, answer, f)
    check_monotone(say, answer, f)
    check_seams(say, answer, f)
    check_overflow(say, answer, f)
    return say


def check_unit(say, answer):
    """Of independent inputs under N(0, 1): a gated unit's moments are those of its gate; the
    largest of k has the density k p(z) P(z)^(k - 1), and one of its slopes is 1."""
    if answer["gate"] is None:
        k = int(answer["inputs"])
        z, weight = nodes(384, 12)
        below = 0.5 * (1 + torch.erf(torch.tensor(z) / math.sqrt(2)).numpy())
        weight = weight * k * below ** (k - 1)
        mean, square, slopes = weight @ z, weight @ (z * z), 1.0
    else:
        settings = {"beta": answer["settings"].get("beta", 1)}
        _, square, slopes = moments(Function(TORCH[answer["gate"]](settings)), 1.0, [0.0])
        mean, slopes = 0.0, square + slopes
    say.near("E y", answer["mean"], mean, 1e-9, 1e-12)
    say.near("E y^2", answer["mean_square"], square, 1e-9)
    say.near("E |dy/dz|^2", answer["mean_derivative_square"], slopes, 1e-7)
    say.near("gain", answer["gain"], 1 / math.sqrt(square), 1e-9)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "actgrid"))
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    catalogue = [a["name"] for a in ask(arguments.program, "list")]
    torch.set_num_threads(1)
    checks = bad = 0
    names = arguments.names or catalogue + list(FORMULAS)
    for name in names:
        answer = ask(arguments.program, "show", "--", name)
        if "inputs" not in answer and name not in FORMULAS and name not in TORCH:
            print("%s is not compared: no function in scripts/torch_functions.py" % name)
            continue
        settings = {k: v for k, v in answer["settings"].items() if k not in LEARNING}
        if "inputs" in answer:
            check_unit(say := Findings(name), answer)
        else:
            f = Function(FORMULAS[name] if name in FORMULAS else TORCH[name](settings))
            say = compare(name, f, answer)
        checks += say.n
        bad += say.bad
    print("%d functions, %d values, %d of them wrong" % (len(names), checks, bad))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())

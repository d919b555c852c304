#!/usr/bin/python3
"""Writes tests/golden/compare_scipy.h: a whole comparison, worked out by SciPy and by listing all signs.

    scripts/make_compare_vectors.py > tests/golden/compare_scipy.h

The trials are those that tests/unit/test_report_compare.c puts into a store, by the same formulas; nothing
of actgrid is used. Needs NumPy and SciPy 1.10.
"""
import itertools
import math

import numpy
import scipy
from scipy import stats
from scipy.special import betaincinv, gammaln

ACTIVATIONS = ["relu", "tanh", "gelu"]
DEPTHS = [1, 2, 4, 8, 16]
SEEDS = range(7)
MISSING = {("relu", 16, 3), ("tanh", 1, 5), ("gelu", 4, 6)}  # diverged, failed, never ran


def accuracy(a, d, s):
    return (600 + 3 * a + 7 * d + (s * 37 + a * 11 + d * 5 + s * s * a * 3) % 29) / 1000


def seconds_per_step(a, d, s):
    return (0.5 + ((s * 17 + a * 5 + d * 3 + s * a) % 23) / 10) / 20


def samples(value):
    return {
        (name, depth): {s: value(a, d, s) for s in SEEDS if (name, depth, s) not in MISSING}
        for a, name in enumerate(ACTIVATIONS)
        for d, depth in enumerate(DEPTHS)
    }


def over(cells, depths, name):
    """Mean over the depths of each seed that all of them have."""
    common = [s for s in SEEDS if all(s in cells[name, d] for d in depths)]
    return {s: numpy.mean([cells[name, d][s] for d in depths]) for s in common}


def interval(x):
    df = len(x) - 1
    b = betaincinv(df / 2, 0.5, 0.05)  # stats.t.ppf is off by 1e-9
    half = math.sqrt(df * (1 - b) / b) * stats.sem(x)
    return numpy.mean(x) - half, numpy.mean(x) + half


def all_signs(d, statistic):
    """Two-sided p: twice the smaller tail over all signs, at most 1."""
    seen = statistic(d)
    every = [statistic(numpy.array(signs) * d) for signs in itertools.product((1, -1), repeat=len(d))]
    near = 1e-9
    above = numpy.mean([x >= seen - near for x in every])
    below = numpy.mean([x <= seen + near for x in every])
    return min(1, 2 * min(above, below))


def signed_ranks(d):
    d = d[d != 0]
    ranks = stats.rankdata(numpy.abs(d))
    return lambda x: ranks[x[x != 0] > 0].sum()


def hedges(d):
    df = len(d) - 1
    factor = math.exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / math.sqrt(df / 2)
    return factor * numpy.mean(d) / numpy.std(d, ddof=1)


def holm(p):
    order, most, adjusted = numpy.argsort(p, kind="stable"), 0.0, [0.0] * len(p)
    for rank, i in enumerate(order):
        most = max(most, min(1, (len(p) - rank) * p[i]))
        adjusted[i] = most
    return adjusted


class Report:
    def __init__(self, metric):
        self.metric, self.rows = metric, []

    def put(self, section, block, activation, item, **numbers):
        for quantity, value in numbers.items():
            self.rows.append((self.metric, section, block, activation, item, quantity, float(value)))


def compare(report, value, larger, ratios):
    cells = samples(value)
    scale = (lambda x: {k: math.log(v) for k, v in x.items()}) if ratios else (lambda x: x)
    back = math.exp if ratios else (lambda x: x)
    cells = {k: scale(v) for k, v in cells.items()}
    blocks = [("overall", DEPTHS)] + [(f"depth={d}", [d]) for d in DEPTHS]
    for label, depths in blocks:
        values = {name: over(cells, depths, name) for name in ACTIVATIONS}
        for name, by_seed in values.items():
            x = numpy.array(list(by_seed.values()))
            low, high = interval(x)
            report.put("cells", label, name, "", n=len(x), mean=back(numpy.mean(x)), low=back(low), high=back(high),
                       std=numpy.std(x, ddof=1), median=back(numpy.median(x)), iqm=back(stats.trim_mean(x, 0.25)))
        order = sorted(ACTIVATIONS, key=lambda name: numpy.mean(list(values[name].values())), reverse=larger)
        pairs, p = list(itertools.combinations(order, 2)), []
        for a, b in pairs:
            difference = {
                (s, k): cells[a, k][s] - cells[b, k][s]
                for k in depths for s in SEEDS if s in cells[a, k] and s in cells[b, k]
            }
            common = [s for s in SEEDS if all((s, k) in difference for k in depths)]
            d = numpy.array([numpy.mean([difference[s, k] for k in depths]) for s in common])
            if not ratios:
                d = numpy.round(d, 9)
            low, high = interval(d)
            better = numpy.sum(d > 0 if larger else d < 0) + numpy.sum(d == 0) / 2
            wilson = stats.binomtest(int(better), len(d)).proportion_ci(0.95, "wilson") if better % 1 == 0 else None
            x, y = list(values[a].values()), list(values[b].values())
            u = stats.mannwhitneyu(x, y).statistic / (len(x) * len(y))
            p.append(all_signs(d, numpy.mean))
            report.put("pairs", label, a, b, n=len(d), difference=back(numpy.mean(d)), low=back(low), high=back(high),
                       effect=hedges(d), p_sign_flip=p[-1], p_wilcoxon=all_signs(d, signed_ranks(d)),
                       p_t=stats.ttest_1samp(d, 0).pvalue, won=better / len(d), p_better=u if larger else 1 - u)
            if wilson:
                report.put("pairs", label, a, b, won_low=wilson.low, won_high=wilson.high)
        for (a, b), corrected in zip(pairs, holm(p)):
            report.put("pairs", label, a, b, p_holm=corrected, tested=len(pairs))
    ranks(report, cells, larger)
    variance(report, cells)


def ranks(report, cells, larger):
    table = numpy.array([[numpy.mean(list(cells[name, d].values())) for name in ACTIVATIONS] for d in DEPTHS])
    ranked = numpy.array([stats.rankdata(-row if larger else row) for row in table])
    n, k = table.shape
    friedman = stats.friedmanchisquare(*table.T)
    f = (n - 1) * friedman.statistic / (n * (k - 1) - friedman.statistic)
    distance = stats.studentized_range.ppf(0.95, k, numpy.inf) / math.sqrt(2) * math.sqrt(k * (k + 1) / (6 * n))
    for name, rank in zip(ACTIVATIONS, ranked.mean(axis=0)):
        report.put("ranks", "", name, "", average_rank=rank, blocks=n, chi_squared=friedman.statistic,
                   p_chi_squared=friedman.pvalue, f=f, p_f=stats.f.sf(f, k - 1, (k - 1) * (n - 1)),
                   critical_difference=distance)


def residual(columns, y):
    x = numpy.column_stack(columns)
    return float(numpy.sum((y - x @ numpy.linalg.lstsq(x, y, rcond=None)[0]) ** 2))


def variance(report, cells):
    rows = [(a, d, y) for (a, d), by_seed in cells.items() for y in by_seed.values()]
    y = numpy.array([r[2] for r in rows])
    one = [numpy.ones(len(y))]
    act = [numpy.array([float(r[0] == a) for r in rows]) for a in ACTIVATIONS[1:]]
    depth = [numpy.array([float(r[1] == d) for r in rows]) for d in DEPTHS[1:]]
    both = [a * d for a in act for d in depth]
    total, full = numpy.sum((y - y.mean()) ** 2), residual(one + act + depth + both, y)
    main = residual(one + act + depth, y)
    squares = {
        "activation": (len(act), residual(one + depth, y) - main),
        "model.depth": (len(depth), residual(one + act, y) - main),
        "activation x model.depth": (len(both), main - full),
    }
    df = len(y) - 1 - len(act) - len(depth) - len(both)
    for name, (terms, s) in squares.items():
        f = s / terms / (full / df)
        report.put("variance", "", "", name, df=terms, share=s / total, f=f, p=stats.f.sf(f, terms, df),
                   omega_squared=(s - terms * full / df) / (total + full / df))
    report.put("variance", "", "", "residual", df=df, share=full / total)


def main():
    print("/* A whole comparison by SciPy", scipy.__version__ + ", written by scripts/make_compare_vectors.py. */")
    print("/* clang-format off */")
    print("static const golden expected[] = {")
    for metric, value, larger, ratios in (("val_accuracy", accuracy, True, False), ("seconds_per_step", seconds_per_step, False, True)):
        report = Report(metric)
        compare(report, value, larger, ratios)
        for *words, number in report.rows:
            print("    {" + ", ".join(f'"{w}"' for w in words) + f", {number!r}}},")
    print("};")


main()

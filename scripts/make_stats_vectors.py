#!/usr/bin/env python3
"""Statistics as SciPy computes them, and mpmath, for tests/unit/test_stats_*.c:
    /usr/bin/python3 scripts/make_stats_vectors.py > tests/golden/stats_scipy.h
(Debian: python3-scipy, python3-mpmath). Samples are those of scripts/make_stats_vectors.R, read
from its header: run that first."""
import itertools
import os
import re

import mpmath
import numpy as np
import scipy
import scipy.optimize
import scipy.special
import scipy.stats as st
from scipy.stats._resampling import _bca_interval

HERE = os.path.dirname(os.path.abspath(__file__))
TEXT = open(os.path.join(HERE, "../tests/golden/stats_r.h")).read()


def sample(name):
    found = re.search(r"r_%s\[\d+\] = \{(.*?)\};" % name, TEXT, re.S).group(1)
    return np.array([float(x) for x in found.replace("\n", " ").split(",") if x.strip()])


def put(name, values):
    values = np.ravel(np.array(values, dtype=float))
    print("static const double scipy_%s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 5):
        print("    " + ", ".join("(double)NAN" if np.isnan(v) else repr(float(v)) for v in values[i:i + 5]) + ",")
    print("};\n")


def three(f):
    t = f("two-sided")
    return [t.statistic, t.pvalue, f("greater").pvalue, f("less").pvalue]


print("/* Statistics of SciPy %s and mpmath %s. Written by scripts/make_stats_vectors.py. */" % (scipy.__version__, mpmath.__version__))
print("/* clang-format off */\n#ifndef STATS_SCIPY_H\n#define STATS_SCIPY_H\n\n#include <math.h>\n")

for name in ("three", "five", "ten", "far", "twenty", "accuracy"):
    x, y = sample(name + "_x"), sample(name + "_y")
    d = np.round(x - y, 6)
    put(name + "_iqm", [st.trim_mean(x, 0.25), st.median_abs_deviation(x)])
    # SciPy takes the smaller sum for the two-sided test, the positive one for the others: theirs is ours.
    pratt = [st.wilcoxon(d, zero_method="pratt", correction=True, alternative=a, mode="approx").pvalue
             for a in ("two-sided", "greater", "less")]
    put(name + "_pratt", pratt)
    put(name + "_mann_whitney", three(lambda a: st.mannwhitneyu(x, y, alternative=a, method="asymptotic")))
    if len(x) <= 12:
        put(name + "_sign_flip", three(lambda a: st.permutation_test((x - y,), np.mean, permutation_type="samples", n_resamples=np.inf, alternative=a)))
    if len(x) <= 7:
        put(name + "_permutation", three(lambda a: st.permutation_test((x, y), lambda u, v: np.mean(u) - np.mean(v), permutation_type="independent", n_resamples=np.inf, alternative=a)))

# BCa and percentile from all 5^5 resamples: no random numbers in them.
def trimmed(v, axis=-1):
    return st.trim_mean(v, 0.25, axis=axis)


for of in ("five", "lopsided"):
    x = sample(of + "_x")
    for name, f in (("mean", np.mean), ("median", np.median), ("iqm", trimmed)):
        values = np.array([f(np.array(r)) for r in itertools.product(np.sort(x), repeat=5)])
        low, high = _bca_interval((x,), f, -1, 0.025, values, None)[:2]
        put("bca_" + name + "_" + of, [np.quantile(values, float(p)) for p in (low, high, 0.025, 0.975)])

rows = []
for df in (1, 2, 4.5, 9, 30, 120, 1000):
    for ncp in (-3, 0, 0.7, 2.5, 9):
        for t in (-4, -0.5, 0, 1.3, 2.8, 11):
            with mpmath.workdps(30):
                h = mpmath.mpf(df) / 2
                constant = mpmath.log(2) + h * mpmath.log(h) - mpmath.loggamma(h)
                f = lambda s: mpmath.exp(constant + (df - 1) * mpmath.log(s) - h * s * s) * mpmath.ncdf(ncp - t * s)
                width = 1 / mpmath.sqrt(2 * df)
                cuts = sorted({mpmath.mpf(0)} | {c for c in [1 + k * width for k in range(-14, 15, 2)] if c > 0} | {mpmath.mpf(14)})
                rows += [t, df, ncp, mpmath.quad(f, cuts)]
put("noncentral_t_upper", rows)

rows = []
for k in (2, 3, 4, 7, 10, 20, 50, 100):
    for p in (0.5, 0.9, 0.95, 0.99):
        with mpmath.workdps(25):
            cdf = lambda q: k * mpmath.quad(lambda z: mpmath.npdf(z) * (mpmath.ncdf(z) - mpmath.ncdf(z - q)) ** (k - 1), [-9, -6, -4, -2, 0, 2, 4, 6, 9])
            q = mpmath.findroot(lambda q: cdf(q) - p, (float(st.studentized_range.ppf(p, k, np.inf)), 3.5), solver="secant", tol=1e-18)
            rows += [p, k, q]
put("range_quantile", rows)

rows = []
for df in (2, 3, 4, 9, 38, 400):
    with mpmath.workdps(30):
        rows += [df, mpmath.gamma(mpmath.mpf(df) / 2) / (mpmath.sqrt(mpmath.mpf(df) / 2) * mpmath.gamma(mpmath.mpf(df - 1) / 2))]
put("hedges_factor", rows)
# P(X >= k) of n trials that are not whole, with 30 digits.
rows = []
for k, n, p in ((0.4, 3.7, 0.02), (0.98, 59.2, 0.05), (2.5, 17.4, 0.31), (16.9, 17.4, 0.9), (120.3, 400.5, 0.3), (12.25, 900.75, 0.03), (0.5, 0.8, 0.5)):
    with mpmath.workdps(30):
        rows += [k, n, p, mpmath.betainc(k, n - k + 1, 0, mpmath.mpf(p), regularized=True)]
put("binomial_upper", rows)


# Shares of pairs: the tail in each of two intervals of Clopper and Pearson at which the upper end of `more` less the
# lower one of `fewer` is the shift; twice that is p of a difference below it.
def pairs_below(n, more, fewer, shift):
    def upper_end(tail):
        high = 1 if more == n else st.beta.isf(tail, more + 1, n - more)
        low = 0 if fewer == 0 else st.beta.ppf(tail, fewer, n - fewer + 1)
        return high - low - shift
    if upper_end(0.5) >= 0:
        return 1
    return 2 * np.exp(scipy.optimize.brentq(lambda t: upper_end(np.exp(t)), -200, np.log(0.5), xtol=1e-14, rtol=1e-15))


rows = []
for n, more, fewer, shift in ((40, 3, 1, 0.2), (30, 5, 0, 0.4), (200, 2, 0, 0.1), (100, 4, 9, 0.05), (1000, 60, 55, 0.04), (25, 1, 20, 0.1), (50, 2, 2, 0.01), (60, 0, 4, 0.1)):
    rows += [n, more, fewer, shift, pairs_below(n, more, fewer, shift), pairs_below(n, fewer, more, -shift)]
put("share_pairs", rows)


# The fewest of pairs with 80 % power at 0.05, by every count that they can give.
def signs_power(n, more, fewer):
    power = 0
    for differ in range(1, n + 1):
        k = np.arange(differ + 1)
        found = 2 * st.binom.sf(k - 1, differ, 0.5) < 0.05
        power += st.binom.pmf(differ, n, more + fewer) * st.binom.pmf(k, differ, more / (more + fewer))[found].sum()
    return power


rows = []
for n, more, fewer in ((30, 5, 0), (30, 4, 0), (40, 7, 3), (100, 9, 2), (6, 5, 0)):
    needed = 5
    while signs_power(needed, more / n, fewer / n) < 0.8:
        needed += 1
    rows += [n, more, fewer, needed]
put("signs_needed", rows)

# Trials needed: the first number with 80 % power, and the first from which on it stays, for power is a sawtooth.
def trials_power(n, share, against):
    if share > against:
        critical = st.binom.isf(0.025, n, against) + 1
        return st.binom.sf(critical - 1, n, share)
    return trials_power(n, 1 - share, 1 - against)


rows = []
for share, against in ((0.5, 0.9), (0.05, 0.01), (0.3, 0.25), (0.9, 0.911), (0.002, 0.0005), (1, 0.5), (0, 0.05)):
    enough = trials_power(np.arange(1, 20001), share, against) >= 0.8
    rows += [share, against, 1 + np.argmax(enough), 2 + np.max(np.nonzero(~enough))]
put("trials_needed", rows)
print("#endif")

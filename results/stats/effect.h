/* How large a difference is, in units that compare across metrics.
 *
 * Numbers finite, those of pairs of values (delta, A) may be infinite; NaN gives NaN, or is
 * refused (AG_DATA). A standard deviation of 0, or n too small for one, gives NaN, or infinity if
 * the means differ. */
#ifndef AG_EFFECT_H
#define AG_EFFECT_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "results/stats/interval.h"

/* Of paired differences: mean / std (Cohen 1988, 2.3.5). n >= 2. */
double ag_cohen_d_z(int n, const double *d);

/* (mean x - mean y) / pooled std, n_x + n_y - 2 degrees of freedom (Cohen 1988, 2.2). */
double ag_cohen_d(const ag_two_samples *of);

/* Hedges 1981, J. Educ. Stat. 6: d without its bias. The factor for df degrees of freedom is
 * Gamma(df / 2) / (sqrt(df / 2) Gamma((df - 1) / 2)), not its approximation 1 - 3 / (4 df - 1); NaN
 * for df < 2. ag_hedges_g(x, y) = factor x ag_cohen_d; of pairs take factor(n - 1) x d_z. */
double ag_hedges_factor(double df);
double ag_hedges_g(const ag_two_samples *of);

/* Vargha and Delaney 2000, J. Educ. Behav. Stat. 25: A = P(X > Y) + P(X = Y) / 2 over all pairs,
 * the probability of improvement (rliable). Cliff's delta = 2 A - 1 (Cliff 1993). */
double ag_probability_greater(const ag_two_samples *of);
double ag_cliff_delta(const ag_two_samples *of);

/* Hodges and Lehmann 1963: the middle of the differences, with the interval that inverts the rank
 * test (Hollander and Wolfe 1999, 3.2 and 4.2; R: wilcox.test(conf.int = TRUE, exact = TRUE)).
 *
 *     of pairs  median of all (d[i] + d[j]) / 2, i <= j; signed-rank test
 *     of two    median of all x[i] - y[j]; Mann-Whitney test
 *
 * The ends are order statistics, by the distribution without ties: exact as far as the tests are
 * (paired.h, unpaired.h), then normal. With ties the interval holds at least what it says. It is
 * never narrower than `level` unless n is too small for that: then it is the whole range, and
 * `reached` says which level it has. n, n_x, n_y <= 1000. */
typedef struct ag_shift {
    ag_bounds shift;
    double reached; /* P(the interval holds the shift), 0 if n is 1 */
} ag_shift;

enum { AG_SHIFT_MAX = 1000 };

ag_status ag_shift_of_pairs(int n, const double *d, double level, ag_arena *scratch, ag_shift *out,
                            ag_error *err);
ag_status ag_shift_of_two(const ag_two_samples *of, double level, ag_arena *scratch, ag_shift *out,
                          ag_error *err);

#endif

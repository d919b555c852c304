/* Is the difference of pairs 0? One difference for each pair: of two activations with one seed.
 *
 * d: n finite differences, n >= 1 (the tests of ranks and signs allow infinity); NaN is refused
 * (AG_DATA), or gives NaN. "greater": d tends to be above 0. The smallest two-sided p possible
 * is 2 / 2^n for the exact tests: 0.0625 for n = 5, so that n = 6 is the fewest that can be below
 * 0.05. */
#ifndef AG_PAIRED_H
#define AG_PAIRED_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "results/stats/significance.h"

/* Sign-flip permutation test of the mean (Fisher 1935): every difference might as well have had the
 * other sign. statistic: the mean. Exact for n <= AG_SIGN_FLIP_EXACT, over all 2^n signs; beyond
 * drawn as `how` says. Sums that differ by less than 1e-12 of sum |d| count as equal: differences
 * of rounded numbers that are equal in decimals are not in binary. */
enum { AG_SIGN_FLIP_EXACT = 30 };

ag_status ag_sign_flip_test(int n, const double *d, const ag_permutations *how, ag_arena *scratch,
                            ag_significance *out, ag_error *err);

/* Wilcoxon's signed-rank test (1945). statistic: sum of the ranks of |d| with d > 0 (R's V).
 * n: those not 0; 0 of them gives p = 1. Equal |d| share mid-ranks. Exact for n <=
 * AG_WILCOXON_EXACT, the distribution of these ranks under random signs, by dynamic programming;
 * beyond, and with `approximate`, normal with the variance of these ranks and continuity correction
 * 1/2, as R's exact = FALSE (SciPy has no correction unless asked). R and SciPy 1.10 leave the
 * exact distribution as soon as there are ties or zeros; ours is what coin and exactRankTests
 * compute. */
enum { AG_WILCOXON_EXACT = 200 };

typedef enum ag_zeros {
    AG_ZEROS_DROPPED, /* zeros are left out before ranking (Wilcoxon; R) */
    AG_ZEROS_RANKED   /* ranked, then left out (Pratt 1959, J. Am. Stat. Assoc. 54) */
} ag_zeros;

typedef struct ag_wilcoxon {
    ag_zeros zeros;
    bool approximate;
} ag_wilcoxon;

ag_status ag_wilcoxon_test(int n, const double *d, const ag_wilcoxon *how, ag_arena *scratch,
                           ag_significance *out, ag_error *err);

/* Sign test: statistic is how many are above 0, of n that are not 0; binomial, always exact. */
ag_significance ag_sign_test(int n, const double *d);

/* Student's t of the mean. statistic: t with n - 1 degrees of freedom. n = 1, or all d equal: NaN
 * if they are 0 or n = 1; otherwise t is infinite and p 0. */
ag_significance ag_paired_t_test(int n, const double *d);

#endif

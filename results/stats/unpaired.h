/* Do two samples that share no seeds come from one distribution? "greater": x tends to be above y.
 *
 * Both have at least 1 number. Finite, the test of ranks allows infinity; NaN is refused
 * (AG_DATA), or gives NaN. */
#ifndef AG_UNPAIRED_H
#define AG_UNPAIRED_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "results/stats/interval.h"
#include "results/stats/significance.h"

/* Mann and Whitney 1947. statistic: U = pairs with x > y, ties 1/2 (R's W). Exact for n_x + n_y <=
 * AG_MANN_WHITNEY_EXACT: the distribution of U over all ways to share these ranks out, ties
 * included, by dynamic programming; beyond, and with `approximate`, normal with the variance of
 * these ranks and continuity correction 1/2 (R's exact = FALSE, SciPy's asymptotic). Two-sided is
 * twice the smaller tail, as R; coin counts what is as far from the mean, which differs where ties
 * make it lopsided. */
enum { AG_MANN_WHITNEY_EXACT = 100 };

ag_status ag_mann_whitney_test(const ag_two_samples *of, bool approximate, ag_arena *scratch,
                               ag_significance *out, ag_error *err);

/* Welch 1947: statistic t, unequal variances; df after Satterthwaite. NaN if a sample has 1 number
 * or both have variance 0. */
typedef struct ag_welch {
    ag_significance test;
    double df;
    ag_bounds difference; /* mean of x - mean of y, with the interval of `level` */
} ag_welch;

ag_welch ag_welch_test(const ag_two_samples *of, double level);

/* Permutation test of the difference of means, which is the statistic. Exact for n_x + n_y <=
 * AG_PERMUTATION_EXACT, over all ways to share the numbers out; beyond drawn as `how` says. Sums
 * that differ by less than 1e-12 of sum |x| count as equal. */
enum { AG_PERMUTATION_EXACT = 30 };

ag_status ag_permutation_test(const ag_two_samples *of, const ag_permutations *how,
                              ag_arena *scratch, ag_significance *out, ag_error *err);

#endif

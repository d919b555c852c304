/* Is a difference there, is it too small to matter, or are more seeds needed? */
#ifndef AG_EQUIVALENCE_H
#define AG_EQUIVALENCE_H

#include "results/stats/interval.h"

/* Two one-sided tests (Schuirmann 1987, J. Pharmacokin. Biopharm. 15): that the difference is above
 * -margin, and below margin; p is the larger of the two. The same answer is that of `interval`,
 * which has level 1 - 2 alpha: within the margins if and only if p < alpha. margin > 0. NaN for n =
 * 1 and where all differences are equal. */
typedef struct ag_two_one_sided {
    double p, p_above, p_below;
    ag_bounds interval;
} ag_two_one_sided;

ag_two_one_sided ag_equivalence_of_pairs(int n, const double *d, double margin, double alpha);
ag_two_one_sided ag_equivalence_of_two(const ag_two_samples *of, double margin,
                                       double alpha); /* Welch */

/* Both ends strictly within -margin .. margin; false for NaN. */
bool ag_within(ag_bounds bounds, double margin);

/* What a claim about the difference A - B comes to, from an interval of it.
 *
 *     any      EQUIVALENT    all of it is within the margin
 *     A > B    SUPPORTED     otherwise, all of it is above 0      (A < B: the other way round)
 *              CONTRADICTED  otherwise, all of it is below 0
 *     A ~= B   CONTRADICTED  all of it is beyond the margin, on one side
 *     any      UNDECIDED     otherwise, and where the interval is NaN
 *
 * So a difference that is there and too small to matter is EQUIVALENT. margin >= 0; with 0, no
 * margin, nothing is; `~=` needs one (asserted). */
typedef enum ag_relation { AG_RELATION_GREATER, AG_RELATION_LESS, AG_RELATION_ALIKE } ag_relation;
typedef enum ag_verdict { AG_SUPPORTED, AG_CONTRADICTED, AG_EQUIVALENT, AG_UNDECIDED } ag_verdict;

const char *ag_verdict_name(ag_verdict verdict); /* "SUPPORTED", ... */
ag_verdict ag_verdict_of(ag_relation relation, ag_bounds difference, double margin);

/* Power of the paired two-sided t test for a standardised difference d_z with n pairs, n >= 2: both
 * tails of the noncentral t (R: power.t.test(type = "paired", strict = TRUE)). */
double ag_paired_power(int n, double d_z, double alpha);

/* The fewest pairs with at least `power`; 0: more than AG_SEEDS_MAX. */
enum { AG_SEEDS_MAX = 1000000 };
int ag_pairs_needed(double d_z, double alpha, double power);

/* How many seeds would settle it, from n paired differences. The interval of d_z is that of the
 * noncentral t (Steiger and Fouladi 1997), level 1 - alpha. A number of 0: more than AG_SEEDS_MAX.
 * n = 1, or all differences equal: d_z is NaN or infinite, all are 0. */
typedef struct ag_seeds {
    ag_bounds d_z;
    int likely; /* for the observed d_z */
    int least;  /* for the end farther from 0: "not settled by fewer than" */
    int most;   /* for the end nearer to 0; 0 (never) if the interval contains 0 */
} ag_seeds;

ag_seeds ag_seeds_needed(int n, const double *d, double alpha, double power);

#endif

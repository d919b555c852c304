/* Shares of trials that say yes or no, one to a seed: exact tests, and how many seeds they need. */
#ifndef AG_SHARE_H
#define AG_SHARE_H

#include "results/stats/significance.h"

/* Is the share `share`? hits of n; they need not be whole: between those that are, the tails are
 * those of the incomplete beta function. Tails of the binomial distribution, as R's binom.test
 * with an alternative; two-sided below alpha if and only if the interval of Clopper and Pearson
 * with level 1 - alpha excludes `share`. Outside 0 .. 1, which no share is, the tail is 0. */
ag_p_values ag_binomial_test(double hits, double n, double share);

/* n pairs, `more` with yes on the left only, `fewer` on the right only. Is the difference of the
 * shares `shift`? With 0 McNemar's exact test: sign flips of the differences (-1, 0, 1).
 * Otherwise the level at which the difference of two intervals of Clopper and Pearson, of more / n
 * and fewer / n with half of it each (Bonferroni), ends at `shift`: never too small, whatever the
 * share of pairs that differ. Where all pairs are alike, the probability of that itself. */
typedef struct ag_share_pairs {
    double n, more, fewer; /* whole, where shift is 0 */
} ag_share_pairs;

ag_p_values ag_share_pairs_test(const ag_share_pairs *pairs, double shift);

/* The fewest trials with which ag_binomial_test of `against` gives two_sided < alpha with at least
 * `power`, if the share is `share`; it is within a few of the fewest where power, a sawtooth, falls
 * again. 0: more than AG_SEEDS_MAX. */
int ag_share_trials_needed(double share, double against, double alpha, double power);

/* The same of pairs and ag_share_pairs_test, if their shares are those of `pairs`. With a shift
 * power is that of counts that vary as the normal distribution says. */
int ag_share_pairs_needed(const ag_share_pairs *pairs, double shift, double alpha, double power);

#endif

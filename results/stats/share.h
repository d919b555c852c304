/* Shares of trials that say yes or no: exact tests, and how many seeds they need. */
#ifndef AG_SHARE_H
#define AG_SHARE_H

#include "results/stats/interval.h"
#include "results/stats/significance.h"

/* Is the share `share`? hits of n; they need not be whole: between those that are, the tails are
 * those of the incomplete beta function. Tails of the binomial distribution, as R's binom.test
 * with an alternative; two-sided below alpha if and only if the interval of Clopper and Pearson
 * with level 1 - alpha excludes `share`. Outside 0 .. 1, which no share is, the tail is 0. */
ag_p_values ag_binomial_test(double hits, double n, double share);

/* Of numbers in 0 .. 1, one a seed: means of several trials. Is their mean `share`? Nothing is
 * known of their distribution; the smaller of two tails, the binomial one of sum x hits of n: no
 * such number varies more than one trial; (1 - share)^n / product of 1 - x, for `less`, by Markov's
 * inequality: of numbers that vary little; it is above the other where some x is 1. Of trials, x
 * all 0 or 1, both are ag_binomial_test. The smaller of two is below alpha more often than alpha
 * for no distribution on two points (tests/unit/test_report_shares.c). */
ag_p_values ag_mean_share_test(int n, const double *x, double share);
ag_bounds ag_mean_share_interval(int n, const double *x, double level); /* inverts it */

/* n pairs, `more` with yes on the left only, `fewer` on the right only. */
typedef struct ag_share_pairs {
    double n, more, fewer;
} ag_share_pairs;

/* Are the shares equal? Sign flips of the differences (-1, 0, 1), which are whole numbers. */
ag_p_values ag_mcnemar_test(const ag_share_pairs *pairs);

/* Is the difference of the shares `shift`? The level at which the difference of two intervals of
 * Clopper and Pearson, of more / n and fewer / n with half of it each (Bonferroni), ends at
 * `shift`: never too small, whatever the share of pairs that differ. Where all pairs are alike, the
 * probability of that itself. Counts need not be whole. */
ag_p_values ag_share_pairs_test(const ag_share_pairs *pairs, double shift);

/* The fewest trials with which ag_binomial_test of `against` gives two_sided < alpha with at least
 * `power`, if the share is `share`; it is within a few of the fewest where power, a sawtooth, falls
 * again. 0: more than AG_SEEDS_MAX. */
int ag_share_trials_needed(double share, double against, double alpha, double power);

/* The same of ag_mean_share_test, for trials with this mean or numbers that vary as these do, as
 * few as one of them says. */
int ag_mean_share_needed(int n, const double *x, double share, double alpha, double power);

/* The same of pairs, if their shares are those of `pairs`: of McNemar's test, and of
 * ag_share_pairs_test, where power is that of counts that vary as the normal distribution says. */
int ag_mcnemar_needed(const ag_share_pairs *pairs, double alpha, double power);
int ag_share_pairs_needed(const ag_share_pairs *pairs, double shift, double alpha, double power);

#endif

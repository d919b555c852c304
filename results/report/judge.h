/* From differences, one for each seed, to the verdict on what was claimed of them. */
#ifndef AG_JUDGE_H
#define AG_JUDGE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "results/stats/equivalence.h"

#include <stdbool.h>

/* What p comes from, and the interval with it. */
typedef enum ag_judged_by {
    AG_BY_T,           /* paired t test; t interval */
    AG_BY_SIGNS,       /* no interval: differences all equal, or some infinite. Exact sign test */
    AG_BY_SHARE,       /* share against a number, and its interval: ag_mean_share_test; of one
                          trial a seed the exact binomial test, and Clopper and Pearson's */
    AG_BY_SAME_SHARES, /* no interval: pairs of shares, all equally far apart. The probability of
                          that */
    AG_BY_PAIRS,       /* shares of one trial in pairs: McNemar's exact test; t interval */
    AG_BY_T_AND_FLIPS, /* shares of several trials in pairs: t, and where 30 seeds or fewer differ
                          no p below that of sign flips; t interval */
    AG_BY_TWO_SHARES   /* of unequally many: ag_share_pairs_test, as of every margin of pairs; t
                          interval */
} ag_judged_by;

/* What is claimed, and the evidence. On the scale of the metric: differences of logarithms where
 * it is one of ratios. */
typedef struct ag_judgement {
    ag_relation relation;
    double margin;          /* 0: none */
    int n;                  /* seeds */
    const double *d;        /* [n] differences, not NaN */
    double least_d, most_d; /* all that d can be: shares of trials; 0 and 0: anything */
    bool single;            /* of shares: each of d is of one trial, or pair; both ends and, of
                               pairs, 0 are then all that it can be. Otherwise a mean of several,
                               which counts as one trial */
    bool uneven;            /* of pairs: one side is a mean of more trials than the other, so that
                               no difference might as well have the other sign */

    /* Of this claim alone, by ag_judge: */
    ag_judged_by by;
    ag_bounds difference; /* mean with its 95 % interval; by signs: median, least, largest */
    bool by_signs;        /* no interval: all differences are equal, or some are infinite */
    double d_z;           /* mean / std; NaN by signs, and of trials against a number */
    double p;             /* two-sided, of what decides it; 1: nothing can, n < 2 */
    double p_flip;        /* exact sign-flip test of the difference; NaN: more than 30 seeds, by
                             signs, of trials against a number, or of a claim of likeness */
    ag_verdict alone;     /* uncorrected: by the interval; but for t, if p < 0.05 as well */

    /* Among all claims of an experiment, by ag_judge_all: */
    double p_corrected; /* Holm */
    ag_verdict verdict; /* `alone`, if p_corrected < 0.05; otherwise UNDECIDED */
    int rivals;         /* claims that are no clearer, with itself: what Holm multiplies by */

    /* Of those that are UNDECIDED, by ag_judge_seeds: how many seeds would settle it with 80 %
     * power, 0: more than AG_SEEDS_MAX, or not known. `likely` for the effect that was seen,
     * `least` and `most` for the ends of its interval. */
    int likely, least, most;
} ag_judgement;

/* relation, margin, n and d are given. What decides: of > and <, the paired t test of the
 * difference, or with a margin, two one-sided tests of its being within it, whichever is clearer;
 * of ~=, those, or the t test of its being beyond the margin. Each p is doubled where it stands for
 * one side, so that p < 0.05 if and only if the 95 % interval says so. Rare shares are far from
 * normal: theirs are tested as `by` says, and both p and interval must agree. */
ag_status ag_judge(ag_judgement *of, ag_arena *scratch, ag_error *err);

/* Corrects and decides. Those that cannot be tested count as claims, with p = 1. */
ag_status ag_judge_all(ag_judgement *of, int n, ag_arena *scratch, ag_error *err);

ag_status ag_judge_seeds(ag_judgement *of, ag_arena *scratch, ag_error *err);

#endif

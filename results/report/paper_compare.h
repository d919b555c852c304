/* The numbers of a paper beside those of a store.
 *
 * Ours is the mean over the seeds of one cell, with an interval of level 0.95: of Student's t;
 * of shares of trials Wilson's; on a scale of logarithms, and of ratios, of the
 * logarithms and back. What is compared are whole trials: a paper's single run lies beside our
 * mean.
 *
 *     HOLDS      the whole interval is within the tolerance of the paper's number
 *     DIFFERS    all of it is outside
 *     UNDECIDED  otherwise: more seeds would tell; also for a single seed, which has no interval
 *
 * With a tolerance in sigma the paper's number is taken for exact and the seeds are what limits: it
 * HOLDS within so many standard errors of the mean (of a share P: sqrt(P (1 - P) / n) with the
 * paper's P), otherwise DIFFERS, and is UNDECIDED where these are more than `most` together. */
#ifndef AG_PAPER_COMPARE_H
#define AG_PAPER_COMPARE_H

#include "harness/plan/plan.h"
#include "results/report/metric.h"
#include "results/report/paper.h"
#include "results/stats/interval.h"

typedef enum ag_agreement {
    AG_AGREEMENT_HOLDS,
    AG_AGREEMENT_DIFFERS,
    AG_AGREEMENT_UNDECIDED,
    AG_AGREEMENT_NONE /* nothing to compare with */
} ag_agreement;

extern const char *const ag_agreement_names[]; /* "HOLDS", ..., "not compared" */

typedef struct ag_paper_result {
    ag_bounds ours;
    int n;                /* seeds; of a ratio or difference, that both have */
    int diverged, failed; /* trials, that are not in it */
    double tolerance;     /* to either side; NaN: not known (sigma without seeds) */
    ag_agreement agreement;
    const char *why; /* UNDECIDED, none: a few words; otherwise NULL */
} ag_paper_result;

/* results[paper->n_numbers], of the trials of the plan; NULL: of all that the store has.
 * AG_NOTFOUND, AG_CONFIG: a number that means no metric, or several
 * cells at once. */
ag_status ag_paper_compare(const ag_paper *paper, const ag_plan *plan, const char *folder,
                           ag_arena *arena, ag_paper_result **results, ag_error *err);

/* What a number is of: one of metric.h, or a column of an epoch or a layer. */
ag_status ag_paper_metric(const ag_paper_number *number, ag_arena *arena, ag_metric *metric,
                          ag_error *err);

#endif

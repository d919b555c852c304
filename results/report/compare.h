/* Which activation is better, by how much, how sure: a store compared (DESIGN.md, 8). */
#ifndef AG_COMPARE_H
#define AG_COMPARE_H

#include "results/report/report.h"
#include "results/report/sample.h"
#include "results/stats/interval.h"

/* How intervals are made. The bootstrap of a mean is too narrow below 20 seeds: interval.h. */
typedef enum ag_ends { AG_ENDS_T, AG_ENDS_BOOTSTRAP } ag_ends;

typedef struct ag_compare_options {
    ag_trial_set set;     /* which trials; {0}: as of the whole store */
    const char *metric;   /* NULL: the usual one of the store */
    const char *baseline; /* label of an activation: the others against it; NULL: all pairs */
    const ag_condition *at;
    int n_at;
    const char *const *by; /* keys that vary between blocks: a comparison for each of their values;
                              n_by 0: for each block */
    int n_by;
    bool overall_only;
    ag_ends ends;
    bool all_pairs;  /* people see them all, however many */
    bool cost;       /* at equal steps, seconds, operations, too */
    bool budget;     /* what so many candidates of a tuning are worth, too */
    bool variance;   /* shares of the variance, too */
    bool for_people; /* what is too long for them may be left out, with a sentence */
} ag_compare_options;

/* Fills a report from the store in `folder`. A store in which there is nothing to compare gives a
 * report that says so. */
ag_status ag_compare(const char *folder, const ag_compare_options *options, ag_arena *arena,
                     ag_report *report, ag_error *err);

#endif

/* The searches of a store: candidates of a tuning that were drawn from the same lists, or in the
 * same way, and tried with the same seeds. Only within one may a best be the best of so many. */
#ifndef AG_SEARCHES_H
#define AG_SEARCHES_H

#include "results/report/metric.h"
#include "results/report/trial_set.h"

typedef struct ag_tuning_search {
    const char *label;       /* "experiment edge: grid; 10 candidates; 1 seed" */
    const char *keys;        /* what was chosen: "optimizer.learning_rate,optimizer.momentum" */
    const ag_metric *metric; /* by which */
    const char *trials;      /* as in ag_trial_set: all candidates, where they were halved in the
                                first rung; NULL where it cannot be read */
    const char *halved;      /* "27 candidates at 2 epochs": the first rung; NULL: they were not */
    const char *why; /* it has no best of so many: its experiment cannot be read any more, or not
                        all candidates were trained as long */
} ag_tuning_search;

/* Those that the choices in force rest on, in order of their experiments; that of set->plan, if
 * there is one. */
ag_status ag_searches_read(ag_reader *reader, const ag_trial_set *set, ag_arena *arena,
                           ag_tuning_search **list, int *n, ag_error *err);

#endif

/* A plan as people want to see it before it runs: how many trials, what they cost,
 * how long they will take here. `actgrid plan`, and `run --dry-run`. */
#ifndef AG_ESTIMATE_H
#define AG_ESTIMATE_H

#include "harness/cli/begun.h"
#include "harness/cli/experiment.h"
#include "harness/cli/lenders.h"
#include "harness/run/calibrate.h"

/* Of the trials with an activation. */
typedef struct ag_parameter_range {
    size_t least, most;
} ag_parameter_range;

typedef struct ag_estimate {
    const ag_begun *begun;
    bool keeps; /* the ends of trials */
    ag_keepsakes kept;
    size_t n_todo, cached;
    ag_lenders lenders;  /* of those that are there */
    double seconds;      /* wall clock on n_threads; below 0: not known */
    bool stops_early;    /* or may, and then it takes less */
    bool shares;         /* a trial is longer than the rest: idle threads help, it takes less */
    const char *no_data; /* why not: a data set is missing; NULL otherwise */
    const ag_data *data; /* per data set of the plan; NULL: not opened */
    ag_speed speed;
    const ag_parameter_range *parameters; /* for each activation variant of the plan */
    int n_threads;
    size_t bytes; /* of memory, at most: data once, n_threads trials, the program; 0: not known */
} ag_estimate;

/* Opens the data and calibrates. `begun` says which trials are not in the store, and what there is
 * of them. */
ag_status ag_estimate_make(const ag_experiment *experiment, const ag_begun *begun, int n_threads,
                           ag_arena *arena, ag_estimate *estimate, ag_error *err);

/* The same, timing for so many seconds: where many are made, a rough one will do. */
ag_status ag_estimate_within(const ag_experiment *experiment, const ag_begun *begun, int n_threads,
                             double seconds, ag_arena *arena, ag_estimate *estimate, ag_error *err);

void ag_estimate_print(const ag_experiment *experiment, const ag_estimate *estimate);
void ag_estimate_print_json(const ag_experiment *experiment, const ag_estimate *estimate);

#endif

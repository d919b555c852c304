/* A workload: an experiment file whose trials are trained against the clock.
 *
 * The same plan, data and training loop as `actgrid run`: what is measured is what
 * users run. Only the steps are timed; evaluation is left out, as the examples held out
 * are. A trial that has done its steps begins again.
 */
#ifndef AG_WORKLOAD_H
#define AG_WORKLOAD_H

#include "harness/cli/experiment.h"
#include "harness/train/train.h"

/* One trial of the plan, with or without probes. */
typedef struct ag_bench {
    const char *label; /* of the trial: what distinguishes it in its plan */
    bool probes;
    ag_settings settings;
    ag_data data; /* of which nothing is held out */
    double flops; /* of one example: forward and backward */
    ag_arena arena;
    bool begun;
    ag_training_run run;
} ag_bench;

typedef struct ag_workload {
    ag_experiment experiment;
    const char *generated; /* in words: which data are not there and were made; NULL: none */
    int n;
    ag_bench *bench; /* [n]: trial after trial; with probes: each without them, then with */
} ag_workload;

/* Which of the two a trial is run as. */
typedef enum ag_bench_probes { AG_BENCH_PLAIN, AG_BENCH_PROBES, AG_BENCH_BOTH } ag_bench_probes;

/* The file that `name` stands for: it is a path, the name of a file in benchmarks/workloads
 * without .yaml, or what that name has in front of "_". */
ag_status ag_workload_find(const char *name, ag_arena *arena, const char **file, ag_error *err);

/* `overrides` as for `actgrid run`. To be closed. */
ag_status ag_workload_open(const char *file, const char *const *overrides, int n_overrides,
                           ag_bench_probes probes, ag_arena *arena, ag_workload *workload,
                           ag_error *err);
void ag_workload_close(ag_workload *workload);

/* What was done, and in what time: of this thread, and of the clock on the wall. */
typedef struct ag_bench_time {
    double steps, samples, seconds, wall;
} ag_bench_time;

/* Trains in whole epochs until `seconds` of the thread's time are spent, at least one.
 * A trial that diverges is an error: there is nothing to be timed. */
ag_status ag_bench_go(ag_bench *bench, double seconds, ag_bench_time *time, ag_error *err);

/* From the first step again: weights as they were. */
ag_status ag_bench_begin(ag_bench *bench, ag_error *err);

#endif

/* An experiment on its way to a run: file found and read, costs known, data open. */
#ifndef AG_EXPERIMENT_H
#define AG_EXPERIMENT_H

#include "harness/base/arena.h"
#include "harness/run/run.h"
#include "harness/train/cost.h"

typedef struct ag_experiment {
    ag_plan plan;
    ag_costs costs;     /* see ag_experiment_costs */
    double flops, work; /* of all trials: training; training and evaluation */
    size_t parameters_min, parameters_max;
    size_t trial_bytes; /* of the largest trial */
} ag_experiment;

/* FILE is a path, or the NAME of a shipped experiment, see shipped.h. */
ag_status ag_experiment_read(const char *file, const char *const *overrides, int n_overrides,
                             ag_arena *arena, ag_experiment *experiment, ag_error *err);

/* What every trial costs, and all of them together. A family that refuses its settings is
 * an error here, before anything runs. */
ag_status ag_experiment_costs(ag_experiment *experiment, ag_arena *arena, ag_error *err);

/* Whether this many trials at a time fit into the machine's memory: AG_NOMEM says what
 * they need before the system ends the program for it. */
ag_status ag_experiment_fits(const ag_experiment *experiment, int n_threads, ag_error *err);

/* Where results go unless -o says otherwise: "runs/<name>". */
ag_status ag_experiment_folder(const ag_experiment *experiment, ag_arena *arena,
                               const char **folder, ag_error *err);

/* Opens the data sets that the given trials use, and those of the user's own files; others
 * stay empty. */
ag_status ag_experiment_data(const ag_experiment *experiment, const size_t *todo, size_t n_todo,
                             ag_arena *arena, ag_data **data, ag_error *err);

#endif

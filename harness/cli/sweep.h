/* What `run` and `plan` share: options, the store's folder, what is left to do. */
#ifndef AG_SWEEP_H
#define AG_SWEEP_H

#include "harness/cli/begun.h"
#include "harness/cli/command.h"
#include "harness/cli/experiment.h"

/* The value of -j: 0 if it was not given. false: not a number from 1 to 1024, said
 * on stderr. */
bool ag_sweep_threads(const ag_call *call, int *threads);

/* -o, or runs/<name>. */
ag_status ag_sweep_folder(const ag_call *call, const ag_experiment *experiment, const char **folder,
                          ag_error *err);

/* What is done otherwise on the file system that `folder` lies on, said on stderr. */
void ag_sweep_note_place(const char *folder);

/* Positions in plan.trials of what the store in `folder` does not have, without
 * opening it for writing; all of them if there is no store. */
ag_status ag_sweep_todo(const ag_experiment *experiment, const char *folder, ag_arena *arena,
                        size_t **todo, size_t *n_todo, ag_error *err);

/* What there is of those trials. */
ag_status ag_sweep_begun(const ag_experiment *experiment, const char *folder, ag_arena *arena,
                         ag_begun *begun, ag_error *err);

#endif

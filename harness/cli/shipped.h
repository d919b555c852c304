/* Experiments that come with the program, by name. */
#ifndef AG_SHIPPED_H
#define AG_SHIPPED_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

/* The file of an experiment: `name` itself if it is one, otherwise NAME.yaml in ./experiments, in
 * the source tree of the program, or in its share/actgrid/experiments. NAME is quickstart, or with
 * the folder it lies in, claims/dying_relu. AG_CONFIG, with the nearest right name, if there is
 * none. */
ag_status ag_shipped_find(const char *name, ag_arena *arena, const char **path, ag_error *err);

/* Names of the files of a folder below experiments ("papers/") with this ending (".paper.yaml"), in
 * order of the alphabet, each once. */
ag_status ag_shipped_list(const char *folder, const char *ending, ag_arena *arena,
                          const char *const **names, int *n, ag_error *err);

#endif

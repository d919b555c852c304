/* A shipped comparison on its way: the paper and its experiment, found and read. */
#ifndef AG_REPRODUCTION_H
#define AG_REPRODUCTION_H

#include "harness/cli/experiment.h"
#include "results/report/paper_compare.h"

typedef struct ag_reproduction {
    const char *name;   /* "born_dead" */
    const char *folder; /* of the store, unless -o says otherwise: "runs/born_dead-reduced" */
    const char *file;   /* .paper.yaml; the experiment is beside it */
    const char *experiment_file;
    ag_paper paper;
    const ag_paper_scale *scale;
    const char *const *overrides; /* beyond those of the scale */
    int n_overrides;
    ag_experiment experiment; /* its costs are not made */
} ag_reproduction;

/* The names of those that are shipped: NAME.paper.yaml in experiments/papers. */
ag_status ag_reproduction_names(ag_arena *arena, const char *const **names, int *n, ag_error *err);

/* NAME is a shipped paper's, or the path of a file that ends in .paper.yaml; the experiment stands
 * beside it. */
ag_status ag_reproduction_find(const char *name, ag_arena *arena, ag_reproduction *r,
                               ag_error *err);

/* Plans the experiment at a scale; NULL: the first. */
ag_status ag_reproduction_plan(ag_reproduction *r, const char *scale, ag_arena *arena,
                               ag_error *err);

#endif

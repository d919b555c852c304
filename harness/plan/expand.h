/* From axes to variants, and from variants to trials. Private to harness/plan. */
#ifndef AG_EXPAND_H
#define AG_EXPAND_H

#include "harness/plan/axes.h"
#include "harness/plan/exclude.h"
#include "harness/plan/variant.h"

enum { AG_VARIANTS_MAX = 100000 }; /* combinations of axis values within one part */

/* What the axes make of one part. A *combination* is one value of each axis that
 * touches the part; the last axis changes fastest. */
typedef struct ag_part_map {
    int n_combinations;
    const uint32_t *variant;    /* [n_combinations] */
    const int *n_layers;        /* [n_combinations] length of {layers: [...]}, or 0 */
    const ag_place *place;      /* [n_combinations] of what was read */
    size_t stride[AG_AXES_MAX]; /* step in combinations for one step of an axis; 0: not touched */
    bool injective;             /* no two combinations give the same variant */
} ag_part_map;

/* An experiment while it is being read. */
typedef struct ag_draft {
    ag_arena *arena; /* keeps what the plan points to */
    ag_arena *work;  /* until the plan is ready */
    ag_root_form root;
    ag_place place; /* of the file's top level */
    ag_axes axes;
    const ag_axes *listed; /* as in the file, where some are drawn from; otherwise NULL */
    ag_part_map part[AG_PARTS];
    ag_rules rules;
    ag_phase phase;           /* of the trials */
    bool tuned[AG_AXES_MAX];  /* the axis is named by tuning.over */
    struct ag_tuning *tuning; /* NULL: none */
    ag_plan *plan;
    size_t n_points; /* before exclude and seeds */
    bool stored;     /* settings out of a store: what is wrong with a data set is said when it is
                        opened */
} ag_draft;

/* Refuses grids beyond AG_TRIALS_MAX, naming the axis. Sets n_points. */
ag_status ag_expand_count(ag_draft *d, ag_error *err);

/* Reads every variant of every part; refuses an axis that has a choice twice. */
ag_status ag_expand_variants(ag_draft *d, ag_error *err);

/* Lists the trials, seeds slowest, without those that a rule takes out; checks what
 * concerns several parts at once. */
ag_status ag_expand_trials(ag_draft *d, ag_error *err);

/* Reads `claims` and holds them against the trials. */
ag_status ag_claims_read(ag_draft *d, ag_error *err);

/* The id of what trial->variant and trial->seed say. */
uint64_t ag_trial_id(const ag_plan *plan, const ag_trial *trial);

/* Reads `tuning`, if there is one: the phase, the seeds, which axes it is over. */
ag_status ag_tuning_read(ag_draft *d, ag_error *err);

/* points[n], at these digits of the axes, belongs to a group. */
ag_status ag_tuning_point(ag_draft *d, const ag_trial *points, size_t n, const int *digit,
                          ag_error *err);

/* When all n points are known: numbers the groups, refuses unequal ones. */
ag_status ag_tuning_points_end(ag_draft *d, const ag_trial *points, size_t n, ag_error *err);

/* When trials and claims are read: what each rung has, and the trials of the first. */
ag_status ag_rungs_make(ag_draft *d, ag_error *err);

/* ,"tuning":{...} */
void ag_tuning_write_json(ag_writer *w, const ag_draft *d);

/* One more sentence for plan->notes. */
ag_status ag_note(ag_draft *d, ag_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The notes on rules, twins and activations without a derivative; n_twice points were
 * dropped. */
ag_status ag_notes_write(ag_draft *d, size_t n_twice, ag_error *err);

/* JSON of the whole experiment, itself an experiment file that gives the same plan.
 * NULL: out of memory. */
const char *ag_resolved_json(const ag_draft *d);

#endif

/* `tuning`: what is chosen for each activation by itself, at the same expense for all.
 *
 * The grid's points fall into *groups*, which differ in what `over` does not name (activation,
 * depth, ...), each with the same *candidates*, which differ in what it does. Every candidate is
 * trained with the seeds of the phase `tune`, and its trials never see the test part; the best of
 * each group is trained again with the seeds of the phase `final`, which are other ones and the
 * same for all groups. The plan knows all trials of `tune` at once; ag_plan_stages adds those that
 * follow from a choice.
 */
#ifndef AG_TUNING_H
#define AG_TUNING_H

#include "harness/plan/plan.h"

extern const ag_element ag_search_random, ag_search_sobol; /* number[]: AG_SEARCH_... */
enum { AG_SEARCH_DRAWS, AG_SEARCH_SEED };

typedef struct ag_tuning {
    const char *const *over; /* [n_over] dotted keys, in order of the file */
    int n_over;
    const char *metric; /* a column of `trial`, of the validation part */
    bool larger;        /* is better */
    ag_choice search;   /* element NULL: every point of the grid */
    const uint64_t *final_seeds;
    int n_final_seeds;
    size_t n_points; /* the plan's trials of one seed */
    int n_groups, n_candidates;
    const uint32_t *group;     /* [n_points] */
    const uint32_t *candidate; /* [n_points] place in the order of the file */
} ag_tuning;

/* Trials that follow from a choice. */
typedef struct ag_tuning_stage {
    ag_phase phase;
    const size_t *points; /* [n] */
    size_t n;
} ag_tuning_stage;

/* `whole` is the plan with the trials of the stages behind its own. Points into the plan. */
ag_status ag_plan_stages(const ag_plan *plan, const ag_tuning_stage *stages, int n, ag_arena *arena,
                         ag_plan *whole, ag_error *err);

/* What `over` names, of this trial: its number, false if it is none; "learning_rate=0.03
 * momentum=0.9"; {"optimizer.learning_rate":0.03,...}. NULL: out of memory. */
bool ag_tuned_number(const ag_plan *plan, const ag_trial *trial, int over, double *x);
const char *ag_tuned_label(const ag_plan *plan, const ag_trial *trial, ag_arena *arena);
const char *ag_tuned_json(const ag_plan *plan, const ag_trial *trial, ag_arena *arena);

/* Whether plan->axes[axis] is one of those that candidates differ in. */
bool ag_tuned_axis(const ag_plan *plan, int axis);

/* "grid", "random(random=20)": how the candidates came about. NULL: out of memory. */
const char *ag_tuning_how(const ag_tuning *tuning, ag_arena *arena);

#endif

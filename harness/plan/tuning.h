/* `tuning`: what is chosen for each activation by itself, at the same expense for all.
 *
 * The grid's points fall into *groups*, which differ in what `over` does not name (activation,
 * depth, ...), each with the same *candidates*, which differ in what it does. Every candidate is
 * trained with the seeds of the phase `tune`, and its trials never see the test part; the best of
 * each group is trained again with the seeds of the phase `final`, which are other ones and the
 * same for all groups. The plan knows all trials of `tune` at once; ag_plan_stages adds those that
 * follow from a choice.
 *
 * With `halving`, `tune` has *rungs* (successive halving: Jamieson, Talwalkar 2016; Li et al.
 * 2018): of n candidates of each group ceil(n / eta^r) are in rung r of R, trained for 1 /
 * eta^(R-1-r) of the epochs or steps of the file, rounded up; so all groups have the same budget. A
 * trial of a rung is an ordinary one that is as long as its rung. The plan's trials are those of
 * the first; which candidates the next ones have follows from a choice.
 */
#ifndef AG_TUNING_H
#define AG_TUNING_H

#include "harness/plan/plan.h"

extern const ag_element ag_search_random, ag_search_sobol; /* number[]: AG_SEARCH_... */
enum { AG_SEARCH_DRAWS, AG_SEARCH_SEED };
extern const ag_element ag_halving; /* number[]: AG_HALVING_... */
enum { AG_HALVING_ETA, AG_HALVING_RUNGS };
enum { AG_RUNGS_MAX = 16 };

typedef struct ag_rung {
    int candidates;     /* of each group */
    long epochs, steps; /* of a trial: one is above 0; both 0: what its settings say */
} ag_rung;

typedef struct ag_tuning {
    const char *const *over; /* [n_over] dotted keys, in order of the file */
    int n_over;
    const char *metric;   /* a column of `trial`, of the validation part */
    bool larger;          /* is better */
    ag_choice search;     /* element NULL: every point of the grid */
    ag_choice halving;    /* element NULL: none */
    const ag_rung *rungs; /* [n_rungs] the last one of the whole length */
    int n_rungs;          /* 1: no halving */
    int n_trainings;      /* variants of training in the file; those of rungs stand behind them */
    const uint64_t *final_seeds;
    int n_final_seeds;
    size_t n_points;        /* the plan's trials of one seed */
    const ag_trial *points; /* [n_points] with the first seed, of the whole length */
    int n_groups, n_candidates;
    const uint32_t *group;     /* [n_points] */
    const uint32_t *candidate; /* [n_points] place in the order of the file */
} ag_tuning;

/* Trials that follow from a choice. */
typedef struct ag_tuning_stage {
    ag_phase phase;
    const size_t *points; /* [n] */
    size_t n;
    int rung; /* of phase tune; final trials are of the whole length */
} ag_tuning_stage;

/* `whole` is the plan, those that are known from the beginning, with the trials of the stages
 * behind them; others that `plan` may have are left out. Points into the plan. */
ag_status ag_plan_stages(const ag_plan *plan, const ag_tuning_stage *stages, int n, ag_arena *arena,
                         ag_plan *whole, ag_error *err);

/* The trial of phase tune of a candidate in a rung. */
ag_trial ag_tuned_trial(const ag_plan *plan, size_t point, int seed, int rung);

/* The rung of a trial of phase tune. */
int ag_tuned_rung(const ag_plan *plan, const ag_trial *trial);

/* "9 candidates at 2 epochs" */
enum { AG_RUNG_TEXT = 80 };
const char *ag_rung_text(char text[AG_RUNG_TEXT], const ag_rung *rung);

/* What `over` names, of this trial: its number, false if it is none; "learning_rate=0.03
 * momentum=0.9"; {"optimizer.learning_rate":0.03,...}. NULL: out of memory. */
bool ag_tuned_number(const ag_plan *plan, const ag_trial *trial, int over, double *x);
const char *ag_tuned_label(const ag_plan *plan, const ag_trial *trial, ag_arena *arena);
const char *ag_tuned_json(const ag_plan *plan, const ag_trial *trial, ag_arena *arena);

/* Whether plan->axes[axis] is one of those that candidates differ in. */
bool ag_tuned_axis(const ag_plan *plan, int axis);

/* "grid", "random(random=20)": how the candidates came about; behind it AG_HALVING_WORDS and the
 * rungs if they were halved. NULL: out of memory. */
#define AG_HALVING_WORDS "successive halving"
const char *ag_tuning_how(const ag_tuning *tuning, ag_arena *arena);

#endif

/* What there is already of the trials that a run has to train: checkpoints of their own, and the
 * last states of shorter trainings of the same settings. `run` begins with it, `plan` says it. */
#ifndef AG_BEGUN_H
#define AG_BEGUN_H

#include "harness/plan/plan.h"
#include "harness/record/keeper.h"
#include "harness/train/cost.h"

/* Why a trial is trained from its first step although a shorter training of it is finished. */
typedef enum ag_anew {
    AG_ANEW_SCHEDULE,
    AG_ANEW_NOT_KEPT,
    AG_ANEW_OTHER_PROGRAM,
    AG_ANEW_DAMAGED,
    AG_ANEW_REASONS
} ag_anew;

typedef struct ag_begun {
    /* What is asked. */
    const ag_plan *plan;
    const char *folder; /* of the store */
    uint64_t origin; /* of this program: it cannot go on from what another one kept; 0: from none */
    const size_t *todo; /* [n] positions in the plan */
    size_t n;

    /* What there is. */
    double *left;      /* [n] share of its steps that a trial has to do */
    uint64_t *shorter; /* [plan->n_trials] see ag_runner; NULL: nothing is kept */
    const ag_checkpoint **continued;
    size_t n_continued, n_others; /* checkpoints of trials that are not in the plan */
    size_t n_extended, n_anew[AG_ANEW_REASONS];
    long first_epoch, last_epoch; /* that extended ones go on from: the least and the most */
} ag_begun;

ag_status ag_begun_look(ag_begun *begun, ag_arena *arena, ag_error *err);

/* On stderr, for a run. */
void ag_begun_print(const ag_begun *begun);

/* The same as lines of a plan, and as a part of its JSON, on stdout. */
void ag_begun_print_plan(const ag_begun *begun);
void ag_begun_print_json(const ag_begun *begun);

/* What a run keeps of the ends of its trials, if it is asked to. */
typedef struct ag_keepsakes {
    size_t n, n_without; /* trials; those whose schedule depends on the length: nothing is kept */
    double bytes;        /* about */
} ag_keepsakes;

ag_keepsakes ag_keepsakes_of(const ag_plan *plan, const ag_costs *costs, const size_t *todo,
                             size_t n);

#endif

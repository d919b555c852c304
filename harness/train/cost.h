/* What trials cost, without training them. */
#ifndef AG_COST_H
#define AG_COST_H

#include "harness/plan/plan.h"

typedef struct ag_trial_cost {
    size_t parameters;
    long steps;
    double flops; /* of all steps, forward and backward */
    double work;  /* with the evaluations of training and validation examples */
    size_t bytes; /* of its arena, about */
    size_t kept;  /* bytes of the arrays that it leaves to the store, about */
    size_t rows;  /* and of its rows there */
    size_t state; /* of its last state, as a checkpoint keeps it, about */
} ag_trial_cost;

ag_status ag_train_cost(const ag_settings *settings, const ag_data_outline *data, ag_arena *arena,
                        ag_trial_cost *cost, ag_error *err);

/* Of all trials of a plan: many cost the same. */
typedef struct ag_costs {
    const ag_trial_cost *cost; /* [n] different ones */
    size_t n;
    const uint32_t *of; /* [plan->n_trials] which of them */
} ag_costs;

static inline const ag_trial_cost *ag_cost_of(const ag_costs *costs, size_t trial) {
    return &costs->cost[costs->of[trial]];
}

/* Builds every net of the plan that differs in its layers once, without its numbers. AG_DATA
 * if a data set whose size matters is not there. */
ag_status ag_costs_make(const ag_plan *plan, ag_arena *arena, ag_costs *costs, ag_error *err);

#endif

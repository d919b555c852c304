/* What cost.c (one trial) and costs.c (all of a plan) share. Private to harness/train. */
#ifndef AG_COST_PRIVATE_H
#define AG_COST_PRIVATE_H

#include "harness/train/cost.h"

/* The settings that a cost depends on, and the data's. */
typedef struct ag_cost_subject {
    const ag_choice *model, *optimizer;
    const ag_activation_list *activation;
    const ag_training *training;
    const ag_probing *probes;
    const ag_data_outline *data;
} ag_cost_subject;

/* A net without its numbers, and what has been asked of it. */
typedef struct ag_cost_net {
    ag_net net;
    double flops; /* of an example of training */
    int piece;    /* see batch.h */
    int rows;     /* that `bytes` is for; -1: none yet */
    size_t bytes;
} ag_cost_net;

/* Outputs of the net: with dataset, model and activation, all that decides about it. */
int ag_cost_outputs(const ag_cost_subject *subject);

ag_status ag_cost_net_build(const ag_cost_subject *subject, ag_arena *arena, ag_cost_net *known,
                            ag_error *err);

ag_trial_cost ag_cost_reckon(const ag_cost_subject *subject, ag_cost_net *known);

/* Variants of a part with the same number here cost the same: a grid of learning rates, of
 * parameters of an activation, of penalties costs no more to reckon than one trial. */
uint64_t ag_cost_class(ag_part part, const ag_variant *variant);

#endif

/* What one trial costs. */
#include "harness/train/cost_private.h"
#include "harness/train/trajectory.h"

#include "harness/base/digest.h"
#include "harness/plan/goal.h"
#include "harness/train/batch.h"
#include "harness/train/flight.h"
#include "harness/train/gradient.h"
#include "harness/train/lengths.h"
#include "harness/train/stopping.h"
#include "harness/train/watch.h"

static int noise_levels(const ag_training *t) {
    return t->robustness.element ? t->robustness.list[0]->n : 0;
}

int ag_cost_outputs(const ag_cost_subject *s) {
    const ag_data_outline *data = s->data;
    return ag_goal_of(s->model, s->training, data->regression, data->n_classes, data->n_targets,
                      data->shape)
        .outputs;
}

ag_status ag_cost_net_build(const ag_cost_subject *s, ag_arena *arena, ag_cost_net *known,
                            ag_error *err) {
    *known = (ag_cost_net){.rows = -1};
    AG_TRY(ag_family_of(s->model)->build(s->model, s->activation, s->data->shape,
                                         ag_cost_outputs(s), arena, &known->net, err));
    known->flops = ag_net_flops(&known->net);
    known->piece = ag_batch_piece(&known->net);
    return AG_OK;
}

static size_t bytes_of(const ag_cost_subject *s, const ag_cost_net *known, const ag_lengths *l) {
    const ag_net *net = &known->net;
    const ag_training *t = s->training;
    const size_t features = ag_shape_size(s->data->shape);
    const int n_state = ag_optimizer_of(s->optimizer)->n_state;
    return known->bytes + (size_t)n_state * net->n_parameters * sizeof(ag_real) +
           (size_t)known->rows * (features * sizeof(ag_real) +
                                  (size_t)ag_cost_outputs(s) * sizeof(float)) + /* and answers */
           (size_t)l->total_steps * sizeof(float) +
           (size_t)l->total_epochs *
               (sizeof(ag_epoch_row) + (size_t)ag_trajectory_rows(net) * sizeof(ag_parameter_row)) +
           ag_watch_bytes(s->probes, net, l->total_epochs, l->total_steps) +
           net->n_statistics * sizeof(ag_real) + /* before a step */
           ag_flight_bytes(net) + ag_gradient_bytes(t, features, net->n_parameters) +
           ag_stopping_bytes(t, net);
}

/* What grows with the number of steps and epochs is what is kept of them. */
static size_t kept_of(const ag_cost_subject *s, const ag_cost_net *known, const ag_lengths *l) {
    return (size_t)l->total_steps * sizeof(float) +
           ag_watch_bytes(s->probes, &known->net, l->total_epochs, l->total_steps) -
           ag_watch_bytes(s->probes, &known->net, 0, 0);
}

/* See checkpoint.c: what the next step needs, and what is kept of the steps and epochs so far. */
static size_t state_of(const ag_cost_subject *s, const ag_cost_net *known, const ag_lengths *l) {
    const ag_net *net = &known->net;
    enum { FILE_HEAD = 300 };
    const size_t steps = (size_t)l->total_steps + 1; /* with the state before the first one */
    const size_t flight = steps < AG_FLIGHT_STEPS ? ag_flight_bytes(net) * steps / AG_FLIGHT_STEPS
                                                  : ag_flight_bytes(net);
    const size_t n_vectors = 1 + (size_t)ag_optimizer_of(s->optimizer)->n_state;
    return (n_vectors * net->n_parameters + net->n_statistics) * sizeof(ag_real) +
           ag_stopping_bytes(s->training, net) + flight + FILE_HEAD +
           (size_t)net->n_layers * sizeof(ag_moved) +
           ((size_t)l->total_epochs + 1) *
               (sizeof(ag_epoch_row) + (size_t)ag_trajectory_rows(net) * 3 * sizeof(double)) +
           kept_of(s, known, l);
}

/* In results.sqlite, with its share of cells, indexes and pages that are not full: measured. */
static size_t rows_of(const ag_cost_net *known, const ag_lengths *l) {
    enum { TRIAL = 2200, EPOCH = 90, LAYER = 110 };
    return TRIAL + ((size_t)l->total_epochs + 1) * (EPOCH + (size_t)known->net.n_stages * LAYER);
}

ag_trial_cost ag_cost_reckon(const ag_cost_subject *s, ag_cost_net *known) {
    const ag_data_outline *data = s->data;
    const ag_lengths l = ag_lengths_of(s->training, data->n_train);
    const int rows = l.batch > known->piece ? (int)l.batch : known->piece;
    if (rows != known->rows) {
        known->rows = rows;
        known->bytes = ag_net_bytes(&known->net, rows);
    }
    ag_trial_cost cost = {.parameters = known->net.n_parameters,
                          .steps = l.total_steps,
                          .flops = known->flops * (double)l.total_steps * (double)l.per_step,
                          .bytes = bytes_of(s, known, &l),
                          .kept = kept_of(s, known, &l),
                          .rows = rows_of(known, &l),
                          .state = state_of(s, known, &l)};
    /* forward only, about a third of it: training examples before the first step and after
     * the last, validation every epoch, test at the end and once for each level of noise */
    const size_t noisy = data->n_test ? data->n_test : data->n_validation;
    const double looked_at =
        2.0 * (double)data->n_train + (double)(l.total_epochs + 1) * (double)data->n_validation +
        (double)data->n_test + (double)noise_levels(s->training) * (double)noisy;
    enum { SLOWER = 20 }; /* than products, by GSL's loops: singular.h */
    cost.work = cost.flops + known->flops / 3 * looked_at +
                SLOWER * ag_watch_flops(s->probes, &known->net, l.total_epochs);
    return cost;
}

ag_status ag_train_cost(const ag_settings *settings, const ag_data_outline *data, ag_arena *arena,
                        ag_trial_cost *cost, ag_error *err) {
    const ag_cost_subject s = {&settings->model,    &settings->optimizer, &settings->activation,
                               &settings->training, &settings->probes,    data};
    const ag_mark mark = ag_arena_mark(arena);
    ag_cost_net known;
    const ag_status status = ag_cost_net_build(&s, arena, &known, err);
    if (!status) *cost = ag_cost_reckon(&s, &known);
    ag_arena_release(arena, mark);
    return status;
}

/* --- what it depends on ------------------------------------------------------- */

static uint64_t class_of_activation(const ag_activation_list *list) {
    uint64_t hash = (uint64_t)list->n;
    for (int i = 0; i < list->n; i++) {
        const ag_choice *choice = &list->items[i];
        const uint64_t words[] = {(uintptr_t)choice->element, (uint64_t)ag_act_learned(choice),
                                  (uint64_t)ag_act_inputs(choice)};
        hash = ag_digest(words, sizeof words, hash);
    }
    return hash;
}

/* Of training, what this file and those it asks for bytes look at. */
static uint64_t class_of_training(const ag_training *t) {
    const uint64_t words[] = {
        (uint64_t)t->epochs,
        (uint64_t)t->steps,
        (uint64_t)t->batch_size,
        (uint64_t)t->accumulate,
        (uint64_t)t->drop_last,
        (uintptr_t)t->loss.element,
        (uint64_t)(t->augment.element != NULL),
        (uint64_t)(t->early_stopping.element != NULL),
        (uint64_t)noise_levels(t),
    };
    return ag_digest(words, sizeof words, 0);
}

uint64_t ag_cost_class(ag_part part, const ag_variant *v) {
    switch (part) {
    case AG_PART_ACTIVATION: return class_of_activation(&v->is.activation);
    case AG_PART_INITIALIZER: return 0;
    case AG_PART_OPTIMIZER: return (uintptr_t)v->is.choice.element;
    case AG_PART_TRAINING: return class_of_training(v->is.training);
    default: return v->hash;
    }
}

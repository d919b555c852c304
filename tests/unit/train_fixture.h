/* A small problem to train on, for the tests of training. */
#ifndef AG_TRAIN_FIXTURE_H
#define AG_TRAIN_FIXTURE_H

#include "check.h"
#include "harness/base/digest.h"
#include "harness/train/train.h"
#include "models/initializer.h"
#include "models/schedule.h"

#include <string.h>

enum { FEATURES = 6, N_TRAIN = 300, N_VALIDATION = 77, CLASSES = 4 };

static float train_x[N_TRAIN * FEATURES], validation_x[N_VALIDATION * FEATURES];
static int32_t train_label[N_TRAIN], validation_label[N_VALIDATION];
static ag_choice activation;

static inline ag_choice choose(const ag_catalogue *catalogue, const char *name) {
    return ag_choice_standard(ag_catalogue_find(catalogue, name));
}

static inline void set(ag_choice *choice, const char *name, double value) {
    choice->number[ag_element_param(choice->element, name)] = value;
}

static inline void set_word(ag_choice *choice, const char *name, const char *word) {
    const ag_param *param = &choice->element->params[ag_element_param(choice->element, name)];
    double index = 0;
    while (strcmp(param->words[(int)index], word) != 0)
        index++;
    set(choice, name, index);
}

/* Classes that a net can learn: which of four features is the largest. */
static inline void make(ag_stream *random, int n, float *x, int32_t *label) {
    for (int i = 0; i < n * FEATURES; i++)
        x[i] = (float)ag_random_normal(random);
    for (int e = 0; e < n; e++) {
        label[e] = 0;
        for (int k = 1; k < CLASSES; k++)
            if (x[e * FEATURES + k] > x[e * FEATURES + label[e]]) label[e] = k;
    }
}

static inline ag_data data_set(void) {
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 1);
    make(&random, N_TRAIN, train_x, train_label);
    make(&random, N_VALIDATION, validation_x, validation_label);
    return (ag_data){
        .name = "largest",
        .shape = {FEATURES, 1, 1},
        .n_classes = CLASSES,
        .train = {.n = N_TRAIN, .x = train_x, .label = train_label},
        .validation = {.n = N_VALIDATION, .x = validation_x, .label = validation_label}};
}

static inline ag_settings settings_of(const char *act, int depth) {
    activation = choose(&ag_activations, act);
    ag_settings s = {
        .model = choose(&ag_models, "mlp"),
        .initializer = choose(&ag_initializers, "he_normal"),
        .optimizer = choose(&ag_optimizers, "sgd"),
        .activation = {&activation, 1},
        .training = {.epochs = 4,
                     .batch_size = 32,
                     .accumulate = 1,
                     .shuffle = true,
                     .schedule = choose(&ag_schedules, "constant")},
        .probes = {.on = true, .examples = 64, .which = ~UINT64_C(0)},
        .seed = 5,
    };
    set(&s.model, "depth", depth);
    set(&s.model, "width", 16);
    set(&s.optimizer, "learning_rate", 0.1);
    return s;
}

/* Trains to the end; the arena stays open for the caller to look and close. */
static inline ag_training_run train(const ag_settings *settings, const ag_data *data,
                                    ag_arena *arena) {
    ag_error err = {0};
    ag_training_run run;
    *arena = AG_ARENA_EMPTY;
    const ag_status status = ag_train_begin(settings, data, arena, NULL, &run, &err);
    CHECK(status == AG_OK, "%s", err.text);
    while (ag_train_epoch(&run)) {
    }
    return run;
}

static inline uint64_t digest(const ag_training_run *run) {
    return ag_digest(run->net.statistics, run->net.n_statistics * sizeof(ag_real),
                     ag_digest(run->net.parameters, run->net.n_parameters * sizeof(ag_real), 0));
}

#endif

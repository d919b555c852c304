/* Experiments of trials that keep something from step to step, and a keeper of their checkpoints in
 * memory. */
#ifndef AG_CHECKPOINT_FIXTURE_H
#define AG_CHECKPOINT_FIXTURE_H

#include "check.h"
#include "harness/train/checkpoint.h"
#include "models/optimizer.h"

#include <stdlib.h>
#include <string.h>

/* Each of these in all its combinations: whatever keeps something from step to step. */
static const char *const experiments[] = {
    /* states of all optimizers, numbers of steps, draws of each kind */
    "name: a\n"
    "dataset: {name: blobs, samples: 200}\n"
    "model: {type: mlp, depth: 3, width: 48, normalization: batch, dropout: 0.3}\n"
    "initializer: he_normal\n"
    "optimizer: sgd\n"
    "activation: rrelu\n"
    "training: {epochs: 3, batch_size: 8, accumulate: 3, noise: 0.1, gradient_clip: 1,\n"
    "           l2: 1e-3, robustness: {uniform: [0, 0.5]}}\n"
    "probes: {every: 1, histograms: true, channels: true}\n"
    "seeds: 1\n"
    "grid: {optimizer: [%s, {name: sgd, momentum: 0.9, nesterov: true}]}\n",
    /* learned parameters, early stopping, an epoch cut short, schedules */
    "name: b\n"
    "dataset: {name: moons, samples: 100, validation: 0.3}\n"
    "model: {type: mlp, depth: 3, width: 6}\n"
    "initializer: he_normal\n"
    "optimizer: {name: adam, learning_rate: 0.03}\n"
    "activation: relu\n"
    "training: {steps: 13, batch_size: 16, early_stopping: {patience: 2, min_delta: 0.02},\n"
    "           shuffle: once, drop_last: true, schedule: cosine}\n"
    "probes: {every: 3}\n"
    "seeds: 2\n"
    "grid: {activation: [{name: prelu, learned: per_channel}, {name: swish, learned: shared},\n"
    "                    {layers: [{name: pau, learned: per_layer}, relu, {name: acon_c}]}],\n"
    "       model.normalization: [none, layer]}\n",
    /* the same with rates that do not depend on the length, some of them not finished by patience
     */
    "name: e\n"
    "dataset: {name: moons, samples: 100, validation: 0.3}\n"
    "model: {type: mlp, depth: 2, width: 6, dropout: 0.1}\n"
    "initializer: he_normal\n"
    "optimizer: {name: adam, learning_rate: 0.03}\n"
    "activation: relu\n"
    "training: {steps: 27, batch_size: 16, drop_last: true}\n"
    "probes: {every: 2, histograms: true}\n"
    "seeds: 2\n"
    "grid: {activation: [{name: prelu, learned: per_channel}, tanh],\n"
    "       training.early_stopping: [none, {patience: 2, min_delta: 0.02}],\n"
    "       training.schedule: [{name: step, every: 1, gamma: 0.7, warmup: 5},\n"
    "                           {name: constant, warmup: 12}]}\n",
    /* pictures */
    "name: c\n"
    "dataset: {name: mnist1d, samples: 100, validation: 0.2}\n"
    "model: {type: cnn, depth: 2, width: 6, normalization: batch, dropout: 0.2}\n"
    "initializer: he_normal\n"
    "optimizer: {name: rmsprop, learning_rate: 0.01}\n"
    "activation: elu\n"
    "training: {epochs: 2, batch_size: 32, augment: {crop: 2},\n"
    "           early_stopping: {patience: 1, metric: val_accuracy}}\n"
    "seeds: 1\n",
    /* numbers to predict, without probes; a net that predicts its input */
    "name: d\n"
    "dataset: {name: friedman1, samples: 80}\n"
    "model: {type: mlp, depth: 1, width: 8}\n"
    "initializer: glorot_uniform\n"
    "optimizer: {name: sgd, learning_rate: 0.01, momentum: 0.5}\n"
    "activation: tanh\n"
    "training: {epochs: 3, batch_size: 32, shuffle: false}\n"
    "probes: none\n"
    "seeds: 1\n"
    "grid: {model: [{type: mlp, depth: 1, width: 8}, {type: autoencoder, layers: [6], code: 3}]}\n",
    /* weights that their decay lets grow until they diverge, after more steps than are recorded */
    "name: diverges\n"
    "dataset: {name: blobs, samples: 60}\n"
    "model: {type: mlp, depth: 2, width: 4}\n"
    "initializer: he_normal\n"
    "optimizer: {name: sgd, learning_rate: 0.01, weight_decay: 400}\n"
    "activation: tanh\n"
    "training: {epochs: 80, batch_size: 16, schedule: {name: step, every: 10, gamma: 0.99}}\n"
    "probes: none\n"
    "seeds: 1\n",
};

/* --- a keeper in memory ---------------------------------------------------------- */

typedef struct vault {
    ag_outlet out;
    ag_checkpoint head;
    unsigned char *bytes;
    size_t n, room;
} vault;

static inline void put(ag_outlet *self, const void *bytes, size_t n) {
    vault *v = (vault *)(void *)self;
    if (v->n + n > v->room) {
        v->room = 2 * (v->n + n);
        v->bytes = realloc(v->bytes, v->room);
    }
    if (n) memcpy(v->bytes + v->n, bytes, n);
    v->n += n;
}

static inline ag_status keep(void *self, const ag_checkpoint *head,
                             void (*write)(void *context, ag_outlet *out), void *context,
                             ag_error *err) {
    vault *v = self;
    (void)err;
    v->head = *head;
    v->n = 0;
    write(context, &v->out);
    return AG_OK;
}

/* --- trials ------------------------------------------------------------------------ */

typedef struct bench {
    ag_arena names;
    ag_plan plan;
    ag_data data;
    const ag_trial *trial;
    ag_settings settings;
    double seconds; /* that it takes as a whole */
    ag_host host;
    vault vault, finals;
    int n_extended, n_lengthless;
    ag_keeper keeper;
} bench;

static atomic_int stop;

typedef struct training {
    ag_arena arena;
    ag_training_run run;
    ag_record record;
} training;

static inline bool open_training(bench *b, training *t) {
    ag_error err = {0};
    t->arena = AG_ARENA_EMPTY;
    const ag_status status =
        ag_train_open(&b->settings, &b->data, &t->arena, &b->host, &t->run, &err);
    CHECK(status == AG_OK, "%s", err.text);
    return status == AG_OK;
}

static inline void save(bench *b, training *t) {
    ag_error err = {0};
    CHECK(ag_checkpoint_is_worth(&t->run), "nothing to keep");
    ag_checkpoint head = {.trial_id = b->trial->id};
    CHECK(ag_checkpoint_save(&t->run, &b->keeper, &head, &err) == AG_OK, "%s", err.text);
    CHECK(head.step == t->run.step && head.steps == t->run.total_steps, "step %ld of %ld",
          head.step, head.steps);
}

/* As another process would. */
static inline bool load(bench *b, training *t) {
    const ag_kept_state kept = {b->vault.head, b->vault.bytes, b->vault.n};
    if (!open_training(b, t)) return false;
    const bool loaded = ag_checkpoint_load(&t->run, &kept);
    CHECK(loaded, "%s: its own state is refused at step %ld", b->plan.name, b->vault.head.step);
    return loaded;
}

static inline void choose_trial(bench *b, size_t i) {
    b->trial = &b->plan.trials[i];
    b->settings = ag_plan_settings(&b->plan, b->trial);
}

/* --- all experiments ----------------------------------------------------------------- */

static inline void try_experiment(const char *text, const char *optimizers,
                                  void (*visit)(bench *b, void *context), void *context) {
    static char yaml[4096];
    bench b = {.names = AG_ARENA_EMPTY, .vault = {.out = {put}}, .finals = {.out = {put}}};
    b.host.stop = &stop;
    b.keeper = (ag_keeper){.keep = keep, .self = &b.vault};
    snprintf(yaml, sizeof yaml, text, optimizers); /* NOLINT: a text of this file */
    ag_error err = {0};
    if (ag_plan_read(&b.names, "test.yaml", yaml, strlen(yaml), NULL, 0, &b.plan, &err) != AG_OK ||
        ag_dataset_open(&b.plan.variants[AG_PART_DATASET][0].is.choice, &b.names, &b.data, &err) !=
            AG_OK) {
        CHECK(false, "%s: %s", err.where, err.text);
        return;
    }
    visit(&b, context);
    free(b.vault.bytes);
    free(b.finals.bytes);
    ag_arena_close(&b.names);
}

/* Each of them with every optimizer there is in the place of its %s. */
static inline void for_each_experiment(void (*visit)(bench *b, void *context), void *context) {
    char optimizers[512] = "";
    for (int i = 0; i < ag_optimizers.n_items; i++) {
        if (i) strncat(optimizers, ", ", sizeof optimizers - strlen(optimizers) - 1);
        strncat(optimizers, ag_optimizers.items[i]->name,
                sizeof optimizers - strlen(optimizers) - 1);
    }
    for (int i = 0; i < AG_COUNT(experiments); i++)
        try_experiment(experiments[i], optimizers, visit, context);
}

#endif

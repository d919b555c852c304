/* What happened to a trial, from what the store has of it. */
#ifndef AG_WHY_H
#define AG_WHY_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdio.h>

/* What the flight recorder has of each layer in each step. */
typedef enum ag_flown {
    AG_FLOWN_GRADIENT,
    AG_FLOWN_WEIGHTS,
    AG_FLOWN_UPDATE,
    AG_FLOWN_SERIES
} ag_flown;

/* A layer before the first step and in the last epoch; NaN: not measured. */
typedef struct ag_why_layer {
    const char *name;
    double largest;                       /* |z| of the last step, see the table flight */
    double std_initial, delta_initial;    /* of the pre-activations; norm of dLoss/dz */
    double delta, dead, saturated, ratio; /* the last epoch's: delta_norm, ..., update_ratio */
} ag_why_layer;

/* A learning rate that was tried with otherwise the same settings. */
typedef struct ag_why_rate {
    double rate;
    long finished, tried;
} ag_why_rate;

typedef struct ag_why {
    const char *id, *label, *status, *error;
    const char *activation, *optimizer, *loss, *what; /* what: diverged_what, or NULL */
    const char *initializer, *normalization, *clip;   /* names; "none" */
    bool standardized;                                /* targets that are numbers, of variance 1 */
    double learning_rate, weight_decay;
    long step;                        /* in which it diverged, or that it did */
    long epochs_done, epochs;         /* of all; 0: the settings count steps */
    int layer;                        /* in which it diverged; 0: it did not */
    double first_loss, last_val_loss; /* of epoch 0, of the last epoch with a row */
    double val_accuracy, val_loss;    /* in the end */
    bool closed;                      /* the last row of `epoch` is that of `step` */
    bool validates;                   /* there is a loss of a validation part */

    int n_layers;
    ag_why_layer *layers; /* [n_layers + 1], from 1; 0: the net */
    int n_rates;
    const ag_why_rate *rates; /* ascending */

    int n_steps; /* recorded */
    const long *at, *epoch_at;
    const double *net_loss, *rate;         /* [n_steps] */
    const double *series[AG_FLOWN_SERIES]; /* [n_layers + 1][n_steps]; layer 0: the net */
} ag_why;

/* All that the store in `folder` has of the trial `name`, an id or the beginning of one. */
ag_status ag_why_read(const char *folder, const char *name, ag_arena *arena, ag_why *why,
                      ag_error *err);

/* x of a layer over the recorded steps. */
static inline const double *ag_why_series(const ag_why *why, ag_flown kind, int layer) {
    return why->series[kind] + (size_t)layer * (size_t)why->n_steps;
}

/* Whether it was not a step that was not finite, but an evaluation before or behind it. */
bool ag_why_evaluated(const ag_why *why);
/* Whether the last recorded step came to its update. */
bool ag_why_updated(const ag_why *why);

/* What grew first. */
typedef struct ag_why_grown {
    bool found; /* something became ten times as large */
    ag_flown kind;
    int layer;
    int from, to; /* of the recorded steps */
    double low, high, per_step;
} ag_why_grown;

ag_why_grown ag_why_grew(const ag_why *why);
/* And what grew most. */
ag_why_grown ag_why_grew_most(const ag_why *why);

/* The last steps of a trial that is trained again, layer by layer: what the recorder has not. */
enum { AG_WHY_AGAIN = 6 };
typedef struct ag_why_again {
    bool same;    /* it stopped in the same step */
    long stopped; /* the step */
    int n_steps;
    long at[AG_WHY_AGAIN];
    double *largest, *delta; /* [n_layers][AG_WHY_AGAIN]: |z|; norm of dLoss/dz */
} ag_why_again;

/* Trains it up to there. */
ag_status ag_why_train_again(const char *folder, const ag_why *why, ag_arena *arena,
                             ag_why_again *again, ag_error *err);

/* Sentences: what happened, what grew, then what may help, each with the numbers it rests on. */
enum { AG_WHY_SENTENCES = 12, AG_WHY_SENTENCE = 1024 };
typedef struct ag_why_words {
    int n, n_facts; /* of all; of what happened and grew */
    char text[AG_WHY_SENTENCES][AG_WHY_SENTENCE];
} ag_why_words;

void ag_why_say(const ag_why *why, ag_why_words *words);

/* Adds what may help, for ag_why_say. */
void ag_why_advise(const ag_why *why, ag_why_words *words);

/* Adds a sentence. */
void ag_why_add(ag_why_words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* "hidden3", "output": names a layer for people, as "layer 3 (hidden3)". */
enum { AG_WHY_LAYER = 64 };
const char *ag_why_layer_words(const ag_why *why, int layer, char text[AG_WHY_LAYER]);

typedef struct ag_why_view {
    int layer; /* of the table; 0: the net alone */
    bool all;  /* recorded steps, and not some eight */
} ag_why_view;

ag_status ag_why_print(FILE *out, const ag_why *why, const ag_why_words *words, ag_why_view view,
                       ag_arena *arena, ag_error *err);
ag_status ag_why_print_again(FILE *out, const ag_why *why, const ag_why_again *again,
                             ag_arena *arena, ag_error *err);
/* again: NULL if it was not. */
void ag_why_print_json(FILE *out, const ag_why *why, const ag_why_words *words,
                       const ag_why_again *again);

#endif

/* What all families share: what stands behind a hidden layer's weights, and behind
 * the last layer.
 *
 *     weights [bias]            of the family: n x width, for an activation of n inputs
 *     normalization             normalization_place: before
 *     + skip                    if the family gives one, before the activation: to the first
 *                               `width` of the weights' channels
 *     activation
 *     normalization             normalization_place: after
 *     dropout
 *     + skip                    if the family gives one, after the activation
 */
#ifndef AG_HIDDEN_H
#define AG_HIDDEN_H

#include "models/net.h"

/* Rows for a family's table of parameters; most take AG_HIDDEN_PARAMS, a net with a paper
 * has the paper's standards. */
#define AG_NORMALIZATION_PARAMS(standard_normalization)                                            \
    {.name = "normalization",                                                                      \
     .kind = AG_PARAM_WORD,                                                                        \
     .standard = standard_normalization,                                                           \
     .words = ag_normalization_words,                                                              \
     .meaning = "of each hidden layer: over a channel's values in the mini-batch, or over an "     \
                "example's values in the layer"},                                                  \
    {                                                                                              \
        .name = "normalization_place", .kind = AG_PARAM_WORD, .words = ag_place_words,             \
        .with = "normalization", .meaning = "of the normalization: before or after the activation" \
    }

#define AG_DROPOUT_PARAM(standard_share, meaning_of_share)                                         \
    {                                                                                              \
        .name = "dropout", .kind = AG_PARAM_REAL, .standard = standard_share, .min = 0,            \
        .max = 0.999, .meaning = meaning_of_share                                                  \
    }

#define AG_DROPOUT_KIND_PARAM                                                                      \
    {                                                                                              \
        .name = "dropout_kind", .kind = AG_PARAM_WORD, .words = ag_dropout_words,                  \
        .with = "dropout",                                                                         \
        .meaning = "standard: to 0; alpha: to SELU's limit, keeping mean and variance"             \
    }

#define AG_HIDDEN_PARAMS_WITH(standard_normalization)                                              \
    AG_NORMALIZATION_PARAMS(standard_normalization),                                               \
        AG_DROPOUT_PARAM(0, "share of hidden values left out of each training step"),              \
        AG_DROPOUT_KIND_PARAM

#define AG_HIDDEN_PARAMS AG_HIDDEN_PARAMS_WITH(AG_NORMALIZATION_NONE)

#define AG_OUTPUT_PARAM                                                                            \
    {                                                                                              \
        .name = "output", .kind = AG_PARAM_WORD, .words = ag_output_words,                         \
        .meaning = "behind the last layer; the cross-entropies contain theirs and want linear"     \
    }

extern const char *const ag_normalization_words[],
    *const ag_place_words[], *const ag_dropout_words[], *const ag_output_words[];

typedef enum ag_normalization {
    AG_NORMALIZATION_NONE,
    AG_NORMALIZATION_BATCH,
    AG_NORMALIZATION_LAYER
} ag_normalization;

typedef enum ag_side { AG_BEFORE_ACTIVATION, AG_AFTER_ACTIVATION } ag_side;

typedef struct ag_hidden {
    ag_normalization normalization;
    ag_side side; /* of the normalization */
    double dropout;
    bool alpha; /* dropout */
} ag_hidden;

/* What a family's parameters of AG_HIDDEN_PARAMS say. */
ag_hidden ag_hidden_of(const ag_choice *model);

/* Whether the layer with weights has a bias: not where batch normalization directly
 * behind it takes every shift out. */
bool ag_hidden_bias(const ag_hidden *hidden);

/* A way around one or more hidden layers: y = x + F(x). */
typedef struct ag_skip {
    int from; /* number of the layer whose y is x; AG_FROM_NOTHING: no skip */
    ag_side side;
} ag_skip;

#define AG_NO_SKIP ((ag_skip){.from = AG_FROM_NOTHING})

/* Adds all that stands behind a layer with weights: AG_HIDDEN_LAYERS at most. Batch normalization
 * is two, a skip before units of several inputs two. */
enum { AG_HIDDEN_LAYERS = 6 };
void ag_hidden_add(ag_net *net, const ag_hidden *hidden, const ag_choice *activation, ag_skip skip);

/* Adds what the parameter of AG_OUTPUT_PARAM names behind the last layer: one
 * layer at most. AG_CONFIG: softmax of a single output is always 1. */
ag_status ag_output_add(ag_net *net, const ag_choice *model, ag_error *err);

#endif

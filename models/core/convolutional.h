/* What the families of convolutional nets share: one layer after the other, with checks
 * that it fits and words that say where it does not. */
#ifndef AG_CONVOLUTIONAL_H
#define AG_CONVOLUTIONAL_H

#include "models/core/hidden.h"
#include "models/family.h"
#include "models/layers.h"

/* A net that is being built. */
typedef struct ag_convolutional {
    ag_net *net;
    const ag_choice *model;
    const ag_activation_list *activations;
    ag_hidden hidden;    /* what stands behind each hidden layer's weights */
    int n_conv, n_dense; /* hidden layers so far */
    const char *part;    /* where we are, for messages: "block 2"; NULL: the model */
} ag_convolutional;

typedef struct ag_conv_settings {
    int channels, kernel, stride;
    int padding; /* zeros on each side, or AG_PADDING_SAME */
} ag_conv_settings;

typedef enum ag_pool_kind { AG_POOL_NONE, AG_POOL_MAX, AG_POOL_AVERAGE } ag_pool_kind;
extern const char *const ag_pool_words[]; /* "none", "max", "average", NULL */

/* A net of which nothing is built yet. */
ag_convolutional ag_convolutional_of(ag_net *net, const ag_choice *model,
                                     const ag_activation_list *activations);

/* Begins it, for `depth` hidden layers and `others`: poolings, dropouts, shortcuts.
 * AG_CONFIG: data that are neither pictures nor signals; another number of activations. */
ag_status ag_convolutional_begin(ag_convolutional *c, int depth, int others, ag_shape in,
                                 ag_arena *arena, ag_error *err);

/* Hidden layers: weights, and what c->hidden says. AG_CONFIG: the kernel does not fit. */
ag_status ag_convolutional_conv(ag_convolutional *c, const ag_conv_settings *conv, ag_skip skip,
                                ag_error *err);
void ag_convolutional_dense(ag_convolutional *c, int units);

/* AG_CONFIG: the window does not fit. */
ag_status ag_convolutional_pool(ag_convolutional *c, ag_pool_kind kind, int size, int stride,
                                ag_error *err);

/* Of the kind that the model asks for; share 0: none. */
void ag_convolutional_dropout(ag_convolutional *c, double share);

/* The output layer, and the end of building. */
ag_status ag_convolutional_end(ag_convolutional *c, int outputs, ag_error *err);

#endif

/* A model family: from a few numbers (depth, width) to layers. One file each in
 * models/families/; `model: {type: mlp, depth: 8}`. */
#ifndef AG_FAMILY_H
#define AG_FAMILY_H

#include "models/loss.h"
#include "models/net.h"

/* Activations of the hidden layers: one for all, or one for each. */
typedef struct ag_activation_list {
    const ag_choice *items;
    int n; /* 1, or the number of hidden layers */
} ag_activation_list;

typedef struct ag_family {
    ag_element about;
    bool reconstructs; /* its nets predict their input, whatever answers the data have */
    /* Number of hidden layers and units of the widest: the columns depth and width. */
    void (*size)(const ag_choice *model, int *depth, int *width);
    /* Adds all layers to `net` (begun here). `where` is for messages. */
    ag_status (*build)(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err);
} ag_family;

extern const ag_catalogue ag_models;

/* What a family's nets predict on data with this aim and examples of shape `in`. */
ag_aim ag_family_aim(const ag_choice *model, ag_aim data, ag_shape in);

static inline const ag_family *ag_family_of(const ag_choice *choice) {
    return (const ag_family *)(const void *)choice->element;
}

#endif

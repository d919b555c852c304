/* MLP: `depth` dense hidden layers of `width` units, each followed by its
 * activation, and a linear output layer, whose softmax or sigmoid is part of the
 * loss. depth 0 is a linear model. */
#include "models/family.h"
#include "models/layers.h"

#include <stdio.h>

enum { DEPTH, WIDTH, DEPTH_MAX = 1000 };

static const char *const normalizations[] = {"none", NULL};

static const ag_param params[] = {
    {.name = "depth",
     .kind = AG_PARAM_INT,
     .standard = 2,
     .min = 0,
     .max = DEPTH_MAX,
     .meaning = "hidden layers"},
    {.name = "width",
     .kind = AG_PARAM_INT,
     .standard = 100,
     .min = 1,
     .max = 65536,
     .meaning = "units of each hidden layer"},
    {.name = "normalization",
     .kind = AG_PARAM_WORD,
     .words = normalizations,
     .meaning = "of each hidden layer's pre-activations"},
    {.name = "dropout",
     .kind = AG_PARAM_REAL,
     .min = 0,
     .max = 0,
     .meaning = "share of hidden units left out of each step"},
};

static void size(const ag_choice *model, int *depth, int *width) {
    *depth = (int)model->number[DEPTH];
    *width = (int)model->number[WIDTH];
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    int depth, width;
    size(model, &depth, &width);
    if (activations->n != 1 && activations->n != depth)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%d activations for %d hidden layers: give one, or one for each",
                       activations->n, depth);
    AG_TRY(ag_net_begin(net, in, 2 * depth + 1, arena, err));
    for (int k = 0; k < depth; k++) {
        char name[AG_STAGE_NAME];
        snprintf(name, sizeof name, "hidden%d", k + 1);
        ag_net_add_dense(net, width, true, name);
        ag_net_add_activation(net, &activations->items[activations->n == 1 ? 0 : k]);
    }
    ag_net_add_dense(net, outputs, true, "output");
    return ag_net_measure(net, err);
}

const ag_family ag_family_mlp = {
    .about = {.name = "mlp",
              .formula = "depth x [dense(width), activation], dense(outputs)",
              .paper = "D. Rumelhart, G. Hinton, R. Williams, 1986, Nature 323, "
                       "10.1038/323533a0",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

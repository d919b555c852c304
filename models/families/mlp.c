/* MLP: `depth` dense hidden layers of `width` units, each followed by its
 * activation, and an output layer, whose softmax or sigmoid is part of the loss
 * unless `output` says otherwise. depth 0 is a linear model.
 *
 * `residual: n` gives every n hidden layers behind the first a way around them,
 * y = x + F(x). The first has none, as it changes the width; neither has what is
 * left over at the end if n does not divide depth - 1.
 */
#include "models/core/hidden.h"
#include "models/family.h"
#include "models/layers.h"

#include <stdio.h>

enum { DEPTH, WIDTH, RESIDUAL, SKIP_PLACE, DEPTH_MAX = 1000 };

static const ag_param params[] = {
    [DEPTH] = {.name = "depth",
               .kind = AG_PARAM_INT,
               .standard = 2,
               .min = 0,
               .max = DEPTH_MAX,
               .meaning = "hidden layers"},
    [WIDTH] = {.name = "width",
               .kind = AG_PARAM_INT,
               .standard = 100,
               .min = 1,
               .max = 65536,
               .meaning = "units of each hidden layer"},
    [RESIDUAL] = {.name = "residual",
                  .kind = AG_PARAM_INT,
                  .min = 0,
                  .max = DEPTH_MAX,
                  .meaning = "hidden layers that a skip connection spans, behind the first; 0: no "
                             "skips"},
    [SKIP_PLACE] = {.name = "skip_place",
                    .kind = AG_PARAM_WORD,
                    .standard = AG_AFTER_ACTIVATION,
                    .words = ag_place_words,
                    .with = "residual",
                    .meaning = "where a skip is added: before or after the last activation it "
                               "spans"},
    AG_HIDDEN_PARAMS,
    AG_OUTPUT_PARAM,
};

static void size(const ag_choice *model, int *depth, int *width) {
    *depth = (int)model->number[DEPTH];
    *width = (int)model->number[WIDTH];
}

/* Hidden layer k, from 0; `block` is the layer whose y enters the block it is in. */
static ag_skip skip_of(const ag_choice *model, int k, int block) {
    const int residual = (int)model->number[RESIDUAL];
    if (!residual || k == 0 || k % residual != 0) return AG_NO_SKIP;
    return (ag_skip){.from = block, .side = (ag_side)model->number[SKIP_PLACE]};
}

static ag_status check_residual(const ag_choice *model, int depth, ag_error *err) {
    const int residual = (int)model->number[RESIDUAL], behind = depth ? depth - 1 : 0;
    if (residual <= behind) return AG_OK;
    return AG_FAIL(
        err, AG_CONFIG, AG_NOWHERE,
        "residual is %d, but of %d hidden layers %d stand behind the first: no skip fits", residual,
        depth, behind);
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    int depth, width;
    size(model, &depth, &width);
    if (activations->n != 1 && activations->n != depth)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%d activations for %d hidden layers: give one, or one for each",
                       activations->n, depth);
    AG_TRY(check_residual(model, depth, err));
    const ag_hidden hidden = ag_hidden_of(model);
    AG_TRY(ag_net_begin(net, in, (1 + AG_HIDDEN_LAYERS) * depth + 3, arena, err));
    for (int k = 0, block = 0; k < depth; k++) {
        char name[AG_STAGE_NAME];
        snprintf(name, sizeof name, "hidden%d", k + 1);
        const ag_skip skip = skip_of(model, k, block);
        const ag_choice *activation = &activations->items[activations->n == 1 ? 0 : k];
        ag_net_add_dense(net, width * ag_act_inputs(activation), ag_hidden_bias(&hidden), name);
        ag_hidden_add(net, &hidden, activation, skip);
        if (k == 0 || skip.from != AG_FROM_NOTHING) block = ag_net_here(net);
    }
    ag_net_add_dense(net, outputs, true, "output");
    AG_TRY(ag_output_add(net, model, err));
    return ag_net_measure(net, err);
}

const ag_family ag_family_mlp = {
    .about = {.name = "mlp",
              .formula = "depth x [dense(width), normalization, activation, dropout], "
                         "dense(outputs)",
              .paper = "D. Rumelhart, G. Hinton, R. Williams, 1986, Nature 323, "
                       "10.1038/323533a0; residual: K. He, X. Zhang, S. Ren, J. Sun, 2015, "
                       "arXiv:1512.03385",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

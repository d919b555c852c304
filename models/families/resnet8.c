/* ResNet-8: residual net of 8 layers with weights for pictures such as CIFAR-10's, see
 * core/residual.h. */
#include "models/core/residual.h"

enum { BLOCKS = 1 }; /* in each of the three groups */

static const ag_param params[] = {AG_RESIDUAL_PARAMS};

static void size(const ag_choice *model, int *depth, int *width) {
    ag_residual_size(model, BLOCKS, depth, width);
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    ag_convolutional c = ag_convolutional_of(net, model, activations);
    return ag_residual_build(&c, BLOCKS, in, outputs, arena, err);
}

const ag_family ag_family_resnet8 = {
    .about = {.name = "resnet8",
              .formula = AG_RESIDUAL_FORMULA,
              .paper = AG_RESIDUAL_PAPER,
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

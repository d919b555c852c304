/* All-CNN-C: convolutions only, with strides of 2 in place of poolings, and the mean of
 * each class's map as the output. 1,369,738 parameters for CIFAR-10.
 *
 * The map of classes is linear here. The paper's table has a ReLU behind it, which is
 * part of the loss's business: with an activation that is bounded it would bound the
 * outputs.
 */
#include "models/core/convolutional.h"

enum { WIDTH, DROPOUT, INPUT_DROPOUT };

/* Channels are `width` times this. */
static const struct {
    int times, kernel, stride, padding;
} layers[] = {
    {1, 3, 1, 1}, {1, 3, 1, 1}, {1, 3, 2, 1}, {2, 3, 1, 1},
    {2, 3, 1, 1}, {2, 3, 2, 1}, {2, 3, 1, 0}, {2, 1, 1, 0},
};

static const ag_param params[] = {
    [WIDTH] = {.name = "width",
               .kind = AG_PARAM_INT,
               .standard = 96,
               .min = 1,
               .max = 2048,
               .meaning =
                   "channels of the first three convolutions; the others have twice as many"},
    [DROPOUT] = AG_DROPOUT_PARAM(0.5, "share of what the convolutions of stride 2 give that is "
                                      "left out of each training step"),
    [INPUT_DROPOUT] = {.name = "input_dropout",
                       .kind = AG_PARAM_REAL,
                       .standard = 0.2,
                       .max = 0.999,
                       .meaning = "share of the picture left out of each training step"},
    AG_DROPOUT_KIND_PARAM,
    AG_NORMALIZATION_PARAMS(AG_NORMALIZATION_NONE),
    AG_OUTPUT_PARAM,
};

static void size(const ag_choice *model, int *depth, int *width) {
    *depth = AG_COUNT(layers);
    *width = 2 * (int)model->number[WIDTH];
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    ag_convolutional c = ag_convolutional_of(net, model, activations);
    c.hidden.dropout = 0; /* only where the pictures become smaller */
    AG_TRY(ag_convolutional_begin(&c, AG_COUNT(layers), 4, in, arena, err));
    ag_convolutional_dropout(&c, model->number[INPUT_DROPOUT]);
    for (int k = 0; k < AG_COUNT(layers); k++) {
        const ag_conv_settings conv = {layers[k].times * (int)model->number[WIDTH],
                                       layers[k].kernel, layers[k].stride, layers[k].padding};
        AG_TRY(ag_convolutional_conv(&c, &conv, AG_NO_SKIP, err));
        if (conv.stride > 1) ag_convolutional_dropout(&c, model->number[DROPOUT]);
    }
    const ag_window each_place = ag_window_for(net->in, 1, 1, 0);
    ag_net_add_conv(net, outputs, &each_place, true, "output");
    ag_net_add_global_average_pool(net);
    AG_TRY(ag_output_add(net, model, err));
    return ag_net_measure(net, err);
}

const ag_family ag_family_all_cnn = {
    .about = {.name = "all_cnn",
              .formula = "2 x conv(96), conv(96, stride 2), 2 x conv(192), conv(192, stride 2), "
                         "conv(192), conv(192, 1), conv(outputs, 1), average",
              .paper = "J. Springenberg, A. Dosovitskiy, T. Brox, M. Riedmiller, 2014, "
                       "arXiv:1412.6806",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

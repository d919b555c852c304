/* The net of nine convolutions with which the GELU paper compares activations on
 * CIFAR-10: batch normalization before every activation, max pooling and dropout behind
 * the third and the sixth, the mean of each channel, a linear output. 1,408,234
 * parameters for CIFAR-10. Input noise and whitening belong to data and training.
 */
#include "models/core/convolutional.h"

enum { WIDTH, DROPOUT };

/* Channels are `width` times this. */
static const struct {
    int times, kernel, padding;
    bool pool;
} layers[] = {
    {1, 3, AG_PADDING_SAME, false},
    {1, 3, AG_PADDING_SAME, false},
    {1, 3, AG_PADDING_SAME, true},
    {2, 3, AG_PADDING_SAME, false},
    {2, 3, AG_PADDING_SAME, false},
    {2, 3, AG_PADDING_SAME, true},
    {2, 3, 0, false},
    {2, 1, 0, false},
    {2, 1, 0, false},
};

static const ag_param params[] = {
    [WIDTH] = {.name = "width",
               .kind = AG_PARAM_INT,
               .standard = 96,
               .min = 1,
               .max = 2048,
               .meaning =
                   "channels of the first three convolutions; the others have twice as many"},
    [DROPOUT] = AG_DROPOUT_PARAM(0.5, "share of what the two poolings give that is left out of "
                                      "each training step"),
    AG_DROPOUT_KIND_PARAM,
    AG_NORMALIZATION_PARAMS(AG_NORMALIZATION_BATCH),
    AG_OUTPUT_PARAM,
};

static void size(const ag_choice *model, int *depth, int *width) {
    *depth = AG_COUNT(layers);
    *width = 2 * (int)model->number[WIDTH];
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    ag_convolutional c = ag_convolutional_of(net, model, activations);
    c.hidden.dropout = 0; /* only behind the poolings */
    AG_TRY(ag_convolutional_begin(&c, AG_COUNT(layers), 5, in, arena, err));
    for (int k = 0; k < AG_COUNT(layers); k++) {
        const ag_conv_settings conv = {layers[k].times * (int)model->number[WIDTH],
                                       layers[k].kernel, 1, layers[k].padding};
        AG_TRY(ag_convolutional_conv(&c, &conv, AG_NO_SKIP, err));
        if (!layers[k].pool) continue;
        AG_TRY(ag_convolutional_pool(&c, AG_POOL_MAX, 2, 2, err));
        ag_convolutional_dropout(&c, model->number[DROPOUT]);
    }
    ag_net_add_global_average_pool(net);
    return ag_convolutional_end(&c, outputs, err);
}

const ag_family ag_family_vgg_small = {
    .about = {.name = "vgg_small",
              .formula = "3 x conv(96), pool, 3 x conv(192), pool, conv(192), 2 x conv(192, 1), "
                         "average, dense(outputs)",
              .paper = "D. Hendrycks, K. Gimpel, 2016, arXiv:1606.08415; T. Salimans, D. Kingma, "
                       "2016, arXiv:1602.07868",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

/* The convolutional baseline of MNIST-1D: three convolutions of stride 2 and a linear
 * layer on all their numbers, 5,210 parameters for 40 places and 10 classes. */
#include "models/core/convolutional.h"

enum { WIDTH };

static const ag_conv_settings convs[] = {{.kernel = 5, .stride = 2, .padding = 1},
                                         {.kernel = 3, .stride = 2, .padding = 1},
                                         {.kernel = 3, .stride = 2, .padding = 1}};

static const ag_param params[] = {
    [WIDTH] = {.name = "width",
               .kind = AG_PARAM_INT,
               .standard = 25,
               .min = 1,
               .max = 4096,
               .meaning = "channels of each convolution"},
    AG_HIDDEN_PARAMS,
    AG_OUTPUT_PARAM,
};

static void size(const ag_choice *model, int *depth, int *width) {
    *depth = AG_COUNT(convs);
    *width = (int)model->number[WIDTH];
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    ag_convolutional c = ag_convolutional_of(net, model, activations);
    AG_TRY(ag_convolutional_begin(&c, AG_COUNT(convs), 0, in, arena, err));
    for (int k = 0; k < AG_COUNT(convs); k++) {
        ag_conv_settings conv = convs[k];
        conv.channels = (int)model->number[WIDTH];
        AG_TRY(ag_convolutional_conv(&c, &conv, AG_NO_SKIP, err));
    }
    return ag_convolutional_end(&c, outputs, err);
}

const ag_family ag_family_mnist1d_cnn = {
    .about = {.name = "mnist1d_cnn",
              .formula = "conv(25, 5), conv(25, 3), conv(25, 3), each of stride 2 with activation, "
                         "flatten, dense(outputs)",
              .paper = "S. Greydanus, D. Kobak, 2020, arXiv:2011.14439",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

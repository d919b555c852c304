/* LeNet-5 as it is built today: the sizes of the paper (6 and 16 channels of 5 x 5, then
 * 120 and 84 units), but every map of the second convolution sees all of the first's,
 * poolings have no weights, and the output is linear. 61,706 parameters for MNIST.
 *
 * Pictures of less than 32 rows get 2 zeros around, as the paper's digits have.
 */
#include "models/core/convolutional.h"

enum { POOL };
enum { KERNEL = 5, POOLED = 2, ROWS_OF_PAPER = 32 };

static const ag_param params[] = {
    [POOL] = {.name = "pool",
              .kind = AG_PARAM_WORD,
              .standard = AG_POOL_AVERAGE,
              .words = ag_pool_words,
              .meaning = "what stands behind both convolutions; the paper averages"},
    AG_HIDDEN_PARAMS,
    AG_OUTPUT_PARAM,
};

static void size(const ag_choice *model, int *depth, int *width) {
    (void)model;
    *depth = 4;
    *width = 120;
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    const ag_pool_kind pool = (ag_pool_kind)model->number[POOL];
    ag_convolutional c = ag_convolutional_of(net, model, activations);
    const ag_conv_settings first = {6, KERNEL, 1, in.columns < ROWS_OF_PAPER ? 2 : 0};
    const ag_conv_settings second = {16, KERNEL, 1, 0};
    AG_TRY(ag_convolutional_begin(&c, 4, 2, in, arena, err));
    AG_TRY(ag_convolutional_conv(&c, &first, AG_NO_SKIP, err));
    AG_TRY(ag_convolutional_pool(&c, pool, POOLED, POOLED, err));
    AG_TRY(ag_convolutional_conv(&c, &second, AG_NO_SKIP, err));
    AG_TRY(ag_convolutional_pool(&c, pool, POOLED, POOLED, err));
    ag_convolutional_dense(&c, 120);
    ag_convolutional_dense(&c, 84);
    return ag_convolutional_end(&c, outputs, err);
}

const ag_family ag_family_lenet5 = {
    .about = {.name = "lenet5",
              .formula = "conv(6, 5), pool, conv(16, 5), pool, dense(120), dense(84), "
                         "dense(outputs); activation behind each",
              .paper = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, 1998, 10.1109/5.726791",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

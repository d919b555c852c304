/* CNN: blocks of convolutions, each with a pooling behind it, then dense layers.
 *
 *     blocks: [{channels: 32, convs: 2, pool: max}, {channels: 64, pool: max}], head: [128]
 *
 * The short form has `depth` convolutions of `width` channels, 3 x 3, same size; after
 * every second one a max pooling of 2 while rows and columns are 4 or more; the mean of
 * each channel; the output. So depth and width can be axes of a grid.
 *
 * Signals (data of one row) have kernels and poolings along their length only.
 */
#include "models/core/convolutional.h"
#include "models/core/pooling.h"

#include <stdio.h>

enum { DEPTH, WIDTH, BLOCKS, HEAD, END };
enum { DEPTH_STANDARD = 4, WIDTH_STANDARD = 32, DEPTH_MAX = 1000, BLOCKS_MAX = 100 };

/* Parameters of a block. */
enum { CHANNELS, CONVS, KERNEL, STRIDE, PADDING, POOL, POOL_SIZE, POOL_STRIDE, DROPOUT };

static const char *const paddings[] = {"same", "valid", NULL};
static const char *const pool_strides[] = {"size", NULL};
static const char *const ends[] = {"average", "flatten", NULL};

static const ag_param block_params[] = {
    [CHANNELS] = {.name = "channels",
                  .kind = AG_PARAM_INT,
                  .required = true,
                  .min = 1,
                  .max = 4096,
                  .meaning = "of each convolution"},
    [CONVS] = {.name = "convs",
               .kind = AG_PARAM_INT,
               .standard = 1,
               .min = 1,
               .max = 100,
               .meaning = "convolutions, one behind the other"},
    [KERNEL] = {.name = "kernel",
                .kind = AG_PARAM_INT,
                .standard = 3,
                .min = 1,
                .max = 31,
                .meaning = "rows and columns that one place sees"},
    [STRIDE] = {.name = "stride",
                .kind = AG_PARAM_INT,
                .standard = 1,
                .min = 1,
                .max = 31,
                .meaning = "step from place to place, of the first convolution"},
    [PADDING] = {.name = "padding",
                 .kind = AG_PARAM_INT,
                 .standard = AG_WORD(0),
                 .min = 0,
                 .max = 30,
                 .words = paddings,
                 .meaning = "zeros on each side; same: kernel - 1 in all; valid: none"},
    [POOL] = {.name = "pool",
              .kind = AG_PARAM_WORD,
              .words = ag_pool_words,
              .meaning = "what stands behind the convolutions"},
    [POOL_SIZE] = {.name = "pool_size",
                   .kind = AG_PARAM_INT,
                   .standard = 2,
                   .min = 1,
                   .max = AG_POOL_KERNEL_MAX,
                   .with = "pool",
                   .meaning = "rows and columns that are pooled"},
    [POOL_STRIDE] = {.name = "pool_stride",
                     .kind = AG_PARAM_INT,
                     .standard = AG_WORD(0),
                     .min = 1,
                     .max = AG_POOL_KERNEL_MAX,
                     .words = pool_strides,
                     .with = "pool",
                     .meaning = "step from pool to pool; size: pools side by side"},
    [DROPOUT] = {.name = "dropout",
                 .kind = AG_PARAM_REAL,
                 .max = 0.999,
                 .meaning = "share of the block's results left out of each training step"},
};

static const ag_param units_param[] = {
    {.kind = AG_PARAM_INT, .required = true, .min = 1, .max = 65536, .meaning = "units"},
};

static const ag_param params[] = {
    [DEPTH] = {.name = "depth",
               .kind = AG_PARAM_INT,
               .standard = DEPTH_STANDARD,
               .min = 0,
               .max = DEPTH_MAX,
               .meaning = "short form: convolutions"},
    [WIDTH] = {.name = "width",
               .kind = AG_PARAM_INT,
               .standard = WIDTH_STANDARD,
               .min = 1,
               .max = 4096,
               .meaning = "short form: channels of each"},
    [BLOCKS] = {.name = "blocks",
                .kind = AG_PARAM_LIST,
                .max = BLOCKS_MAX,
                .items = block_params,
                .n_items = AG_COUNT(block_params),
                .meaning = "convolutions, instead of depth and width"},
    [HEAD] = {.name = "head",
              .kind = AG_PARAM_LIST,
              .max = BLOCKS_MAX,
              .items = units_param,
              .n_items = 1,
              .meaning = "units of dense layers in front of the output"},
    [END] = {.name = "end",
             .kind = AG_PARAM_WORD,
             .words = ends,
             .meaning = "what dense layers see of the last picture: the mean of each channel, or "
                        "all its numbers"},
    AG_HIDDEN_PARAMS,
    AG_OUTPUT_PARAM,
};

static int block_number(const ag_list *blocks, int b, int param) {
    return (int)ag_list_number(blocks, b, param);
}

static int larger(int a, int b) { return a > b ? a : b; }

static void size(const ag_choice *model, int *depth, int *width) {
    const ag_list *blocks = model->list[BLOCKS], *head = model->list[HEAD];
    *depth = blocks->n ? 0 : (int)model->number[DEPTH];
    *width = *depth ? (int)model->number[WIDTH] : 0;
    for (int b = 0; b < blocks->n; b++) {
        *depth += block_number(blocks, b, CONVS);
        *width = larger(*width, block_number(blocks, b, CHANNELS));
    }
    *depth += head->n;
    for (int h = 0; h < head->n; h++)
        *width = larger(*width, block_number(head, h, 0));
}

static ag_status add_short_form(ag_convolutional *c, ag_error *err) {
    enum { KERNEL_SIZE = 3, POOLED = 2, SMALLEST = 4 };
    const int depth = (int)c->model->number[DEPTH], width = (int)c->model->number[WIDTH];
    const ag_conv_settings conv = {width, KERNEL_SIZE, 1, AG_PADDING_SAME};
    for (int k = 1; k <= depth; k++) {
        AG_TRY(ag_convolutional_conv(c, &conv, AG_NO_SKIP, err));
        const ag_shape now = ag_net_shape(c->net);
        const bool large =
            now.columns >= SMALLEST && (c->net->in.rows == 1 || now.rows >= SMALLEST);
        if (k % 2 == 0 && large) AG_TRY(ag_convolutional_pool(c, AG_POOL_MAX, POOLED, POOLED, err));
    }
    return AG_OK;
}

static int padding_of(int number) {
    return number >= 0 ? number : number == (int)AG_WORD(0) ? AG_PADDING_SAME : 0;
}

static ag_status add_block(ag_convolutional *c, const ag_list *blocks, int b, ag_error *err) {
    ag_conv_settings conv = {
        .channels = block_number(blocks, b, CHANNELS),
        .kernel = block_number(blocks, b, KERNEL),
        .stride = block_number(blocks, b, STRIDE),
        .padding = padding_of(block_number(blocks, b, PADDING)),
    };
    for (int k = 0; k < block_number(blocks, b, CONVS); k++, conv.stride = 1)
        AG_TRY(ag_convolutional_conv(c, &conv, AG_NO_SKIP, err));
    const int pooled = block_number(blocks, b, POOL_SIZE);
    const int step = block_number(blocks, b, POOL_STRIDE);
    AG_TRY(ag_convolutional_pool(c, (ag_pool_kind)block_number(blocks, b, POOL), pooled,
                                 step > 0 ? step : pooled, err));
    ag_convolutional_dropout(c, ag_list_number(blocks, b, DROPOUT));
    return AG_OK;
}

static ag_status add_blocks(ag_convolutional *c, ag_error *err) {
    const ag_list *blocks = c->model->list[BLOCKS];
    if ((int)c->model->number[DEPTH] != DEPTH_STANDARD ||
        (int)c->model->number[WIDTH] != WIDTH_STANDARD)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "cnn has both 'blocks' and 'depth' or 'width': these two are the short form "
                       "of blocks");
    for (int b = 0; b < blocks->n; b++) {
        char part[32];
        snprintf(part, sizeof part, "block %d of %d", b + 1, blocks->n);
        c->part = part;
        AG_TRY(add_block(c, blocks, b, err));
    }
    c->part = NULL;
    return AG_OK;
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    int depth, width;
    size(model, &depth, &width);
    const ag_list *blocks = model->list[BLOCKS], *head = model->list[HEAD];
    const int poolings = blocks->n ? 2 * blocks->n : depth / 2;
    ag_convolutional c = ag_convolutional_of(net, model, activations);
    AG_TRY(ag_convolutional_begin(&c, depth, poolings + 1, in, arena, err));
    AG_TRY(blocks->n ? add_blocks(&c, err) : add_short_form(&c, err));
    if (model->number[END] == 0) ag_net_add_global_average_pool(net);
    for (int h = 0; h < head->n; h++)
        ag_convolutional_dense(&c, block_number(head, h, 0));
    return ag_convolutional_end(&c, outputs, err);
}

const ag_family ag_family_cnn = {
    .about = {.name = "cnn",
              .formula = "blocks x [convs x [conv(channels), normalization, activation, dropout], "
                         "pool], end, head, dense(outputs)",
              .paper = "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, 1998, 10.1109/5.726791; end: "
                       "average: M. Lin, Q. Chen, S. Yan, 2013, arXiv:1312.4400",
              .params = params,
              .n_params = AG_COUNT(params)},
    .size = size,
    .build = build,
};

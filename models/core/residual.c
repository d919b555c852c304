#include "models/core/residual.h"

enum { GROUPS = 3, KERNEL = 3, WIDTH = 0 };

void ag_residual_size(const ag_choice *model, int n, int *depth, int *width) {
    *depth = 1 + 2 * GROUPS * n;
    *width = (int)model->number[WIDTH] << (GROUPS - 1);
}

/* Two convolutions and the way around them. */
static ag_status add_block(ag_convolutional *c, int channels, int stride, ag_error *err) {
    const int start = ag_net_here(c->net);
    ag_skip skip = {.from = start, .side = AG_BEFORE_ACTIVATION};
    if (stride > 1) {
        ag_net_add_shortcut(c->net, channels, stride);
        skip.from = ag_net_here(c->net);
        ag_net_continue_from(c->net, start);
    }
    ag_conv_settings conv = {channels, KERNEL, stride, AG_PADDING_SAME};
    AG_TRY(ag_convolutional_conv(c, &conv, AG_NO_SKIP, err));
    conv.stride = 1;
    return ag_convolutional_conv(c, &conv, skip, err);
}

ag_status ag_residual_build(ag_convolutional *c, int n, ag_shape in, int outputs, ag_arena *arena,
                            ag_error *err) {
    const int width = (int)c->model->number[WIDTH];
    int depth, widest;
    ag_residual_size(c->model, n, &depth, &widest);
    AG_TRY(ag_convolutional_begin(c, depth, GROUPS, in, arena, err));
    const ag_conv_settings first = {width, KERNEL, 1, AG_PADDING_SAME};
    AG_TRY(ag_convolutional_conv(c, &first, AG_NO_SKIP, err));
    for (int group = 0; group < GROUPS; group++)
        for (int block = 0; block < n; block++)
            AG_TRY(add_block(c, width << group, group && !block ? 2 : 1, err));
    ag_net_add_global_average_pool(c->net);
    return ag_convolutional_end(c, outputs, err);
}

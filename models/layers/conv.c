/* Convolution: every place of y from the places of x that the window sees there.
 *
 *     y[e][o][r][c] = b[o] + sum over i, p, q of w[i][p][q][o]
 *                     x[e][i][r stride + p - before][c stride + q - before]
 *
 *     w [in channels][kernel rows][kernel columns][out channels]      b [out channels]
 *
 * Signals have one row, and a kernel of one row. Channels of y lie last.
 */
#include "harness/num/conv.h"

#include "models/layers.h"

#include <assert.h>

typedef struct convolution {
    ag_window window;
    bool bias;
    ag_conv *conv;
} convolution;

static size_t fan_in(const ag_layer *self) {
    return (size_t)self->in.channels * (size_t)self->kernel_area;
}

static void measure(ag_layer *self) {
    self->slice[AG_ROLE_WEIGHT].n = fan_in(self) * (size_t)self->out.channels;
    if (((const convolution *)self->own)->bias)
        self->slice[AG_ROLE_BIAS].n = (size_t)self->out.channels;
}

static ag_conv_geometry geometry_of(const ag_layer *self) {
    const ag_window *w = &((const convolution *)self->own)->window;
    return (ag_conv_geometry){
        .in = self->in,
        .out = self->out,
        .in_block = self->in_block,
        .out_block = self->out_block,
        .kernel_rows = w->rows.kernel,
        .kernel_columns = w->columns.kernel,
        .stride_rows = w->rows.stride,
        .stride_columns = w->columns.stride,
        .before_rows = w->rows.before,
        .before_columns = w->columns.before,
    };
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    const ag_conv_geometry geometry = geometry_of(self);
    return ag_conv_open(&geometry, rows_max, arena, &((convolution *)self->own)->conv, err);
}

static size_t bytes(const ag_layer *self, int rows_max) {
    const ag_conv_geometry geometry = geometry_of(self);
    return rows_max ? ag_conv_bytes(&geometry, rows_max) : 0;
}

static void forward(ag_layer *self, int rows) {
    const ag_real *w = self->piece.first ? NULL : self->parameter[AG_ROLE_WEIGHT];
    ag_conv *conv = ((const convolution *)self->own)->conv;
    ag_conv_share(conv, self->mode->team, self->mode->stop);
    ag_conv_forward(conv, rows, self->x, w, self->parameter[AG_ROLE_BIAS], self->y);
}

static void backward(ag_layer *self, int rows) {
    ag_conv *conv = ((const convolution *)self->own)->conv;
    ag_conv_share(conv, self->mode->team, self->mode->stop);
    if (!self->piece.first) ag_conv_weights_begin(conv);
    ag_conv_weights_add(conv, rows, self->x, self->dy);
    if (!self->piece.goes_on)
        ag_conv_weights_end(conv, self->gradient[AG_ROLE_WEIGHT], self->gradient[AG_ROLE_BIAS]);
    const ag_real *w = self->piece.first ? NULL : self->parameter[AG_ROLE_WEIGHT];
    if (self->dx) ag_conv_backward_data(conv, rows, self->dy, w, self->dx);
}

static double flops(const ag_layer *self) {
    return 2.0 * (double)fan_in(self) * (double)ag_shape_size(self->out);
}

static const ag_layer_kind conv_kind = {
    .name = "conv",
    .by_piece = true,
    .measure = measure,
    .open = open,
    .bytes = bytes,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_conv(ag_net *net, int channels, const ag_window *window, bool bias,
                     const char *stage_name) {
    ag_layer *layer = ag_net_add(net, &conv_kind, sizeof(convolution));
    if (!layer) return;
    *(convolution *)layer->own = (convolution){.window = *window, .bias = bias};
    layer->out = ag_window_out(layer->in, window, channels);
    assert(ag_shape_size(layer->out) > 0);
    layer->out_block = ag_conv_block(channels);
    layer->kernel_area = window->rows.kernel * window->columns.kernel;
    ag_net_begin_stage(net, channels, stage_name);
}

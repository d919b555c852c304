/* Global average pooling: the mean of each channel over all its places.
 *
 *     y[e][c] = sum over places of x[e][c][place] / area          dx = dy / area
 *
 * M. Lin, Q. Chen, S. Yan, 2013, arXiv:1312.4400. Sums are in double.
 */
#include "models/layers.h"

enum { TOGETHER = 64 }; /* channels whose sums stay in registers */

/* y[c] of `n` channels that lie side by side, `step` from place to place. */
AG_VECTORIZED(static, average,
              (int n, size_t area, size_t step, const ag_real *restrict x, ag_real *restrict y),
              (n, area, step, x, y)) {
    double sum[TOGETHER] = {0};
    for (size_t place = 0; place < area; place++, x += step)
        for (int c = 0; c < n; c++)
            sum[c] += (double)x[c];
    for (int c = 0; c < n; c++)
        y[c] = (ag_real)(sum[c] / (double)area);
}

AG_VECTORIZED(static, spread,
              (int n, size_t area, size_t step, const ag_real *restrict dy, ag_real *restrict dx),
              (n, area, step, dy, dx)) {
    const ag_real share = (ag_real)(1.0 / (double)area);
    for (size_t place = 0; place < area; place++, dx += step)
        for (int c = 0; c < n; c++)
            dx[c] = share * dy[c];
}

/* Channels from c on that can be worked on together. */
static int together(const ag_layer *self, int c) {
    const int left = self->in_block - c % self->in_block;
    return left < TOGETHER ? left : TOGETHER;
}

static size_t first_place(const ag_layer *self, size_t e, int c) {
    return e * ag_shape_size(self->in) + ag_shape_index(self->in, self->in_block, c, 0);
}

static void forward(ag_layer *self, int rows) {
    const int channels = self->in.channels;
    for (size_t e = 0; e < (size_t)rows; e++)
        for (int c = 0; c < channels; c += together(self, c))
            average(together(self, c), ag_shape_area(self->in), (size_t)self->in_block,
                    self->x + first_place(self, e, c), self->y + e * (size_t)channels + (size_t)c);
}

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    const int channels = self->in.channels;
    for (size_t e = 0; e < (size_t)rows; e++)
        for (int c = 0; c < channels; c += together(self, c))
            spread(together(self, c), ag_shape_area(self->in), (size_t)self->in_block,
                   self->dy + e * (size_t)channels + (size_t)c, self->dx + first_place(self, e, c));
}

static const ag_layer_kind global_average_pool_kind = {
    .name = "global_average_pool", .by_piece = true, .forward = forward, .backward = backward};

void ag_net_add_global_average_pool(ag_net *net) {
    ag_layer *layer = ag_net_add(net, &global_average_pool_kind, 0);
    if (!layer) return;
    layer->out = (ag_shape){layer->in.channels, 1, 1};
    layer->out_block = layer->in.channels;
}

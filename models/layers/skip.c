/* Skip: a sum of two ways through the net.
 *
 *     y = x + x2          dx = dy          dx2 = dy
 *
 * K. He, X. Zhang, S. Ren, J. Sun, 2015, arXiv:1512.03385.
 */
#include "models/layers.h"

#include <assert.h>
#include <string.h>

AG_VECTORIZED(static, add,
              (size_t n, const ag_real *restrict a, const ag_real *restrict b,
               ag_real *restrict sum),
              (n, a, b, sum)) {
    for (size_t i = 0; i < n; i++)
        sum[i] = a[i] + b[i];
}

static void forward(ag_layer *self, int rows) {
    add((size_t)rows * ag_shape_size(self->out), self->x, self->x2, self->y);
}

static void backward(ag_layer *self, int rows) {
    const size_t bytes = (size_t)rows * ag_shape_size(self->out) * sizeof(ag_real);
    if (self->dx && self->dx != self->dy) memcpy(self->dx, self->dy, bytes);
    if (self->dx2) memcpy(self->dx2, self->dy, bytes);
}

static double flops(const ag_layer *self) { return (double)ag_shape_size(self->out); }

static const ag_layer_kind skip_kind = {
    .name = "skip",
    .in_place = true,
    .by_piece = true,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_skip(ag_net *net, int from) {
    ag_layer *layer = ag_net_add(net, &skip_kind, 0);
    if (!layer) return;
    assert(from >= 0 && from < ag_net_here(net) && from != layer->from);
    assert(ag_shape_size(net->layers[from].out) == ag_shape_size(layer->in) &&
           net->layers[from].out_block == layer->in_block);
    layer->skip = from;
}

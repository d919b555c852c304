/* Dropout: in training each value is left out with probability p, and what stays is
 * made larger, so that the expectation is the value itself and evaluation needs nothing.
 *
 *     y = x k / (1 - p)          dx = dy k / (1 - p)          k = 0 with probability p, else 1
 *
 * Multiplied by 0, not set to it: NaN stays NaN.
 *
 * N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever, R. Salakhutdinov, 2014,
 * JMLR 15:1929; torch.nn.Dropout.
 */
#include "models/core/mask.h"
#include "models/layers.h"

#include <string.h>

AG_VECTORIZED(static, leave_out,
              (size_t n, const ag_real *restrict x, const unsigned char *restrict kept,
               ag_real factor, ag_real *restrict y),
              (n, x, kept, factor, y)) {
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * (kept[i] ? factor : 0);
}

static void pass(const ag_mask *own, size_t n, const ag_real *x, ag_real *y) {
    if (own->on)
        leave_out(n, x, own->kept, (ag_real)(1 / (1 - own->rate)), y);
    else
        memcpy(y, x, n * sizeof *y);
}

static void forward(ag_layer *self, int rows) {
    (void)ag_mask_draw(self, rows);
    pass(self->own, (size_t)rows * ag_shape_size(self->in), self->x, self->y);
}

static void backward(ag_layer *self, int rows) {
    if (self->dx) pass(self->own, (size_t)rows * ag_shape_size(self->in), self->dy, self->dx);
}

const ag_layer_kind ag_layer_dropout = {
    .name = "dropout",
    .open = ag_mask_open,
    .bytes = ag_mask_bytes,
    .forward = forward,
    .backward = backward,
};

void ag_net_add_dropout(ag_net *net, double rate) { ag_mask_add(net, &ag_layer_dropout, rate); }

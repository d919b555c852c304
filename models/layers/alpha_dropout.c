/* Alpha dropout: a value that is left out becomes what SELU gives far on the left, and
 * the result is stretched and shifted so that values with mean 0 and variance 1 keep both.
 *
 *     y = a (x k + t (1 - k)) + b          dx = a dy k          k = 0 with probability p, else 1
 *     t = -lambda alpha of SELU,   a = 1 / sqrt((1 - p) (1 + p t^2)),   b = -a p t
 *
 * G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, 2017, arXiv:1706.02515;
 * torch.nn.AlphaDropout.
 */
#include "models/core/mask.h"
#include "models/layers.h"

#include <math.h>
#include <string.h>

/* -lambda alpha: SELU's limit for x to minus infinity. */
static const double LEFT_OUT = -1.75809934084737685994;

typedef struct stretch {
    double a, b;
} stretch;

static stretch stretch_of(double p) {
    const double a = 1 / sqrt((1 - p) * (1 + p * LEFT_OUT * LEFT_OUT));
    return (stretch){a, -a * p * LEFT_OUT};
}

/* y = x k a + shift[k], multiplied by 0 and not replaced: NaN stays NaN. */
AG_VECTORIZED(static, leave_out,
              (size_t n, const ag_real *restrict x, const unsigned char *restrict kept,
               const ag_real shift[2], ag_real a, ag_real *restrict y),
              (n, x, kept, shift, a, y)) {
    const ag_real left_out = shift[0], stays = shift[1];
    for (size_t i = 0; i < n; i++)
        y[i] = x[i] * (kept[i] ? a : 0) + (kept[i] ? stays : left_out);
}

static void forward(ag_layer *self, int rows) {
    const ag_mask *own = self->own;
    const size_t n = (size_t)rows * ag_shape_size(self->in);
    if (!ag_mask_draw(self, rows)) {
        memcpy(self->y, self->x, n * sizeof *self->y);
        return;
    }
    const stretch s = stretch_of(own->rate);
    const ag_real shift[2] = {(ag_real)(s.a * LEFT_OUT + s.b), (ag_real)s.b};
    leave_out(n, self->x, own->kept, shift, (ag_real)s.a, self->y);
}

AG_VECTORIZED(static, send,
              (size_t n, const ag_real *restrict dy, const unsigned char *restrict kept, ag_real a,
               ag_real *restrict dx),
              (n, dy, kept, a, dx)) {
    for (size_t i = 0; i < n; i++)
        dx[i] = dy[i] * (kept[i] ? a : 0);
}

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    const ag_mask *own = self->own;
    const size_t n = (size_t)rows * ag_shape_size(self->in);
    if (own->on)
        send(n, self->dy, own->kept, (ag_real)stretch_of(own->rate).a, self->dx);
    else
        memcpy(self->dx, self->dy, n * sizeof *self->dx);
}

const ag_layer_kind ag_layer_alpha_dropout = {
    .name = "alpha_dropout",
    .open = ag_mask_open,
    .bytes = ag_mask_bytes,
    .forward = forward,
    .backward = backward,
};

void ag_net_add_alpha_dropout(ag_net *net, double rate) {
    ag_mask_add(net, &ag_layer_alpha_dropout, rate);
}

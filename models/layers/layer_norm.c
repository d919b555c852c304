/* Layer normalization: all values of an example with mean 0 and variance 1, then a gain
 * and a shift for each channel that are learned.
 *
 *     u = (x - m) r          r = 1 / sqrt(v + eps)          y[c] = g[c] u + b[c]
 *
 * m, v are mean and (biased) variance of this example's n values, so a pass is the same
 * in training and in evaluation and for any batch. With s = g dy, means over the values:
 *
 *     dg[c] = sum dy u      db[c] = sum dy      dx = r (s - mean s - u mean(s u))
 *
 * J. Ba, J. Kiros, G. Hinton, 2016, arXiv:1607.06450; for flat layers
 * torch.nn.LayerNorm, for pictures torch.nn.GroupNorm(1, channels): eps 1e-5.
 */
#include "harness/num/channels.h"
#include "harness/num/norms.h"
#include "models/layers.h"

#include <math.h>

static const double EPSILON = 1e-5;

typedef struct layer_norm {
    ag_real *u;        /* [rows][in] */
    ag_real *r;        /* [rows] */
    ag_real *gain, *s; /* [in] g of each value, and s of one example; shift and s share */
    double *sum;       /* [channels] */
} layer_norm;

static void measure(ag_layer *self) {
    self->slice[AG_ROLE_SCALE].n = self->slice[AG_ROLE_BIAS].n = (size_t)self->out.channels;
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    const size_t n = ag_shape_size(self->in);
    layer_norm *own = self->own;
    own->u = AG_NEW_ARRAY(arena, ag_real, (size_t)rows_max * n);
    own->r = AG_NEW_ARRAY(arena, ag_real, (size_t)rows_max);
    own->gain = AG_NEW_ARRAY(arena, ag_real, n);
    own->s = AG_NEW_ARRAY(arena, ag_real, n);
    own->sum = AG_NEW_ARRAY(arena, double, (size_t)self->in.channels);
    if (!own->u || !own->r || !own->gain || !own->s || !own->sum)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for layer normalization");
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    const size_t rows = (size_t)rows_max, n = ag_shape_size(self->in);
    return sizeof(ag_real) * (rows * n + rows + 2 * n) + sizeof(double) * (size_t)self->in.channels;
}

AG_VECTORIZED(static, normalize,
              (size_t n, const ag_real *restrict x, double mean, ag_real r, ag_real *restrict u),
              (n, x, mean, r, u)) {
    /* what rounding the mean to a float leaves out is a shift */
    const ag_real center = (ag_real)mean, rest = (ag_real)((mean - (double)center) * (double)r);
    for (size_t i = 0; i < n; i++)
        u[i] = (x[i] - center) * r - rest;
}

AG_VECTORIZED(static, stretch,
              (size_t n, const ag_real *restrict u, const ag_real *restrict gain,
               const ag_real *restrict shift, ag_real *restrict y),
              (n, u, gain, shift, y)) {
    for (size_t i = 0; i < n; i++)
        y[i] = u[i] * gain[i] + shift[i];
}

static void forward(ag_layer *self, int rows) {
    layer_norm *own = self->own;
    const size_t n = ag_shape_size(self->in);
    ag_real *shift = own->s;
    ag_channel_spread(self->in, self->in_block, self->parameter[AG_ROLE_SCALE], own->gain);
    ag_channel_spread(self->in, self->in_block, self->parameter[AG_ROLE_BIAS], shift);
    for (size_t e = 0; e < (size_t)rows; e++) {
        double mean, deviation;
        ag_moments(n, self->x + e * n, &mean, &deviation);
        own->r[e] = (ag_real)(1 / sqrt(deviation * deviation + EPSILON));
        normalize(n, self->x + e * n, mean, own->r[e], own->u + e * n);
        stretch(n, own->u + e * n, own->gain, shift, self->y + e * n);
    }
}

AG_VECTORIZED(static, multiply,
              (size_t n, const ag_real *restrict a, const ag_real *restrict b,
               ag_real *restrict product),
              (n, a, b, product)) {
    for (size_t i = 0; i < n; i++)
        product[i] = a[i] * b[i];
}

AG_VECTORIZED(static, send,
              (size_t n, const ag_real *restrict s, const ag_real *restrict u, ag_real mean,
               ag_real slope, ag_real r, ag_real *restrict dx),
              (n, s, u, mean, slope, r, dx)) {
    for (size_t i = 0; i < n; i++)
        dx[i] = r * ((s[i] - mean) - u[i] * slope);
}

static void learn(ag_layer *self, int rows) {
    const layer_norm *own = self->own;
    const ag_channels at = {rows, self->in, self->in_block};
    ag_channel_sums(at, self->dy, own->sum);
    for (int c = 0; c < self->in.channels; c++)
        self->gradient[AG_ROLE_BIAS][c] = (ag_real)own->sum[c];
    ag_channel_products(at, self->dy, own->u, NULL, own->sum);
    for (int c = 0; c < self->in.channels; c++)
        self->gradient[AG_ROLE_SCALE][c] = (ag_real)own->sum[c];
}

static void backward(ag_layer *self, int rows) {
    const layer_norm *own = self->own;
    const size_t n = ag_shape_size(self->in);
    learn(self, rows);
    for (size_t e = 0; self->dx && e < (size_t)rows; e++) {
        const ag_real *u = own->u + e * n;
        double mean, deviation;
        multiply(n, own->gain, self->dy + e * n, own->s);
        ag_moments(n, own->s, &mean, &deviation);
        const double slope = ag_sum_products(n, own->s, u) / (double)n;
        send(n, own->s, u, (ag_real)mean, (ag_real)slope, own->r[e], self->dx + e * n);
    }
}

/* Sums, squares, subtraction, two products, shift: about six for each number. */
static double flops(const ag_layer *self) { return 6.0 * (double)ag_shape_size(self->in); }

const ag_layer_kind ag_layer_layer_norm = {
    .name = "layer_norm",
    .measure = measure,
    .open = open,
    .bytes = bytes,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_layer_norm(ag_net *net) {
    (void)ag_net_add(net, &ag_layer_layer_norm, sizeof(layer_norm));
}

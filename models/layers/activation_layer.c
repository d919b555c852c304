/* Activation: one scalar function on every element.
 *
 *     y[e][u] = f(x[e][u])          dx[e][u] = dy[e][u] f'(x[e][u])
 *
 * Value and derivative are computed together, going forward; the derivative is
 * kept, and the way back is one multiplication. Dead, saturated and zero units
 * are read off the same array (harness/probes).
 *
 * A learned parameter p is one for the layer or one for each channel:
 *
 *     dp[c] = sum over e and the elements u of channel c of dy[e][u] df/dp(x[e][u])
 */
#include "harness/num/channels.h"
#include "models/layers.h"

#include <string.h>

static void measure(ag_layer *self) {
    const ag_learned learned = ag_act_learned(&self->activation);
    if (learned != AG_LEARNED_NONE)
        self->slice[AG_ROLE_LEARNED].n =
            learned == AG_LEARNED_PER_CHANNEL ? (size_t)self->out.channels : 1;
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    const size_t n = ag_shape_size(self->out), all = (size_t)rows_max * n;
    self->dydz = AG_NEW_ARRAY(arena, ag_real, all);
    const bool learned = self->slice[AG_ROLE_LEARNED].n > 0;
    if (learned) {
        self->dydp = AG_NEW_ARRAY(arena, ag_real, all);
        self->p = AG_NEW_ARRAY(arena, ag_real, n);
        self->own = AG_NEW_ARRAY(arena, double, self->slice[AG_ROLE_LEARNED].n);
    }
    if (!self->dydz || (learned && (!self->dydp || !self->p || !self->own)))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for an activation layer");
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    const size_t n = sizeof(ag_real) * ag_shape_size(self->out);
    return n * (size_t)rows_max * (self->slice[AG_ROLE_LEARNED].n ? 2 : 1);
}

/* The shape that a learned parameter sees: its channels, or the layer as one. */
static ag_shape learned_shape(const ag_layer *self, int *block) {
    *block = self->out_block;
    if (self->slice[AG_ROLE_LEARNED].n == (size_t)self->out.channels) return self->out;
    *block = 1;
    return (ag_shape){1, 1, (int)ag_shape_size(self->out)};
}

static void forward(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->out);
    if (!self->dydp) {
        ag_act_evaluate(&self->activation, (size_t)rows * n, self->x, self->y, self->dydz);
        return;
    }
    int block;
    const ag_shape shape = learned_shape(self, &block);
    ag_channel_spread(shape, block, self->parameter[AG_ROLE_LEARNED], self->p);
    for (size_t e = 0; e < (size_t)rows; e++)
        ag_act_evaluate_learned(&self->activation, n, self->x + e * n, self->p, self->y + e * n,
                                self->dydz + e * n, self->dydp + e * n);
}

AG_VECTORIZED(static, multiply, (size_t n, const ag_real *restrict a, ag_real *restrict product),
              (n, a, product)) {
    for (size_t i = 0; i < n; i++)
        product[i] *= a[i];
}

static void learn(ag_layer *self, int rows) {
    int block;
    const ag_shape shape = learned_shape(self, &block);
    double *sum = self->own;
    ag_channel_products((ag_channels){rows, shape, block}, self->dy, self->dydp, NULL, sum);
    for (size_t c = 0; c < self->slice[AG_ROLE_LEARNED].n; c++)
        self->gradient[AG_ROLE_LEARNED][c] = (ag_real)sum[c];
}

static void backward(ag_layer *self, int rows) {
    if (self->dydp) learn(self, rows);
    const size_t n = (size_t)rows * ag_shape_size(self->out);
    if (!self->dx) return;
    if (self->dx != self->dy) memcpy(self->dx, self->dy, n * sizeof *self->dx);
    multiply(n, self->dydz, self->dx);
}

const ag_layer_kind ag_layer_activation = {
    .name = "activation",
    .by_piece = true,
    .in_place = true,
    .measure = measure,
    .open = open,
    .bytes = bytes,
    .forward = forward,
    .backward = backward,
};

void ag_net_add_activation(ag_net *net, const ag_choice *activation) {
    ag_layer *layer = ag_net_add(net, &ag_layer_activation, 0);
    if (!layer) return;
    layer->activation = *activation;
    if (!net->n_stages) return;
    ag_stage *stage = &net->stages[net->n_stages - 1];
    stage->activation = layer;
    stage->preactivation = &net->layers[layer->from];
}

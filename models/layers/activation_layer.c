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
#include "harness/num/norms.h"
#include "models/layers/kinds.h"

static int channel_count(const ag_layer *self) {
    return ag_act_learned(&self->activation) == AG_LEARNED_PER_CHANNEL ? self->out.channels : 1;
}

static void measure(ag_layer *self) {
    self->out = self->in;
    if (ag_act_learned(&self->activation) != AG_LEARNED_NONE)
        self->slice[AG_ROLE_LEARNED].n = (size_t)channel_count(self);
}

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    const size_t n = ag_shape_size(self->out), all = (size_t)rows_max * n;
    self->dydz = AG_NEW_ARRAY(arena, ag_real, all);
    const bool learned = self->slice[AG_ROLE_LEARNED].n > 0;
    if (learned) {
        self->dydp = AG_NEW_ARRAY(arena, ag_real, all);
        self->p = AG_NEW_ARRAY(arena, ag_real, n);
    }
    if (!self->dydz || (learned && (!self->dydp || !self->p)))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for an activation layer");
    return AG_OK;
}

/* Element u belongs to channel u / area: channels come first in a shape. */
static size_t area(const ag_layer *self) {
    return ag_shape_size(self->out) / (size_t)channel_count(self);
}

static void forward(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->out);
    if (!self->dydp) {
        ag_act_evaluate(&self->activation, (size_t)rows * n, self->x, self->y, self->dydz);
        return;
    }
    const size_t length = area(self);
    for (size_t c = 0; c < self->slice[AG_ROLE_LEARNED].n; c++)
        for (size_t u = c * length; u < (c + 1) * length; u++)
            self->p[u] = self->parameter[AG_ROLE_LEARNED][c];
    for (size_t e = 0; e < (size_t)rows; e++)
        ag_act_evaluate_learned(&self->activation, n, self->x + e * n, self->p, self->y + e * n,
                                self->dydz + e * n, self->dydp + e * n);
}

AG_VECTORIZED
static void multiply(size_t n, const ag_real *restrict a, const ag_real *restrict b,
                     ag_real *restrict product) {
    for (size_t i = 0; i < n; i++)
        product[i] = a[i] * b[i];
}

enum { BLOCK = 64 }; /* channels of one element: their sums stay in registers */

/* sum[c] = sum over e of a[e][c] b[e][c]; rows are n apart. */
AG_VECTORIZED
static void sum_columns(int rows, size_t n, int count, const ag_real *restrict a,
                        const ag_real *restrict b, double *restrict sum) {
    for (int c = 0; c < count; c++)
        sum[c] = 0;
    for (int e = 0; e < rows; e++, a += n, b += n)
        for (int c = 0; c < count; c++)
            sum[c] += (double)a[c] * (double)b[c];
}

static void learn_elements(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->out);
    for (size_t first = 0; first < n; first += BLOCK) {
        double sum[BLOCK];
        const int count = (int)(n - first < BLOCK ? n - first : BLOCK);
        sum_columns(rows, n, count, self->dy + first, self->dydp + first, sum);
        for (int c = 0; c < count; c++)
            self->gradient[AG_ROLE_LEARNED][first + (size_t)c] = (ag_real)sum[c];
    }
}

static void learn(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->out), length = area(self);
    if (length == 1) {
        learn_elements(self, rows);
        return;
    }
    for (size_t c = 0; c < self->slice[AG_ROLE_LEARNED].n; c++) {
        double sum = 0;
        for (size_t e = 0; e < (size_t)rows; e++)
            sum += ag_sum_products(length, self->dy + e * n + c * length,
                                   self->dydp + e * n + c * length);
        self->gradient[AG_ROLE_LEARNED][c] = (ag_real)sum;
    }
}

static void backward(ag_layer *self, int rows) {
    if (self->dydp) learn(self, rows);
    if (self->dx) multiply((size_t)rows * ag_shape_size(self->out), self->dy, self->dydz, self->dx);
}

const ag_layer_kind ag_layer_activation = {
    .name = "activation",
    .measure = measure,
    .open = open,
    .forward = forward,
    .backward = backward,
};

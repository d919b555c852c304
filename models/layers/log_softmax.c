/* Log-softmax: logarithms of probabilities.
 *
 *     y_u = x_u - m - log(sum_v exp(x_v - m)), m the largest x
 *     dx_u = dy_u - exp(y_u) sum_v dy_v
 *
 * Softmax of logarithms of probabilities gives the probabilities back: with cross_entropy
 * the same as a linear output.
 *
 * J. Bridle, 1990, NIPS 2:211; torch.nn.LogSoftmax.
 */
#include "models/core/exponentials.h"
#include "models/layers.h"

#include <math.h>

typedef struct log_softmax {
    ag_real *power; /* [rows][in]: exp(x - m) */
    double *sum;    /* [rows] */
} log_softmax;

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    log_softmax *own = self->own;
    own->power = AG_NEW_ARRAY(arena, ag_real, (size_t)rows_max * ag_shape_size(self->in));
    own->sum = AG_NEW_ARRAY(arena, double, (size_t)rows_max);
    if (!own->power || !own->sum)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for log-softmax");
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    return (size_t)rows_max * (sizeof(ag_real) * ag_shape_size(self->in) + sizeof(double));
}

static void forward(ag_layer *self, int rows) {
    log_softmax *own = self->own;
    const size_t n = ag_shape_size(self->in);
    for (size_t e = 0; e < (size_t)rows; e++) {
        const ag_real *x = self->x + e * n, largest = ag_largest(n, x);
        for (size_t u = 0; u < n; u++)
            own->power[e * n + u] = self->y[e * n + u] = x[u] - largest;
    }
    ag_exponentials((size_t)rows * n, own->power);
    for (size_t e = 0; e < (size_t)rows; e++) {
        own->sum[e] = 0;
        for (size_t u = 0; u < n; u++)
            own->sum[e] += (double)own->power[e * n + u];
        const double logarithm = log(own->sum[e]);
        for (size_t u = 0; u < n; u++)
            self->y[e * n + u] = (ag_real)((double)self->y[e * n + u] - logarithm);
    }
}

static void backward(ag_layer *self, int rows) {
    const log_softmax *own = self->own;
    const size_t n = ag_shape_size(self->in);
    for (size_t e = 0; self->dx && e < (size_t)rows; e++) {
        const ag_real *dy = self->dy + e * n;
        double sum = 0;
        for (size_t u = 0; u < n; u++)
            sum += (double)dy[u];
        for (size_t u = 0; u < n; u++)
            self->dx[e * n + u] =
                (ag_real)((double)dy[u] - (double)own->power[e * n + u] / own->sum[e] * sum);
    }
}

static const ag_layer_kind log_softmax_kind = {
    .name = "log_softmax", .open = open, .bytes = bytes, .forward = forward, .backward = backward};

void ag_net_add_log_softmax(ag_net *net) {
    (void)ag_net_add(net, &log_softmax_kind, sizeof(log_softmax));
}

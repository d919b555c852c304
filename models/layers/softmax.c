/* Softmax: probabilities.
 *
 *     y_u = exp(x_u - m) / sum_v exp(x_v - m), m the largest x
 *     dx_u = y_u (dy_u - sum_v dy_v y_v)
 *
 * With mean_squared_error it is Brier's score (his sum over classes, divided by their
 * number). cross_entropy contains a softmax of its own.
 *
 * J. Bridle, 1990, NIPS 2:211; torch.nn.Softmax.
 */
#include "harness/num/norms.h"
#include "models/core/exponentials.h"
#include "models/layers.h"

static void forward(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->in);
    for (size_t e = 0; e < (size_t)rows; e++) {
        const ag_real *x = self->x + e * n, largest = ag_largest(n, x);
        for (size_t u = 0; u < n; u++)
            self->y[e * n + u] = x[u] - largest;
    }
    ag_exponentials((size_t)rows * n, self->y);
    for (ag_real *y = self->y; y < self->y + (size_t)rows * n; y += n) {
        double sum = 0;
        for (size_t u = 0; u < n; u++)
            sum += (double)y[u];
        for (size_t u = 0; u < n; u++)
            y[u] = (ag_real)((double)y[u] / sum);
    }
}

static void backward(ag_layer *self, int rows) {
    const size_t n = ag_shape_size(self->in);
    for (size_t e = 0; self->dx && e < (size_t)rows; e++) {
        const ag_real *y = self->y + e * n, *dy = self->dy + e * n;
        const double mean = ag_sum_products(n, dy, y);
        for (size_t u = 0; u < n; u++)
            self->dx[e * n + u] = (ag_real)((double)y[u] * ((double)dy[u] - mean));
    }
}

static const ag_layer_kind softmax_kind = {
    .name = "softmax", .forward = forward, .backward = backward};

void ag_net_add_softmax(ag_net *net) { (void)ag_net_add(net, &softmax_kind, 0); }

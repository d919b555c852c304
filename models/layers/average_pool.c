/* Average pooling: the mean of what the window sees.
 *
 *     y[e][c][place] = sum over the window of x / its area          dx = dy / area, added up
 */
#include "models/core/pooling.h"

#include <string.h>

static ag_real share(const ag_layer *self) {
    const ag_window *w = &((const ag_pooling *)self->own)->window;
    return (ag_real)(1.0 / (w->rows.kernel * w->columns.kernel));
}

AG_VECTORIZED(static, add_share,
              (const ag_pooling_pass *pass, ag_real factor, const ag_real *restrict x,
               ag_real *restrict y),
              (pass, factor, x, y)) {
    const int n = pass->block;
    for (int r = 0; r < pass->n_rows; r++)
        for (int c = 0; c < pass->n_columns; c++, y += n) {
            const ag_real *seen = x + (size_t)r * pass->row + (size_t)c * pass->column;
            for (int i = 0; i < n; i++)
                y[i] += factor * seen[i];
        }
}

AG_VECTORIZED(static, add_back,
              (const ag_pooling_pass *pass, ag_real factor, const ag_real *restrict dy,
               ag_real *restrict dx),
              (pass, factor, dy, dx)) {
    const int n = pass->block;
    for (int r = 0; r < pass->n_rows; r++)
        for (int c = 0; c < pass->n_columns; c++, dy += n) {
            ag_real *seen = dx + (size_t)r * pass->row + (size_t)c * pass->column;
            for (int i = 0; i < n; i++)
                seen[i] += factor * dy[i];
        }
}

static void look(ag_layer *self, const ag_pooling_pass *pass) {
    add_share(pass, share(self), self->x + pass->x, self->y + pass->y);
}

static void send_back(ag_layer *self, const ag_pooling_pass *pass) {
    add_back(pass, share(self), self->dy + pass->y, self->dx + pass->x);
}

static void forward(ag_layer *self, int rows) {
    memset(self->y, 0, (size_t)rows * ag_shape_size(self->out) * sizeof *self->y);
    ag_pooling_visit(self, rows, look);
}

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    memset(self->dx, 0, (size_t)rows * ag_shape_size(self->in) * sizeof *self->dx);
    ag_pooling_visit(self, rows, send_back);
}

static const ag_layer_kind average_pool_kind = {
    .name = "average_pool", .by_piece = true, .forward = forward, .backward = backward};

void ag_net_add_average_pool(ag_net *net, const ag_window *window) {
    ag_net_add_pooling(net, &average_pool_kind, window);
}

/* Max pooling: the largest number that the window sees. Of equal ones the first counts,
 * and a NaN is larger than everything: it must not be lost on its way.
 *
 *     y[e][c][place] = max over the window of x          dx = dy where that was, added up
 */
#include "models/core/pooling.h"

#include <string.h>

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    ag_pooling *own = self->own;
    own->largest = AG_NEW_ARRAY(arena, uint8_t, (size_t)rows_max * ag_shape_size(self->out));
    return own->largest ? AG_OK : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for pooling");
}

static size_t bytes(const ag_layer *self, int rows_max) {
    return (size_t)rows_max * ag_shape_size(self->out);
}

/* The first place of the window. */
static void take(const ag_pooling_pass *pass, const ag_real *x, ag_real *y, uint8_t *largest) {
    const size_t n = (size_t)pass->block;
    for (int r = 0; r < pass->n_rows; r++)
        for (int c = 0; c < pass->n_columns; c++, y += n)
            memcpy(y, x + (size_t)r * pass->row + (size_t)c * pass->column, n * sizeof *y);
    memset(largest, 0, (size_t)pass->n_rows * (size_t)pass->n_columns * n);
}

/* The others. */
AG_VECTORIZED(static, take_larger,
              (const ag_pooling_pass *pass, const ag_real *restrict x, ag_real *restrict y,
               uint8_t *restrict largest),
              (pass, x, y, largest)) {
    const uint8_t place = (uint8_t)pass->place;
    const int n = pass->block;
    for (int r = 0; r < pass->n_rows; r++)
        for (int c = 0; c < pass->n_columns; c++, y += n, largest += n) {
            const ag_real *seen = x + (size_t)r * pass->row + (size_t)c * pass->column;
            for (int i = 0; i < n; i++) {
                const bool larger = !(seen[i] <= y[i]) & (y[i] == y[i]); /* NaN wins, and stays */
                y[i] = larger ? seen[i] : y[i];
                largest[i] = larger ? place : largest[i];
            }
        }
}

/* What the piece at hand begins with. */
static uint8_t *largest_of(const ag_layer *self) {
    return ((const ag_pooling *)self->own)->largest +
           (size_t)self->piece.first * ag_shape_size(self->out);
}

static void look(ag_layer *self, const ag_pooling_pass *pass) {
    uint8_t *largest = largest_of(self) + pass->y;
    (pass->place ? take_larger : take)(pass, self->x + pass->x, self->y + pass->y, largest);
}

AG_VECTORIZED(static, add_where,
              (const ag_pooling_pass *pass, const uint8_t *restrict largest,
               const ag_real *restrict dy, ag_real *restrict dx),
              (pass, largest, dy, dx)) {
    const uint8_t place = (uint8_t)pass->place;
    const int n = pass->block;
    for (int r = 0; r < pass->n_rows; r++)
        for (int c = 0; c < pass->n_columns; c++, dy += n, largest += n) {
            ag_real *seen = dx + (size_t)r * pass->row + (size_t)c * pass->column;
            for (int i = 0; i < n; i++)
                seen[i] += largest[i] == place ? dy[i] : 0;
        }
}

/* The same where no other window sees these places. */
AG_VECTORIZED(static, set_where,
              (const ag_pooling_pass *pass, const uint8_t *restrict largest,
               const ag_real *restrict dy, ag_real *restrict dx),
              (pass, largest, dy, dx)) {
    const uint8_t place = (uint8_t)pass->place;
    const int n = pass->block;
    for (int r = 0; r < pass->n_rows; r++)
        for (int c = 0; c < pass->n_columns; c++, dy += n, largest += n) {
            ag_real *seen = dx + (size_t)r * pass->row + (size_t)c * pass->column;
            for (int i = 0; i < n; i++)
                seen[i] = largest[i] == place ? dy[i] : 0;
        }
}

static void send_back_alone(ag_layer *self, const ag_pooling_pass *pass) {
    set_where(pass, largest_of(self) + pass->y, self->dy + pass->y, self->dx + pass->x);
}

/* Windows side by side that leave nothing out. */
static bool tiles(const ag_span *span, int in, int out) {
    return span->stride == span->kernel && in == out * span->stride;
}

static void send_back(ag_layer *self, const ag_pooling_pass *pass) {
    add_where(pass, largest_of(self) + pass->y, self->dy + pass->y, self->dx + pass->x);
}

static void forward(ag_layer *self, int rows) { ag_pooling_visit(self, rows, look); }

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    const ag_window *w = &((const ag_pooling *)self->own)->window;
    if (tiles(&w->rows, self->in.rows, self->out.rows) &&
        tiles(&w->columns, self->in.columns, self->out.columns)) {
        ag_pooling_visit(self, rows, send_back_alone); /* each dx is written once */
        return;
    }
    memset(self->dx, 0, (size_t)rows * ag_shape_size(self->in) * sizeof *self->dx);
    ag_pooling_visit(self, rows, send_back);
}

static const ag_layer_kind max_pool_kind = {.name = "max_pool",
                                            .by_piece = true,
                                            .open = open,
                                            .bytes = bytes,
                                            .forward = forward,
                                            .backward = backward};

void ag_net_add_max_pool(ag_net *net, const ag_window *window) {
    ag_net_add_pooling(net, &max_pool_kind, window);
}

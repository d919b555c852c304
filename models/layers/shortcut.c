/* Shortcut: the way around a residual block that makes pictures smaller and channels
 * more, without parameters.
 *
 *     y[e][c][r][k] = x[e][c][stride r][stride k], and 0 for the channels x has not
 *
 * Option A of K. He, X. Zhang, S. Ren, J. Sun, 2015, arXiv:1512.03385, section 4.2.
 */
#include "models/layers.h"

#include <assert.h>
#include <string.h>

typedef struct shortcut {
    int stride;
} shortcut;

/* Index in x of what stands at (channel, row, column) of y. */
static size_t source(const ag_layer *self, int channel, int row, int column) {
    const size_t stride = (size_t)((const shortcut *)self->own)->stride;
    const size_t rows = self->in.rows > 1 ? stride : 1;
    const size_t place = (size_t)row * rows * (size_t)self->in.columns + (size_t)column * stride;
    return ag_shape_index(self->in, self->in_block, channel, place);
}

/* Calls visit(x's index, y's index) for all that is handed on from one example. */
static void visit_places(ag_layer *self, size_t e,
                         void (*visit)(ag_layer *self, size_t x, size_t y)) {
    const size_t x = e * ag_shape_size(self->in), y = e * ag_shape_size(self->out);
    for (int r = 0; r < self->out.rows; r++)
        for (int k = 0; k < self->out.columns; k++)
            for (int c = 0; c < self->in.channels; c++) {
                const size_t place = (size_t)r * (size_t)self->out.columns + (size_t)k;
                visit(self, x + source(self, c, r, k),
                      y + ag_shape_index(self->out, self->out_block, c, place));
            }
}

static void hand_on(ag_layer *self, size_t x, size_t y) { self->y[y] = self->x[x]; }

static void send_back(ag_layer *self, size_t x, size_t y) { self->dx[x] = self->dy[y]; }

static void forward(ag_layer *self, int rows) {
    memset(self->y, 0, (size_t)rows * ag_shape_size(self->out) * sizeof *self->y);
    for (int e = 0; e < rows; e++)
        visit_places(self, (size_t)e, hand_on);
}

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    memset(self->dx, 0, (size_t)rows * ag_shape_size(self->in) * sizeof *self->dx);
    for (int e = 0; e < rows; e++)
        visit_places(self, (size_t)e, send_back);
}

static const ag_layer_kind shortcut_kind = {
    .name = "shortcut", .forward = forward, .backward = backward};

static int part(int size, int stride) { return (size - 1) / stride + 1; }

void ag_net_add_shortcut(ag_net *net, int channels, int stride) {
    ag_layer *layer = ag_net_add(net, &shortcut_kind, sizeof(shortcut));
    if (!layer) return;
    assert(channels >= layer->in.channels);
    ((shortcut *)layer->own)->stride = stride;
    layer->out =
        (ag_shape){channels, part(layer->in.rows, stride), part(layer->in.columns, stride)};
    layer->out_block = channels;
}

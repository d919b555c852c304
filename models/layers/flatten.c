/* Flatten: the numbers of a picture in the order channel, row, column, whatever the
 * order they are kept in; so the weights behind it mean the same on every machine. */
#include "models/layers.h"

typedef struct flatten {
    uint32_t *source; /* [out]: where each number stands in x */
} flatten;

static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    (void)rows_max;
    flatten *own = self->own;
    own->source = AG_NEW_ARRAY(arena, uint32_t, ag_shape_size(self->in));
    if (!own->source) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory to flatten");
    const size_t area = ag_shape_area(self->in);
    for (int c = 0; c < self->in.channels; c++)
        for (size_t place = 0; place < area; place++)
            own->source[(size_t)c * area + place] =
                (uint32_t)ag_shape_index(self->in, self->in_block, c, place);
    return AG_OK;
}

static size_t bytes(const ag_layer *self, int rows_max) {
    (void)rows_max;
    return sizeof(uint32_t) * ag_shape_size(self->in);
}

static void forward(ag_layer *self, int rows) {
    const uint32_t *source = ((const flatten *)self->own)->source;
    const size_t n = ag_shape_size(self->in);
    const ag_real *x = self->x;
    ag_real *y = self->y;
    for (int e = 0; e < rows; e++, x += n, y += n)
        for (size_t i = 0; i < n; i++)
            y[i] = x[source[i]];
}

static void backward(ag_layer *self, int rows) {
    if (!self->dx) return;
    const uint32_t *source = ((const flatten *)self->own)->source;
    const size_t n = ag_shape_size(self->in);
    const ag_real *dy = self->dy;
    ag_real *dx = self->dx;
    for (int e = 0; e < rows; e++, dx += n, dy += n)
        for (size_t i = 0; i < n; i++)
            dx[source[i]] = dy[i];
}

static const ag_layer_kind flatten_kind = {.name = "flatten",
                                           .by_piece = true,
                                           .open = open,
                                           .bytes = bytes,
                                           .forward = forward,
                                           .backward = backward};

void ag_net_add_flatten(ag_net *net) {
    const ag_shape in = ag_net_shape(net);
    if (ag_shape_area(in) == 1 || ag_net_block(net) == 1) return;
    ag_layer *layer = ag_net_add(net, &flatten_kind, sizeof(flatten));
    if (!layer) return;
    layer->out = (ag_shape){(int)ag_shape_size(in), 1, 1};
    layer->out_block = layer->out.channels;
}

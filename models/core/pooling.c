#include "models/core/pooling.h"

#include <assert.h>

void ag_net_add_pooling(ag_net *net, const ag_layer_kind *kind, const ag_window *window) {
    ag_layer *layer = ag_net_add(net, kind, sizeof(ag_pooling));
    if (!layer) return;
    assert(window->rows.before + window->rows.after == 0 &&
           window->columns.before + window->columns.after == 0);
    assert(window->rows.kernel <= AG_POOL_KERNEL_MAX &&
           window->columns.kernel <= AG_POOL_KERNEL_MAX);
    ((ag_pooling *)layer->own)->window = *window;
    layer->out = ag_window_out(layer->in, window, layer->in.channels);
    assert(ag_shape_size(layer->out) > 0);
    if (ag_shape_area(layer->out) == 1) layer->out_block = layer->out.channels;
}

void ag_pooling_visit(ag_layer *self, int rows,
                      void (*visit)(ag_layer *self, const ag_pooling_pass *pass)) {
    const ag_window *w = &((const ag_pooling *)self->own)->window;
    const size_t block = (size_t)self->in_block, groups = (size_t)self->in.channels / block;
    const size_t column = block, row = (size_t)self->in.columns * block;
    ag_pooling_pass pass = {
        .row = row * (size_t)w->rows.stride,
        .column = column * (size_t)w->columns.stride,
        .n_rows = self->out.rows,
        .n_columns = self->out.columns,
        .block = self->in_block,
    };
    const int places = w->rows.kernel * w->columns.kernel;
    for (size_t g = 0; g < (size_t)rows * groups; g++) {
        pass.y = g * block * ag_shape_area(self->out);
        for (pass.place = 0; pass.place < places; pass.place++) {
            const size_t r = (size_t)(pass.place / w->columns.kernel);
            const size_t c = (size_t)(pass.place % w->columns.kernel);
            pass.x = g * block * ag_shape_area(self->in) + r * row + c * column;
            visit(self, &pass);
        }
    }
}

/* Tied: a dense layer with the weights of another one, transposed.
 *
 *     y[e][i] = b[i] + sum_u x[e][u] w[i][u]
 *
 *     x [rows][units]      w [in][units]      b [in]      y [rows][in]
 *
 * in and units are those of the other layer. On the way back this layer comes first and
 * begins the gradient of w; the other one adds to it. */
#include "harness/num/gemm.h"
#include "models/core/bias.h"
#include "models/layers.h"

#include <assert.h>

typedef struct tied {
    const ag_layer *of;
    bool bias;
} tied;

static void measure(ag_layer *self) {
    if (((const tied *)self->own)->bias) self->slice[AG_ROLE_BIAS].n = ag_shape_size(self->out);
}

/* From here on the weights count as its own too, for probes. */
static ag_status open(ag_layer *self, int rows_max, ag_arena *arena, ag_error *err) {
    (void)rows_max, (void)arena, (void)err;
    const ag_layer *of = ((const tied *)self->own)->of;
    self->slice[AG_ROLE_WEIGHT] = of->slice[AG_ROLE_WEIGHT];
    self->parameter[AG_ROLE_WEIGHT] = of->parameter[AG_ROLE_WEIGHT];
    self->gradient[AG_ROLE_WEIGHT] = of->gradient[AG_ROLE_WEIGHT];
    return AG_OK;
}

static void forward(ag_layer *self, int rows) {
    const int units = (int)ag_shape_size(self->in), in = (int)ag_shape_size(self->out);
    ag_gemm_shared(self->mode->team, self->mode->stop,
                   &(ag_product){.m = rows,
                                 .n = in,
                                 .k = units,
                                 .a = self->x,
                                 .a_row = units,
                                 .b = self->parameter[AG_ROLE_WEIGHT],
                                 .b_row = units,
                                 .b_transposed = true,
                                 .bias = self->parameter[AG_ROLE_BIAS],
                                 .c = self->y,
                                 .c_row = in});
}

/* dw = dy' x,  db = sum of dy's rows,  dx = dy w */
static void backward(ag_layer *self, int rows) {
    const int units = (int)ag_shape_size(self->in), in = (int)ag_shape_size(self->out);
    ag_gemm_shared(self->mode->team, self->mode->stop,
                   &(ag_product){.m = in,
                                 .n = units,
                                 .k = rows,
                                 .a = self->dy,
                                 .a_row = in,
                                 .a_transposed = true,
                                 .b = self->x,
                                 .b_row = units,
                                 .c = self->gradient[AG_ROLE_WEIGHT],
                                 .c_row = units});
    if (self->gradient[AG_ROLE_BIAS])
        ag_bias_gradient(rows, in, self->dy, self->gradient[AG_ROLE_BIAS]);
    if (self->dx)
        ag_gemm_shared(self->mode->team, self->mode->stop,
                       &(ag_product){.m = rows,
                                     .n = units,
                                     .k = in,
                                     .a = self->dy,
                                     .a_row = in,
                                     .b = self->parameter[AG_ROLE_WEIGHT],
                                     .b_row = units,
                                     .c = self->dx,
                                     .c_row = units});
}

static double flops(const ag_layer *self) {
    return 2.0 * (double)ag_shape_size(self->in) * (double)ag_shape_size(self->out);
}

const ag_layer_kind ag_layer_tied = {
    .name = "tied",
    .borrows = true,
    .measure = measure,
    .open = open,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_tied(ag_net *net, int of, bool bias, const char *stage_name) {
    ag_layer *layer = ag_net_add(net, &ag_layer_tied, sizeof(tied));
    if (!layer) return;
    ag_layer *other = &net->layers[of];
    const int in = (int)ag_shape_size(other->in);
    assert(other->kind == &ag_layer_dense && !other->shared &&
           ag_shape_size(layer->in) == ag_shape_size(other->out));
    other->shared = true;
    *(tied *)layer->own = (tied){.of = other, .bias = bias};
    layer->out = (ag_shape){in, 1, 1};
    layer->out_block = in;
    ag_net_begin_stage(net, in, stage_name);
}

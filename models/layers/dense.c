/* Dense: every output from every input.
 *
 *     y[e][u] = b[u] + sum_i x[e][i] w[i][u]
 *
 *     x [rows][in]      w [in][units]      b [units]      y [rows][units]
 *
 * w is stored input by input: the forward product then reads w along its rows,
 * and so does the one for dw.
 */
#include "harness/num/gemm.h"
#include "models/core/bias.h"
#include "models/layers.h"

typedef struct dense {
    bool bias;
} dense;

static void measure(ag_layer *self) {
    const size_t in = ag_shape_size(self->in), units = ag_shape_size(self->out);
    self->slice[AG_ROLE_WEIGHT].n = in * units;
    if (((const dense *)self->own)->bias) self->slice[AG_ROLE_BIAS].n = units;
}

static void forward(ag_layer *self, int rows) {
    const int in = (int)ag_shape_size(self->in), units = (int)ag_shape_size(self->out);
    ag_gemm_shared(self->mode->team, self->mode->stop,
                   &(ag_product){.m = rows,
                                 .n = units,
                                 .k = in,
                                 .a = self->x,
                                 .a_row = in,
                                 .b = self->parameter[AG_ROLE_WEIGHT],
                                 .b_row = units,
                                 .bias = self->parameter[AG_ROLE_BIAS],
                                 .c = self->y,
                                 .c_row = units});
}

/* dw = x' dy (added to what a tied layer has left),  db = sum of dy's rows,  dx = dy w' */
static void backward(ag_layer *self, int rows) {
    const int in = (int)ag_shape_size(self->in), units = (int)ag_shape_size(self->out);
    ag_gemm_shared(self->mode->team, self->mode->stop,
                   &(ag_product){.m = in,
                                 .n = units,
                                 .k = rows,
                                 .a = self->x,
                                 .a_row = in,
                                 .a_transposed = true,
                                 .b = self->dy,
                                 .b_row = units,
                                 .c = self->gradient[AG_ROLE_WEIGHT],
                                 .c_row = units,
                                 .adds = self->shared});
    if (self->gradient[AG_ROLE_BIAS])
        ag_bias_gradient(rows, units, self->dy, self->gradient[AG_ROLE_BIAS]);
    if (self->dx)
        ag_gemm_shared(self->mode->team, self->mode->stop,
                       &(ag_product){.m = rows,
                                     .n = in,
                                     .k = units,
                                     .a = self->dy,
                                     .a_row = units,
                                     .b = self->parameter[AG_ROLE_WEIGHT],
                                     .b_row = units,
                                     .b_transposed = true,
                                     .c = self->dx,
                                     .c_row = in});
}

static double flops(const ag_layer *self) {
    return 2.0 * (double)ag_shape_size(self->in) * (double)ag_shape_size(self->out);
}

const ag_layer_kind ag_layer_dense = {
    .name = "dense",
    .measure = measure,
    .forward = forward,
    .backward = backward,
    .flops = flops,
};

void ag_net_add_dense(ag_net *net, int units, bool bias, const char *stage_name) {
    ag_net_add_flatten(net);
    ag_layer *layer = ag_net_add(net, &ag_layer_dense, sizeof(dense));
    if (!layer) return;
    *(dense *)layer->own = (dense){.bias = bias};
    layer->out = (ag_shape){units, 1, 1};
    layer->out_block = units;
    ag_net_begin_stage(net, units, stage_name);
}

/* grad_norm: how strongly the loss pulls at a layer's weights. Before clipping. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)stage;
    return sqrt(view->gradient);
}

const ag_probe ag_probe_grad_norm = {
    .about = {.name = "grad_norm",
              .formula = "L2 norm of dLoss/dW over the layer's weights, mean loss of a mini-batch",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "loss per unit of weight",
    .time = AG_PROBE_GRADIENT,
    .observe = observe,
};

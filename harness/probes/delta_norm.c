/* delta_norm: the back-propagated signal itself. Weight gradients can stay flat over
 * depth in nets where this one dies (Glorot and Bengio 2010, equation 14). */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)stage;
    return sqrt(view->delta);
}

const ag_probe ag_probe_delta_norm = {
    .about = {.name = "delta_norm",
              .formula =
                  "L2 norm of dLoss/dz over the layer's pre-activations, mean loss of a mini-batch",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "loss per unit of pre-activation",
    .time = AG_PROBE_GRADIENT,
    .observe = observe,
};

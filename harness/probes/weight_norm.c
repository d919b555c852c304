/* weight_norm: the length of all weights of a layer, taken as one vector. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)stage;
    return sqrt(view->weights);
}

const ag_probe ag_probe_weight_norm = {
    .about = {.name = "weight_norm",
              .formula = "L2 norm of the layer's weights, without biases",
              .paper = "folklore"},
    .unit = "weights",
    .time = AG_PROBE_WEIGHTS,
    .observe = observe,
};

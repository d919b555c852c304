/* weight_norm: the length of all weights of a layer, taken as one vector. */
#include "harness/num/norms.h"
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)view;
    const ag_layer *layer = stage->weights;
    return sqrt(ag_sum_squares(layer->slice[AG_ROLE_WEIGHT].n, layer->parameter[AG_ROLE_WEIGHT]));
}

const ag_probe ag_probe_weight_norm = {
    .about = {.name = "weight_norm",
              .formula = "L2 norm of the layer's weights, without biases",
              .paper = "folklore"},
    .unit = "weights",
    .time = AG_PROBE_EPOCH,
    .observe = observe,
};

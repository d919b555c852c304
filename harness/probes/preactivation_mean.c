/* preactivation_mean: where on its activation function a layer works. */
#include "harness/num/norms.h"
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    const ag_layer *layer = stage->preactivation;
    double mean = (double)NAN, deviation = (double)NAN;
    if (layer)
        ag_moments((size_t)view->rows * ag_shape_size(layer->out), layer->y, &mean, &deviation);
    return mean;
}

const ag_probe ag_probe_preactivation_mean = {
    .about = {.name = "preactivation_mean",
              .formula = "mean of all pre-activations of a layer",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "as the values",
    .time = AG_PROBE_EPOCH,
    .observe = observe,
};

/* saturated_fraction: values where the function is flat. 0.01 is tanh beyond +-3,
 * the sigmoid beyond +-4.6, and the whole left half of ReLU. */
#include "harness/probes/probe.h"

#include <math.h>

static const double FLAT = 0.01;

static double observe(const ag_view *view, const ag_stage *stage) {
    const ag_layer *layer = stage->activation;
    if (!layer) return (double)NAN;
    const size_t n = (size_t)view->rows * ag_shape_size(layer->out);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += fabs((double)layer->dydz[i]) < FLAT;
    return (double)count / (double)n;
}

const ag_probe ag_probe_saturated_fraction = {
    .about = {.name = "saturated_fraction",
              .formula = "share of values with |f'(z)| < 0.01",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "share of values, 0 to 1",
    .time = AG_PROBE_EPOCH,
    .observe = observe,
};

/* zero_fraction: sparsity, in the sense of the rectifier paper. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    const ag_layer *layer = stage->activation;
    if (!layer) return (double)NAN;
    const size_t n = (size_t)view->rows * ag_shape_size(layer->out);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        count += layer->y[i] == 0;
    return (double)count / (double)n;
}

const ag_probe ag_probe_zero_fraction = {
    .about = {.name = "zero_fraction",
              .formula = "share of activations that are exactly 0",
              .paper = "X. Glorot, A. Bordes, Y. Bengio, 2011, AISTATS"},
    .unit = "share of values, 0 to 1",
    .time = AG_PROBE_EPOCH,
    .observe = observe,
};

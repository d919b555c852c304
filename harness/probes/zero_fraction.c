/* zero_fraction: sparsity, in the sense of the rectifier paper. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    return stage->activation ? view->values->zero / view->values->n : (double)NAN;
}

const ag_probe ag_probe_zero_fraction = {
    .about = {.name = "zero_fraction",
              .formula = "share of activations that are exactly 0",
              .paper = "X. Glorot, A. Bordes, Y. Bengio, 2011, AISTATS"},
    .unit = "share of values, 0 to 1",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

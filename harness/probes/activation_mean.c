/* activation_mean: whether what a layer passes on is centred. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    return stage->activation ? view->values->a_mean : (double)NAN;
}

const ag_probe ag_probe_activation_mean = {
    .about = {.name = "activation_mean",
              .formula = "mean of all activations of a layer",
              .paper = "D.-A. Clevert, T. Unterthiner, S. Hochreiter, 2015, arXiv:1511.07289"},
    .unit = "as the values",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

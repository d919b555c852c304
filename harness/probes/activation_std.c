/* activation_std: whether the signal grows or dies on its way forward. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    return stage->activation ? ag_tally_a_std(view->values) : (double)NAN;
}

const ag_probe ag_probe_activation_std = {
    .about = {.name = "activation_std",
              .formula = "standard deviation of all activations of a layer",
              .paper = "D.-A. Clevert, T. Unterthiner, S. Hochreiter, 2015, arXiv:1511.07289"},
    .unit = "as the values",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

/* preactivation_mean: where on its activation function a layer works. */
#include "harness/probes/probe.h"

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)stage;
    return view->values->z_mean;
}

const ag_probe ag_probe_preactivation_mean = {
    .about = {.name = "preactivation_mean",
              .formula = "mean of all pre-activations of a layer",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "as the values",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

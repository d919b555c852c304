/* preactivation_std: how much of its activation function a layer uses. */
#include "harness/probes/probe.h"

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)stage;
    return ag_tally_z_std(view->values);
}

const ag_probe ag_probe_preactivation_std = {
    .about = {.name = "preactivation_std",
              .formula = "standard deviation of all pre-activations of a layer",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "as the values",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

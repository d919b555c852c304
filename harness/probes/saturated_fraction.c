/* saturated_fraction: values where the function is flat. 0.01 is tanh beyond +-3,
 * the sigmoid beyond +-4.6, and the whole left half of ReLU. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    return stage->activation ? view->values->saturated / view->values->n : (double)NAN;
}

const ag_probe ag_probe_saturated_fraction = {
    .about = {.name = "saturated_fraction",
              .formula = "share of values with |f'(z)| < 0.01",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "share of values, 0 to 1",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

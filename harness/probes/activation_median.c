/* activation_median: where the units of a layer are centred, each by itself; units that are far off
 * weigh no more than others. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    return stage->activation ? view->median : (double)NAN;
}

const ag_probe ag_probe_activation_median = {
    .about = {.name = "activation_median",
              .formula = "median over a layer's units (channels) of their mean activation, after "
                         "each epoch; on request",
              .paper = "D.-A. Clevert, T. Unterthiner, S. Hochreiter, 2015, arXiv:1511.07289"},
    .unit = "as the values",
    .time = AG_PROBE_EPOCH,
    .on_request = true,
    .observe = observe,
};

/* update_ratio: how far one step moves the weights, relative to their length; near
 * 1e-3 is a common rule of thumb. */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    (void)stage;
    return sqrt(view->change) / sqrt(view->before);
}

const ag_probe ag_probe_update_ratio = {
    .about = {.name = "update_ratio",
              .formula =
                  "L2 norm of a step's change of the weights over that of the weights before",
              .paper = "folklore"},
    .unit = "share, 1 = as long as the weights",
    .time = AG_PROBE_UPDATE,
    .observe = observe,
};

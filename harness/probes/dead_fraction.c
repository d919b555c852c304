/* dead_fraction: units that no example can teach any more.
 *
 * A unit (of a convolution: a channel) is dead when |f'(z)| < 1e-6 for every
 * example looked at: after an epoch those of the fixed probe batch, at a step those
 * of its mini-batch, or mini-batches. What is dead at one step may live at the next,
 * and the fewer examples there are, the more units look dead. One rule for all
 * functions: a ReLU that is never positive, a sigmoid far out on either side, a unit of
 * several inputs of which none moves it.
 */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    return stage->activation ? (double)view->dead / ag_tally_channels(stage) : (double)NAN;
}

const ag_probe ag_probe_dead_fraction = {
    .about = {.name = "dead_fraction",
              .formula = "share of units with |f'(z)| < 1e-6 for every example looked at",
              .paper = "L. Lu, Y. Shin, Y. Su, G. Karniadakis, 2019, arXiv:1903.06733"},
    .unit = "share of units, 0 to 1",
    .time = AG_PROBE_VALUES,
    .observe = observe,
};

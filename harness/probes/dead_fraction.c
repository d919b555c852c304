/* dead_fraction: units that no example can teach any more.
 *
 * A unit (of a convolution: a channel) is dead when |f'(z)| < 1e-6 for every
 * example of the fixed probe batch. One rule for all functions: a ReLU that is
 * never positive, a sigmoid far out on either side.
 */
#include "harness/probes/probe.h"

#include <math.h>

static double observe(const ag_view *view, const ag_stage *stage) {
    if (!stage->activation) return (double)NAN;
    const int channels = ag_tally_channels(stage);
    int dead = 0;
    for (int c = 0; c < channels; c++)
        dead += view->tally[c].live == 0;
    return (double)dead / channels;
}

const ag_probe ag_probe_dead_fraction = {
    .about = {.name = "dead_fraction",
              .formula = "share of units with |f'(z)| < 1e-6 for every example of the probe batch",
              .paper = "L. Lu, Y. Shin, Y. Su, G. Karniadakis, 2019, arXiv:1903.06733"},
    .unit = "share of units, 0 to 1",
    .time = AG_PROBE_EPOCH,
    .observe = observe,
};

/* dead_fraction: units that no example can teach any more.
 *
 * A unit (of a convolution: a channel) is dead when |f'(z)| < 1e-6 for every
 * example of the fixed probe batch. One rule for all functions: a ReLU that is
 * never positive, a sigmoid far out on either side.
 */
#include "harness/probes/probe.h"

#include <math.h>

static const double DEAD = 1e-6;

static bool alive(const ag_layer *layer, int rows, int channel) {
    const size_t n = ag_shape_size(layer->out), area = ag_shape_area(layer->out);
    for (size_t e = 0; e < (size_t)rows; e++)
        for (size_t place = 0; place < area; place++) {
            const size_t i = ag_shape_index(layer->out, layer->out_block, channel, place);
            if (!(fabs((double)layer->dydz[e * n + i]) < DEAD)) return true;
        }
    return false;
}

static double observe(const ag_view *view, const ag_stage *stage) {
    const ag_layer *layer = stage->activation;
    if (!layer) return (double)NAN;
    int dead = 0;
    for (int c = 0; c < layer->out.channels; c++)
        dead += !alive(layer, view->rows, c);
    return (double)dead / layer->out.channels;
}

const ag_probe ag_probe_dead_fraction = {
    .about = {.name = "dead_fraction",
              .formula = "share of units with |f'(z)| < 1e-6 for every example of the probe batch",
              .paper = "L. Lu, Y. Shin, Y. Su, G. Karniadakis, 2019, arXiv:1903.06733"},
    .unit = "share of units, 0 to 1",
    .time = AG_PROBE_EPOCH,
    .observe = observe,
};

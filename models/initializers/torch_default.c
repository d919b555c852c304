/* What PyTorch does to a Linear layer when nobody says otherwise: kaiming_uniform
 * with a = sqrt 5, which is this; and the same range for the biases. */
#include "models/core/fill.h"

#include <math.h>

static double variance(const ag_weights_request *r) { return 1.0 / (3.0 * r->fan_in); }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    const double limit = 1.0 / sqrt(r->fan_in);
    ag_fill_uniform(r, random, limit, w);
    for (int u = 0; b && u < r->units; u++)
        b[u] = (ag_real)(limit * (2.0 * ag_random_uniform(random) - 1.0));
}

const ag_initializer ag_init_torch_default = {
    .about = {.name = "torch_default",
              .formula = "uniform(-l, l), l = 1 / sqrt(fan_in), biases too",
              .paper = "torch.nn.Linear.reset_parameters, PyTorch 1.0 and later"},
    .variance = variance,
    .fill = fill,
};

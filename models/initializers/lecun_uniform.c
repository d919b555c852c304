/* LeCun: keeps the variance of the signal through a linear layer; what SELU asks for. */
#include "models/core/fill.h"

#include <math.h>

static double variance(const ag_weights_request *r) { return 1.0 / r->fan_in; }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_uniform(r, random, sqrt(3.0 * variance(r)), w); /* variance of U(-l, l): l^2 / 3 */
}

const ag_initializer ag_init_lecun_uniform = {
    .about =
        {.name = "lecun_uniform",
         .formula = "uniform(-l, l), l = sqrt(3 / fan_in)",
         .paper =
             "Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller, 1998, Efficient BackProp, section 4.6"},
    .variance = variance,
    .fill = fill,
};

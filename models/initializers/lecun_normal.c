/* LeCun: keeps the variance of the signal through a linear layer; what SELU asks for. */
#include "models/core/fill.h"

static double variance(const ag_weights_request *r) { return 1.0 / r->fan_in; }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_normal(r, random, variance(r), w);
}

const ag_initializer ag_init_lecun_normal = {
    .about =
        {.name = "lecun_normal",
         .formula = "normal(0, 1 / fan_in)",
         .paper =
             "Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller, 1998, Efficient BackProp, section 4.6"},
    .variance = variance,
    .fill = fill,
};

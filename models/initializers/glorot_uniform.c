/* Glorot: a compromise between keeping the variance of the signal on its way forward
 * (1 / fan_in) and of the gradient on its way back (1 / fan_out). */
#include "models/core/fill.h"

#include <math.h>

static double variance(const ag_weights_request *r) {
    return 2.0 / ((double)r->fan_in + r->fan_out);
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_uniform(r, random, sqrt(3.0 * variance(r)), w); /* variance of U(-l, l): l^2 / 3 */
}

static const char *const aliases[] = {"xavier_uniform", NULL};

const ag_initializer ag_init_glorot_uniform = {
    .about = {.name = "glorot_uniform",
              .formula = "uniform(-l, l), l = sqrt(6 / (fan_in + fan_out))",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS, PMLR 9:249",
              .aliases = aliases},
    .variance = variance,
    .fill = fill,
};

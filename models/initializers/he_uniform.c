/* He: keeps the variance of the signal when half of it is cut off by ReLU. */
#include "models/core/fill.h"

#include <math.h>

static double variance(const ag_weights_request *r) { return 2.0 / r->fan_in; }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_uniform(r, random, sqrt(3.0 * variance(r)), w); /* variance of U(-l, l): l^2 / 3 */
}

static const char *const aliases[] = {"kaiming_uniform", NULL};

const ag_initializer ag_init_he_uniform = {
    .about = {.name = "he_uniform",
              .formula = "uniform(-l, l), l = sqrt(6 / fan_in)",
              .paper = "K. He, X. Zhang, S. Ren, J. Sun, 2015, arXiv:1502.01852",
              .aliases = aliases},
    .variance = variance,
    .fill = fill,
};

/* He: keeps the variance of the signal when half of it is cut off by ReLU. */
#include "models/core/fill.h"

static double variance(const ag_weights_request *r) { return 2.0 / r->fan_in; }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_normal(r, random, variance(r), w);
}

static const char *const aliases[] = {"kaiming_normal", NULL};

const ag_initializer ag_init_he_normal = {
    .about = {.name = "he_normal",
              .formula = "normal(0, 2 / fan_in)",
              .paper = "K. He, X. Zhang, S. Ren, J. Sun, 2015, arXiv:1502.01852",
              .aliases = aliases},
    .variance = variance,
    .fill = fill,
};

/* Normal: one standard deviation for every layer, whatever its size. */
#include "models/core/fill.h"

static const ag_param params[] = {
    {.name = "std",
     .kind = AG_PARAM_REAL,
     .standard = 0.01, /* AlexNet's */
     .min = 0,
     .max = 1e6,
     .meaning = "standard deviation of a weight"},
};

static double variance(const ag_weights_request *r) { return r->param[0] * r->param[0]; }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_normal(r, random, variance(r), w);
}

const ag_initializer ag_init_normal = {
    .about = {.name = "normal",
              .formula = "normal(0, std^2)",
              .paper = "A. Krizhevsky, I. Sutskever, G. Hinton, 2012, NIPS 25, section 5",
              .params = params,
              .n_params = AG_COUNT(params)},
    .variance = variance,
    .fill = fill,
};

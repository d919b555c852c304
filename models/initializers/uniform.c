/* Uniform: one range for every layer, whatever its size. */
#include "models/core/fill.h"

static const ag_param params[] = {
    {.name = "limit",
     .kind = AG_PARAM_REAL,
     .standard = 0.05, /* Keras's RandomUniform */
     .min = 0,
     .max = 1e6,
     .meaning = "largest absolute value of a weight"},
};

static double variance(const ag_weights_request *r) { return r->param[0] * r->param[0] / 3.0; }

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_uniform(r, random, r->param[0], w);
}

const ag_initializer ag_init_uniform = {
    .about = {.name = "uniform",
              .formula = "uniform(-limit, limit)",
              .paper = "folklore",
              .params = params,
              .n_params = AG_COUNT(params)},
    .variance = variance,
    .fill = fill,
};

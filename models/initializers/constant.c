/* Constant: all weights alike, so all units of a layer learn alike. */
#include "models/core/fill.h"

static const ag_param params[] = {
    {.name = "value",
     .kind = AG_PARAM_REAL,
     .standard = 0.01,
     .min = -1e6,
     .max = 1e6,
     .meaning = "every weight"},
};

static double variance(const ag_weights_request *r) {
    (void)r;
    return 0.0;
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)random, (void)b;
    for (size_t i = 0; i < ag_fill_size(r); i++)
        w[i] = (ag_real)r->param[0];
}

const ag_initializer ag_init_constant = {
    .about = {.name = "constant",
              .formula = "value",
              .paper = "folklore",
              .params = params,
              .n_params = AG_COUNT(params)},
    .variance = variance,
    .fill = fill,
};

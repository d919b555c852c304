/* Zeros: every unit of a layer computes the same, for ever. The null element. */
#include "models/core/fill.h"

static double variance(const ag_weights_request *r) {
    (void)r;
    return 0.0;
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)random, (void)b;
    for (size_t i = 0; i < ag_fill_size(r); i++)
        w[i] = 0;
}

const ag_initializer ag_init_zeros = {
    .about = {.name = "zeros", .formula = "0", .paper = "folklore"},
    .variance = variance,
    .fill = fill,
};

#include "models/core/fill.h"

#include <math.h>

void ag_fill_normal(const ag_weights_request *r, ag_stream *random, double variance, ag_real *w) {
    const double deviation = sqrt(variance);
    const size_t n = ag_fill_size(r);
    for (size_t i = 0; i < n; i++)
        w[i] = (ag_real)(deviation * ag_random_normal(random));
}

void ag_fill_uniform(const ag_weights_request *r, ag_stream *random, double limit, ag_real *w) {
    const size_t n = ag_fill_size(r);
    for (size_t i = 0; i < n; i++)
        w[i] = (ag_real)(limit * (2.0 * ag_random_uniform(random) - 1.0));
}

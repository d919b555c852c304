#include "models/core/fill.h"

#include <math.h>

void ag_fill_normal(const ag_weights_request *r, ag_stream *random, double variance, ag_real *w) {
    const double deviation = sqrt(variance);
    for (int i = 0; i < r->fan_in && !ag_is_stopped(r->stop); i++)
        for (int u = 0; u < r->units; u++)
            *w++ = (ag_real)(deviation * ag_random_normal(random));
}

void ag_fill_uniform(const ag_weights_request *r, ag_stream *random, double limit, ag_real *w) {
    for (int i = 0; i < r->fan_in && !ag_is_stopped(r->stop); i++)
        for (int u = 0; u < r->units; u++)
            *w++ = (ag_real)(limit * (2.0 * ag_random_uniform(random) - 1.0));
}

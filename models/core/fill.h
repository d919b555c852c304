/* What the initializers share: filling a layer's weights in the one order that
 * keeps them paired. */
#ifndef AG_FILL_H
#define AG_FILL_H

#include "models/initializer.h"

static inline size_t ag_fill_size(const ag_weights_request *r) {
    return (size_t)r->fan_in * (size_t)r->units;
}

/* w[fan_in][units] in row-major order: normal numbers of mean 0 and this
 * variance; uniform numbers on [-limit, limit). One draw per weight, so two
 * calls with the same stream differ by a factor only. */
void ag_fill_normal(const ag_weights_request *r, ag_stream *random, double variance, ag_real *w);
void ag_fill_uniform(const ag_weights_request *r, ag_stream *random, double limit, ag_real *w);

#endif

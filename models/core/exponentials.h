/* What softmax and its logarithm need as layers. */
#ifndef AG_EXPONENTIALS_H
#define AG_EXPONENTIALS_H

#include "harness/num/real.h"

#include <stddef.h>

/* A NaN is passed over here and comes back in the sum. n > 0. */
ag_real ag_largest(size_t n, const ag_real *x);

/* x = exp(x) */
void ag_exponentials(size_t n, ag_real *x);

#endif

/* What belongs to each channel: sums over examples and places, for every order in which
 * channels can lie (shape.h). Sums are in double and in a fixed order. */
#ifndef AG_CHANNELS_H
#define AG_CHANNELS_H

#include "harness/num/real.h"
#include "harness/num/shape.h"

/* sum[c] = sum over examples and places of a b;     a, b [rows][shape], sum [channels] */
void ag_channel_products(int rows, ag_shape shape, int block, const ag_real *a, const ag_real *b,
                         double *sum);

/* y[c][place] = value[c], for one example. */
void ag_channel_spread(ag_shape shape, int block, const ag_real *value, ag_real *y);

#endif

/* What belongs to each channel: sums over examples and places, and numbers of one
 * channel brought to all its places, for every order in which channels can lie
 * (shape.h). Sums are in double and in a fixed order. */
#ifndef AG_CHANNELS_H
#define AG_CHANNELS_H

#include "harness/num/real.h"
#include "harness/num/shape.h"

/* Numbers [rows][shape], channels in groups of `block`. */
typedef struct ag_channels {
    int rows;
    ag_shape shape;
    int block;
} ag_channels;

/* How many numbers each channel has. */
static inline double ag_channel_count(ag_channels at) {
    return (double)at.rows * (double)ag_shape_area(at.shape);
}

/* sum[c] = sum over examples and places of
 *
 *     sums       x
 *     products   a (b - center[c])            center NULL: 0
 *
 * x, a, b [rows][shape]; center, sum [channels]. */
void ag_channel_sums(ag_channels at, const ag_real *x, double *sum);
void ag_channel_products(ag_channels at, const ag_real *a, const ag_real *b, const double *center,
                         double *sum);

/* Two at a time, added to what is there; arrays larger than a cache are read once for both.
 *
 *     moments    sum: x - center[c]           squares: (x - center[c])^2
 *     slopes     sum: a                       product: a (b - center[c]) */
void ag_channel_add_moments(ag_channels at, const ag_real *x, const double *center, double *sum,
                            double *squares);
void ag_channel_add_slopes(ag_channels at, const ag_real *a, const ag_real *b, const double *center,
                           double *sum, double *product);

/* A plane over (x, a) for each channel: (x - center) slope + shift + a factor. Each
 * [channels]. */
typedef struct ag_channel_plane {
    ag_real *center, *slope, *shift, *factor;
} ag_channel_plane;

/* y = (x - center) slope + shift + a factor; a NULL: without the last term. y may be a, and
 * overlaps nothing else. */
void ag_channel_map(ag_channels at, const ag_channel_plane *plane, const ag_real *x,
                    const ag_real *a, ag_real *y);

/* y[c][place] = value[c], for one example. */
void ag_channel_spread(ag_shape shape, int block, const ag_real *value, ag_real *y);

#endif

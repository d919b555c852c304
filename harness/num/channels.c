#include "harness/num/channels.h"

enum { LANES = 64 /* channels at a time: their sums stay near */, RUN = 16 };

/* The same numbers as fewer and longer pieces: with all channels side by side, the
 * examples are further places; flat shapes lie the same way for every block. */
static ag_channels joined(ag_channels at) {
    if (ag_shape_area(at.shape) == 1) at.block = at.shape.channels;
    if (at.block != at.shape.channels || at.rows == 0) return at;
    const ag_shape all = {at.shape.channels, at.rows * at.shape.rows, at.shape.columns};
    return (ag_channels){1, all, at.block};
}

/* --- sums ------------------------------------------------------------------ */

/* Adds up `places` pieces of `count` numbers side by side, `stride` apart. */
typedef void adder(size_t places, size_t stride, int count, const ag_real *restrict a,
                   const ag_real *restrict b, const double *restrict center, double *restrict sum);

/* One adder: the count of the usual blocks known to the compiler, whose sums are then
 * kept in registers. */
#define ADDER(name, term)                                                                          \
    AG_INLINE void name##_of(size_t places, size_t stride, int count, const ag_real *restrict a,   \
                             const ag_real *restrict b, const double *restrict center,             \
                             double *restrict sum) {                                               \
        (void)b, (void)center;                                                                     \
        for (size_t place = 0; place < places; place++, a += stride, b += stride)                  \
            for (int c = 0; c < count; c++)                                                        \
                sum[c] += (term);                                                                  \
    }                                                                                              \
    AG_VECTORIZED(static, name,                                                                    \
                  (size_t places, size_t stride, int count, const ag_real *restrict a,             \
                   const ag_real *restrict b, const double *restrict center,                       \
                   double *restrict sum),                                                          \
                  (places, stride, count, a, b, center, sum)) {                                    \
        if (count == 16)                                                                           \
            name##_of(places, stride, 16, a, b, center, sum);                                      \
        else if (count == 64)                                                                      \
            name##_of(places, stride, 64, a, b, center, sum);                                      \
        else                                                                                       \
            name##_of(places, stride, count, a, b, center, sum);                                   \
    }

ADDER(add_values, (double)a[c])
ADDER(add_squares, ((double)a[c] - center[c]) * ((double)a[c] - center[c]))
ADDER(add_products, (double)a[c] * ((double)b[c] - center[c]))

/* Channels first: the places of one channel are a run, summed in RUN lanes. */
static void sum_runs(ag_channels at, adder *add, const ag_real *a, const ag_real *b,
                     const double *center, double *sum) {
    const size_t area = ag_shape_area(at.shape), n = ag_shape_size(at.shape);
    const size_t whole = area / RUN;
    for (size_t c = 0; c < (size_t)at.shape.channels; c++) {
        double lane[RUN] = {0}, same[RUN] = {0};
        for (int i = 0; center && i < RUN; i++)
            same[i] = center[c];
        for (size_t e = 0; e < (size_t)at.rows; e++) {
            const size_t start = e * n + c * area, tail = start + whole * RUN;
            add(whole, RUN, RUN, a + start, b + start, same, lane);
            add(1, 0, (int)(area - whole * RUN), a + tail, b + tail, same, lane);
        }
        sum[c] = 0;
        for (int i = 0; i < RUN; i++)
            sum[c] += lane[i];
    }
}

static void sum_all(ag_channels at, adder *add, const ag_real *a, const ag_real *b,
                    const double *center, double *sum) {
    at = joined(at);
    if (at.block == 1) {
        sum_runs(at, add, a, b, center, sum);
        return;
    }
    const size_t area = ag_shape_area(at.shape), n = ag_shape_size(at.shape);
    static const double zeros[LANES];
    for (int group = 0; group < at.shape.channels; group += at.block)
        for (int first = 0; first < at.block; first += LANES) {
            const int count = at.block - first < LANES ? at.block - first : LANES;
            const size_t start = (size_t)group * area + (size_t)first;
            double part[LANES] = {0};
            for (size_t e = 0; e < (size_t)at.rows; e++)
                add(area, (size_t)at.block, count, a + e * n + start, b + e * n + start,
                    center ? center + group + first : zeros, part);
            for (int c = 0; c < count; c++)
                sum[group + first + c] = part[c];
        }
}

void ag_channel_sums(ag_channels at, const ag_real *x, double *sum) {
    sum_all(at, add_values, x, x, NULL, sum);
}

void ag_channel_squares(ag_channels at, const ag_real *x, const double *center, double *sum) {
    sum_all(at, add_squares, x, x, center, sum);
}

void ag_channel_products(ag_channels at, const ag_real *a, const ag_real *b, const double *center,
                         double *sum) {
    sum_all(at, add_products, a, b, center, sum);
}

/* --- one number for all places of a channel -------------------------------- */

AG_INLINE void map_places(size_t places, int block, const ag_channel_plane *plane,
                          const ag_real *restrict x, const ag_real *restrict a,
                          ag_real *restrict y) {
    const ag_real *restrict center = plane->center, *restrict slope = plane->slope;
    const ag_real *restrict shift = plane->shift, *restrict factor = plane->factor;
    for (size_t place = 0; place < places; place++, x += block, a += block, y += block)
        for (int c = 0; c < block; c++)
            y[c] = ((x[c] - center[c]) * slope[c] + shift[c]) + a[c] * factor[c];
}

AG_INLINE void line_places(size_t places, int block, const ag_channel_plane *plane,
                           const ag_real *restrict x, ag_real *restrict y) {
    const ag_real *restrict center = plane->center, *restrict slope = plane->slope;
    const ag_real *restrict shift = plane->shift;
    for (size_t place = 0; place < places; place++, x += block, y += block)
        for (int c = 0; c < block; c++)
            y[c] = (x[c] - center[c]) * slope[c] + shift[c];
}

AG_VECTORIZED(static, map_group,
              (size_t places, int block, const ag_channel_plane *plane, const ag_real *restrict x,
               const ag_real *restrict a, ag_real *restrict y),
              (places, block, plane, x, a, y)) {
    switch (block) { /* known to the compiler: loops without a remainder */
    case 1: map_places(places, 1, plane, x, a, y); return;
    case 8: map_places(places, 8, plane, x, a, y); return;
    case 16: map_places(places, 16, plane, x, a, y); return;
    default: map_places(places, block, plane, x, a, y); return;
    }
}

AG_VECTORIZED(static, line_group,
              (size_t places, int block, const ag_channel_plane *plane, const ag_real *restrict x,
               ag_real *restrict y),
              (places, block, plane, x, y)) {
    switch (block) {
    case 1: line_places(places, 1, plane, x, y); return;
    case 8: line_places(places, 8, plane, x, y); return;
    case 16: line_places(places, 16, plane, x, y); return;
    default: line_places(places, block, plane, x, y); return;
    }
}

void ag_channel_map(ag_channels at, const ag_channel_plane *plane, const ag_real *x,
                    const ag_real *a, ag_real *y) {
    at = joined(at);
    const size_t area = ag_shape_area(at.shape), n = ag_shape_size(at.shape);
    for (size_t e = 0; e < (size_t)at.rows; e++)
        for (int group = 0; group < at.shape.channels; group += at.block) {
            const size_t start = e * n + (size_t)group * area;
            const ag_channel_plane here = {plane->center + group, plane->slope + group,
                                           plane->shift + group, a ? plane->factor + group : NULL};
            if (a)
                map_group(area, at.block, &here, x + start, a + start, y + start);
            else
                line_group(area, at.block, &here, x + start, y + start);
        }
}

void ag_channel_spread(ag_shape shape, int block, const ag_real *value, ag_real *y) {
    const size_t area = ag_shape_area(shape);
    for (int group = 0; group < shape.channels; group += block)
        for (size_t place = 0; place < area; place++)
            for (int c = 0; c < block; c++)
                *y++ = value[group + c];
}

#include "harness/num/channels.h"

#include <string.h>

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

/* Adds up `places` pieces of `count` numbers side by side, `stride` apart: one sum of each, or
 * two. */
typedef void adder(size_t places, size_t stride, int count, const ag_real *restrict a,
                   const ag_real *restrict b, const double *restrict center, double *restrict sum,
                   double *restrict second);

/* One adder: the count of the usual blocks known to the compiler, whose sums are then
 * kept in registers. */
#define ADDER(name, statement)                                                                     \
    AG_INLINE void name##_of(size_t places, size_t stride, int count, const ag_real *restrict a,   \
                             const ag_real *restrict b, const double *restrict center,             \
                             double *restrict sum, double *restrict second) {                      \
        (void)b, (void)center, (void)second;                                                       \
        for (size_t place = 0; place < places; place++, a += stride, b += stride)                  \
            for (int c = 0; c < count; c++) {                                                      \
                statement                                                                          \
            }                                                                                      \
    }                                                                                              \
    AG_VECTORIZED(static, name,                                                                    \
                  (size_t places, size_t stride, int count, const ag_real *restrict a,             \
                   const ag_real *restrict b, const double *restrict center, double *restrict sum, \
                   double *restrict second),                                                       \
                  (places, stride, count, a, b, center, sum, second)) {                            \
        if (count == 16)                                                                           \
            name##_of(places, stride, 16, a, b, center, sum, second);                              \
        else if (count == 32)                                                                      \
            name##_of(places, stride, 32, a, b, center, sum, second);                              \
        else if (count == 64)                                                                      \
            name##_of(places, stride, 64, a, b, center, sum, second);                              \
        else                                                                                       \
            name##_of(places, stride, count, a, b, center, sum, second);                           \
    }

ADDER(add_values, sum[c] += (double)a[c];)
ADDER(add_products, sum[c] += (double)a[c] * ((double)b[c] - center[c]);)
ADDER(add_moments, const double from = (double)a[c] - center[c]; sum[c] += from;
      second[c] += from * from;)
ADDER(add_slopes, const double value = (double)a[c]; sum[c] += value;
      second[c] += value * ((double)b[c] - center[c]);)

/* What is summed, and where the sums go. */
typedef struct summation {
    adder *add;
    const ag_real *a, *b;
    const double *center;
    double *sum, *second; /* second NULL: one sum of each channel */
} summation;

static double add_up(const double lane[RUN]) {
    double sum = 0;
    for (int i = 0; i < RUN; i++)
        sum += lane[i];
    return sum;
}

/* Channels first: the places of one channel are a run, summed in RUN lanes. */
static void sum_runs(ag_channels at, const summation *s) {
    const size_t area = ag_shape_area(at.shape), n = ag_shape_size(at.shape);
    const size_t whole = area / RUN;
    for (size_t c = 0; c < (size_t)at.shape.channels; c++) {
        double lane[RUN] = {0}, second[RUN] = {0}, same[RUN] = {0};
        for (int i = 0; s->center && i < RUN; i++)
            same[i] = s->center[c];
        for (size_t e = 0; e < (size_t)at.rows; e++) {
            const size_t start = e * n + c * area, tail = start + whole * RUN;
            s->add(whole, RUN, RUN, s->a + start, s->b + start, same, lane, second);
            s->add(1, 0, (int)(area - whole * RUN), s->a + tail, s->b + tail, same, lane, second);
        }
        s->sum[c] += add_up(lane);
        if (s->second) s->second[c] += add_up(second);
    }
}

/* Adds to the sums. */
static void sum_all(ag_channels at, const summation *s) {
    at = joined(at);
    if (at.block == 1) {
        sum_runs(at, s);
        return;
    }
    const size_t area = ag_shape_area(at.shape), n = ag_shape_size(at.shape);
    static const double zeros[LANES];
    for (int group = 0; group < at.shape.channels; group += at.block)
        for (int first = 0; first < at.block; first += LANES) {
            const int count = at.block - first < LANES ? at.block - first : LANES;
            const size_t start = (size_t)group * area + (size_t)first;
            const int channel = group + first;
            double part[LANES] = {0}, second[LANES] = {0};
            for (size_t e = 0; e < (size_t)at.rows; e++)
                s->add(area, (size_t)at.block, count, s->a + e * n + start, s->b + e * n + start,
                       s->center ? s->center + channel : zeros, part, second);
            for (int c = 0; c < count; c++)
                s->sum[channel + c] += part[c];
            for (int c = 0; s->second && c < count; c++)
                s->second[channel + c] += second[c];
        }
}

void ag_channel_sums(ag_channels at, const ag_real *x, double *sum) {
    memset(sum, 0, (size_t)at.shape.channels * sizeof *sum);
    sum_all(at, &(summation){add_values, x, x, NULL, sum, NULL});
}

void ag_channel_products(ag_channels at, const ag_real *a, const ag_real *b, const double *center,
                         double *sum) {
    memset(sum, 0, (size_t)at.shape.channels * sizeof *sum);
    sum_all(at, &(summation){add_products, a, b, center, sum, NULL});
}

void ag_channel_add_moments(ag_channels at, const ag_real *x, const double *center, double *sum,
                            double *squares) {
    sum_all(at, &(summation){add_moments, x, x, center, sum, squares});
}

void ag_channel_add_slopes(ag_channels at, const ag_real *a, const ag_real *b, const double *center,
                           double *sum, double *product) {
    sum_all(at, &(summation){add_slopes, a, b, center, sum, product});
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

/* The same with a in y already. */
AG_INLINE void bend_places(size_t places, int block, const ag_channel_plane *plane,
                           const ag_real *restrict x, ag_real *restrict y) {
    const ag_real *restrict center = plane->center, *restrict slope = plane->slope;
    const ag_real *restrict shift = plane->shift, *restrict factor = plane->factor;
    for (size_t place = 0; place < places; place++, x += block, y += block)
        for (int c = 0; c < block; c++)
            y[c] = ((x[c] - center[c]) * slope[c] + shift[c]) + y[c] * factor[c];
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

AG_VECTORIZED(static, bend_group,
              (size_t places, int block, const ag_channel_plane *plane, const ag_real *restrict x,
               ag_real *restrict y),
              (places, block, plane, x, y)) {
    switch (block) {
    case 1: bend_places(places, 1, plane, x, y); return;
    case 8: bend_places(places, 8, plane, x, y); return;
    case 16: bend_places(places, 16, plane, x, y); return;
    default: bend_places(places, block, plane, x, y); return;
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
            if (a && a == y)
                bend_group(area, at.block, &here, x + start, y + start);
            else if (a)
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

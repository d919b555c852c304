#include "harness/num/channels.h"

#include "harness/num/norms.h"

enum { LANES = 64 }; /* channels at a time: their sums stay in registers */

/* sum[c] += sum over places of a[place][c] b[place][c]; places are `stride` apart. */
AG_VECTORIZED
static void add_products(size_t places, size_t stride, int count, const ag_real *restrict a,
                         const ag_real *restrict b, double *restrict sum) {
    for (size_t place = 0; place < places; place++, a += stride, b += stride)
        for (int c = 0; c < count; c++)
            sum[c] += (double)a[c] * (double)b[c];
}

/* Channels first: the places of one channel are a run. */
static void multiply_runs(int rows, ag_shape shape, const ag_real *a, const ag_real *b,
                          double *sum) {
    const size_t area = ag_shape_area(shape), n = ag_shape_size(shape);
    for (size_t c = 0; c < (size_t)shape.channels; c++) {
        sum[c] = 0;
        for (size_t e = 0; e < (size_t)rows; e++)
            sum[c] += ag_sum_products(area, a + e * n + c * area, b + e * n + c * area);
    }
}

void ag_channel_products(int rows, ag_shape shape, int block, const ag_real *a, const ag_real *b,
                         double *sum) {
    const size_t area = ag_shape_area(shape), n = ag_shape_size(shape);
    if (block == 1) {
        multiply_runs(rows, shape, a, b, sum);
        return;
    }
    for (int group = 0; group < shape.channels; group += block)
        for (int first = 0; first < block; first += LANES) {
            const int count = block - first < LANES ? block - first : LANES;
            const size_t start = (size_t)group * area + (size_t)first;
            double part[LANES] = {0};
            for (size_t e = 0; e < (size_t)rows; e++)
                add_products(area, (size_t)block, count, a + e * n + start, b + e * n + start,
                             part);
            for (int c = 0; c < count; c++)
                sum[group + first + c] = part[c];
        }
}

void ag_channel_spread(ag_shape shape, int block, const ag_real *value, ag_real *y) {
    const size_t area = ag_shape_area(shape);
    for (int group = 0; group < shape.channels; group += block)
        for (size_t place = 0; place < area; place++)
            for (int c = 0; c < block; c++)
                *y++ = value[group + c];
}

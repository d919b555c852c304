#include "harness/probes/tally.h"

#include <math.h>

enum { LANES = 64 }; /* channels at a time: their numbers stay in registers and cache */

/* Where the values of some channels of a layer lie in one example, see shape.h. */
typedef struct lanes {
    size_t places, stride; /* number of places, from place to place */
    int count;             /* channels side by side */
    int n_starts;          /* of units, for each of their inputs: where the first value is */
    size_t start[AG_UNIT_INPUTS_MAX];
} lanes;

AG_VECTORIZED(static, add_sums, (const lanes *l, const ag_real *restrict x, double *restrict sum),
              (l, x, sum)) {
    const int count = l->count;
    for (size_t place = 0; place < l->places; place++, x += l->stride)
        for (int c = 0; c < count; c++)
            sum[c] += (double)x[c];
}

AG_VECTORIZED(static, add_squares,
              (const lanes *l, const ag_real *restrict x, const double *restrict mean,
               double *restrict sum),
              (l, x, mean, sum)) {
    const int count = l->count;
    for (size_t place = 0; place < l->places; place++, x += l->stride)
        for (int c = 0; c < count; c++) {
            const double gap = (double)x[c] - mean[c];
            sum[c] += gap * gap;
        }
}

AG_VECTORIZED(static, add_zeros,
              (const lanes *l, const ag_real *restrict a, double *restrict count_of),
              (l, a, count_of)) {
    const int count = l->count;
    for (size_t place = 0; place < l->places; place++, a += l->stride)
        for (int c = 0; c < count; c++)
            count_of[c] += a[c] == 0 ? 1.0 : 0.0;
}

/* How many |slope| are below the limit. */
AG_VECTORIZED(static, add_flat,
              (const lanes *l, double limit, const ag_real *restrict slope,
               double *restrict count_of),
              (l, limit, slope, count_of)) {
    const int count = l->count;
    for (size_t place = 0; place < l->places; place++, slope += l->stride)
        for (int c = 0; c < count; c++)
            count_of[c] += fabs((double)slope[c]) < limit ? 1.0 : 0.0;
}

/* Mean and spread in two passes: sums of squares minus squared sums cancel. */
static void moments(const lanes *l, int rows, const ag_layer *layer, double mean[LANES],
                    double spread[LANES]) {
    const double n = (double)rows * (double)l->places * (double)l->n_starts;
    const size_t example = ag_shape_size(layer->out);
    for (int e = 0; e < rows; e++)
        for (int k = 0; k < l->n_starts; k++)
            add_sums(l, layer->y + (size_t)e * example + l->start[k], mean);
    for (int c = 0; c < l->count; c++)
        mean[c] /= n;
    for (int e = 0; e < rows; e++)
        for (int k = 0; k < l->n_starts; k++)
            add_squares(l, layer->y + (size_t)e * example + l->start[k], mean, spread);
}

/* Of the channels in `l` of what the stage gives, and the same ones of z. */
static void tally_lanes(const ag_stage *stage, int rows, const lanes *l, const lanes *z,
                        ag_tally *tally) {
    const ag_layer *act = stage->activation;
    const double n = (double)rows * (double)l->places;
    double z_mean[LANES] = {0}, z_spread[LANES] = {0}, a_mean[LANES] = {0}, a_spread[LANES] = {0};
    double zero[LANES] = {0}, saturated[LANES] = {0}, dead[LANES] = {0};
    moments(z, rows, stage->preactivation, z_mean, z_spread);
    if (act) moments(l, rows, act, a_mean, a_spread);
    for (int e = 0; act && e < rows; e++) {
        const size_t at = (size_t)e * ag_shape_size(act->out) + l->start[0];
        add_zeros(l, act->y + at, zero);
        add_flat(l, AG_SATURATED, act->dydz + at, saturated);
        add_flat(l, AG_DEAD, act->dydz + at, dead);
    }
    for (int c = 0; c < l->count; c++) {
        const ag_tally piece = {.n = n,
                                .z_n = n * z->n_starts,
                                .z_mean = z_mean[c],
                                .z_spread = z_spread[c],
                                .a_mean = a_mean[c],
                                .a_spread = a_spread[c],
                                .zero = zero[c],
                                .saturated = saturated[c],
                                .live = act ? n - dead[c] : 0};
        ag_tally_merge(&tally[c], &piece);
    }
}

void ag_tally_add(const ag_stage *stage, int rows, ag_tally *tally) {
    const ag_layer *before = stage->preactivation;
    const ag_layer *layer = stage->activation ? stage->activation : before;
    const size_t area = ag_shape_area(layer->out);
    const int block = layer->out_block, channels = layer->out.channels;
    for (int group = 0; group < channels; group += block)
        for (int first = 0; first < block; first += LANES) {
            const lanes l = {.places = area,
                             .stride = (size_t)block,
                             .count = block - first < LANES ? block - first : LANES,
                             .n_starts = 1,
                             .start = {(size_t)group * area + (size_t)first}};
            lanes z = l;
            z.stride = (size_t)before->out_block;
            z.n_starts = before->out.channels / channels;
            for (int k = 0; k < z.n_starts; k++)
                z.start[k] =
                    ag_shape_index(before->out, before->out_block, k * channels + group + first, 0);
            tally_lanes(stage, rows, &l, &z, tally + group + first);
        }
}

/* Chan, Golub, LeVeque 1979, Updating formulae and a pairwise algorithm for computing
 * sample variances. */
static void merge_moments(double n_a, double *mean, double *spread, double n_b, double other_mean,
                          double other_spread) {
    const double gap = other_mean - *mean, n = n_a + n_b;
    *mean += gap * (n_b / n);
    *spread += other_spread + gap * gap * (n_a * (n_b / n));
}

void ag_tally_merge(ag_tally *a, const ag_tally *b) {
    if (b->n == 0) return;
    merge_moments(a->z_n, &a->z_mean, &a->z_spread, b->z_n, b->z_mean, b->z_spread);
    merge_moments(a->n, &a->a_mean, &a->a_spread, b->n, b->a_mean, b->a_spread);
    a->n += b->n;
    a->z_n += b->z_n;
    a->zero += b->zero;
    a->saturated += b->saturated;
    a->live += b->live;
}

double ag_tally_z_std(const ag_tally *tally) { return sqrt(tally->z_spread / tally->z_n); }

double ag_tally_a_std(const ag_tally *tally) { return sqrt(tally->a_spread / tally->n); }

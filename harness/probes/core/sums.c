#include "harness/probes/core/sums.h"

#include "harness/num/norms.h"

#include <string.h>
#include <tgmath.h>

#if AG_ISA_MAX >= 4 && !defined(AG_DOUBLE)
#include <immintrin.h>
#define MASKS
#endif

enum { LANES = AG_SUMS_LANES, RUN = 64 * LANES, SAMPLE = 16 };

/* What is looked at. */
typedef struct values {
    const ag_real *z, *a, *slope;
    ag_real saturated; /* |slope| below it */
} values;

/* Not `count += condition`: written so, it is one masked addition of vectors. */
#define COUNT(count, condition)                                                                    \
    {                                                                                              \
        const int more = (count) + 1;                                                              \
        (count) = (condition) ? more : (count);                                                    \
    }
#define LOOK(i, j)                                                                                 \
    const ag_real z = v.z[i] - z_shift, a = v.a[i] - a_shift;                                      \
    z_sum[j] += z;                                                                                 \
    z_squares[j] += z * z;                                                                         \
    a_sum[j] += a;                                                                                 \
    a_squares[j] += a * a;                                                                         \
    COUNT(zero[j], v.a[i] == 0)                                                                    \
    COUNT(saturated[j], fabs(v.slope[i]) < v.saturated)

AG_INLINE void fold(const ag_real *lane, double *sum) {
    for (size_t j = 0; j < LANES; j++)
        sum[j] += (double)lane[j];
}

/* One loop over all three, right after the layer made them; activations in pieces that fit
 * into the first cache were not faster. */
AG_VECTORIZED(static, look_lanes, (size_t n, values v, ag_sums *sums), (n, v, sums)) {
    const ag_real z_shift = sums->z_shift, a_shift = sums->a_shift;
    int zero[LANES] = {0}, saturated[LANES] = {0};
    for (size_t from = 0; from < n; from += RUN) {
        const size_t to = n - from < RUN ? n : from + RUN, whole = to - (to - from) % LANES;
        ag_real z_sum[LANES] = {0}, z_squares[LANES] = {0};
        ag_real a_sum[LANES] = {0}, a_squares[LANES] = {0};
        for (size_t at = from; at < whole; at += LANES)
            for (size_t j = 0; j < LANES; j++) {
                LOOK(at + j, j)
            }
        for (size_t j = 0; whole + j < to; j++) {
            LOOK(whole + j, j)
        }
        fold(z_sum, sums->z);
        fold(z_squares, sums->z_squares);
        fold(a_sum, sums->a);
        fold(a_squares, sums->a_squares);
    }
    for (size_t j = 0; j < LANES; j++) {
        sums->zero += zero[j];
        sums->saturated += saturated[j];
    }
}

#ifdef MASKS
/* The same bits, with the counts taken out of the masks that comparisons leave: the loop
 * waits for its vector additions, and these are none. Of 16 values in the first cache 0.8 ns,
 * and not 1.2. */
typedef struct lanes {
    __m512 z, z_squares, a, a_squares;
    int64_t zero, saturated;
} lanes;

__attribute__((always_inline, target("arch=x86-64-v4"))) static inline void
take(__m512 z, __m512 a, __mmask16 zero, __mmask16 saturated, lanes *l) {
    l->z = _mm512_add_ps(l->z, z);
    l->z_squares = _mm512_add_ps(l->z_squares, _mm512_mul_ps(z, z));
    l->a = _mm512_add_ps(l->a, a);
    l->a_squares = _mm512_add_ps(l->a_squares, _mm512_mul_ps(a, a));
    l->zero += __builtin_popcount(zero);
    l->saturated += __builtin_popcount(saturated);
}

__attribute__((target("arch=x86-64-v4"))) static void look_masks(size_t n, values v,
                                                                 ag_sums *sums) {
    const __m512 z_shift = _mm512_set1_ps(sums->z_shift), a_shift = _mm512_set1_ps(sums->a_shift);
    const __m512 limit = _mm512_set1_ps(v.saturated), nothing = _mm512_setzero_ps();
    lanes l = {nothing, nothing, nothing, nothing, 0, 0};
    for (size_t from = 0; from < n; from += RUN) {
        const size_t to = n - from < RUN ? n : from + RUN, whole = to - (to - from) % LANES;
        l.z = l.z_squares = l.a = l.a_squares = nothing;
        for (size_t at = from; at < whole; at += LANES) {
            const __m512 z = _mm512_loadu_ps(v.z + at), a = _mm512_loadu_ps(v.a + at);
            const __m512 slope = _mm512_abs_ps(_mm512_loadu_ps(v.slope + at));
            take(_mm512_sub_ps(z, z_shift), _mm512_sub_ps(a, a_shift),
                 _mm512_cmp_ps_mask(a, nothing, _CMP_EQ_OQ),
                 _mm512_cmp_ps_mask(slope, limit, _CMP_LT_OQ), &l);
        }
        if (whole < to) { /* lanes without a value add 0 */
            const __mmask16 there = (__mmask16)((1U << (to - whole)) - 1);
            const __m512 z = _mm512_maskz_loadu_ps(there, v.z + whole);
            const __m512 a = _mm512_maskz_loadu_ps(there, v.a + whole);
            const __m512 slope = _mm512_abs_ps(_mm512_maskz_loadu_ps(there, v.slope + whole));
            take(_mm512_maskz_sub_ps(there, z, z_shift), _mm512_maskz_sub_ps(there, a, a_shift),
                 _mm512_mask_cmp_ps_mask(there, a, nothing, _CMP_EQ_OQ),
                 _mm512_mask_cmp_ps_mask(there, slope, limit, _CMP_LT_OQ), &l);
        }
        float lane[4][LANES];
        _mm512_storeu_ps(lane[0], l.z);
        _mm512_storeu_ps(lane[1], l.z_squares);
        _mm512_storeu_ps(lane[2], l.a);
        _mm512_storeu_ps(lane[3], l.a_squares);
        fold(lane[0], sums->z);
        fold(lane[1], sums->z_squares);
        fold(lane[2], sums->a);
        fold(lane[3], sums->a_squares);
    }
    sums->zero += l.zero;
    sums->saturated += l.saturated;
}
#endif

static void look(size_t n, values v, ag_sums *sums) {
#ifdef MASKS
    if (ag_isa() >= AG_ISA_V4) {
        look_masks(n, v, sums);
        return;
    }
#endif
    look_lanes(n, v, sums);
}

/* A value near the mean: the mean of a few, from all over. */
static ag_real near_mean(size_t n, const ag_real *x) {
    const size_t step = n < SAMPLE ? 1 : n / SAMPLE, count = n < SAMPLE ? n : SAMPLE;
    double sum[4] = {0};
    for (size_t k = 0; k < count; k++)
        sum[k % 4] += (double)x[k * step];
    return (ag_real)(((sum[0] + sum[2]) + (sum[1] + sum[3])) / (double)count);
}

/* Where there are more z than a: one after the other, each beside itself. */
static void look_apart(size_t n_z, size_t n_a, values v, ag_sums *sums) {
    ag_sums of_z = *sums;
    look(n_z, (values){v.z, v.z, v.z, v.saturated}, &of_z);
    look(n_a, (values){v.a, v.a, v.slope, v.saturated}, sums);
    memcpy(sums->z, of_z.z, sizeof sums->z);
    memcpy(sums->z_squares, of_z.z_squares, sizeof sums->z_squares);
}

/* Without an activation z stands for all three: what is summed of it is not looked at. */
void ag_sums_add(const ag_stage *stage, int first, int rows, ag_sums *sums) {
    const ag_layer *before = stage->preactivation, *act = stage->activation;
    const ag_layer *after = act ? act : before;
    const size_t each_z = ag_shape_size(before->out), n_z = (size_t)rows * each_z;
    const size_t each_a = ag_shape_size(after->out), n_a = (size_t)rows * each_a;
    const values v = {.z = before->y + (size_t)first * each_z,
                      .a = after->y + (size_t)first * each_a,
                      .slope = (act ? act->dydz : before->y) + (size_t)first * each_a,
                      .saturated = ag_least_not_below(AG_SATURATED)};
    if (first == 0)
        *sums = (ag_sums){.z_shift = near_mean(n_z, v.z), .a_shift = near_mean(n_a, v.a)};
    if (n_z == n_a)
        look(n_z, v, sums);
    else
        look_apart(n_z, n_a, v, sums);
}

/* Four at a time: one behind the other each addition waits for the one before, which made closing
 * the books of a mini-batch 0.15 % of a step on 2 x 100 instead of 0.07. */
static double add_lanes(const double lane[LANES]) {
    double sum[4] = {0};
    for (size_t j = 0; j < LANES; j += 4)
        for (size_t k = 0; k < 4; k++)
            sum[k] += lane[j + k];
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

/* From sums around the shift, if most of the squares are spread. */
static void moments(size_t n, const ag_real *x, double shift, double sum, double squares,
                    double *mean, double *spread) {
    *mean = sum / (double)n;
    *spread = squares - sum * *mean;
    *mean += shift;
    if (ag_squares_hold(n, squares) && *spread >= squares / 4) return;
    double deviation;
    ag_moments(n, x, mean, &deviation);
    *spread = deviation * deviation * (double)n;
}

void ag_sums_close(const ag_stage *stage, int rows, const ag_sums *s, ag_tally *tally) {
    const ag_layer *before = stage->preactivation, *act = stage->activation;
    const size_t n_z = (size_t)rows * ag_shape_size(before->out);
    const size_t n = (size_t)rows * ag_shape_size((act ? act : before)->out);
    ag_tally these = {.n = (double)n, .z_n = (double)n_z};
    moments(n_z, before->y, (double)s->z_shift, add_lanes(s->z), add_lanes(s->z_squares),
            &these.z_mean, &these.z_spread);
    if (act) {
        these.zero = (double)s->zero;
        these.saturated = (double)s->saturated;
        if (these.zero < these.n)
            moments(n, act->y, (double)s->a_shift, add_lanes(s->a), add_lanes(s->a_squares),
                    &these.a_mean, &these.a_spread);
    }
    ag_tally_merge(tally, &these);
}

/* --- live channels ---------------------------------------------------------- */

enum {
    GROUP = 16,       /* channels side by side, looked at together */
    ASKED_EVERY = 16, /* values: asking whether all have shown it costs as much as four */
};

/* |x| as a whole number: in the order of sizes, and NaN above all of them. */
#ifdef AG_DOUBLE
typedef uint64_t size_bits;
#else
typedef uint32_t size_bits;
#endif

AG_INLINE size_bits size_of(ag_real x) {
    size_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits & ((size_bits)-1 >> 1);
}

/* n values of each of GROUP channels: those with one that is not below the limit are live.
 * Whether all are now. The largest of each, because that is two operations a value. */
AG_VECTORIZED_VALUE(static, bool, mark_group,
                    (size_t n, size_t stride, ag_real limit, const ag_real *slope, int *live),
                    (n, stride, limit, slope, live)) {
    size_bits most[GROUP] = {0};
    int all = 1;
    for (size_t i = 0; i < n; i++, slope += stride)
        for (int c = 0; c < GROUP; c++) {
            const size_bits size = size_of(slope[c]);
            most[c] = size > most[c] ? size : most[c];
        }
    for (int c = 0; c < GROUP; c++) {
        live[c] |= most[c] >= size_of(limit);
        all &= live[c];
    }
    return all != 0;
}

/* One channel, whose values may lie far apart. */
static bool mark_one(size_t n, size_t stride, ag_real limit, const ag_real *slope, int *live) {
    for (size_t i = 0; i < n && !*live; i++, slope += stride)
        *live |= !(fabs(*slope) < limit);
    return *live;
}

/* Most have shown that they are alive after a few examples, and are then looked at no
 * longer. */
bool ag_mark_live(const ag_stage *stage, int first, int rows, int *live) {
    const ag_layer *act = stage->activation;
    const ag_real limit = ag_least_not_below(AG_DEAD);
    const size_t area = ag_shape_area(act->out), block = (size_t)act->out_block;
    const size_t example = ag_shape_size(act->out), all = (size_t)rows;
    const ag_real *of_first = act->dydz + (size_t)first * example;
    const size_t n = block < GROUP ? 1 : GROUP;
    bool every = true;
    for (size_t c = 0; c < (size_t)act->out.channels; c += n) {
        if (c % block + n > block) c -= c % block + n - block; /* overlaps the group before it */
        const ag_real *slope = of_first + c / block * area * block + c % block;
        bool done = false;
        if (area == 1) /* examples are the places */
            for (size_t e = 0; e < all && !done; e += ASKED_EVERY) {
                const size_t some = all - e < ASKED_EVERY ? all - e : ASKED_EVERY;
                done = (n == 1 ? mark_one : mark_group)(some, example, limit, slope + e * example,
                                                        live + c);
            }
        else
            for (size_t e = 0; e < all && !done; e++)
                done = (n == 1 ? mark_one : mark_group)(area, block, limit, slope + e * example,
                                                        live + c);
        every &= done;
    }
    return every;
}

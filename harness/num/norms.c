#include "harness/num/norms.h"

#include <math.h>

/* Eight running sums, added up in a fixed order at the end: the loop vectorises
 * without the compiler reordering anything. */
enum { LANES = 8, WIDE = 64, TERMS = 32 };

static double add_lanes(const double lane[LANES]) {
    return ((lane[0] + lane[4]) + (lane[1] + lane[5])) +
           ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

AG_VECTORIZED_VALUE(extern, double, ag_sum_squared_difference,
                    (size_t n, const ag_real *x, const ag_real *y), (n, x, y)) {
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++) {
            const double d = (double)x[i + j] - (double)y[i + j];
            lane[j] += d * d;
        }
    for (size_t j = 0; i + j < n; j++) {
        const double d = (double)x[i + j] - (double)y[i + j];
        lane[j] += d * d;
    }
    return add_lanes(lane);
}

AG_VECTORIZED_VALUE(extern, double, ag_sum_products, (size_t n, const ag_real *x, const ag_real *y),
                    (n, x, y)) {
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lane[j] += (double)x[i + j] * (double)y[i + j];
    for (size_t j = 0; i + j < n; j++)
        lane[j] += (double)x[i + j] * (double)y[i + j];
    return add_lanes(lane);
}

/* x - x is 0 for finite x and NaN otherwise; one NaN makes the sum NaN. */
AG_VECTORIZED_VALUE(extern, bool, ag_all_finite, (size_t n, const ag_real *x), (n, x)) {
    ag_real lane[WIDE] = {0};
    size_t i = 0;
    for (; i + WIDE <= n; i += WIDE)
        for (size_t j = 0; j < WIDE; j++)
            lane[j] += x[i + j] - x[i + j];
    for (size_t j = 0; i + j < n; j++)
        lane[j] += x[i + j] - x[i + j];
    ag_real sum = 0;
    for (size_t j = 0; j < WIDE; j++)
        sum += lane[j];
    return sum == 0;
}

AG_VECTORIZED_VALUE(static, double, sum_of, (size_t n, const ag_real *x), (n, x)) {
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            lane[j] += (double)x[i + j];
    for (size_t j = 0; i + j < n; j++)
        lane[j] += (double)x[i + j];
    return add_lanes(lane);
}

AG_VECTORIZED_VALUE(static, double, sum_squares_about, (size_t n, const ag_real *x, double mean),
                    (n, x, mean)) {
    double lane[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++) {
            const double d = (double)x[i + j] - mean;
            lane[j] += d * d;
        }
    for (size_t j = 0; i + j < n; j++) {
        const double d = (double)x[i + j] - mean;
        lane[j] += d * d;
    }
    return add_lanes(lane);
}

/* Squares in ag_real, WIDE lanes of TERMS terms at most, then in double: 2.2 us for 200,000 floats
 * in the second cache, where sums in double alone take 8. */
AG_VECTORIZED_VALUE(static, double, sum_squares, (size_t n, const ag_real *x), (n, x)) {
    double total[LANES] = {0};
    for (size_t from = 0; from < n; from += WIDE * TERMS) {
        const size_t to = n - from < WIDE * TERMS ? n : from + WIDE * TERMS;
        const size_t whole = to - (to - from) % WIDE;
        ag_real lane[WIDE] = {0};
        for (size_t i = from; i < whole; i += WIDE)
            for (size_t j = 0; j < WIDE; j++)
                lane[j] += x[i + j] * x[i + j];
        for (size_t j = 0; whole + j < to; j++)
            lane[j] += x[whole + j] * x[whole + j];
        for (size_t j = 0; j < WIDE; j += LANES)
            for (size_t k = 0; k < LANES; k++)
                total[k] += (double)lane[j + k];
    }
    return add_lanes(total);
}

double ag_sum_squares(size_t n, const ag_real *x) {
    const double sum = sum_squares(n, x);
    return ag_squares_hold(n, sum) ? sum : ag_sum_products(n, x, x);
}

void ag_moments(size_t n, const ag_real *x, double *mean, double *deviation) {
    *mean = sum_of(n, x) / (double)n;
    *deviation = sqrt(sum_squares_about(n, x, *mean) / (double)n);
}

AG_VECTORIZED(extern, ag_scale, (size_t n, ag_real factor, ag_real *x), (n, factor, x)) {
    for (size_t i = 0; i < n; i++)
        x[i] *= factor;
}

AG_VECTORIZED(extern, ag_clamp, (size_t n, ag_real limit, ag_real *x), (n, limit, x)) {
    for (size_t i = 0; i < n; i++)
        x[i] = x[i] < -limit ? -limit : x[i] > limit ? limit : x[i];
}

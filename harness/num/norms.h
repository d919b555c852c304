/* Norms, moments and the question whether all is finite. */
#ifndef AG_NORMS_H
#define AG_NORMS_H

#include "harness/num/real.h"

#include <float.h>
#include <stdbool.h>
#include <stddef.h>

/* Sum of squares, in a fixed order: the same bits for every instruction set. Relative error
 * below 3e-6, 1e-8 as a rule. Neither over- nor underflows for float x, and is finite if
 * and only if all x are. */
double ag_sum_squares(size_t n, const ag_real *x);

/* Sum of (x - y)^2, of x y, in double and a fixed order. Do not overflow for finite float
 * x and y. */
double ag_sum_squared_difference(size_t n, const ag_real *x, const ag_real *y);
double ag_sum_products(size_t n, const ag_real *x, const ag_real *y);

/* Whether n squares that were summed in ag_real lost nothing to the ends of its range. A
 * square that is no normal number is wrong by 2^-150 at most: beside 2^-126 for each of
 * them that is a last bit. */
static inline bool ag_squares_hold(size_t n, double sum) {
    return sum >= 0x1p-126 * (double)n && sum <= DBL_MAX;
}

/* No NaN and no infinity among them. */
bool ag_all_finite(size_t n, const ag_real *x);

/* Mean and standard deviation (of the population), in two passes: sums of
 * squares minus squared sums cancel. n > 0. */
void ag_moments(size_t n, const ag_real *x, double *mean, double *deviation);

/* x *= factor */
void ag_scale(size_t n, ag_real factor, ag_real *x);

/* x = min(max(x, -limit), limit); NaN stays NaN. */
void ag_clamp(size_t n, ag_real limit, ag_real *x);

#endif

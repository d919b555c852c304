/* Norms, moments and the question whether all is finite. */
#ifndef AG_NORMS_H
#define AG_NORMS_H

#include "harness/num/real.h"

#include <stdbool.h>
#include <stddef.h>

/* Sum of squares, summed in double in a fixed order: the same bits for every
 * instruction set. Does not overflow for finite float x. */
double ag_sum_squares(size_t n, const ag_real *x);

/* Sum of (x - y)^2, likewise. */
double ag_sum_squared_difference(size_t n, const ag_real *x, const ag_real *y);

/* Sum of x y, likewise. */
double ag_sum_products(size_t n, const ag_real *x, const ag_real *y);

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

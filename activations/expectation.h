/* Where an activation takes a normal distribution. */
#ifndef AG_EXPECTATION_H
#define AG_EXPECTATION_H

#include "harness/base/catalogue.h"

typedef enum ag_expectation {
    AG_EXPECT_VALUE,         /* E f(z) */
    AG_EXPECT_VALUE_SQUARED, /* E f(z)^2 */
    AG_EXPECT_SLOPE_SQUARED  /* E f'(z)^2, jumps of f apart; of a unit: summed over its inputs */
} ag_expectation;

/* For z ~ N(0, sigma^2), sigma above 0: where a layer's mean and variance go, and its
 * gradient's. Quadrature of the double definition; relative to the size of the integrand
 * 1e-12. Not finite if f is not on [-12 sigma, 12 sigma]. The inputs of a unit are
 * independent. */
double ag_act_expectation(const ag_choice *activation, ag_expectation what, double sigma);

/* The same, and what it may be off, in *off: more than 1e-12 where f oscillates so often within
 * sigma, a thousand times and more, that the work would have no end; infinite where the integral
 * has none, as that of 1 / |z|. */
double ag_act_expectation_off(const ag_choice *activation, ag_expectation what, double sigma,
                              double *off);

/* Where a quadrature over u = z / sigma should begin anew behind u: at a seam (of n, in u), at z a
 * power of two to either side, as f may do all that it does near z = 0; u + 1 at the latest. */
double ag_act_piece_end(int n, const double *seam, double sigma, double u);

#endif

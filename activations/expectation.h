/* Where an activation takes a normal distribution. */
#ifndef AG_EXPECTATION_H
#define AG_EXPECTATION_H

#include "harness/base/catalogue.h"

typedef enum ag_expectation {
    AG_EXPECT_VALUE,         /* E f(z) */
    AG_EXPECT_VALUE_SQUARED, /* E f(z)^2 */
    AG_EXPECT_SLOPE_SQUARED  /* E f'(z)^2, jumps of f apart */
} ag_expectation;

/* For z ~ N(0, sigma^2), sigma above 0: where a layer's mean and variance go, and its
 * gradient's. Quadrature of the double definition; relative to the size of the integrand
 * 1e-12. Not finite if f is not on [-12 sigma, 12 sigma]. */
double ag_act_expectation(const ag_choice *activation, ag_expectation what, double sigma);

#endif

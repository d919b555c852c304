/* Units of several inputs against their definition: what slopes.h and float_error.h are for
 * functions of one number. */
#ifndef AG_UNIT_CHECK_H
#define AG_UNIT_CHECK_H

#include "harness/analysis/float_error.h"
#include "harness/analysis/slopes.h"

/* A product of what is AG_FLOAT_ULP off at most: relative to a power of two less, twice that. */
#define AG_UNIT_ULP (2 * AG_FLOAT_ULP)

/* The derivatives by all inputs, at AG_SLOPES_POINTS places in all: most on [-8, 8], others up
 * to 10,000. `at` is the place of *input, whose derivative is the worst. */
ag_slopes ag_unit_slopes(const ag_choice *choice, int *input);

/* Of inputs in [-100, 100], evenly in their bits; slope_... of the derivatives by all of them.
 * Errors above AG_UNIT_ULP count absolutely, over the largest |input| or 1. */
void ag_unit_float_error(const ag_choice *choice, ag_float_error *error);

/* y is NaN, in the definition and in float, if any input is. */
bool ag_unit_nan_stays(const ag_choice *choice);

/* The same in both at +-0, +-infinity and the ends of the floats, in all pairs. */
bool ag_unit_limits_agree(const ag_choice *choice);

#endif

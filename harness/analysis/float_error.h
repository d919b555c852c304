/* How far the float path lies from the definition. */
#ifndef AG_FLOAT_ERROR_H
#define AG_FLOAT_ERROR_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"

/* The largest errors over floats of [-100, 100], evenly in their bits. Where f or f' crosses
 * zero at a place z that is not 0 it is the small difference of larger terms: nearer to z than
 * |z| or 1.5, errors above AG_FLOAT_ULP count absolutely. */
typedef struct ag_float_error {
    double ulp, slope_ulp;             /* units in the last place of the result, for f and f' */
    double at, slope_at;               /* where */
    double near_zero, slope_near_zero; /* absolute */
    double typed;                      /* largest |error| / (1 + |result|) of both, anywhere */
} ag_float_error;

#define AG_FLOAT_ULP 4.0
#define AG_FLOAT_NEAR_ZERO 1e-7
#define AG_FLOAT_TYPED 1e-5 /* what is asked of a formula: a run asks the same */

/* |got - want| in units in the last place of the float nearest to `want`. NaN for NaN and the
 * same infinity are no error, other cases where one is not finite an infinite one. */
double ag_ulps(float got, double want);

/* false: no memory. Some 20 ms. */
bool ag_float_error_of(const ag_choice *choice, ag_arena *scratch, ag_float_error *error);

#endif

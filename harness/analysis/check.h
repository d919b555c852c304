/* Whether an activation does what its definition says; of a unit of several inputs the same is
 * asked of the derivative by each. */
#ifndef AG_CHECK_ACTIVATION_H
#define AG_CHECK_ACTIVATION_H

#include "harness/analysis/alike.h"
#include "harness/analysis/float_error.h"
#include "harness/analysis/slopes.h"

enum { AG_CHECK_ALIKE = 8, AG_CHECK_FAULT_MAX = 200 };

typedef struct ag_activation_check {
    ag_slopes slopes, params;
    ag_float_error error;
    double params_ulp; /* of the float path with a parameter for each element; 0: none learned */
    double undeclared; /* f or f' jumps here and it is no seam; NAN: nowhere. Allowed to formulas */
    int n_alike;
    ag_alike alike[AG_CHECK_ALIKE];
    bool nan_stays;    /* NaN in, NaN out: in the definition and in the float path */
    bool limits_agree; /* both say the same at +-0, +-infinity and the ends of the floats */
    bool good;         /* all are within their limits, */
    char fault[AG_CHECK_FAULT_MAX]; /* or what is not, the first of it */
} ag_activation_check;

/* Derivatives by parameters are products and sums of what has been rounded before. Absolute
 * errors up to AG_FLOAT_NEAR_ZERO do not count, as they cross zero with many of them. */
#define AG_CHECK_PARAMS_ULP 6.0

/* false: no memory. Some 50 ms. */
bool ag_activation_checked(const ag_choice *choice, ag_arena *scratch, ag_activation_check *check);

#endif

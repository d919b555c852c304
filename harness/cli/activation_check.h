/* Whether an activation does what its definition says. */
#ifndef AG_ACTIVATION_CHECK_H
#define AG_ACTIVATION_CHECK_H

#include "harness/base/catalogue.h"

#include <stdbool.h>

typedef struct ag_activation_check {
    /* Largest |f' - difference quotient| / (1 + |f'|) on [-8, 8]. */
    double differences;
    /* Largest error of the float path on [-100, 100], in units in the last place. */
    double value_ulp, derivative_ulp;
    /* f' crosses zero here; NAN: nowhere. Between 0 and twice this, f' is the small
     * difference of larger terms: where it misses the limit in units in the last
     * place, its absolute error counts instead. */
    double around, near_zero;
    bool good; /* all are within the limits below */
} ag_activation_check;

#define AG_CHECK_DIFFERENCES 1e-8
#define AG_CHECK_ULP 4.0
#define AG_CHECK_NEAR_ZERO 1e-7

/* Takes about 0.1 s. */
ag_activation_check ag_activation_checked(const ag_choice *choice);

#endif

#define _GNU_SOURCE /* fegetexcept */
#include "harness/base/float_mode.h"

#include <fenv.h>
#include <float.h>

void ag_float_mode_set(void) { (void)fesetenv(FE_DFL_ENV); }

/* By what is computed, and not by a register: in any mode of any processor. */
static bool denormals_are_alive(void) {
    volatile float small = FLT_MIN;
    volatile float half = small / 2.0f;         /* flushed as a result? */
    return half > 0.0f && half * 2.0f == small; /* as an operand? */
}

bool ag_float_mode_is_set(void) {
    return fegetround() == FE_TONEAREST && fegetexcept() == 0 && denormals_are_alive();
}

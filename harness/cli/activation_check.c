#include "harness/cli/activation_check.h"

#include "activations/activation.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* --- the derivative against the value ----------------------------------------- */

static bool near_seam(const ag_choice *c, double x, double gap) {
    double seam[AG_ACT_SEAMS_MAX];
    const int n = ag_act_seams(c, seam);
    for (int i = 0; i < n; i++)
        if (fabs(x - seam[i]) <= gap) return true;
    return false;
}

static double difference(const ag_choice *c, double x, double h) {
    const double near = ag_act_value(c, x + h) - ag_act_value(c, x - h);
    const double far = ag_act_value(c, x + 2 * h) - ag_act_value(c, x - 2 * h);
    return (8.0 * near - far) / (12.0 * h);
}

/* The better of a wide and a narrow difference: one rounds less, the other bends less. */
static double derivative_error(const ag_choice *c) {
    const double wide = 1e-3, narrow = 2e-5;
    double worst = 0.0;
    for (int i = -8000; i < 8000; i++) {
        const double x = 1e-3 * (i + 0.37);
        if (near_seam(c, x, 2 * wide)) continue;
        const double d = ag_act_derivative(c, x);
        const double error =
            fmin(fabs(d - difference(c, x, wide)), fabs(d - difference(c, x, narrow))) /
            (1.0 + fabs(d));
        if (!(error <= worst)) worst = error; /* NaN counts as worst */
    }
    return worst;
}

/* --- the float path against the definition ------------------------------------ */

static double ulps(float got, double want) {
    if (got == (float)want) return 0.0;
    if (!isfinite(got) || !isfinite(want)) return HUGE_VAL;
    int exponent = FLT_MIN_EXP;
    if (fabs(want) > (double)FLT_MIN) frexp(want, &exponent);
    return fabs((double)got - want) / ldexp(1.0, exponent - FLT_MANT_DIG);
}

static double crossing(const ag_choice *c) {
    for (int i = -10000; i < 10000; i++) {
        const double x = 0.01 * i + 0.005, a = ag_act_derivative(c, x),
                     b = ag_act_derivative(c, x + 0.01);
        if ((a < 0.0) != (b < 0.0) && a != 0.0 && b != 0.0) return x;
    }
    return (double)NAN;
}

static void check_block(const ag_choice *c, int n, const ag_real *x, ag_real *y, ag_real *d,
                        ag_activation_check *check) {
    ag_act_evaluate(c, (size_t)n, x, y, d);
    for (int i = 0; i < n; i++) {
        const double z = (double)x[i], slope = ag_act_derivative(c, z);
        check->value_ulp = fmax(check->value_ulp, ulps((float)y[i], ag_act_value(c, z)));
        const double error = ulps((float)d[i], slope);
        if (fabs(z - check->around) < fabs(check->around) && error > AG_CHECK_ULP)
            check->near_zero = fmax(check->near_zero, fabs((double)d[i] - slope));
        else
            check->derivative_ulp = fmax(check->derivative_ulp, error);
    }
}

/* Floats of [-100, 100], evenly in their bits. */
static void check_floats(const ag_choice *c, ag_activation_check *check) {
    enum { BLOCK = 512 };
    ag_real x[BLOCK], y[BLOCK], d[BLOCK];
    const uint32_t last = 0x42c80000u, stride = 8191; /* 100.0f */
    int n = 0;
    for (uint32_t sign = 0; sign < 2; sign++)
        for (uint32_t bits = 0; bits <= last; bits += stride) {
            const uint32_t signed_bits = bits | sign << 31;
            float value;
            memcpy(&value, &signed_bits, sizeof value);
            x[n++] = value;
            if (n < BLOCK) continue;
            check_block(c, n, x, y, d, check);
            n = 0;
        }
    check_block(c, n, x, y, d, check);
}

ag_activation_check ag_activation_checked(const ag_choice *choice) {
    ag_activation_check check = {.differences = derivative_error(choice),
                                 .around = crossing(choice)};
    check_floats(choice, &check);
    check.good = check.differences <= AG_CHECK_DIFFERENCES && check.value_ulp <= AG_CHECK_ULP &&
                 check.derivative_ulp <= AG_CHECK_ULP && check.near_zero <= AG_CHECK_NEAR_ZERO;
    return check;
}

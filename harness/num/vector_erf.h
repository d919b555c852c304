/* The error function and its complement of one float, by the rules of vector.h. */
#ifndef AG_VECTOR_ERF_H
#define AG_VECTOR_ERF_H

#include "harness/num/vector.h"

/* e^(-a^2 - rest), a in [0, AG_SQUARE_MOST] or NaN, |rest| < 1, by a^2 = upper^2 +
 * (a + upper) (a - upper). 1e6 times e^(-AG_SQUARE_MOST^2) is 0 in float. */
#define AG_SQUARE_MOST 11.4f

AG_INLINE ag_exp_parts ag_exp_minus_square(float a, float rest) {
    const float upper = ag_float_upper(a);
    return ag_exp_tail(-(upper * upper), -((a + upper) * (a - upper) + rest));
}

/* Limit of a: erfc(a) is 0 in float from here on. */
#define AG_ERFC_MOST 10.25f
#define AG_TWO_OVER_SQRT_PI 1.12837917f

/* mills = e^(a^2) erfc(a), a >= 0 or NaN. As in ag_normal_tail; its polynomials at a
 * sqrt 2 would be a rounding more. */
AG_INLINE float ag_erfc_mills(float a) {
    float p = 0.0128846653f;
    p = p * a + 0.108185552f;
    p = p * a + 0.423047751f;
    p = p * a + 0.901041865f;
    p = p * a + 1.0f;
    float q = 0.0145382714f;
    q = q * a + 0.122108713f;
    q = q * a + 0.491268218f;
    q = q * a + 1.14497745f;
    q = q * a + 1.54511666f;
    q = q * a + 1.0f;
    return q / ((1.7724539f * a) * q + p);
}

/* erfc(a), a in [0, AG_ERFC_MOST] or NaN. */
AG_INLINE ag_normal_parts ag_erfc_tail(float a) {
    return (ag_normal_parts){.e = ag_exp_minus_square(a, 0.0f), .mills = ag_erfc_mills(a)};
}

/* Below it 1 - erfc(a) would cancel, and erfc(a) is 1 - erf(a). */
#define AG_ERF_SMALL 0.75f

/* erf(a) / a - 1 for a^2 = a2, 0 <= a <= AG_ERF_SMALL */
AG_INLINE float ag_erf_ratio(float a2) {
    float p = -0.00067375839f;
    p = p * a2 + 0.00511315698f;
    p = p * a2 + -0.0268343352f;
    p = p * a2 + 0.11283379f;
    p = p * a2 + -0.3761262f;
    p = p * a2 + 0.128379166f;
    return p;
}

AG_INLINE float ag_erf_small(float a) { return a + a * ag_erf_ratio(a * a); }

/* erf x and its derivative. */
AG_INLINE ag_dual ag_vector_erf(float x) {
    const float abs = fabsf(x), a = abs > AG_ERFC_MOST ? AG_ERFC_MOST : abs;
    const ag_normal_parts n = ag_erfc_tail(a);
    const float tail = ag_exp_times(n.e, n.mills) * n.e.second;
    return (ag_dual){copysignf(a < AG_ERF_SMALL ? ag_erf_small(a) : 1.0f - tail, x),
                     ag_exp_times(n.e, AG_TWO_OVER_SQRT_PI) * n.e.second};
}

/* 1 - erf x without cancellation. */
AG_INLINE float ag_vector_erfc(float x) {
    const float abs = fabsf(x), a = abs > AG_ERFC_MOST ? AG_ERFC_MOST : abs;
    const ag_normal_parts n = ag_erfc_tail(a);
    const float tail = ag_exp_times(n.e, n.mills) * n.e.second;
    const float right = a < AG_ERF_SMALL ? 1.0f - ag_erf_small(a) : tail;
    return x < 0.0f ? 2.0f - right : right;
}

#endif

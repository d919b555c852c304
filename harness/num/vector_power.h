/* Powers of one float, by the rules of vector.h. */
#ifndef AG_VECTOR_POWER_H
#define AG_VECTOR_POWER_H

#include "harness/num/vector.h"

#include <stdbool.h>

/* Limits of the exponent: 2^-251 times any float is 0, 2^129 is infinite. */
#define AG_EXP2_LEAST (-251.0f)
#define AG_EXP2_MOST 129.0f

/* 2^x */
AG_INLINE float ag_vector_exp2(float x) {
    const float above = x < AG_EXP2_LEAST ? AG_EXP2_LEAST : x; /* so NaN stays NaN */
    const float bound = above > AG_EXP2_MOST ? AG_EXP2_MOST : above;
    const float shifted = bound + AG_ROUND, n = shifted - AG_ROUND;
    return ag_exp_whole(ag_exp_reduced((bound - n) * 0.693147181f,
                                       (int32_t)(ag_float_to_bits(shifted) - AG_ROUND_BITS)));
}

/* log2(a) with a relative error of 2^-37, for a normal number. Double, because 24 bits
 * times an exponent of 100 leave 17; and every float is a normal double. */
AG_INLINE double ag_log2_normal(double a) {
    uint64_t bits;
    memcpy(&bits, &a, sizeof bits);
    const uint64_t sqrt_half = 0x3fe6a09e667f3bcdu, one = 0x3ff0000000000000u;
    bits += one - sqrt_half;
    const double k = (double)((int32_t)(bits >> 52) - 1023);
    bits = (bits & 0x000fffffffffffffu) + sqrt_half;
    double m;
    memcpy(&m, &bits, sizeof m);
    const double f = m - 1.0, s = f / (f + 2.0), s2 = s * s;
    double p = 0.34021065145132257; /* (2 artanh s - 2 s) log2(e) / s^3 */
    p = p * s2 + 0.4117067933691217;
    p = p * s2 + 0.5770828440963618;
    p = p * s2 + 0.9617966792331902;
    return k + s * (2.8853900817779268 + s2 * p);
}

/* e^x with a relative error of 2^-41, x in [-700, 700] or NaN: where it is used in an exponent. */
AG_INLINE double ag_exp_double(double x) {
    const double round = 0x1.8p52, shifted = x * 1.4426950408889634 + round, n = shifted - round;
    const double r = (x - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 3628800; /* the sum of Taylor, |r| < 0.3466 */
    p = p * r + 1.0 / 362880;
    p = p * r + 1.0 / 40320;
    p = p * r + 1.0 / 5040;
    p = p * r + 1.0 / 720;
    p = p * r + 1.0 / 120;
    p = p * r + 1.0 / 24;
    p = p * r + 1.0 / 6;
    p = p * r + 0.5;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023u) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power * (1.0 + (r + r * r * p));
}

/* log2(a) for any a >= 0. */
AG_INLINE double ag_log2_wide(float a) {
    const double wide = (double)a;
    const double finite = a < HUGE_VALF ? ag_log2_normal(wide) : wide; /* infinity and NaN */
    return a == 0.0f ? (double)-HUGE_VALF : finite;
}

/* 2^t */
AG_INLINE ag_exp_parts ag_exp2_wide(double t) {
    const double above = t < (double)AG_EXP2_LEAST ? (double)AG_EXP2_LEAST : t;
    const double bound = above > (double)AG_EXP2_MOST ? (double)AG_EXP2_MOST : above;
    const double round = 0x1.8p52, shifted = bound + round, n = shifted - round;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return ag_exp_reduced((float)((bound - n) * 0.69314718055994531), (int32_t)(uint32_t)bits);
}

/* x^y, by the rules of C for signs, zeros, infinities and NaN: y = 0 and x = 1 give 1
 * even with NaN; x < 0 needs a whole y, and an odd one keeps the sign. */
AG_INLINE float ag_vector_pow(float x, float y) {
    const float a = fabsf(x), b = fabsf(y), all_whole = 0x1p23f; /* floats from here on are */
    const float counted = b < all_whole ? b + all_whole : b;     /* last bit worth 1 */
    const bool whole = b >= all_whole || counted - all_whole == b;
    const bool odd = whole && b < 0x1p24f && (ag_float_to_bits(counted) & 1u);
    const float power = ag_exp_whole(ag_exp2_wide((double)y * ag_log2_wide(a)));
    const float size = a == 1.0f && b <= HUGE_VALF ? 1.0f : power; /* 0 times infinity */
    const uint32_t sign = odd ? ag_float_to_bits(x) & 0x80000000u : 0u;
    const float with_sign = ag_bits_to_float(ag_float_to_bits(size) | sign);
    const bool none = x < 0.0f && x > -HUGE_VALF && !whole;
    const float value = none ? (float)NAN : with_sign;
    return y == 0.0f || x == 1.0f ? 1.0f : value;
}

#endif

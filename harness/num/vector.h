/* Functions of one float, written so that a plain loop over them becomes vector
 * code for whatever the processor has.
 *
 * Only + - * /, comparisons and integer operations on bits: no fused
 * multiply-add, no table, no call, no branch. So every instruction set gives the
 * same bits, and so do the vector part of a loop and its last few elements.
 *
 * For every float: NaN gives NaN; infinities give the limit; results keep their
 * denormals, because a gradient that vanishes is what we measure. Errors are at
 * most 4 units in the last place, measured in tests/unit/test_vector.c. The
 * coefficients are minimax fits; `scripts/vectors.py --fit` prints them again.
 */
#ifndef AG_VECTOR_H
#define AG_VECTOR_H

#include "harness/base/vectorized.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* f(x) and f'(x). */
typedef struct ag_dual {
    float value, derivative;
} ag_dual;

AG_INLINE uint32_t ag_float_to_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

AG_INLINE float ag_bits_to_float(uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* The leading 12 of 24 bits of x: products of two such numbers are exact. */
AG_INLINE float ag_float_upper(float x) {
    return ag_bits_to_float(ag_float_to_bits(x) & 0xfffff000u);
}

/* The floats next to c, or c itself: x > c means x > ag_float_down(c), and x < c means
 * x < ag_float_up(c), for every float x. */
AG_INLINE float ag_float_down(double c) {
    const float f = (float)c;
    const uint32_t bits = ag_float_to_bits(f), least = 0x80000001u; /* the one below 0 */
    const uint32_t below = f == 0.0f ? least : f > 0.0f ? bits - 1u : bits + 1u;
    return (double)f > c ? ag_bits_to_float(below) : f;
}

AG_INLINE float ag_float_up(double c) { return -ag_float_down(-c); }

/* An exact number in two floats: high + low, low being small beside high. */
typedef struct ag_split {
    float high, low;
} ag_split;

/* c in two floats, the first of 12 bits. */
AG_INLINE ag_split ag_split_of(double c) {
    ag_split s = {.high = ag_float_upper((float)c)};
    s.low = (float)(c - (double)s.high);
    return s;
}

/* x c with a relative error of 2^-34: what an exponential of a product needs, as
 * rounding x c to a float is an error of |x c| 2^-24 in the result. */
AG_INLINE ag_split ag_split_product(float x, ag_split c) {
    const float upper = ag_float_upper(x), first = upper * c.high, second = (x - upper) * c.high;
    const float high = first + second;
    return (ag_split){high, ((first - high) + second) + x * c.low};
}

/* e^x = (1 + above_one) first second. `first` and `second` are powers of two,
 * apart because one alone cannot hold a result that is denormal: multiply what
 * else there is to multiply by first, and by second at the very end. */
typedef struct ag_exp_parts {
    float above_one, first, second;
} ag_exp_parts;

/* Limits of the exponent: e^-174 times any float is 0, e^89 is infinite. */
#define AG_EXP_LEAST (-174.0f)
#define AG_EXP_MOST 89.0f

/* e^r - 1, |r| < 0.3475. */
AG_INLINE float ag_exp_above_one(float r) {
    float q = 0.00138698414f; /* (e^r - 1 - r) / r^2 */
    q = q * r + 0.00836644694f;
    q = q * r + 0.0416674465f;
    q = q * r + 0.16666545f;
    q = q * r + 0.49999997f;
    return r + (r * r) * q;
}

/* 2^power e^r, |r| < 0.3475, power in [-252, 129]. */
AG_INLINE ag_exp_parts ag_exp_reduced(float r, int32_t power) {
    const int32_t half = power >> 1;
    return (ag_exp_parts){
        .above_one = ag_exp_above_one(r),
        .first = ag_bits_to_float((uint32_t)(half + 127) << 23),
        .second = ag_bits_to_float((uint32_t)(power - half + 127) << 23),
    };
}

/* For |x| < 2^22, x + AG_ROUND - AG_ROUND is the whole number nearest to x, and the
 * bits of x + AG_ROUND less AG_ROUND_BITS are that number as an integer. */
#define AG_ROUND 12582912.0f /* 1.5 2^23: the last bit of x + AG_ROUND is worth 1 */
#define AG_ROUND_BITS 0x4b400000u

/* x + low = n ln 2 + r, n whole. */
typedef struct ag_exp_rest {
    float r, shifted; /* shifted: n + AG_ROUND */
} ag_exp_rest;

AG_INLINE ag_exp_rest ag_exp_reduce(float x, float low) {
    const float shifted = (x + low) * 1.44269504f + AG_ROUND, n = shifted - AG_ROUND;
    /* ln 2 in two parts, the first of 9 bits: n times it is exact */
    return (ag_exp_rest){(x - n * 0.693359375f) + (n * 2.12194440e-4f + low), shifted};
}

/* e^(x + low), |low| < 1; x in [AG_EXP_LEAST, AG_EXP_MOST] or NaN. */
AG_INLINE ag_exp_parts ag_exp_split(float x, float low) {
    const ag_exp_rest rest = ag_exp_reduce(x, low);
    return ag_exp_reduced(rest.r, (int32_t)(ag_float_to_bits(rest.shifted) - AG_ROUND_BITS));
}

/* The same bits for x in [-AG_EXP_TAIL, 0] or NaN and factors below 2^60, which makes it 0 beyond:
 * `second` is always 2^-64, and `first` with all that is left, two operations on bits instead of
 * seven, is a normal number. That AG_ROUND_BITS << 23 is 0 spares their subtraction. */
#define AG_EXP_TAIL 130.0f
AG_INLINE ag_exp_parts ag_exp_tail(float x, float low) {
    const ag_exp_rest rest = ag_exp_reduce(x, low);
    return (ag_exp_parts){
        .above_one = ag_exp_above_one(rest.r),
        .first = ag_bits_to_float((ag_float_to_bits(rest.shifted) << 23) + ((127u + 64u) << 23)),
        .second = 0x1p-64f,
    };
}

/* The same for all x <= 0. Adding -0 changes no number, so it costs nothing. */
AG_INLINE ag_exp_parts ag_exp_negative(float x) {
    return ag_exp_tail(x < -AG_EXP_TAIL ? -AG_EXP_TAIL : x, -0.0f); /* so NaN stays NaN */
}

/* For any x. */
AG_INLINE ag_exp_parts ag_exp_of(float x) {
    const float above = x < AG_EXP_LEAST ? AG_EXP_LEAST : x;
    return ag_exp_split(above > AG_EXP_MOST ? AG_EXP_MOST : above, -0.0f);
}

/* c e^x without the last power of two. The product comes before the sum, which
 * is a rounding less than c (1 + above_one). */
AG_INLINE float ag_exp_times(ag_exp_parts e, float c) {
    const float whole = c * e.first;
    return whole + e.above_one * whole;
}

/* e^x */
AG_INLINE float ag_exp_whole(ag_exp_parts e) { return ag_exp_times(e, 1.0f) * e.second; }

/* e^x - 1 without cancellation: for power 0 the sum in the brackets is 0. */
AG_INLINE float ag_exp_less_one(ag_exp_parts e) {
    const float inverse = ag_bits_to_float(0x7f000000u - ag_float_to_bits(e.second));
    return (e.above_one * e.first + (e.first - inverse)) * e.second;
}

AG_INLINE float ag_vector_exp(float x) { return ag_exp_whole(ag_exp_of(x)); }

AG_INLINE float ag_vector_expm1(float x) { return ag_exp_less_one(ag_exp_of(x)); }

/* 1 / (1 + e^-x). With e = e^-|x| and t = 1 / (1 + e): t on the right, e t on the
 * left. The derivative, e t^2 on both, has a division of its own, as squaring t
 * would double its error. */
AG_INLINE ag_dual ag_vector_sigmoid(float x) {
    const float e = ag_exp_whole(ag_exp_negative(-fabsf(x))), t = 1.0f / (1.0f + e);
    return (ag_dual){x < 0.0f ? e * t : t, e / (1.0f + e * (2.0f + e))};
}

/* With q = e^(-2|x|) - 1 and e = q + 1: |tanh x| = -q / (2 + q), tanh' = 4 e / (1 + e)^2. */
AG_INLINE ag_dual ag_vector_tanh(float x) {
    const ag_exp_parts parts = ag_exp_negative(-2.0f * fabsf(x));
    const float q = ag_exp_less_one(parts), four = ag_exp_times(parts, 4.0f) * parts.second;
    const float e = 0.25f * four;
    return (ag_dual){copysignf(q / (2.0f + q), x), four / (1.0f + e * (2.0f + e))};
}

/* log(1 + e^x), and its derivative, the sigmoid. With e = e^-|x|: max(x, 0) +
 * log(1 + e), and log(1 + e) = 2 artanh(e / (2 + e)). */
AG_INLINE ag_dual ag_vector_softplus(float x) {
    const ag_exp_parts parts = ag_exp_negative(-fabsf(x));
    const float e = ag_exp_whole(parts);
    const float twice = (e + e) / (2.0f + e), s2 = 0.25f * (twice * twice);
    float p = 0.140031859f; /* (artanh(s) - s) / s^3 for 0 <= s <= 1/3 */
    p = p * s2 + 0.140015483f;
    p = p * s2 + 0.200107172f;
    p = p * s2 + 0.333332092f;
    const float t = 1.0f / (1.0f + e);
    return (ag_dual){(x < 0.0f ? 0.0f : x) + (twice + twice * (s2 * p)), x < 0.0f ? e * t : t};
}

/* The normal distribution's tail: Phi(-a) = mills e^(-a^2 / 2). */
typedef struct ag_normal_parts {
    ag_exp_parts e;
    float mills;
} ag_normal_parts;

/* Limit of a: a Phi(-a) is 0 in float from here on. */
#define AG_NORMAL_MOST 14.5f
#define AG_INV_SQRT_2PI 0.398942280f

/* a in [0, AG_NORMAL_MOST] or NaN. The tail itself, not 1 + erf, which cancels to
 * nothing where the tail is what we want. 1 / mills is sqrt(2 pi) a and a
 * remainder P / Q, and the rounding errors of Q nearly cancel in the quotient. */
AG_INLINE ag_normal_parts ag_normal_tail(float a) {
    /* -a^2 / 2 = half upper + (h + half) (a - upper), h being -a / 2 and half its upper bits */
    const float upper = ag_float_upper(a), h = -0.5f * a, half = ag_float_upper(h);
    float p = 0.00311224791f; /* all terms are positive: nothing cancels */
    p = p * a + 0.0372797735f;
    p = p * a + 0.207767457f;
    p = p * a + 0.629490435f;
    p = p * a + 1.0f;
    float q = 0.00124148291f;
    q = q * a + 0.014878721f;
    q = q * a + 0.0852338374f;
    q = q * a + 0.282625884f;
    q = q * a + 0.542460024f;
    q = q * a + 0.5f;
    return (ag_normal_parts){
        .e = ag_exp_tail(half * upper, (h + half) * (a - upper)),
        .mills = q / ((2.50662827f * a) * q + p),
    };
}

/* Phi(x) and its derivative, the density. */
AG_INLINE ag_dual ag_vector_normal(float x) {
    const float a = fabsf(x), bound = a > AG_NORMAL_MOST ? AG_NORMAL_MOST : a;
    const ag_normal_parts n = ag_normal_tail(bound);
    const float tail = ag_exp_times(n.e, n.mills) * n.e.second;
    const float density = ag_exp_times(n.e, AG_INV_SQRT_2PI) * n.e.second;
    return (ag_dual){x < 0.0f ? tail : 1.0f - tail, density};
}

#endif

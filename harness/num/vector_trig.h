/* Sine, cosine and arcus tangent of one float, by the rules of vector.h.
 *
 * An angle is reduced to |r| <= pi/4 and a number of quarter turns. There are three
 * ways: `near` for |x| <= AG_TRIG_NEAR, which is quick; `far` for every float; and one
 * for arguments in double. Where a loop knows that all are near (ag_trig_all_near),
 * ag_vector_sincos_near has the same bits as ag_vector_sincos in half the time. */
#ifndef AG_VECTOR_TRIG_H
#define AG_VECTOR_TRIG_H

#include "harness/num/vector.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct ag_trig {
    float sine, cosine;
} ag_trig;

/* x = quarters pi/2 + r; only the last two bits of `quarters` count. */
typedef struct ag_angle {
    float r;
    uint32_t quarters;
} ag_angle;

#define AG_TRIG_NEAR 400.0f
#define AG_TRIG_WIDE 1048576.0 /* 2^20, for doubles */

/* a in [0, AG_TRIG_NEAR]. pi/2 in three parts, the first two of 16 bits: times a
 * number of 8 bits, as `n` is, they are exact. */
AG_INLINE ag_angle ag_angle_near(float a) {
    const float shifted = a * 0.636619772f + AG_ROUND, n = shifted - AG_ROUND;
    const float r = ((a - n * 1.57080078125f) - n * -4.454399459064007e-06f) - n * -5.5644316e-11f;
    return (ag_angle){r, ag_float_to_bits(shifted)};
}

/* u in [-AG_TRIG_WIDE, AG_TRIG_WIDE]. The same in double: 33 bits, and the rest. */
AG_INLINE ag_angle ag_angle_wide(double u) {
    const double round = 0x1.8p52, shifted = u * 0.63661977236758134 + round, n = shifted - round;
    const double r = (u - n * 0x1.921fb54400000p+0) - n * 0x1.0b4611a626331p-34;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    return (ag_angle){(float)r, (uint32_t)bits};
}

/* One of four words. */
AG_INLINE uint32_t ag_word_of(uint32_t which, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    const uint32_t low = which & 1u ? b : a, high = which & 1u ? d : c;
    return which & 2u ? high : low;
}

/* a >= 2, finite: M. Payne, R. Hanek, 1983, Radian reduction for trigonometric
 * functions. 2/pi is 0.a2f9836e 4e441529 fc2757d1 f534ddc0 db629599 3c439041 in base
 * 2^32. The mantissa of a times three words of it, from the place that the exponent
 * says on, is the number of quarter turns modulo 4 with 62 binary places. */
AG_INLINE ag_angle ag_angle_far(float a) {
    const uint32_t bits = ag_float_to_bits(a), exponent = (bits >> 23) - 128u;
    const uint32_t mantissa = (bits << 8) | 0x80000000u;
    const uint32_t word = exponent >> 5, shift = exponent & 31u;
    const uint32_t w0 = ag_word_of(word, 0u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u);
    const uint32_t w1 = ag_word_of(word, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u);
    const uint32_t w2 = ag_word_of(word, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u);
    const uint32_t w3 = ag_word_of(word, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u, 0x3c439041u);
    const uint32_t high = (w0 << shift) | ((w1 >> 1) >> (31u - shift));
    const uint32_t middle = (w1 << shift) | ((w2 >> 1) >> (31u - shift));
    const uint32_t low = (w2 << shift) | ((w3 >> 1) >> (31u - shift));
    uint64_t turns = (uint64_t)mantissa * low;
    turns = (uint64_t)mantissa * middle + (turns >> 32);
    turns += (uint64_t)(mantissa * high) << 32;
    const uint64_t quarters = (turns + ((uint64_t)1 << 61)) >> 62, rest = turns - (quarters << 62);
    /* rest as a number: the upper word has the sign */
    const double upper = (double)(int32_t)(uint32_t)(rest >> 32),
                 lower = (double)(int32_t)((uint32_t)rest >> 1);
    const double r = (upper * 0x1p32 + lower * 2.0) * 3.4061215800304037e-19; /* pi/2 2^-62 */
    return (ag_angle){(float)r, (uint32_t)quarters};
}

AG_INLINE ag_trig ag_angle_sincos(ag_angle angle) {
    const float r = angle.r, s = r * r;
    float p = -0.00019518286f; /* (sin r - r) / r^3 */
    p = p * s + 0.00833218917f;
    p = p * s + -0.166666552f;
    float q = 2.44325638e-05f; /* (cos r - 1 + r^2 / 2) / r^4 */
    q = q * s + -0.00138873106f;
    q = q * s + 0.0416666456f;
    const float sine = r + r * (s * p), cosine = (1.0f - 0.5f * s) + (s * s) * q;
    const bool odd = angle.quarters & 1u;
    const uint32_t first = ag_float_to_bits(odd ? cosine : sine);
    const uint32_t second = ag_float_to_bits(odd ? sine : cosine);
    return (ag_trig){ag_bits_to_float(first ^ ((angle.quarters & 2u) << 30)),
                     ag_bits_to_float(second ^ (((angle.quarters + 1u) & 2u) << 30))};
}

/* sin is odd, with the sign of zero. */
AG_INLINE ag_trig ag_trig_signed(float x, ag_trig t) {
    const uint32_t sign = ag_float_to_bits(x) & 0x80000000u;
    return (ag_trig){ag_bits_to_float(ag_float_to_bits(t.sine) ^ sign), t.cosine};
}

/* |x| <= AG_TRIG_NEAR or NaN. */
AG_INLINE ag_trig ag_vector_sincos_near(float x) {
    return ag_trig_signed(x, ag_angle_sincos(ag_angle_near(fabsf(x))));
}

/* |u| <= AG_TRIG_WIDE or NaN. */
AG_INLINE ag_trig ag_vector_sincos_wide(double u) { return ag_angle_sincos(ag_angle_wide(u)); }

typedef struct ag_trig_double {
    double sine, cosine;
} ag_trig_double;

/* |u| <= AG_TRIG_WIDE or NaN, with a relative error of 2^-45: for what is the small difference of
 * sines. The sums of Taylor. */
AG_INLINE ag_trig_double ag_vector_sincos_double(double u) {
    const double round = 0x1.8p52, shifted = u * 0.63661977236758134 + round, n = shifted - round;
    const double r = (u - n * 0x1.921fb54400000p+0) - n * 0x1.0b4611a626331p-34, s = r * r;
    uint64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    double p = 1.0 / 6227020800;
    p = p * s - 1.0 / 39916800;
    p = p * s + 1.0 / 362880;
    p = p * s - 1.0 / 5040;
    p = p * s + 1.0 / 120;
    p = p * s - 1.0 / 6;
    double q = -1.0 / 87178291200;
    q = q * s + 1.0 / 479001600;
    q = q * s - 1.0 / 3628800;
    q = q * s + 1.0 / 40320;
    q = q * s - 1.0 / 720;
    q = q * s + 1.0 / 24;
    const double sine = r + r * (s * p), cosine = (1.0 - 0.5 * s) + (s * s) * q;
    const bool odd = bits & 1u;
    const double first = odd ? cosine : sine, second = odd ? sine : cosine;
    return (ag_trig_double){bits & 2u ? -first : first, (bits + 1u) & 2u ? -second : second};
}

/* Every float; NaN for infinities, as they have no limit. */
AG_INLINE ag_trig ag_vector_sincos(float x) {
    const float a = fabsf(x);
    const bool far = a > AG_TRIG_NEAR;
    const ag_angle here = ag_angle_near(far ? 0.0f : a), there = ag_angle_far(a);
    const float r = a == HUGE_VALF ? (float)NAN : there.r;
    const ag_angle angle = {far ? r : here.r, far ? there.quarters : here.quarters};
    return ag_trig_signed(x, ag_angle_sincos(angle));
}

AG_INLINE float ag_vector_sin(float x) { return ag_vector_sincos(x).sine; }

AG_INLINE float ag_vector_cos(float x) { return ag_vector_sincos(x).cosine; }

/* Whether none of x lies beyond AG_TRIG_NEAR. */
AG_INLINE bool ag_trig_all_near(size_t n, const float *x) {
    uint32_t beyond = 0;
    for (size_t i = 0; i < n; i++)
        beyond |= fabsf(x[i]) > AG_TRIG_NEAR;
    return !beyond;
}

/* atan x. For |x| > 1 it is pi/2 - atan(1 / |x|). */
AG_INLINE float ag_vector_atan(float x) {
    const float a = fabsf(x);
    const bool steep = a > 1.0f;
    const float t = (steep ? 1.0f : a) / (steep ? a : 1.0f), t2 = t * t;
    float p = 0.00291975634f; /* (atan t - t) / t^3 for 0 <= t <= 1 */
    p = p * t2 + -0.0163642373f;
    p = p * t2 + 0.0432059728f;
    p = p * t2 + -0.0755172893f;
    p = p * t2 + 0.106657863f;
    p = p * t2 + -0.142110035f;
    p = p * t2 + 0.199937671f;
    p = p * t2 + -0.333331525f;
    const float angle = t + t * (t2 * p);
    return copysignf(steep ? 1.57079633f - angle : angle, x);
}

#endif

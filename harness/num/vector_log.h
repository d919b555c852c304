/* Logarithms of one float, by the rules of vector.h. */
#ifndef AG_VECTOR_LOG_H
#define AG_VECTOR_LOG_H

#include "harness/num/vector.h"

#include <float.h>
#include <stdbool.h>

/* A positive number as 2^k (1 + f), 1 + f from sqrt(1/2) to sqrt(2). */
typedef struct ag_log_parts {
    float k, f;
} ag_log_parts;

#define AG_SQRT_HALF_BITS 0x3f3504f3u

/* x normal */
AG_INLINE ag_log_parts ag_log_split(float x) {
    const uint32_t bits = ag_float_to_bits(x) - AG_SQRT_HALF_BITS;
    const float m = ag_bits_to_float((bits & 0x007fffffu) + AG_SQRT_HALF_BITS);
    return (ag_log_parts){(float)((int32_t)bits >> 23), m - 1.0f};
}

/* k log 2 + log(1 + f) */
AG_INLINE float ag_log_whole(ag_log_parts parts) {
    const float k = parts.k, f = parts.f, f2 = f * f;
    float p = -0.0763639957f; /* (log(1 + f) - f + f^2 / 2) / f^3 */
    p = p * f + 0.127621993f;
    p = p * f + -0.131596133f;
    p = p * f + 0.142015815f;
    p = p * f + -0.166234091f;
    p = p * f + 0.200012416f;
    p = p * f + -0.250008196f;
    p = p * f + 0.333333313f;
    /* log 2 in two parts, the first of 9 bits: k times it is exact */
    return k * 0.693359375f + (f + (f2 * (f * p - 0.5f) + k * -2.12194440e-4f));
}

/* What log(u) is where the above does not hold, otherwise r. */
AG_INLINE float ag_log_limits(float u, float r) {
    const float finite = u < HUGE_VALF ? r : u; /* so NaN stays NaN */
    const float positive = u == 0.0f ? -HUGE_VALF : finite;
    return u < 0.0f ? (float)NAN : positive;
}

AG_INLINE float ag_vector_log(float x) {
    const bool small = x < FLT_MIN;
    ag_log_parts parts = ag_log_split(small ? x * 0x1p23f : x);
    parts.k -= small ? 23.0f : 0.0f;
    return ag_log_limits(x, ag_log_whole(parts));
}

/* (artanh(q) - q) / q^3 for q^2 = q2, 0 <= q <= 1/3 */
AG_INLINE float ag_artanh_series(float q2) {
    float p = 0.140031859f;
    p = p * q2 + 0.140015483f;
    p = p * q2 + 0.200107172f;
    return p * q2 + 0.333332092f;
}

/* log(1 + s) / s for 0 <= s <= 1, for what is to be multiplied by an s too small to be a
 * float. With q = s / (2 + s) it is 2 artanh(q) / s = (1 - q) artanh(q) / q. */
AG_INLINE float ag_log1p_ratio(float s) {
    const float q = s / (2.0f + s), q2 = q * q;
    return 1.0f + ((1.0f - q) * (q2 * ag_artanh_series(q2)) - q);
}

/* log(1 + x). 1 + x is u + rest exactly, and rest 2^-k goes to f, which is x for k = 0. */
AG_INLINE float ag_vector_log1p(float x) {
    const float u = 1.0f + x, part = u - 1.0f, rest = (1.0f - (u - part)) + (x - part);
    ag_log_parts parts = ag_log_split(u);
    const int32_t k = (int32_t)(parts.k > 126.0f ? 126.0f : parts.k);
    parts.f += rest * ag_bits_to_float((uint32_t)(127 - k) << 23);
    return ag_log_limits(u, ag_log_whole(parts));
}

#endif

/* x times a sigmoid gate, x sigmoid(u(x)) with u odd: swish, and the two
 * approximations of GELU.
 *
 * With a = |x|, u = u(a), q = sigmoid(-u), the function is max(x, 0) - a q on
 * both sides, its derivative q (1 - a u'(a) (1 - q)) on the left and 1 minus that on
 * the right. Nothing cancels in either tail.
 */
#ifndef AG_GATED_H
#define AG_GATED_H

#include "harness/num/vector.h"

#include <stdbool.h>

typedef struct ag_gate {
    ag_dual f;
    float bend; /* a^2 q (1 - q): the derivative to the factor c when u = c x */
} ag_gate;

/* u = u(a) in two floats, u.high <= -AG_EXP_LEAST; slope = a u'(a). `a` is |x|, or
 * something smaller but finite where a q is 0 anyway. With e = e^-u, q is e / (1 + e)
 * and the derivative on the left e (1 + e - slope) / (1 + e)^2. */
AG_INLINE ag_gate ag_gate_of(float x, float a, ag_split u, float slope) {
    const ag_exp_parts parts = ag_exp_split(-u.high, -u.low);
    const float e = ag_exp_whole(parts), t = 1.0f / (1.0f + e);
    const float aq = ag_exp_times(parts, a * t); /* without the last power of two */
    const float left = ag_exp_times(parts, ((e - slope) + 1.0f) / (1.0f + e * (2.0f + e)));
    return (ag_gate){
        {(x < 0.0f ? 0.0f : x) - aq * parts.second,
         x < 0.0f ? left * parts.second : 1.0f - left * parts.second},
        ((aq * t) * a) * parts.second,
    };
}

/* u = c x, c >= 0. */
AG_INLINE ag_gate ag_gate_linear(float x, ag_split c) {
    const float most = 3.4028234e38f, least = -AG_EXP_LEAST; /* e^-174 is as good as 0 */
    const float abs = fabsf(x), a = abs > most ? most : abs; /* infinity times 0 is NaN */
    const ag_split u = ag_split_product(a, c);
    const bool far = u.high > least; /* not for NaN */
    const ag_split near = {far ? least : u.high, far ? 0.0f : u.low};
    return ag_gate_of(x, far ? least : a, near, near.high + near.low);
}

#endif

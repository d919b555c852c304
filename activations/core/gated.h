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

/* For q = sigmoid(-u), u >= 0. */
typedef struct ag_gate {
    float aq, left; /* |x| q; the derivative on the left */
    float bend;     /* a^2 q (1 - q): the derivative to the factor c when u = c x */
} ag_gate;

/* e = e^-u; slope = a u'(a). `a` is |x|, or something smaller but finite where a q is 0 anyway. q
 * is e / (1 + e) and the derivative on the left e (1 + e - slope) / (1 + e)^2. */
AG_INLINE ag_gate ag_gate_of(ag_exp_parts parts, float a, float slope) {
    const float e = ag_exp_whole(parts), t = 1.0f / (1.0f + e), at = a * t;
    const float aq = ag_exp_times(parts, at); /* without the last power of two */
    const float left = ag_exp_times(parts, ((e - slope) + 1.0f) / (1.0f + e * (2.0f + e)));
    return (ag_gate){aq * parts.second, left * parts.second, (aq * at) * parts.second};
}

/* x times sigmoid(u). */
AG_INLINE ag_dual ag_gated(float x, ag_gate gate) {
    return (ag_dual){(x < 0.0f ? 0.0f : x) - gate.aq, x < 0.0f ? gate.left : 1.0f - gate.left};
}

/* u = c |x| for any c >= 0. */
AG_INLINE ag_gate ag_gate_any(float x, ag_split c) {
    const float most = 3.4028234e38f, least = -AG_EXP_LEAST; /* e^-174 is as good as 0 */
    const float abs = fabsf(x), a = abs > most ? most : abs; /* infinity times 0 is NaN */
    const ag_split u = ag_split_product(a, c);
    const bool far = u.high > least; /* not for NaN */
    const float high = far ? least : u.high, low = far ? 0.0f : u.low;
    return ag_gate_of(ag_exp_split(-high, -low), far ? least : a, high + low);
}

/* u = c |x| for c from AG_GATE_LEAST on: e^-130 |x| is 0 in float for all of them. */
#define AG_GATE_LEAST 0.01
AG_INLINE ag_gate ag_gate_linear(float x, ag_split c) {
    const float most = 1e6f, abs = fabsf(x), a = abs > most ? most : abs;
    const ag_split u = ag_split_product(a, c);
    const bool far = u.high > AG_EXP_TAIL; /* not for NaN */
    const float high = far ? AG_EXP_TAIL : u.high, low = far ? 0.0f : u.low;
    return ag_gate_of(ag_exp_tail(-high, -low), far ? AG_EXP_TAIL : a, high + low);
}

/* u = |x| */
AG_INLINE ag_gate ag_gate_plain(float x) {
    const float abs = fabsf(x), a = abs > AG_EXP_TAIL ? AG_EXP_TAIL : abs;
    return ag_gate_of(ag_exp_tail(-a, -0.0f), a, a);
}

#endif

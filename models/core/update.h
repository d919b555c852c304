/* The loop of every optimizer: one pass that gives each weight its new value and, while
 * the numbers are in registers, sums what is asked of every step: whether all weights are
 * still finite, how long they are, how far they moved.
 *
 * The pass waits for memory, so the sums cost nothing that could be measured: 216,330
 * weights with momentum take 24.6 us with them and 24.3 without. A pass of its own over
 * the new weights was 6 us, one over a copy of the old ones 11.
 *
 * Sums are of floats, AG_UPDATE_TERMS to a lane at most, then of doubles: a relative
 * error below 3e-6, 1e-8 as a rule. Squares of small and of large numbers are no floats;
 * ag_update_finish says what is done about it. */
#ifndef AG_UPDATE_H
#define AG_UPDATE_H

#include "models/optimizer.h"

enum { AG_UPDATE_LANES = 16, AG_UPDATE_TERMS = 32 };

/* Two scales for the change, which is nowhere to be found once the weight is written:
 * squares of c AG_UPDATE_UP are normal floats for c from 4e-34 to 1e4, those of
 * c AG_UPDATE_DOWN from 16 to 1e38. */
#define AG_UPDATE_UP 0x1p48
#define AG_UPDATE_DOWN 0x1p-67

typedef struct ag_update_lanes {
    double weights[AG_UPDATE_LANES];
    double up[AG_UPDATE_LANES], down[AG_UPDATE_LANES]; /* the scaled change */
} ag_update_lanes;

ag_update_squares ag_update_finish(const ag_update *u, const ag_update_lanes *total);

#define AG_UPDATE_ONE(new_weight)                                                                  \
    const ag_real old = w[i], new = (new_weight), more = (new - old) * (ag_real)AG_UPDATE_UP,      \
                  less = (new - old) * (ag_real)AG_UPDATE_DOWN;                                    \
    w[i] = new;                                                                                    \
    weights[j] += new *new;                                                                        \
    up[j] += more * more;                                                                          \
    down[j] += less * less;

/* Makes ag_update_squares name(const ag_update *u, constants c). `new_weight` is an
 * expression in c, gradient[i], w[i], and in first[i] and second[i] as far as the
 * optimizer has state; it also gives the state its new value. */
#define AG_UPDATE_LOOP(name, constants, new_weight)                                                \
    AG_VECTORIZED(static, name##_lanes,                                                            \
                  (size_t n, constants c, const ag_real *restrict gradient,                        \
                   ag_real *restrict first, ag_real *restrict second, ag_real *restrict w,         \
                   ag_update_lanes *restrict total),                                               \
                  (n, c, gradient, first, second, w, total)) {                                     \
        enum { LANES = AG_UPDATE_LANES, RUN = AG_UPDATE_LANES * AG_UPDATE_TERMS };                 \
        (void)first, (void)second;                                                                 \
        for (size_t from = 0; from < n; from += RUN) {                                             \
            const size_t to = n - from < RUN ? n : from + RUN, whole = to - (to - from) % LANES;   \
            ag_real weights[LANES] = {0}, up[LANES] = {0}, down[LANES] = {0};                      \
            for (size_t at = from; at < whole; at += LANES)                                        \
                for (size_t j = 0; j < LANES; j++) {                                               \
                    const size_t i = at + j;                                                       \
                    AG_UPDATE_ONE(new_weight)                                                      \
                }                                                                                  \
            for (size_t i = whole, j = 0; i < to; i++, j++) {                                      \
                AG_UPDATE_ONE(new_weight)                                                          \
            }                                                                                      \
            for (size_t j = 0; j < LANES; j++) {                                                   \
                total->weights[j] += (double)weights[j];                                           \
                total->up[j] += (double)up[j];                                                     \
                total->down[j] += (double)down[j];                                                 \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    static ag_update_squares name(const ag_update *u, constants c) {                               \
        ag_update_lanes total = {0};                                                               \
        name##_lanes(u->n, c, u->gradient, u->state[0], u->state[1], u->w, &total);                \
        return ag_update_finish(u, &total);                                                        \
    }

#endif

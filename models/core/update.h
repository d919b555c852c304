/* The loop of every optimizer: one pass that gives each weight its new value and, while
 * the numbers are in registers, sums what is asked of every step: whether all weights are
 * still finite, how long they are, how far they moved. The pass waits for memory anyway; a
 * pass of its own over the new weights was 6 us of a step with 216,330 weights, copying
 * the old ones and reading both again 11.
 *
 * Sums are of floats, AG_UPDATE_TERMS to a lane at most, then of doubles: a relative error
 * below 5e-6, 1e-8 as a rule. Where squares are too small or too large for that, they are
 * summed again in double: of the weights from where they lie, of the change from a copy of
 * the run's old weights, which does not leave the first cache. */
#ifndef AG_UPDATE_H
#define AG_UPDATE_H

#include "harness/num/norms.h"
#include "models/optimizer.h"

enum { AG_UPDATE_LANES = 16, AG_UPDATE_TERMS = 64, AG_UPDATE_RUN = 1024 };

/* Lanes in a fixed order. */
AG_INLINE double ag_update_sum(const ag_real *lane) {
    double sum[AG_UPDATE_LANES / 2];
    for (int j = 0; j < AG_UPDATE_LANES / 2; j++)
        sum[j] = (double)lane[j] + (double)lane[j + AG_UPDATE_LANES / 2];
    return ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
}

/* Sum of (w - old)^2 of a run, where `sum` may not be it. */
double ag_update_change(size_t n, const ag_real *w, const ag_real *old, double sum);

#define AG_UPDATE_ONE(new_weight)                                                                  \
    const ag_real new = (new_weight), moved = new - w[i];                                          \
    old[i - from] = w[i];                                                                          \
    w[i] = new;                                                                                    \
    weights[j] += new *new;                                                                        \
    change[j] += moved * moved;

/* Makes ag_update_squares name(const ag_update *u, constants c). `new_weight` is an
 * expression in c, gradient[i], w[i], and in first[i] and second[i] as far as the
 * optimizer has state; it also gives the state its new value. */
#define AG_UPDATE_LOOP(name, constants, new_weight)                                                \
    AG_VECTORIZED_VALUE(static, ag_update_squares, name##_all,                                     \
                        (size_t n, constants c, const ag_real *restrict gradient,                  \
                         ag_real *restrict first, ag_real *restrict second, ag_real *restrict w,   \
                         ag_real *restrict old),                                                   \
                        (n, c, gradient, first, second, w, old)) {                                 \
        (void)first, (void)second;                                                                 \
        ag_update_squares all = {0};                                                               \
        for (size_t from = 0; from < n; from += AG_UPDATE_RUN) {                                   \
            const size_t run = n - from < AG_UPDATE_RUN ? n - from : AG_UPDATE_RUN;                \
            const size_t to = from + run, whole = to - run % AG_UPDATE_LANES;                      \
            ag_real weights[AG_UPDATE_LANES] = {0}, change[AG_UPDATE_LANES] = {0};                 \
            for (size_t at = from; at < whole; at += AG_UPDATE_LANES)                              \
                for (size_t j = 0; j < AG_UPDATE_LANES; j++) {                                     \
                    const size_t i = at + j;                                                       \
                    AG_UPDATE_ONE(new_weight)                                                      \
                }                                                                                  \
            for (size_t i = whole, j = 0; i < to; i++, j++) {                                      \
                AG_UPDATE_ONE(new_weight)                                                          \
            }                                                                                      \
            const double moved = ag_update_sum(change);                                            \
            all.weights += ag_update_sum(weights);                                                 \
            all.change += ag_squares_hold(AG_UPDATE_RUN, moved)                                    \
                              ? moved                                                              \
                              : ag_update_change(run, w + from, old, moved);                       \
        }                                                                                          \
        return all;                                                                                \
    }                                                                                              \
    static ag_update_squares name(const ag_update *u, constants c) {                               \
        ag_real old[AG_UPDATE_RUN];                                                                \
        ag_update_squares all =                                                                    \
            name##_all(u->n, c, u->gradient, u->state[0], u->state[1], u->w, old);                 \
        if (!ag_squares_hold(u->n, all.weights)) all.weights = ag_sum_products(u->n, u->w, u->w);  \
        return all;                                                                                \
    }

#endif

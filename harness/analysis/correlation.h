/* How alike two inputs stay in a wide net (mean_field.h): c' as a function of c, for inputs of
 * one variance q.
 *
 * f(sqrt(q) u) = sum of a[k] h_k(u), h_k the Hermite polynomials with E h_k^2 = 1; then, for
 * normal u1, u2 of correlation c, E f f = sum of a[k]^2 c^k, and q E f' f' is its slope. All
 * terms are positive, and together they are E f^2 at c = 1: what lies behind the last term is
 * known to be between 0 and what is left of E f^2, times a power of c. So everything here lies
 * between two numbers, which close in with more terms; a function that oscillates often within
 * sqrt(q), or has kinks, needs many. */
#ifndef AG_CORRELATION_H
#define AG_CORRELATION_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"

/* A layer. */
typedef struct ag_wide_layer {
    const ag_choice *choice;
    double w, b; /* sigma_w^2, sigma_b^2 */
    double q;    /* a fixed point, above 0 */
} ag_wide_layer;

typedef struct ag_correlation {
    double c_low, c_high;         /* c* below 1, where c' = c, lies between these, */
    double slope_low, slope_high; /* the slope of c' there between these: at worst 0, infinity */
} ag_correlation;

/* For layers whose slope of c' at c = 1 is above 1. false: no memory. */
bool ag_correlation_of(const ag_wide_layer *layer, ag_arena *scratch, ag_correlation *found);

#endif

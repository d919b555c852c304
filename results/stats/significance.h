/* What every test gives back. */
#ifndef AG_SIGNIFICANCE_H
#define AG_SIGNIFICANCE_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

/* `greater`: how probable is what was seen, or more, if nothing is greater than stated. All three
 * contain the probability of exactly what was seen; as R, two_sided = min(1, 2 min of both). */
typedef struct ag_p_values {
    double two_sided, greater, less;
} ag_p_values;

typedef struct ag_significance {
    double statistic; /* which, is said of each test */
    ag_p_values p;    /* NaN: not defined, see the test */
    int n;            /* observations that count */
    bool exact;       /* of the test's own distribution, up to rounding */
} ag_significance;

static inline ag_p_values ag_p_of_tails(double greater, double less) {
    const double tails = 2 * (greater < less ? greater : less); /* not fmin: NaN stays NaN */
    return (ag_p_values){tails > 1 ? 1 : tails, greater, less};
}

/* How a test that cannot be exact draws: m permutations, p = (b + 1) / (m + 1) for b of them at
 * least as far (Phipson and Smyth 2010: never 0). Stream AG_RANDOM_BOOTSTRAP, index 1. */
typedef struct ag_permutations {
    int m; /* >= 1 */
    uint64_t seed;
} ag_permutations;

#define AG_PERMUTATIONS_STANDARD ((ag_permutations){.m = 100000})

#endif

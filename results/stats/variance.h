/* How much of the variance is activation, initializer, depth, ..., their interactions, the seed.
 *
 * y = mean + main effects + interactions up to `order` + residual; factors are categories. The
 * residual is the seed and what interactions of higher order there are.
 *
 * Balanced (every combination of levels equally often, at least once): sums of squares by
 * successive means, orthogonal, so that they add up to the total. Otherwise type II (Yates 1934; R:
 * anova of two models, car::Anova): a term's is what it takes away from the residual of a model of
 * all terms that do not contain it. They need not add up. Least squares by Gram-Schmidt, twice. */
#ifndef AG_VARIANCE_H
#define AG_VARIANCE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>

typedef struct ag_factor {
    const char *name; /* for messages */
    int n_levels;     /* >= 2, each is taken by some trial */
    const int *level; /* [n]: 0 .. n_levels - 1 */
} ag_factor;

enum { AG_FACTORS_MAX = 8, AG_VARIANCE_TERMS_MAX = 92 }; /* 8 + 28 + 56 */

typedef struct ag_factorial {
    int n;
    const double *y; /* [n], finite */
    int n_factors;   /* 1 .. AG_FACTORS_MAX */
    const ag_factor *factors;
    int order; /* 1 .. 3: how many factors an interaction has at most */
} ag_factorial;

typedef struct ag_variance_term {
    unsigned factors; /* bit f: factor f takes part */
    int df;
    double squares;
    double eta_squared;   /* squares / total squares */
    double omega_squared; /* (squares - df x mean residual square) / (total + mean residual square):
                             the share in what the trials were drawn from, unbiased but for a small
                             rest; may be below 0, which means none (Hays 1963) */
    double f, p;          /* against the residual; 0 / 0 gives NaN */
} ag_variance_term;

typedef struct ag_variance {
    bool balanced;
    int n_terms; /* main effects first, then by order; within it as the factors are */
    ag_variance_term terms[AG_VARIANCE_TERMS_MAX];
    int residual_df;
    double residual, total; /* sums of squares */
    double residual_share;  /* residual / total; NaN, as all shares, if all y are equal */
} ag_variance;

/* AG_CONFIG, with a sentence, for what cannot be decomposed: a factor without two levels; nothing
 * left as residual; combinations that no trial has, without which an interaction cannot be told
 * from others; tables too large for least squares (AG_VARIANCE_WORK multiplications a term). */
#define AG_VARIANCE_WORK 2e9

ag_status ag_variance_of(const ag_factorial *of, ag_arena *scratch, ag_variance *out,
                         ag_error *err);

#endif

/* An optimizer: what one step does to the weights. One file each in
 * models/optimizers/. Formulas, order of operations and standard values are
 * PyTorch's, and the tests compare with it. */
#ifndef AG_OPTIMIZER_H
#define AG_OPTIMIZER_H

#include "harness/base/catalogue.h"
#include "harness/num/real.h"

/* The first two parameters of every optimizer, in this order. */
#define AG_OPTIMIZER_PARAMS(standard_rate, standard_decay, meaning_of_decay)                       \
    {.name = "learning_rate",                                                                      \
     .kind = AG_PARAM_REAL,                                                                        \
     .standard = (standard_rate),                                                                  \
     .min = 0,                                                                                     \
     .max = 1e9,                                                                                   \
     .meaning = "size of a step"},                                                                 \
    {                                                                                              \
        .name = "weight_decay", .kind = AG_PARAM_REAL, .standard = (standard_decay), .min = 0,     \
        .max = 1e6, .meaning = (meaning_of_decay)                                                  \
    }

/* w after step t on the loss w^2 / 2 (gradient = w) from w = 1, for the standard
 * parameters except learning_rate = 0.1. */
typedef struct ag_optimizer_point {
    int t;
    double w;
} ag_optimizer_point;

enum { AG_OPTIMIZER_STATE_MAX = 4 };

/* One step on n weights. */
typedef struct ag_update {
    const double *param;
    double learning_rate, weight_decay; /* of this step and these weights, instead of those in
                                           param; no decay is 0 */
    long t;                             /* number of the step, from 1 */
    size_t n;
    const ag_real *gradient;                /* [n] */
    ag_real *state[AG_OPTIMIZER_STATE_MAX]; /* [n_state][n], 0 before the first step */
    ag_real *w;                             /* [n] */
} ag_update;

/* Sums of squares: of the weights after a step, of what it added to them. The first is
 * finite if and only if all weights are. */
typedef struct ag_update_squares {
    double weights, change;
} ag_update_squares;

typedef struct ag_optimizer {
    ag_element about; /* every optimizer has "learning_rate" and "weight_decay" */
    int n_state;      /* numbers remembered per weight */
    ag_update_squares (*step)(const ag_update *update); /* models/core/update.h has the loop */
    const ag_optimizer_point *points;
    int n_points;
} ag_optimizer;

extern const ag_catalogue ag_optimizers;

static inline const ag_optimizer *ag_optimizer_of(const ag_choice *choice) {
    return (const ag_optimizer *)(const void *)choice->element;
}

#endif

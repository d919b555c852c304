/* An activation: one scalar function, its derivative, and where both come from.
 *
 * Each file in this folder defines exactly one ag_activation and is found by
 * the build: activations/gelu.c defines ag_act_gelu and is called `gelu` in
 * experiment files. To add one, copy relu.c, rename, edit, run `ctest -L
 * activations`. No other file changes.
 *
 * `value` and `derivative` are the definition: double precision, plain, written to
 * be correct for every finite x. `evaluate` is the float path for speed; it
 * makes value and derivative together, because they share their exponential.
 * The tests hold it to the definition.
 */
#ifndef AG_ACTIVATION_H
#define AG_ACTIVATION_H

#include "harness/base/catalogue.h"
#include "harness/num/real.h"

/* A known value. Digits from mpmath at 50 digits, see scripts/vectors.py. */
typedef struct ag_act_point {
    double x, value, derivative;
} ag_act_point;

typedef struct ag_activation {
    ag_element about;

    double (*value)(double x, const double *param);
    double (*derivative)(double x, const double *param); /* at a jump: the side we train with */

    /* n numbers at a time: y[i] = f(z[i]), dydz[i] = f'(z[i]). y may be z; dydz
     * overlaps neither. NULL: a loop over the definition is used. */
    void (*evaluate)(size_t n, const float *z, float *y, float *dydz, const double *param);

    /* For an activation with a parameter that can be learned (at most one): its
     * position in about.params; AG_ACT_FIXED for all others. Such an activation
     * also has a WORD parameter named "learned" with the words of
     * ag_act_learned_words. */
    int learned_param;
    double (*param_derivative)(double x, const double *param); /* df/dp at x */

    /* As evaluate, with a parameter of its own for each element: p[i]; dydp[i]
     * receives df/dp. Used when the parameter is learned. NULL: the definition. */
    void (*evaluate_learned)(size_t n, const float *z, const float *p, float *y, float *dydz,
                             float *dydp, const double *param);

    const double *seams; /* where two formulas meet, so that the first or a higher
                            derivative jumps; for the standard parameters */
    int n_seams;
    const ag_act_point *points; /* for the standard parameters */
    int n_points;

    /* f'(x) = 0 wherever it exists: nothing in front of it can learn. Said
     * aloud by `activations show` and `plan`, not hidden. */
    bool forward_only;
} ag_activation;

/* The head of such a function, vectorised, in this order and with these names:
 *     AG_ACT_EVALUATE(evaluate) { loop over z[i], y[i], dydz[i] } */
#define AG_ACT_EVALUATE(name)                                                                      \
    AG_VECTORIZED(static, name,                                                                    \
                  (size_t n, const float *z, float *y, float *dydz,                                \
                   __attribute__((unused)) const double *param),                                   \
                  (n, z, y, dydz, param))
#define AG_ACT_EVALUATE_LEARNED(name)                                                              \
    AG_VECTORIZED(static, name,                                                                    \
                  (size_t n, const float *z, const float *p, float *y, float *dydz, float *dydp,   \
                   __attribute__((unused)) const double *param),                                   \
                  (n, z, p, y, dydz, dydp, param))

enum { AG_ACT_FIXED = -1 };

/* How a parameter is learned: the number behind an activation's "learned". */
typedef enum ag_learned {
    AG_LEARNED_NONE,
    AG_LEARNED_PER_LAYER,
    AG_LEARNED_PER_CHANNEL
} ag_learned;
extern const char *const ag_act_learned_words[]; /* "none", "per_layer", "per_channel", NULL */

extern const ag_catalogue ag_activations;

static inline const ag_activation *ag_activation_of(const ag_choice *choice) {
    return (const ag_activation *)(const void *)choice->element;
}

/* Whether the choice asks for a learned parameter, and for how many. */
ag_learned ag_act_learned(const ag_choice *choice);

/* What the layers call: picks the fast path or the loop over the definition.
 * In the double build always the definition. */
void ag_act_evaluate(const ag_choice *choice, size_t n, const ag_real *z, ag_real *y,
                     ag_real *dydz);
void ag_act_evaluate_learned(const ag_choice *choice, size_t n, const ag_real *z, const ag_real *p,
                             ag_real *y, ag_real *dydz, ag_real *dydp);

#endif

/* An activation: one scalar function, its derivative, and where both come from; or a unit
 * that makes one number of several pre-activations (gated units, maxout).
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

#include <string.h>

/* A known value. Digits from mpmath at 50 digits, see scripts/vectors.py. */
typedef struct ag_act_point {
    double x, value, derivative;
} ag_act_point;

enum { AG_ACT_SEAMS_MAX = 32, AG_UNIT_INPUTS_MAX = 16 };

struct ag_formula;
typedef struct ag_activation ag_activation;

/* As ag_act_point, of a unit with two inputs. */
typedef struct ag_unit_point {
    double z[2], value, derivative[2];
} ag_unit_point;

/* A unit of several pre-activations: y = u(z[0], ..., z[n - 1]). In a net, the layer in front
 * makes n numbers for each unit (models/layers/unit_layer.c). `choice` is the unit's own. */
typedef struct ag_unit {
    int (*inputs)(const ag_choice *choice); /* n, 2 to AG_UNIT_INPUTS_MAX */
    double (*value)(const ag_choice *choice, const double *z);
    /* d[k] = dy/dz[k]; at a jump: the side we train with */
    void (*derivatives)(const ag_choice *choice, const double *z, double *d);
    /* count of them: y[i], d[k][i] from z[k][i]. Nothing overlaps. */
    void (*evaluate)(const ag_choice *choice, size_t count, const float *const *z, float *y,
                     float *const *d);
    /* How far some z[k] at least has to move until y or a derivative of it jumps; HUGE_VAL:
     * they never do. */
    double (*to_seam)(const ag_choice *choice, const double *z);
    /* Of independent z[k] ~ N(0, sigma^2), as ag_act_expectation_off; `what`: ag_expectation. */
    double (*expectation)(const ag_choice *choice, int what, double sigma, double *off);

    /* Of a gated unit, y = z[0] gate(z[1]): its parameters are the gate's first. NULL: none. */
    const ag_activation *gate;
    const ag_unit_point *points; /* for the standard parameters, which have two inputs */
    int n_points;
} ag_unit;

struct ag_activation {
    ag_element about;
    /* f' as one types a formula, with the names of the parameters; the tests read it. NULL of a
     * unit and of what was typed. */
    const char *derivative_text;

    double (*value)(double x, const double *param);
    double (*derivative)(double x, const double *param); /* at a jump: the side we train with */

    /* n numbers at a time: y[i] = f(z[i]), dydz[i] = f'(z[i]). y may be z; dydz
     * overlaps neither. NULL: a loop over the definition is used. */
    void (*evaluate)(size_t n, const float *z, float *y, float *dydz, const double *param);

    /* The first n_learned of about.params can be learned; 0: none can. Then about.params
     * ends in AG_ACT_LEARNED_PARAMS. */
    int n_learned;
    /* dp[k] = df/dparam[k] at x, for k < n_learned. */
    void (*param_derivatives)(double x, const double *param, double *dp);

    /* As evaluate, with learned parameters of its own for each element: p[k][i] is
     * param[k] of element i, dydp[k][i] receives df/dparam[k]. NULL: the definition. */
    void (*evaluate_learned)(size_t n, const float *z, const float *const *p, float *y, float *dydz,
                             float *const *dydp, const double *param);

    /* Random in training: the parameters of one element, from u, even in [0, 1). Evaluation,
     * and value, derivative and so on, take param itself. NULL: never random. */
    void (*draw)(double u, const double *param, double *own);

    /* Where two formulas meet, so that f or a derivative of it jumps: `seams` if the
     * places are always the same, `seams_of` if they hang on parameters: it fills at[]
     * (at most AG_ACT_SEAMS_MAX) and returns how many. */
    const double *seams;
    int n_seams;
    int (*seams_of)(const double *param, double *at);
    const ag_act_point *points; /* for the standard parameters */
    int n_points;

    /* Below this place f is not defined, and NaN. NULL: defined everywhere. */
    double (*defined_above)(const double *param);

    /* f'(x) = 0 wherever it exists: nothing in front of it can learn. Said
     * aloud by `activations show` and `plan`, not hidden. */
    bool forward_only;

    /* What the user typed, compiled: then value, derivative and the other functions are
     * NULL. Whoever wants numbers asks the ag_act_... below. NULL: an element of this folder. */
    const struct ag_formula *typed;

    /* A unit of several pre-activations: then all functions above are NULL, and nothing is
     * learned or drawn. NULL: a scalar function. */
    const ag_unit *unit;
};

/* The head of such a function, vectorised, in this order and with these names:
 *     AG_ACT_EVALUATE(evaluate) { loop over z[i], y[i], dydz[i] }
 * The loop is compiled for AG_ACT_SIDE numbers at a time, eight vectors or more. A function is one
 * long chain of operations: the compiler, told that nothing overlaps, writes out several vectors
 * side by side and mixes their chains, which is up to 1.6 times as fast as one vector behind the
 * other. */
#define AG_ACT_SIDE(floats) ((size_t)((floats) == 16 ? 128 : 64))

typedef void ag_act_evaluator(size_t n, const float *restrict z, float *restrict y,
                              float *restrict dydz, const double *param);

/* y may be z: then from a copy. */
static inline void ag_act_apart(ag_act_evaluator *evaluate, size_t n, const float *z, float *y,
                                float *dydz, const double *param) {
    enum { COPY = 1024 };
    float copy[COPY];
    if (y != z) {
        evaluate(n, z, y, dydz, param);
        return;
    }
    for (size_t i = 0; i < n; i += COPY) {
        const size_t some = n - i < COPY ? n - i : COPY;
        memcpy(copy, z + i, some * sizeof *copy);
        evaluate(some, copy, y + i, dydz + i, param);
    }
}

#define AG_ACT_EVALUATE(name)                                                                      \
    AG_INLINE void name##_of(size_t n, const float *z, float *y, float *dydz,                      \
                             const double *param);                                                 \
    AG_VECTORIZED_WIDTH(static, name##_apart,                                                      \
                        (size_t n, const float *restrict z, float *restrict y,                     \
                         float *restrict dydz, const double *param),                               \
                        (n, z, y, dydz, param),                                                    \
                        (size_t n, const float *restrict z, float *restrict y,                     \
                         float *restrict dydz, const double *param, size_t side),                  \
                        (n, z, y, dydz, param, AG_ACT_SIDE(ag_floats))) {                          \
        const size_t whole = n - n % side;                                                         \
        for (size_t i = 0; i < whole; i += side)                                                   \
            name##_of(side, z + i, y + i, dydz + i, param);                                        \
        name##_of(n - whole, z + whole, y + whole, dydz + whole, param);                           \
    }                                                                                              \
    static void name(size_t n, const float *z, float *y, float *dydz, const double *param) {       \
        ag_act_apart(name##_apart, n, z, y, dydz, param);                                          \
    }                                                                                              \
    AG_INLINE void name##_of(size_t n, const float *z, float *y, float *dydz,                      \
                             __attribute__((unused)) const double *param)
#define AG_ACT_EVALUATE_LEARNED(name)                                                              \
    AG_VECTORIZED(static, name,                                                                    \
                  (size_t n, const float *z, const float *const *p, float *y, float *dydz,         \
                   float *const *dydp, __attribute__((unused)) const double *param),               \
                  (n, z, p, y, dydz, dydp, param))

/* The float path of what consists of + - * /, square roots and selections alone: the definition
 * itself, in double, rounded at the end. */
#define AG_ACT_EVALUATE_DEFINED(name, value, derivative)                                           \
    AG_VECTORIZED(static, name,                                                                    \
                  (size_t n, const float *z, float *y, float *dydz, const double *param),          \
                  (n, z, y, dydz, param)) {                                                        \
        for (size_t i = 0; i < n; i++) {                                                           \
            const double x = (double)z[i];                                                         \
            y[i] = (float)value(x, param);                                                         \
            dydz[i] = (float)derivative(x, param);                                                 \
        }                                                                                          \
    }
#define AG_ACT_EVALUATE_LEARNED_DEFINED(name, n_learned, value, derivative, param_derivatives)     \
    AG_ACT_EVALUATE_LEARNED(name) {                                                                \
        AG_INDEPENDENT for (size_t i = 0; i < n; i++) {                                            \
            double own[n_learned], dp[n_learned];                                                  \
            for (int k = 0; k < n_learned; k++)                                                    \
                own[k] = (double)p[k][i];                                                          \
            const double x = (double)z[i];                                                         \
            y[i] = (float)value(x, own);                                                           \
            dydz[i] = (float)derivative(x, own);                                                   \
            param_derivatives(x, own, dp);                                                         \
            for (int k = 0; k < n_learned; k++)                                                    \
                dydp[k][i] = (float)dp[k];                                                         \
        }                                                                                          \
    }

/* How parameters are learned: the number behind an activation's "learned". */
typedef enum ag_learned {
    AG_LEARNED_NONE,
    AG_LEARNED_SHARED, /* one value for the whole net */
    AG_LEARNED_PER_LAYER,
    AG_LEARNED_PER_CHANNEL /* each unit, for a dense layer */
} ag_learned;
extern const char *const ag_act_learned_words[]; /* "none", "shared", ..., NULL */

/* What an activation with learned parameters has besides, last in its params. `how`:
 * ag_learned when the file does not say. */
#define AG_ACT_LEARNED_PARAMS(how)                                                                 \
    {.name = "learned",                                                                            \
     .kind = AG_PARAM_WORD,                                                                        \
     .standard = how,                                                                              \
     .words = ag_act_learned_words,                                                                \
     .meaning = "whether its parameters are learned: one value for the net, a layer, a channel"},  \
        {.name = "learning_rate_factor",                                                           \
         .kind = AG_PARAM_REAL,                                                                    \
         .standard = 1.0,                                                                          \
         .min = 0.0,                                                                               \
         .max = 1000.0,                                                                            \
         .with = "learned",                                                                        \
         .meaning = "times the learning rate, for learned parameters"},                            \
    {                                                                                              \
        .name = "parameter_decay", .kind = AG_PARAM_REAL, .standard = 0.0, .min = 0.0,             \
        .max = 1000.0, .with = "learned", .meaning = "weight decay of learned parameters"          \
    }

extern const ag_catalogue ag_activations;

static inline const ag_activation *ag_activation_of(const ag_choice *choice) {
    return (const ag_activation *)(const void *)choice->element;
}

/* How the choice asks for its parameters to be learned, and how many there are. */
ag_learned ag_act_learned(const ag_choice *choice);
int ag_act_n_learned(const ag_choice *choice); /* 0 if AG_LEARNED_NONE */

/* Pre-activations that make one number: 1 for a scalar function. */
int ag_act_inputs(const ag_choice *choice);

/* The definition, in double precision, for the parameters of the choice: a scalar function's.
 * So are ag_act_derivative to ag_act_evaluate_drawn; units are asked what is below. */
double ag_act_value(const ag_choice *choice, double x);
double ag_act_derivative(const ag_choice *choice, double x);
void ag_act_param_derivatives(const ag_choice *choice, double x, double *dp); /* [n_learned] */

/* f' in the language of formulas: "" where it is too long to be read, NULL of a unit. */
const char *ag_act_derivative_text(const ag_choice *choice);

/* Where f or a derivative of it jumps, for the parameters of the choice: at most
 * AG_ACT_SEAMS_MAX places. Returns how many. */
int ag_act_seams(const ag_choice *choice, double *at);

/* What the layers call: picks the fast path or the loop over the definition.
 * In the double build always the definition. p and dydp as in evaluate_learned. */
void ag_act_evaluate(const ag_choice *choice, size_t n, const ag_real *z, ag_real *y,
                     ag_real *dydz);
void ag_act_evaluate_learned(const ag_choice *choice, size_t n, const ag_real *z,
                             const ag_real *const *p, ag_real *y, ag_real *dydz,
                             ag_real *const *dydp);
/* In training, of one that has `draw`: u[i] for element i. */
void ag_act_evaluate_drawn(const ag_choice *choice, size_t n, const ag_real *z, const ag_real *u,
                           ag_real *y, ag_real *dydz);

/* The same of any activation, as a unit of n = ag_act_inputs(choice) pre-activations. */
double ag_unit_value(const ag_choice *choice, const double *z);                /* z [n] */
void ag_unit_derivatives(const ag_choice *choice, const double *z, double *d); /* d [n] */
double ag_unit_to_seam(const ag_choice *choice, const double *z);
/* y[i], d[k][i] from z[k][i], i < count. Nothing overlaps. */
void ag_unit_evaluate(const ag_choice *choice, size_t count, const ag_real *const *z, ag_real *y,
                      ag_real *const *d);

/* The gate of a gated unit, with the unit's parameters. */
ag_choice ag_unit_gate(const ag_choice *choice);

#endif

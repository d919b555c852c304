/* What the machine runs: instructions that are loops over a block of floats. Private to
 * activations/formula.
 *
 * Operands are registers (R: a block of floats) or constants (K: one float). Registers
 * hold the input, the outputs, learned parameters, and what lies between.
 */
#ifndef AG_FORMULA_PROGRAM_H
#define AG_FORMULA_PROGRAM_H

#include "activations/formula/graph.h"

enum {
    AG_PROGRAM_BLOCK = 1024, /* floats of a register, at most: all fit into the L1 cache */
    AG_PROGRAM_FIT = 6144,   /* floats of all of them, unless they are very many */
    AG_PROGRAM_LANES = 16,   /* blocks are a multiple of this long: one AVX-512 register */
    AG_PROGRAM_LEAST = 64,
    AG_PROGRAM_SCRATCH = AG_PROGRAM_LEAST * 160,
    AG_PROGRAM_REGISTERS = 160,
    AG_PROGRAM_CONSTANTS = 256
};

/* F(op, value, with a number for q, with a number for p): p and q are the operands. Unordered ones
 * give NaN; numbers are none. */
#define AG_PROGRAM_BINARY(F)                                                                       \
    AG_PROGRAM_ALIKE(F, ADD, p + q)                                                                \
    AG_PROGRAM_ALIKE(F, SUB, p - q)                                                                \
    AG_PROGRAM_ALIKE(F, MUL, p *q)                                                                 \
    AG_PROGRAM_ALIKE(F, DIV, p / q)                                                                \
    F(MIN, (p < q ? p : p >= q ? q : p + q), (p >= q ? q : p), (p < q ? p : q))                    \
    F(MAX, (p > q ? p : p <= q ? q : p + q), (p <= q ? q : p), (p > q ? p : q))                    \
    F(LT,                                                                                          \
      (p < q    ? 1.0f                                                                             \
       : p >= q ? 0.0f                                                                             \
                : p + q),                                                                          \
      (p < q    ? 1.0f                                                                             \
       : p >= q ? 0.0f                                                                             \
                : p),                                                                              \
      (p < q    ? 1.0f                                                                             \
       : p >= q ? 0.0f                                                                             \
                : q))                                                                              \
    F(LE,                                                                                          \
      (p <= q  ? 1.0f                                                                              \
       : p > q ? 0.0f                                                                              \
               : p + q),                                                                           \
      (p <= q  ? 1.0f                                                                              \
       : p > q ? 0.0f                                                                              \
               : p),                                                                               \
      (p <= q  ? 1.0f                                                                              \
       : p > q ? 0.0f                                                                              \
               : q))                                                                               \
    AG_PROGRAM_ALIKE(F, EQ, (p == q ? 1.0f : p < q || p > q ? 0.0f : p + q))                       \
    AG_PROGRAM_ALIKE(F, NE, (p == q ? 0.0f : p < q || p > q ? 1.0f : p + q))                       \
    AG_PROGRAM_ALIKE(F, POW, power(p, q))
#define AG_PROGRAM_ALIKE(F, op, value) F(op, value, value, value)

/* F(op, value): p is the operand. */
#define AG_PROGRAM_UNARY(F)                                                                        \
    F(NEG, -p)                                                                                     \
    F(ABS, fabsf(p))                                                                               \
    F(SIGN, (p > 0.0f ? 1.0f : p < 0.0f ? -1.0f : p))                                              \
    F(SQRT, sqrtf(p))                                                                              \
    F(EXP, ag_vector_exp(p))                                                                       \
    F(EXPM1, ag_vector_expm1(p))                                                                   \
    F(LOG, ag_vector_log(p))                                                                       \
    F(LOG1P, ag_vector_log1p(p))                                                                   \
    F(TANH, ag_vector_tanh(p).value)                                                               \
    F(DTANH, ag_vector_tanh(p).derivative)                                                         \
    F(SIGMOID, ag_vector_sigmoid(p).value)                                                         \
    F(DSIGMOID, ag_vector_sigmoid(p).derivative)                                                   \
    F(SOFTPLUS, ag_vector_softplus(p).value)                                                       \
    F(TANHPLUS, tanh_softplus(p).value)                                                            \
    F(DTANHPLUS, tanh_softplus(p).derivative)                                                      \
    F(ERF, ag_vector_erf(p).value)                                                                 \
    F(ERFC, ag_vector_erfc(p))                                                                     \
    F(DERF, ag_vector_erf(p).derivative)                                                           \
    F(NORMAL, ag_vector_normal(p).value)                                                           \
    F(DNORMAL, ag_vector_normal(p).derivative)                                                     \
    F(ATAN, ag_vector_atan(p))

/* F(op, dual): two results that share their exponential. */
#define AG_PROGRAM_DUAL(F)                                                                         \
    F(TANH2, ag_vector_tanh(p))                                                                    \
    F(SIGMOID2, ag_vector_sigmoid(p))                                                              \
    F(TANHPLUS2, tanh_softplus(p))                                                                 \
    F(EXPM12, exp_less_one(p))                                                                     \
    F(ERF2, ag_vector_erf(p))                                                                      \
    F(SOFTPLUS2, ag_vector_softplus(p))                                                            \
    F(NORMAL2, ag_vector_normal(p))                                                                \
    F(ERFC2, erfc_of(p))

/* F(op, a, b, c, d): where each of the four operands of a `where` that compares is. */
#define AG_PROGRAM_SELECTS(F) AG_PROGRAM_SELECT(F, LT) AG_PROGRAM_SELECT(F, LE)
#define AG_PROGRAM_SELECT(F, op)                                                                   \
    AG_PROGRAM_SELECT_FROM(F, op, R, R)                                                            \
    AG_PROGRAM_SELECT_FROM(F, op, R, K)                                                            \
    AG_PROGRAM_SELECT_FROM(F, op, K, R)
#define AG_PROGRAM_SELECT_FROM(F, op, a, b)                                                        \
    F(op, a, b, R, R) F(op, a, b, R, K) F(op, a, b, K, R) F(op, a, b, K, K)

typedef enum ag_program_op {
#define F(op, rr, rk, kr) AG_P_##op##_RR, AG_P_##op##_RK, AG_P_##op##_KR,
    AG_PROGRAM_BINARY(F)
#undef F
#define F(op, value) AG_P_##op,
        AG_PROGRAM_UNARY(F) AG_PROGRAM_DUAL(F)
#undef F
            AG_P_COPY, /* dst = a */
    AG_P_SIN,
    AG_P_COS,
    AG_P_SINCOS,                                           /* dst, dst2 = sin a, cos a */
    AG_P_FILL,                                             /* dst = K */
    AG_P_WHERE,                                            /* dst = a ? b : c */
#define F(op, a, b, c, d) AG_P_SELECT_##op##_##a##b##c##d, /* dst = a < b ? c : d */
    AG_PROGRAM_SELECTS(F)
#undef F
        AG_P_GUARD,  /* dst = a, or b where that is NaN */
    AG_P_MULADD_RRR, /* dst = a b + c, in two roundings; K where a letter says so */
    AG_P_MULADD_RKR,
    AG_P_MULADD_RRK,
    AG_P_MULADD_RKK
} ag_program_op;

typedef struct ag_instruction {
    short op, dst, dst2, a, b, c, d;
} ag_instruction;

/* A constant that is in a register, for instructions that take no K there. */
typedef struct ag_program_fill {
    short reg, constant;
} ag_program_fill;

/* Registers: z, y, dydz, dydp[n_varying], p[n_varying], those of the fills, scratch. */
enum { AG_REGISTER_Z, AG_REGISTER_Y, AG_REGISTER_DYDZ, AG_REGISTER_DYDP };

/* Which results are right as floats: those for x in [from, to], where parameter k is in
 * [least[k], most[k]]. Others are computed by the definition. */
typedef struct ag_trust {
    float least[AG_FORMULA_PARAMS_MAX], most[AG_FORMULA_PARAMS_MAX];
    float from, to; /* with 0; infinite: infinities, too */
    float gap;      /* but not those closer to 0 than this, except 0 */
    bool looked_at; /* what is not finite has to be computed again for these, too */
} ag_trust;

typedef struct ag_program {
    int n_varying; /* parameters that have a value for each element: the first ones */
    int n_registers;
    int block; /* floats of one register */
    ag_trust trust;
    int n_instructions, n_fills, n_constants, n_uniform;
    const ag_instruction *instructions;
    const ag_program_fill *fills;
    const int *constants; /* nodes of the graph; they depend on no register */
    const int *uniform;   /* what they are made of, themselves included, in order */
} ag_program;

struct ag_formula {
    const char *text, *slope_text; /* of f; of f', "" if that is long */
    int n_params, n_learned;
    double init[AG_FORMULA_PARAMS_MAX];

    const ag_formula_node *nodes;
    int n_nodes;
    /* Roots: f, df/dx, df/dparam[k]. What each of them is made of, itself last. */
    const int *order[2 + AG_FORMULA_PARAMS_MAX];
    int n_order[2 + AG_FORMULA_PARAMS_MAX];

    ag_program fixed, learned; /* the same parameters everywhere; the learned ones varying */
    int n_seams;
    double seam[AG_ACT_SEAMS_MAX]; /* for init */
};

/* The program for value, derivative and, if n_varying, df/dparam. */
ag_status ag_formula_compile(const ag_formula *formula, int n_varying, ag_place place,
                             ag_program *program, ag_arena *arena, ag_arena *scratch,
                             ag_error *err);

/* from, to, gap and looked_at of the first n_roots results, for least and most. */
void ag_formula_trusted(const ag_formula *formula, int n_roots, ag_trust *trust);

/* values[node] for the n nodes of `order`, in double precision. */
void ag_formula_compute(const ag_formula *formula, const int *order, int n, double x,
                        const double *param, double *values);

/* The last of them, in numbers that do not overflow: for where values[] has infinities, zeros and
 * NaN that are none of the formula's (wide.c). */
double ag_formula_compute_wide(const ag_formula *formula, const int *order, int n, double x,
                               const double *param);

/* op is never 0, but so small far out that a double is. */
bool ag_formula_has_tail(ag_formula_op op);

/* Seams for these parameters, the conditions being nodes of `formula`. */
int ag_formula_find_seams(const ag_formula *formula, const double *param, double *at);

#endif

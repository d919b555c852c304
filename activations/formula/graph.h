/* Expressions as a graph in which equal ones are one node. Private to activations/formula. */
#ifndef AG_FORMULA_GRAPH_H
#define AG_FORMULA_GRAPH_H

#include "activations/formula/formula.h"

/* X(op, word, arguments): `word` is what a user writes; NULL: not written as a function. */
#define AG_FORMULA_OPS(F)                                                                          \
    F(NUMBER, NULL, 0)                                                                             \
    F(X, NULL, 0)                                                                                  \
    F(PARAM, NULL, 0)                                                                              \
    F(ADD, NULL, 2)                                                                                \
    F(SUB, NULL, 2)                                                                                \
    F(MUL, NULL, 2)                                                                                \
    F(DIV, NULL, 2)                                                                                \
    F(NEG, NULL, 1)                                                                                \
    F(POW, NULL, 2)                                                                                \
    F(LT, NULL, 2)                                                                                 \
    F(LE, NULL, 2)                                                                                 \
    F(EQ, NULL, 2)                                                                                 \
    F(NE, NULL, 2)                                                                                 \
    F(WHERE, "where", 3)                                                                           \
    F(MIN, "min", 2)                                                                               \
    F(MAX, "max", 2)                                                                               \
    F(ABS, "abs", 1)                                                                               \
    F(SIGN, "sign", 1)                                                                             \
    F(EXP, "exp", 1)                                                                               \
    F(LOG, "log", 1)                                                                               \
    F(LOG1P, "log1p", 1)                                                                           \
    F(EXPM1, "expm1", 1)                                                                           \
    F(SQRT, "sqrt", 1)                                                                             \
    F(TANH, "tanh", 1)                                                                             \
    F(SIGMOID, "sigmoid", 1)                                                                       \
    F(SOFTPLUS, "softplus", 1)                                                                     \
    F(ERF, "erf", 1)                                                                               \
    F(SIN, "sin", 1)                                                                               \
    F(COS, "cos", 1)                                                                               \
    F(ATAN, "atan", 1)                                                                             \
    F(CLIP, "clip", 3)                                                                             \
    F(RELU, "relu", 1)                                                                             \
    F(ERFC, NULL, 1)     /* 1 - erf */                                                             \
    F(DTANH, NULL, 1)    /* 1 - tanh^2 */                                                          \
    F(DSIGMOID, NULL, 1) /* sigmoid (1 - sigmoid) */                                               \
    F(TANHPLUS, NULL, 1) /* tanh(softplus(u)) */                                                   \
    F(DTANHPLUS, NULL, 1)                                                                          \
    F(NORMAL, NULL, 1)  /* the normal distribution: (1 + erf(u / sqrt(2))) / 2 */                  \
    F(DNORMAL, NULL, 1) /* its density */                                                          \
    F(DERF, NULL, 1)    /* 2 / sqrt(pi) exp(-u^2) */                                               \
    F(GUARD, NULL, 2)   /* the first, but NaN where the second is */

typedef enum ag_formula_op {
#define F(op, word, n) AG_F_##op,
    AG_FORMULA_OPS(F)
#undef F
        AG_F_OPS
} ag_formula_op;

int ag_formula_arity(ag_formula_op op);
const char *ag_formula_word(ag_formula_op op); /* NULL: not a function of the language */

/* Arguments are places in the graph, below the node's own. */
typedef struct ag_formula_node {
    ag_formula_op op;
    int arg[3];    /* PARAM: arg[0] is which one */
    double number; /* NUMBER */
} ag_formula_node;

typedef struct ag_graph {
    ag_formula_node *nodes;
    int n, capacity;
    int *slot; /* hash table: node + 1 */
    int n_slots;
    bool full; /* a node did not fit: the graph is of no use */
} ag_graph;

ag_status ag_graph_open(ag_graph *graph, int capacity, ag_arena *arena, ag_error *err);

/* The node with this op and these arguments, exactly: new only if there is none. -1 where it has
 * none. When the graph is full: node 0. */
int ag_graph_node(ag_graph *graph, ag_formula_op op, int a, int b, int c);
int ag_graph_number(ag_graph *graph, double number);

/* op of the values of its arguments, by libm. x for X; parameters are not for this. */
double ag_formula_apply(ag_formula_op op, const double *arg);

/* A node with the same value, simpler if there is one and safe where the plain one
 * overflows or cancels. The rules stand in build.c and stabilise.c; what they find is built by
 * ag_graph_build again, so that one rule may follow another. That ends, as each leaves fewer
 * operations, moves a sign or a number outwards, or makes a function that no rule takes apart. */
int ag_graph_build(ag_graph *graph, ag_formula_op op, int a, int b, int c);
int ag_graph_stabilise(ag_graph *graph, ag_formula_op op, int a, int b); /* -1: nothing to do */

/* Node `root` of another graph, built again in this one. */
int ag_graph_rebuild(ag_graph *graph, const ag_graph *typed, int root, ag_arena *scratch,
                     ag_error *err);

/* The derivative of `root` to X, or to parameter k. */
enum { AG_FORMULA_BY_X = -1 };
int ag_graph_derivative(ag_graph *graph, int root, int by, ag_arena *scratch, ag_error *err);

/* Marks the nodes that `root` is made of, with 1; marks[n]. */
void ag_graph_mark(const ag_graph *graph, int root, unsigned char *marks);

#endif

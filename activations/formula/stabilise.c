/* Forms that overflow or cancel, written as functions that do not: log(1 + exp(x)) is
 * infinite from x = 89 on in float, softplus(x) is x. Each rule is an identity for all
 * real u, v; where it is of two forms of a sum, both orders are found. */
#include "activations/formula/graph.h"

#include <math.h>

static const ag_formula_node *at(const ag_graph *g, int node) { return &g->nodes[node]; }

static bool is(const ag_graph *g, int node, ag_formula_op op) { return at(g, node)->op == op; }

static bool is_number(const ag_graph *g, int node, double number) {
    return is(g, node, AG_F_NUMBER) && at(g, node)->number == number;
}

static int make1(ag_graph *g, ag_formula_op op, int a) { return ag_graph_build(g, op, a, -1, -1); }
static int make2(ag_graph *g, ag_formula_op op, int a, int b) {
    return ag_graph_build(g, op, a, b, -1);
}
static int negative(ag_graph *g, int a) { return make1(g, AG_F_NEG, a); }
static int times(ag_graph *g, double c, int a) {
    return make2(g, AG_F_MUL, ag_graph_number(g, c), a);
}

/* node is op(v) */
static bool takes(const ag_graph *g, int node, ag_formula_op op, int *v) {
    *v = at(g, node)->arg[0];
    return is(g, node, op);
}

/* node is 1 + op(v), in either order */
static bool one_plus(const ag_graph *g, int node, ag_formula_op op, int *v) {
    if (!is(g, node, AG_F_ADD)) return false;
    const int a = at(g, node)->arg[0], b = at(g, node)->arg[1];
    return (is_number(g, a, 1.0) && takes(g, b, op, v)) ||
           (is_number(g, b, 1.0) && takes(g, a, op, v));
}

/* node is u - 1: the other term */
static bool less_one(const ag_graph *g, int node, int *u) {
    const int a = at(g, node)->arg[0], b = at(g, node)->arg[1];
    if (is(g, node, AG_F_SUB) && is_number(g, b, 1.0)) return *u = a, true;
    if (!is(g, node, AG_F_ADD)) return false;
    if (is_number(g, b, -1.0)) return *u = a, true;
    if (is_number(g, a, -1.0)) return *u = b, true;
    return false;
}

static bool more_one(const ag_graph *g, int node, int *u) {
    const int a = at(g, node)->arg[0], b = at(g, node)->arg[1];
    if (!is(g, node, AG_F_ADD)) return false;
    if (is_number(g, b, 1.0)) return *u = a, true;
    if (is_number(g, a, 1.0)) return *u = b, true;
    return false;
}

static int stabilise_log(ag_graph *g, int a) {
    int v;
    if (one_plus(g, a, AG_F_EXP, &v)) return make1(g, AG_F_SOFTPLUS, v);
    if (takes(g, a, AG_F_SIGMOID, &v)) return negative(g, make1(g, AG_F_SOFTPLUS, negative(g, v)));
    if (takes(g, a, AG_F_EXP, &v)) return v;
    if (more_one(g, a, &v)) return make1(g, AG_F_LOG1P, v);
    if (is(g, a, AG_F_SUB) && is_number(g, at(g, a)->arg[0], 1.0))
        return make1(g, AG_F_LOG1P, negative(g, at(g, a)->arg[1]));
    return -1;
}

static int stabilise_log1p(ag_graph *g, int a) {
    int v;
    if (takes(g, a, AG_F_EXP, &v)) return make1(g, AG_F_SOFTPLUS, v);
    if (takes(g, a, AG_F_EXPM1, &v)) return v;
    return -1;
}

/* 1 + erf(u), 1 - erf(-u) */
static int one_plus_erf(ag_graph *g, int u) {
    const double inverse_root = 0.70710678118654752440; /* 1 / sqrt(2), rounded more than once */
    if (is(g, u, AG_F_MUL) && is(g, at(g, u)->arg[0], AG_F_NUMBER)) {
        const double c = at(g, at(g, u)->arg[0])->number;
        if (fabs(fabs(c) - inverse_root) < 1e-15) {
            const int w = at(g, u)->arg[1];
            return times(g, 2.0, make1(g, AG_F_NORMAL, c > 0.0 ? w : negative(g, w)));
        }
    }
    return make1(g, AG_F_ERFC, negative(g, u));
}

/* 1 + a */
static int stabilise_one_plus(ag_graph *g, int a) {
    int v;
    if (takes(g, a, AG_F_TANH, &v)) return times(g, 2.0, make1(g, AG_F_SIGMOID, times(g, 2.0, v)));
    if (takes(g, a, AG_F_ERF, &v)) return one_plus_erf(g, v);
    if (takes(g, a, AG_F_EXPM1, &v)) return make1(g, AG_F_EXP, v);
    return -1;
}

/* 1 - a */
static int stabilise_one_less(ag_graph *g, int a) {
    int v;
    if (takes(g, a, AG_F_TANH, &v)) return times(g, 2.0, make1(g, AG_F_SIGMOID, times(g, -2.0, v)));
    if (takes(g, a, AG_F_ERF, &v)) return one_plus_erf(g, negative(g, v));
    if (takes(g, a, AG_F_EXP, &v)) return negative(g, make1(g, AG_F_EXPM1, v));
    if (takes(g, a, AG_F_SIGMOID, &v)) return make1(g, AG_F_SIGMOID, negative(g, v));
    if (is(g, a, AG_F_MUL) && at(g, a)->arg[0] == at(g, a)->arg[1] &&
        takes(g, at(g, a)->arg[0], AG_F_TANH, &v))
        return make1(g, AG_F_DTANH, v);
    return -1;
}

/* a - 1 */
static int stabilise_less_one(ag_graph *g, int a) {
    int v;
    if (takes(g, a, AG_F_EXP, &v)) return make1(g, AG_F_EXPM1, v);
    if (is(g, a, AG_F_MUL) && is_number(g, at(g, a)->arg[0], 2.0) &&
        takes(g, at(g, a)->arg[1], AG_F_SIGMOID, &v)) /* 2 sigmoid(v) - 1 */
        return make1(g, AG_F_TANH, times(g, 0.5, v));
    return -1;
}

static int stabilise_add(ag_graph *g, int a, int b) {
    if (is_number(g, a, 1.0)) return stabilise_one_plus(g, b);
    if (is_number(g, b, 1.0)) return stabilise_one_plus(g, a);
    if (is_number(g, a, -1.0)) return stabilise_less_one(g, b);
    if (is_number(g, b, -1.0)) return stabilise_less_one(g, a);
    return -1;
}

static int stabilise_sub(ag_graph *g, int a, int b) {
    if (is_number(g, a, 1.0)) return stabilise_one_less(g, b);
    if (is_number(g, b, 1.0)) return stabilise_less_one(g, a);
    return -1;
}

static int stabilise_mul(ag_graph *g, int a, int b) {
    int u, v;
    if (takes(g, a, AG_F_SIGMOID, &u) && takes(g, b, AG_F_SIGMOID, &v) && negative(g, u) == v)
        return make1(g, AG_F_DSIGMOID, u);
    return -1;
}

/* Quotients that are a hyperbolic tangent. */
static int tanh_of(ag_graph *g, int a, int b) {
    int u, v, w, t;
    if (is(g, a, AG_F_SUB) && is(g, b, AG_F_ADD) && takes(g, at(g, a)->arg[0], AG_F_EXP, &u) &&
        takes(g, at(g, a)->arg[1], AG_F_EXP, &v) && negative(g, u) == v &&
        ((at(g, b)->arg[0] == at(g, a)->arg[0] && at(g, b)->arg[1] == at(g, a)->arg[1]) ||
         (at(g, b)->arg[0] == at(g, a)->arg[1] && at(g, b)->arg[1] == at(g, a)->arg[0])))
        return make1(g, AG_F_TANH, u); /* (e^u - e^-u) / (e^u + e^-u) */
    if (takes(g, a, AG_F_EXPM1, &u) && one_plus(g, b, AG_F_EXP, &v) && u == v)
        return make1(g, AG_F_TANH, times(g, 0.5, u)); /* (e^u - 1) / (e^u + 1) */
    if (is(g, a, AG_F_NEG) && takes(g, at(g, a)->arg[0], AG_F_EXPM1, &u) &&
        one_plus(g, b, AG_F_EXP, &v) && u == v)
        return make1(g, AG_F_TANH, times(g, -0.5, u)); /* (1 - e^u) / (1 + e^u) */
    if (less_one(g, a, &u) && more_one(g, b, &v) && u == v && is(g, u, AG_F_MUL) &&
        at(g, u)->arg[0] == at(g, u)->arg[1] && one_plus(g, at(g, u)->arg[0], AG_F_EXP, &w)) {
        t = make1(g, AG_F_SOFTPLUS, w); /* (s^2 - 1) / (s^2 + 1), s = 1 + e^w */
        return make1(g, AG_F_TANH, t);
    }
    return -1;
}

static int stabilise_div(ag_graph *g, int a, int b) {
    int u, v;
    const int tangent = tanh_of(g, a, b);
    if (tangent >= 0) return tangent;
    if (!one_plus(g, b, AG_F_EXP, &v)) return -1;
    if (takes(g, a, AG_F_EXP, &u) && u == v) return make1(g, AG_F_SIGMOID, v);
    if (is(g, a, AG_F_MUL)) { /* c e^v / (1 + e^v) */
        const int c = at(g, a)->arg[0], d = at(g, a)->arg[1];
        if (takes(g, d, AG_F_EXP, &u) && u == v)
            return make2(g, AG_F_MUL, c, make1(g, AG_F_SIGMOID, v));
        if (takes(g, c, AG_F_EXP, &u) && u == v)
            return make2(g, AG_F_MUL, d, make1(g, AG_F_SIGMOID, v));
    }
    return make2(g, AG_F_MUL, a, make1(g, AG_F_SIGMOID, negative(g, v)));
}

int ag_graph_stabilise(ag_graph *g, ag_formula_op op, int a, int b) {
    switch (op) {
    case AG_F_TANH: return is(g, a, AG_F_SOFTPLUS) ? make1(g, AG_F_TANHPLUS, at(g, a)->arg[0]) : -1;
    case AG_F_LOG: return stabilise_log(g, a);
    case AG_F_LOG1P: return stabilise_log1p(g, a);
    case AG_F_ADD: return stabilise_add(g, a, b);
    case AG_F_SUB: return stabilise_sub(g, a, b);
    case AG_F_MUL: return stabilise_mul(g, a, b);
    case AG_F_DIV: return stabilise_div(g, a, b);
    default: return -1;
    }
}

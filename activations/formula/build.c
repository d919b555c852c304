/* Nodes that say the same with less. No rule turns a value that is finite into another
 * kind of number, or drops a NaN of x: 0*u stays, as u may be infinite. */
#include "activations/formula/graph.h"

#include <math.h>

enum { POWER_MAX = 16 }; /* x^16 and below are products */

static const double LARGE = 1e150;

static bool is_number(const ag_graph *g, int node, double number) {
    return g->nodes[node].op == AG_F_NUMBER && g->nodes[node].number == number;
}

static bool is(const ag_graph *g, int node, ag_formula_op op) { return g->nodes[node].op == op; }

static int build2(ag_graph *g, ag_formula_op op, int a, int b) {
    return ag_graph_build(g, op, a, b, -1);
}

static int negative(ag_graph *g, int a) { return ag_graph_build(g, AG_F_NEG, a, -1, -1); }

static int build_neg(ag_graph *g, int a) {
    if (is(g, a, AG_F_NEG)) return g->nodes[a].arg[0];
    if (is(g, a, AG_F_SUB)) return build2(g, AG_F_SUB, g->nodes[a].arg[1], g->nodes[a].arg[0]);
    if (is(g, a, AG_F_MUL) && is(g, g->nodes[a].arg[0], AG_F_NUMBER))
        return build2(g, AG_F_MUL, negative(g, g->nodes[a].arg[0]), g->nodes[a].arg[1]);
    return -1;
}

static int build_add(ag_graph *g, int a, int b) {
    if (is_number(g, a, 0.0)) return b;
    if (is_number(g, b, 0.0)) return a;
    if (is(g, b, AG_F_NEG)) return build2(g, AG_F_SUB, a, g->nodes[b].arg[0]);
    if (is(g, a, AG_F_NEG)) return build2(g, AG_F_SUB, b, g->nodes[a].arg[0]);
    return -1;
}

static int build_sub(ag_graph *g, int a, int b) {
    if (is_number(g, b, 0.0)) return a;
    if (is_number(g, a, 0.0)) return negative(g, b);
    if (is(g, b, AG_F_NEG)) return build2(g, AG_F_ADD, a, g->nodes[b].arg[0]);
    return -1;
}

/* c (d u) = (c d) u, unless c d leaves the numbers that a product with u can return from. */
static int merge_factors(ag_graph *g, int a, int b) {
    const ag_formula_node inner = g->nodes[b];
    if (inner.op == AG_F_NEG) return build2(g, AG_F_MUL, negative(g, a), inner.arg[0]);
    if (inner.op != AG_F_MUL || !is(g, inner.arg[0], AG_F_NUMBER)) return -1;
    const double c = g->nodes[a].number * g->nodes[inner.arg[0]].number;
    if (!(fabs(c) < LARGE && fabs(c) > 1.0 / LARGE)) return -1;
    return build2(g, AG_F_MUL, ag_graph_number(g, c), inner.arg[1]);
}

static bool has_factor(const ag_graph *g, int node, int *c, int *u) {
    *c = g->nodes[node].arg[0];
    *u = g->nodes[node].arg[1];
    return is(g, node, AG_F_MUL) && is(g, *c, AG_F_NUMBER);
}

/* (c u) v = c (u v), so that numbers meet. */
static int float_factors(ag_graph *g, int a, int b) {
    int c, d, u, v;
    const bool left = has_factor(g, a, &c, &u), right = has_factor(g, b, &d, &v);
    if (!left && !right) return -1;
    const int rest = build2(g, AG_F_MUL, left ? u : a, right ? v : b);
    const int inner = left && right ? build2(g, AG_F_MUL, d, rest) : rest;
    return build2(g, AG_F_MUL, left ? c : d, inner);
}

static int build_mul(ag_graph *g, int a, int b) {
    if (is(g, b, AG_F_NUMBER)) { /* numbers stand first */
        const int other = a;
        a = b;
        b = other;
    }
    if (is_number(g, a, 1.0)) return b;
    if (is_number(g, a, -1.0)) return negative(g, b);
    if (is(g, a, AG_F_NUMBER)) {
        const int merged = merge_factors(g, a, b);
        return merged >= 0 ? merged : ag_graph_node(g, AG_F_MUL, a, b, -1);
    }
    const int u = g->nodes[a].arg[0], v = g->nodes[b].arg[0];
    if (is(g, a, AG_F_NEG) && is(g, b, AG_F_NEG)) return build2(g, AG_F_MUL, u, v);
    if (is(g, a, AG_F_NEG)) return negative(g, build2(g, AG_F_MUL, u, b));
    if (is(g, b, AG_F_NEG)) return negative(g, build2(g, AG_F_MUL, a, v));
    return float_factors(g, a, b);
}

static int build_div(ag_graph *g, int a, int b) {
    if (is_number(g, b, 1.0)) return a;
    if (is_number(g, b, -1.0)) return negative(g, a);
    const double c = is(g, b, AG_F_NUMBER) ? g->nodes[b].number : 0.0;
    if (!(fabs(c) < LARGE && fabs(c) > 1.0 / LARGE)) return -1;
    return build2(g, AG_F_MUL, ag_graph_number(g, 1.0 / c), a);
}

static int whole_power(ag_graph *g, int a, int n) {
    if (n == 1) return a;
    const int half = whole_power(g, a, n / 2), square = build2(g, AG_F_MUL, half, half);
    return n % 2 ? build2(g, AG_F_MUL, square, a) : square;
}

static int build_pow(ag_graph *g, int a, int b) {
    if (is(g, a, AG_F_NUMBER) && g->nodes[a].number == exp(1.0))
        return ag_graph_build(g, AG_F_EXP, b, -1, -1);
    if (!is(g, b, AG_F_NUMBER)) return -1;
    const double n = g->nodes[b].number;
    if (n == 0.5) return ag_graph_build(g, AG_F_SQRT, a, -1, -1);
    if (n != floor(n) || n == 0.0 || fabs(n) > POWER_MAX) return -1;
    const int power = whole_power(g, a, (int)fabs(n));
    return n > 0.0 ? power : build2(g, AG_F_DIV, ag_graph_number(g, 1.0), power);
}

static int build_where(const ag_graph *g, int a, int b, int c) {
    if (is(g, a, AG_F_NUMBER))
        return isnan(g->nodes[a].number) ? a : g->nodes[a].number != 0.0 ? b : c;
    const bool compares = g->nodes[a].op >= AG_F_LT && g->nodes[a].op <= AG_F_NE;
    if (compares && is_number(g, b, 1.0) && is_number(g, c, 0.0)) return a;
    return b == c ? b : -1;
}

static int simplify(ag_graph *g, ag_formula_op op, int a, int b, int c) {
    switch (op) {
    case AG_F_NEG: return build_neg(g, a);
    case AG_F_ADD: return build_add(g, a, b);
    case AG_F_SUB: return build_sub(g, a, b);
    case AG_F_MUL: return build_mul(g, a, b);
    case AG_F_DIV: return build_div(g, a, b);
    case AG_F_POW: return build_pow(g, a, b);
    case AG_F_WHERE: return build_where(g, a, b, c);
    case AG_F_DTANH:
    case AG_F_DSIGMOID:
    case AG_F_DERF:
    case AG_F_DNORMAL:
    case AG_F_COS: /* even functions */
        return is(g, a, AG_F_NEG) ? ag_graph_build(g, op, g->nodes[a].arg[0], -1, -1) : -1;
    case AG_F_RELU: return build2(g, AG_F_MAX, a, ag_graph_number(g, 0.0));
    case AG_F_CLIP: return build2(g, AG_F_MIN, build2(g, AG_F_MAX, a, b), c);
    default: return -1;
    }
}

/* The number, if all arguments are. */
static int fold(ag_graph *g, ag_formula_op op, const int *arg) {
    double v[3] = {0};
    const int n = ag_formula_arity(op);
    for (int k = 0; k < n; k++) {
        if (!is(g, arg[k], AG_F_NUMBER)) return -1;
        v[k] = g->nodes[arg[k]].number;
    }
    return n ? ag_graph_number(g, ag_formula_apply(op, v)) : -1;
}

int ag_graph_build(ag_graph *g, ag_formula_op op, int a, int b, int c) {
    if (g->full) return 0;
    int node = fold(g, op, (const int[]){a, b, c});
    if (node < 0) node = ag_graph_stabilise(g, op, a, b);
    if (node < 0) node = simplify(g, op, a, b, c);
    return node >= 0 ? node : ag_graph_node(g, op, a, b, c);
}

int ag_graph_rebuild(ag_graph *g, const ag_graph *typed, int root, ag_arena *scratch,
                     ag_error *err) {
    int *map = AG_NEW_ARRAY(scratch, int, (size_t)typed->n);
    if (!map) {
        (void)AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula");
        return -1;
    }
    for (int i = 0; i <= root; i++) {
        const ag_formula_node *node = &typed->nodes[i];
        int arg[3] = {-1, -1, -1};
        for (int k = 0; k < ag_formula_arity(node->op); k++)
            arg[k] = map[node->arg[k]];
        if (node->op == AG_F_NUMBER)
            map[i] = ag_graph_number(g, node->number);
        else if (node->op == AG_F_PARAM)
            map[i] = ag_graph_node(g, AG_F_PARAM, node->arg[0], -1, -1);
        else
            map[i] = ag_graph_build(g, node->op, arg[0], arg[1], arg[2]);
    }
    return map[root];
}

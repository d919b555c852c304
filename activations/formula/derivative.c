/* Derivatives of a graph, node by node: the chain rule from the leaves up. */
#include "activations/formula/graph.h"

static bool is_zero(const ag_graph *g, int node) {
    return g->nodes[node].op == AG_F_NUMBER && g->nodes[node].number == 0.0;
}

static int number(ag_graph *g, double x) { return ag_graph_number(g, x); }
static int make1(ag_graph *g, ag_formula_op op, int a) { return ag_graph_build(g, op, a, -1, -1); }
static int make2(ag_graph *g, ag_formula_op op, int a, int b) {
    return ag_graph_build(g, op, a, b, -1);
}

/* A product with a derivative that is 0 everywhere is no term, whatever the other factor. */
static int product(ag_graph *g, int a, int b) {
    return is_zero(g, a) || is_zero(g, b) ? number(g, 0.0) : make2(g, AG_F_MUL, a, b);
}

static int where(ag_graph *g, int condition, int a, int b) {
    return ag_graph_build(g, AG_F_WHERE, condition, a, b);
}

/* d of a^b, `self`. */
static int of_power(ag_graph *g, int self, int a, int b, int da, int db) {
    int sum = number(g, 0.0);
    if (!is_zero(g, da)) { /* b a^(b-1) da */
        const int less = make2(g, AG_F_SUB, b, number(g, 1.0));
        sum = product(g, product(g, b, make2(g, AG_F_POW, a, less)), da);
    }
    if (!is_zero(g, db)) /* a^b log(a) db; a = 0: 0^b does not change with b > 0 */
        sum = make2(g, AG_F_ADD, sum,
                    product(g,
                            where(g, make2(g, AG_F_EQ, a, number(g, 0.0)), number(g, 0.0),
                                  product(g, self, make1(g, AG_F_LOG, a))),
                            db));
    return sum;
}

/* Where a = b it is the constant's, so that relu has 0 at 0 on both ways to write it. */
static int of_max(ag_graph *g, int a, int b, int da, int db) {
    if (da == db) return da;
    return is_zero(g, da) ? where(g, make2(g, AG_F_LT, a, b), db, da)
                          : where(g, make2(g, AG_F_LT, b, a), da, db);
}

static int of_min(ag_graph *g, int a, int b, int da, int db) {
    if (da == db) return da;
    return is_zero(g, da) ? where(g, make2(g, AG_F_LT, b, a), db, da)
                          : where(g, make2(g, AG_F_LT, a, b), da, db);
}

/* f'(a) for a function of one number. */
static int slope(ag_graph *g, ag_formula_op op, int self, int a) {
    const int one = number(g, 1.0);
    switch (op) {
    case AG_F_EXP: return self;
    case AG_F_EXPM1: return make1(g, AG_F_EXP, a);
    case AG_F_LOG: return make2(g, AG_F_DIV, one, a);
    case AG_F_LOG1P: return make2(g, AG_F_DIV, one, make2(g, AG_F_ADD, one, a));
    case AG_F_SQRT: return make2(g, AG_F_DIV, number(g, 0.5), self);
    case AG_F_TANH: return make1(g, AG_F_DTANH, a);
    case AG_F_SIGMOID: return make1(g, AG_F_DSIGMOID, a);
    case AG_F_SOFTPLUS: return make1(g, AG_F_SIGMOID, a);
    case AG_F_TANHPLUS: return make1(g, AG_F_DTANHPLUS, a);
    case AG_F_ERF: return make1(g, AG_F_DERF, a);
    case AG_F_ERFC: return make1(g, AG_F_NEG, make1(g, AG_F_DERF, a));
    case AG_F_NORMAL: return make1(g, AG_F_DNORMAL, a);
    case AG_F_SIN: return make1(g, AG_F_COS, a);
    case AG_F_COS: return make1(g, AG_F_NEG, make1(g, AG_F_SIN, a));
    case AG_F_ATAN:
        return make2(g, AG_F_DIV, one, make2(g, AG_F_ADD, one, make2(g, AG_F_MUL, a, a)));
    case AG_F_DTANH: /* -2 tanh dtanh */
        return make2(g, AG_F_MUL, make2(g, AG_F_MUL, number(g, -2.0), make1(g, AG_F_TANH, a)),
                     self);
    case AG_F_DSIGMOID: /* dsigmoid (1 - 2 sigmoid) */
        return make2(
            g, AG_F_MUL, self,
            make1(g, AG_F_NEG, make1(g, AG_F_TANH, make2(g, AG_F_MUL, number(g, 0.5), a))));
    default: return number(g, 0.0); /* SIGN, comparisons: level wherever there is a slope */
    }
}

static int of_product(ag_graph *g, int a, int b, int da, int db) {
    return make2(g, AG_F_ADD, product(g, da, b), product(g, a, db));
}

/* (a / b)' = (a' - (a / b) b') / b */
static int of_quotient(ag_graph *g, int self, int b, int da, int db) {
    const int rest = product(g, self, db);
    const int above = is_zero(g, rest) ? da : make2(g, AG_F_SUB, da, rest);
    return is_zero(g, above) ? above : make2(g, AG_F_DIV, above, b);
}

static int derive(ag_graph *g, int self, const int *d) {
    const ag_formula_node node = g->nodes[self];
    const int a = node.arg[0], b = node.arg[1];
    const int n = ag_formula_arity(node.op);
    const int da = n > 0 ? d[a] : 0, db = n > 1 ? d[b] : 0;
    switch (node.op) {
    case AG_F_ADD:
    case AG_F_SUB: return make2(g, node.op, da, db);
    case AG_F_NEG: return make1(g, AG_F_NEG, da);
    case AG_F_MUL: return of_product(g, a, b, da, db);
    case AG_F_DIV: return of_quotient(g, self, b, da, db);
    case AG_F_POW: return of_power(g, self, a, b, da, db);
    case AG_F_MAX: return of_max(g, a, b, da, db);
    case AG_F_MIN: return of_min(g, a, b, da, db);
    case AG_F_WHERE: return where(g, a, db, d[node.arg[2]]);
    case AG_F_ABS:
        return is_zero(g, da)
                   ? da
                   : where(g, make2(g, AG_F_LT, number(g, 0.0), a), da, make1(g, AG_F_NEG, da));
    default:
        return n != 1 || is_zero(g, da) ? number(g, 0.0)
                                        : product(g, slope(g, node.op, self, a), da);
    }
}

int ag_graph_derivative(ag_graph *g, int root, int by, ag_arena *scratch, ag_error *err) {
    int *d = AG_NEW_ARRAY(scratch, int, (size_t)root + 1);
    unsigned char *used = AG_NEW_ARRAY(scratch, unsigned char, (size_t)root + 1);
    if (!d || !used) {
        (void)AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula");
        return -1;
    }
    ag_graph_mark(g, root, used);
    for (int i = 0; i <= root && !g->full; i++) {
        if (!used[i]) continue;
        const ag_formula_node *node = &g->nodes[i];
        const bool self = by == AG_FORMULA_BY_X ? node->op == AG_F_X
                                                : node->op == AG_F_PARAM && node->arg[0] == by;
        d[i] = self ? number(g, 1.0) : derive(g, i, d);
    }
    return d[root];
}

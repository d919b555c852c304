#include "activations/formula/graph.h"

#include "harness/base/digest.h"

#include <math.h>
#include <string.h>

int ag_formula_arity(ag_formula_op op) {
    static const int arity[] = {
#define F(op, word, n) [AG_F_##op] = n,
        AG_FORMULA_OPS(F)
#undef F
    };
    return arity[op];
}

const char *ag_formula_word(ag_formula_op op) {
    static const char *const words[] = {
#define F(op, word, n) [AG_F_##op] = word,
        AG_FORMULA_OPS(F)
#undef F
    };
    return words[op];
}

ag_status ag_graph_open(ag_graph *g, int capacity, ag_arena *arena, ag_error *err) {
    *g = (ag_graph){.capacity = capacity, .n_slots = 1};
    while (g->n_slots < 2 * capacity)
        g->n_slots *= 2;
    g->nodes = AG_NEW_ARRAY(arena, ag_formula_node, (size_t)capacity);
    g->slot = AG_NEW_ARRAY(arena, int, (size_t)g->n_slots);
    if (!g->nodes || !g->slot)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a formula");
    return AG_OK;
}

/* By bits: 0 and -0 are two numbers here. */
static bool same(const ag_formula_node *a, const ag_formula_node *b) {
    return a->op == b->op && memcmp(a->arg, b->arg, sizeof a->arg) == 0 &&
           memcmp(&a->number, &b->number, sizeof a->number) == 0;
}

static int find(ag_graph *g, const ag_formula_node *node) {
    const uint64_t words[] = {(uint64_t)node->op, (uint64_t)(int64_t)node->arg[0],
                              (uint64_t)(int64_t)node->arg[1], (uint64_t)(int64_t)node->arg[2]};
    uint64_t hash = ag_digest(words, sizeof words, 0);
    hash = ag_digest(&node->number, sizeof node->number, hash);
    size_t i = (size_t)hash & (size_t)(g->n_slots - 1);
    while (g->slot[i] && !same(&g->nodes[g->slot[i] - 1], node))
        i = (i + 1) & (size_t)(g->n_slots - 1);
    if (g->slot[i]) return g->slot[i] - 1;
    if (g->n == g->capacity) {
        g->full = true;
        return 0;
    }
    g->nodes[g->n] = *node;
    g->slot[i] = ++g->n;
    return g->n - 1;
}

int ag_graph_node(ag_graph *g, ag_formula_op op, int a, int b, int c) {
    const ag_formula_node node = {.op = op, .arg = {a, b, c}};
    return find(g, &node);
}

int ag_graph_number(ag_graph *g, double number) {
    const ag_formula_node node = {.op = AG_F_NUMBER, .arg = {-1, -1, -1}, .number = number};
    return find(g, &node);
}

void ag_graph_mark(const ag_graph *g, int root, unsigned char *marks) {
    marks[root] = 1;
    for (int i = root; i >= 0; i--) {
        if (!marks[i]) continue;
        const ag_formula_node *node = &g->nodes[i];
        for (int k = 0; k < ag_formula_arity(node->op); k++)
            marks[node->arg[k]] = 1;
    }
}

static double truth(double a, double b, bool holds) {
    return isunordered(a, b) ? a + b : (double)holds;
}

static double sigmoid(double x) {
    const double e = exp(-fabs(x));
    return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

static double d_tanh(double x) {
    const double c = 1.0 / cosh(x);
    return isnan(x) ? x : c * c;
}

static double d_sigmoid(double x) {
    const double e = exp(-fabs(x)), t = 1.0 + e;
    return e / (t * t);
}

/* With n = e^x and w = n (n + 2): tanh(log(1 + n)) = w / (w + 2), its derivative
 * 4 n (n + 1) / (w + 2)^2; on the right both by n^2. */
static double tanh_softplus(double x) {
    const double e = exp(-fabs(x));
    return x < 0.0 ? e * (e + 2.0) / (e * (e + 2.0) + 2.0)
                   : (1.0 + 2.0 * e) / (1.0 + 2.0 * e * (1.0 + e));
}

static double d_tanh_softplus(double x) {
    const double e = exp(-fabs(x));
    const double right = 1.0 + 2.0 * e * (1.0 + e), left = 2.0 + e * (e + 2.0);
    return x < 0.0 ? 4.0 * e * (1.0 + e) / (left * left)
                   : 4.0 * (e * e) * (1.0 + e) / (right * right);
}

static double larger(double a, double b) { return a > b ? a : a <= b ? b : a + b; }
static double smaller(double a, double b) { return a < b ? a : a >= b ? b : a + b; }

double ag_formula_apply(ag_formula_op op, const double *v) {
    const double a = v[0], b = v[1];
    switch (op) {
    case AG_F_ADD: return a + b;
    case AG_F_SUB: return a - b;
    case AG_F_MUL: return a * b;
    case AG_F_DIV: return a / b;
    case AG_F_NEG: return -a;
    case AG_F_POW: return isunordered(a, b) ? a + b : pow(a, b);
    case AG_F_LT: return truth(a, b, a < b);
    case AG_F_LE: return truth(a, b, a <= b);
    case AG_F_EQ: return truth(a, b, a == b);
    case AG_F_NE: return truth(a, b, a != b);
    case AG_F_WHERE: return isnan(a) ? a : a != 0.0 ? b : v[2];
    case AG_F_MIN: return smaller(a, b);
    case AG_F_MAX: return larger(a, b);
    case AG_F_CLIP: return smaller(larger(a, b), v[2]);
    case AG_F_RELU: return larger(a, 0.0);
    case AG_F_ABS: return fabs(a);
    case AG_F_SIGN: return a > 0.0 ? 1.0 : a < 0.0 ? -1.0 : a;
    case AG_F_EXP: return exp(a);
    case AG_F_LOG: return log(a);
    case AG_F_LOG1P: return log1p(a);
    case AG_F_EXPM1: return expm1(a);
    case AG_F_SQRT: return sqrt(a);
    case AG_F_TANH: return tanh(a);
    case AG_F_SIGMOID: return sigmoid(a);
    case AG_F_SOFTPLUS: return larger(a, 0.0) + log1p(exp(-fabs(a)));
    case AG_F_ERF: return erf(a);
    case AG_F_ERFC: return erfc(a);
    case AG_F_SIN: return sin(a);
    case AG_F_COS: return cos(a);
    case AG_F_ATAN: return atan(a);
    case AG_F_DTANH: return d_tanh(a);
    case AG_F_DSIGMOID: return d_sigmoid(a);
    case AG_F_TANHPLUS: return tanh_softplus(a);
    case AG_F_DTANHPLUS: return d_tanh_softplus(a);
    case AG_F_NORMAL: return 0.5 * erfc(-0.70710678118654752440 * a);
    case AG_F_DNORMAL: return 0.39894228040143267794 * exp(-0.5 * a * a);
    case AG_F_DERF: return 1.12837916709551257390 * exp(-a * a);
    case AG_F_GUARD: return isnan(b) ? b : a;
    default: return (double)NAN; /* NUMBER, X, PARAM: the caller has their values */
    }
}

/* Where a float may turn from a number into NaN: infinity minus infinity, 0 times infinity,
 * 0/0, and outside of what a function is defined for. A program without such places need
 * not look at its results. Bounds of absolute values are carried from the leaves up; what
 * is not bounded far below the largest float may be infinite. */
#include "activations/formula/program.h"

#include <math.h>

static const double LARGEST = 1e38, UNBOUNDED = 1e300;

/* A node: |value| <= most unless it is NaN. */
typedef struct bound {
    double most;
    bool danger; /* it may be NaN for a number x */
} bound;

static bool infinite(bound b) { return b.most > LARGEST; }

static bool is_nonzero(const ag_formula_node *node) {
    return node->op == AG_F_NUMBER && node->number != 0.0;
}

static double product(double a, double b) {
    return a * b < UNBOUNDED ? a * b : UNBOUNDED; /* neither is NaN or infinite */
}

static bound of_product(const ag_formula *f, const ag_formula_node *node, const bound *b) {
    const int i = node->arg[0], k = node->arg[1];
    const bool danger = i != k && ((infinite(b[i]) && !is_nonzero(&f->nodes[k])) ||
                                   (infinite(b[k]) && !is_nonzero(&f->nodes[i])));
    return (bound){product(b[i].most, b[k].most), danger};
}

static bound of_quotient(const ag_formula *f, const ag_formula_node *node, const bound *b) {
    const ag_formula_node *below = &f->nodes[node->arg[1]];
    if (!is_nonzero(below)) return (bound){UNBOUNDED, true};
    return (bound){product(b[node->arg[0]].most, 1.0 / fabs(below->number)), false};
}

static bound of_function(ag_formula_op op, bound a) {
    switch (op) {
    case AG_F_NEG:
    case AG_F_ABS: return (bound){a.most, false};
    case AG_F_TANH:
    case AG_F_SIGMOID:
    case AG_F_SIGN:
    case AG_F_ERF:
    case AG_F_DTANH:
    case AG_F_DSIGMOID:
    case AG_F_TANHPLUS: return (bound){1.0, false};
    case AG_F_DTANHPLUS:
    case AG_F_ERFC:
    case AG_F_DERF:
    case AG_F_ATAN: return (bound){2.0, false};
    case AG_F_SIN:
    case AG_F_COS: return (bound){1.0, infinite(a)};
    case AG_F_EXP:
    case AG_F_EXPM1: return (bound){a.most < 80.0 ? exp(a.most) : UNBOUNDED, false};
    case AG_F_SOFTPLUS: return (bound){product(a.most + 1.0, 1.0), false};
    default: return (bound){UNBOUNDED, true}; /* log, sqrt, powers */
    }
}

static bound of_node(const ag_formula *f, const ag_formula_node *node, const bound *b) {
    const int *arg = node->arg;
    switch (node->op) {
    case AG_F_NUMBER:
        return (bound){isfinite(node->number) ? fabs(node->number) : UNBOUNDED,
                       !isfinite(node->number)};
    case AG_F_X:
    case AG_F_PARAM: return (bound){UNBOUNDED, false};
    case AG_F_ADD:
    case AG_F_SUB:
        return (bound){product(b[arg[0]].most + b[arg[1]].most, 1.0),
                       infinite(b[arg[0]]) && infinite(b[arg[1]])};
    case AG_F_MUL: return of_product(f, node, b);
    case AG_F_DIV: return of_quotient(f, node, b);
    case AG_F_MIN:
    case AG_F_MAX: return (bound){fmax(b[arg[0]].most, b[arg[1]].most), false};
    case AG_F_LT:
    case AG_F_LE:
    case AG_F_EQ:
    case AG_F_NE: return (bound){1.0, false};
    case AG_F_WHERE: return (bound){fmax(b[arg[1]].most, b[arg[2]].most), false};
    case AG_F_GUARD: return b[arg[0]];
    case AG_F_POW: return (bound){UNBOUNDED, true};
    default: return of_function(node->op, b[arg[0]]);
    }
}

bool ag_formula_endangered(const ag_formula *f, int n) {
    bound b[AG_FORMULA_NODES_MAX];
    bool live[AG_FORMULA_NODES_MAX] = {false}, danger = false;
    for (int r = 0; r < n; r++)
        for (int i = 0; i < f->n_order[r]; i++)
            live[f->order[r][i]] = true;
    for (int i = 0; i < f->n_nodes; i++) {
        if (!live[i]) continue;
        b[i] = of_node(f, &f->nodes[i], b);
        danger |= b[i].danger;
    }
    return danger;
}

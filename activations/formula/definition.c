/* The formula in double precision, node by node, and what is asked of it. */
#include "activations/formula/program.h"

#include <float.h>
#include <math.h>

/* What stands for infinity where infinity itself gives no number (0 times infinity). */
static const double FAR[] = {1e100, 3.7e101};
static const double INFINITE = 1e50;

void ag_formula_compute(const ag_formula *f, const int *order, int n, double x, const double *param,
                        double *values) {
    for (int i = 0; i < n; i++) {
        const ag_formula_node *node = &f->nodes[order[i]];
        double arg[3] = {0};
        switch (node->op) {
        case AG_F_NUMBER: values[order[i]] = node->number; break;
        case AG_F_X: values[order[i]] = x; break;
        case AG_F_PARAM: values[order[i]] = param[node->arg[0]]; break;
        default:
            for (int k = 0; k < ag_formula_arity(node->op); k++)
                arg[k] = values[node->arg[k]];
            values[order[i]] = ag_formula_apply(node->op, arg);
        }
    }
}

/* Whether a double could not hold what this node is: it overflowed, vanished or is denormal. Also
 * where there is no number at all. */
static bool is_lost(const ag_formula_node *node, int self, const double *values) {
    const double v = values[self];
    if (v != 0.0) return !(fabs(v) >= DBL_MIN && fabs(v) <= DBL_MAX);
    switch (node->op) {
    case AG_F_MUL: return values[node->arg[0]] != 0.0 && values[node->arg[1]] != 0.0;
    case AG_F_DIV:
    case AG_F_POW: return values[node->arg[0]] != 0.0;
    default: return ag_formula_has_tail(node->op);
    }
}

/* Result `which` of order[]: f, f', df/dparam[0], ... */
static double at(const ag_formula *f, int which, double x, const double *param) {
    double values[AG_FORMULA_NODES_MAX];
    const int n = f->n_order[which], *order = f->order[which];
    ag_formula_compute(f, order, n, x, param, values);
    for (int i = 0; isfinite(x) && i < n; i++)
        if (is_lost(&f->nodes[order[i]], order[i], values))
            return ag_formula_compute_wide(f, order, n, x, param);
    return values[order[n - 1]];
}

/* The limit at an infinity where the formula itself gives NaN: what it is very far out, if
 * it is the same farther out. */
static double limit(const ag_formula *f, int which, double sign, const double *param) {
    const double a = at(f, which, sign * FAR[0], param), b = at(f, which, sign * FAR[1], param);
    if (fabs(a) > INFINITE && fabs(b) > fabs(a) && (a < 0.0) == (b < 0.0))
        return copysign((double)INFINITY, a);
    if (fabs(b) < 1.0 / INFINITE) return copysign(0.0, b);
    return fabs(a - b) <= 1e-9 * (1.0 + fabs(a)) ? b : (double)NAN;
}

static double result(const ag_formula *f, int which, double x, const double *param) {
    if (isnan(x)) return x;
    double y = at(f, which, x, param);
    if (isnan(y) && isinf(x)) y = limit(f, which, copysign(1.0, x), param);
    return isnan(y) ? (double)NAN : y; /* of no sign */
}

double ag_formula_value(const ag_formula *f, double x, const double *param) {
    return result(f, 0, x, param);
}

double ag_formula_derivative(const ag_formula *f, double x, const double *param) {
    return result(f, 1, x, param);
}

void ag_formula_param_derivatives(const ag_formula *f, double x, const double *param, double *dp) {
    for (int k = 0; k < f->n_learned; k++)
        dp[k] = result(f, 2 + k, x, param);
}

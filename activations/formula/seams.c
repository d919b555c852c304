/* Where two branches of a formula meet: zeros of what min, max, abs, sign, where and
 * comparisons compare. Looked for on a grid over [-100, 100] that contains every multiple
 * of 1/64, and bisected. */
#include "activations/formula/program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS = 12800 };
static const double REACH = 100.0, CLOSE = 1e-9;

/* The two things that a node compares; b < 0: the number 0. */
static bool compares(const ag_formula_node *node, int *a, int *b) {
    *a = node->arg[0];
    *b = node->arg[1];
    switch (node->op) {
    case AG_F_LT:
    case AG_F_LE:
    case AG_F_EQ:
    case AG_F_NE:
    case AG_F_MIN:
    case AG_F_MAX: return true;
    case AG_F_ABS:
    case AG_F_SIGN: *b = -1; return true;
    default: return false;
    }
}

typedef struct finder {
    const ag_formula *formula;
    const double *param;
    double *at;
    int n;
} finder;

static void note(finder *f, double x) {
    for (int i = 0; i < f->n; i++)
        if (fabs(f->at[i] - x) <= CLOSE * (1.0 + fabs(x))) return;
    if (f->n < AG_ACT_SEAMS_MAX) f->at[f->n++] = x == 0.0 ? 0.0 : x;
}

/* All differences at x, in the order of the nodes. */
static int differences(const finder *f, double x, double *d) {
    double values[AG_FORMULA_NODES_MAX];
    const ag_formula *formula = f->formula;
    int n = 0, a, b;
    ag_formula_compute(formula, formula->order[0], formula->n_order[0], x, f->param, values);
    for (int i = 0; i < formula->n_order[0]; i++)
        if (compares(&formula->nodes[formula->order[0][i]], &a, &b))
            d[n++] = values[a] - (b < 0 ? 0.0 : values[b]);
    return n;
}

static double bisect(const finder *f, int which, double low, double high) {
    double d[AG_FORMULA_NODES_MAX];
    differences(f, low, d);
    const bool rising = d[which] < 0.0;
    for (int i = 0; i < 64; i++) {
        const double middle = low + 0.5 * (high - low);
        if (middle <= low || middle >= high) break;
        differences(f, middle, d);
        if ((d[which] < 0.0) == rising)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* From one point of the grid to the next. */
static void step(finder *f, int n, const double *before, const double *now, double x, double gap) {
    for (int k = 0; k < n; k++) {
        const bool zero = now[k] == 0.0, was = before[k] == 0.0;
        if (zero && !was) note(f, x);       /* reached */
        if (was && !zero) note(f, x - gap); /* left */
        if (!zero && !was && (now[k] < 0.0) != (before[k] < 0.0) && !isnan(now[k]) &&
            !isnan(before[k]))
            note(f, bisect(f, k, x - gap, x));
    }
}

int ag_formula_find_seams(const ag_formula *formula, const double *param, double *at) {
    finder f = {.formula = formula, .param = param, .at = at};
    double d[2][AG_FORMULA_NODES_MAX];
    const double gap = 2.0 * REACH / STEPS;
    const int n = differences(&f, -REACH, d[0]);
    for (int i = 1; n && i <= STEPS && f.n < AG_ACT_SEAMS_MAX; i++) {
        const double x = gap * (i - STEPS / 2);
        differences(&f, x, d[i % 2]);
        step(&f, n, d[(i - 1) % 2], d[i % 2], x, gap);
    }
    qsort(at, (size_t)f.n, sizeof *at, by_size);
    return f.n;
}

int ag_formula_seams(const ag_formula *f, const double *param, double *at) {
    if (memcmp(param, f->init, (size_t)f->n_params * sizeof *param) != 0)
        return ag_formula_find_seams(f, param, at);
    memcpy(at, f->seam, (size_t)f->n_seams * sizeof *at);
    return f->n_seams;
}

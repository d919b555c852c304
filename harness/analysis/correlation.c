#include "harness/analysis/correlation.h"

#include "activations/activation.h"
#include "activations/expectation.h"
#include "harness/num/legendre.h"

#include <math.h>

enum {
    LANES = 8, /* nodes side by side, so that sums over them are vectorised */
    NODES_MAX = 1 << 16,
    TERMS_MAX = 8192,
    WORK_MAX = 1 << 26, /* nodes times terms: a quarter of a second */
    PANEL = 2 * AG_LEGENDRE_PAIRS
};
static const double REACH = 12.0;
static const double PIECE = 0.125;       /* h_k turns once on one of these if k is 2,500 */
static const double AGREE = 1e-12;       /* of E f^2: a panel and its halves */
static const double ENOUGH = 1e-6;       /* the two numbers agree to this */
static const double ROUNDING = 1e-12;    /* of E f^2: what may be left when nothing is */
static const double COEFFICIENT = 1e-26; /* of E f^2: a[k]^2 that may be rounding alone */

/* --- nodes ----------------------------------------------------------------------- */

/* Places u, f there times weight and density; h_k and h_(k-1) of the current k. */
typedef struct nodes {
    int n;
    double *u, *f, *h, *before;
    double square; /* E f^2 by these nodes */
} nodes;

/* E f^2 of a panel; adds its nodes to `to`, if there is one. */
static double panel(const ag_wide_layer *layer, double a, double b, nodes *to) {
    const double middle = 0.5 * (a + b), half = 0.5 * (b - a), sigma = sqrt(layer->q);
    double sum = 0.0;
    for (int i = 0; i < PANEL; i++) {
        const double side = i & 1 ? half : -half, u = middle + side * ag_legendre_node[i / 2];
        const double f = ag_act_value(layer->choice, sigma * u);
        const double weight = half * ag_legendre_weight[i / 2] * 0.39894228040143267794 *
                              exp(-0.5 * u * u); /* 1 / sqrt(2 pi) */
        sum += weight * f * f;
        if (!to) continue;
        to->u[to->n] = u;
        to->f[to->n++] = weight * f;
    }
    return sum;
}

/* Nodes on [a, b], whose one panel says `whole`: those of its halves, until they say the same. */
static void place(const ag_wide_layer *layer, nodes *to, double a, double b, double whole,
                  double tolerance, int depth) {
    const double middle = 0.5 * (a + b), left = panel(layer, a, middle, NULL),
                 right = panel(layer, middle, b, NULL);
    if (!(fabs(left + right - whole) <= tolerance) && depth > 0) {
        place(layer, to, a, middle, left, tolerance, depth - 1);
        place(layer, to, middle, b, right, tolerance, depth - 1);
    } else if (to->n <= NODES_MAX - PANEL) /* else `square` will lack it */
        to->square += panel(layer, a, b, to);
}

static bool place_all(const ag_wide_layer *layer, double square, ag_arena *scratch, nodes *to) {
    enum { DEPTH = 10 };
    *to = (nodes){.u = AG_NEW_ARRAY(scratch, double, NODES_MAX),
                  .f = AG_NEW_ARRAY(scratch, double, NODES_MAX),
                  .h = AG_NEW_ARRAY(scratch, double, NODES_MAX),
                  .before = AG_NEW_ARRAY(scratch, double, NODES_MAX)};
    if (!to->u || !to->f || !to->h || !to->before) return false;
    double seam[AG_ACT_SEAMS_MAX];
    const int n_seams = ag_act_seams(layer->choice, seam);
    const double sigma = sqrt(layer->q);
    for (int i = 0; i < n_seams; i++)
        seam[i] /= sigma;
    for (double from = -REACH, end; from < REACH; from = end) {
        end =
            fmin(PIECE * (floor(from / PIECE) + 1.0), ag_act_piece_end(n_seams, seam, sigma, from));
        place(layer, to, from, end, panel(layer, from, end, NULL), AGREE * square, DEPTH);
    }
    while (to->n % LANES) /* what the last lanes lack has weight 0 */
        to->n++;
    for (int i = 0; i < to->n; i++)
        to->h[i] = 1.0;
    return true;
}

/* --- the expansion ----------------------------------------------------------------- */

typedef struct expansion {
    int n;                /* terms so far */
    double a2[TERMS_MAX]; /* squares of the coefficients */
    double rest;          /* what is left of E f^2 */
} expansion;

/* The coefficient of the next term; then h goes on to the one behind it. */
static void next_term(nodes *at, expansion *e) {
    const int k = e->n;
    const double over = 1.0 / sqrt(k + 1.0), back = sqrt(k);
    double a[LANES] = {0.0};
    for (int i = 0; i < at->n; i += LANES)
        for (int j = 0; j < LANES; j++) {
            const double h = at->h[i + j];
            a[j] += at->f[i + j] * h;
            at->h[i + j] = (at->u[i + j] * h - back * at->before[i + j]) * over;
            at->before[i + j] = h;
        }
    for (int j = 1; j < LANES; j++)
        a[0] += a[j];
    e->a2[k] = a[0] * a[0];
    e->rest -= e->a2[k];
    e->n++;
}

/* E f f with `rest` behind the last term. */
static double product(const expansion *e, double c, double rest) {
    double sum = rest;
    for (int k = e->n - 1; k >= 0; k--)
        sum = sum * c + e->a2[k];
    return sum;
}

/* Its slope by c, where `rest` does most. */
static double product_slope(const expansion *e, double c, double rest) {
    const double most = c > 0.0 ? fmax(e->n, -1.0 / log(c)) : e->n;
    double sum = 0.0;
    for (int k = e->n - 1; k > 0; k--)
        sum = sum * c + k * e->a2[k];
    return sum + rest * most * pow(c, most - 1.0);
}

/* c* with `rest` behind the last term. */
static double fixed_point(const ag_wide_layer *layer, const expansion *e, double rest) {
    double a = 0.0, b = 1.0 - 1e-12;
    for (int i = 0; i < 60; i++) {
        const double c = 0.5 * (a + b);
        if (layer->w * product(e, c, rest) + layer->b > c * layer->q)
            a = c;
        else
            b = c;
    }
    return a;
}

/* What these terms say. */
static ag_correlation judge(const ag_wide_layer *layer, const expansion *e, double square) {
    const double rest = fmax(e->rest, 0.0) + ROUNDING * square, scale = layer->w / layer->q;
    const double low = fixed_point(layer, e, 0.0), high = fixed_point(layer, e, rest);
    const double rounding = COEFFICIENT * square;
    return (ag_correlation){low, high, scale * fmax(0.0, product_slope(e, low, 0.0) - rounding),
                            scale * (product_slope(e, high, rest) + rounding)};
}

static bool close_enough(const ag_correlation *r) {
    return r->slope_high < 1.0 && r->slope_high - r->slope_low <= ENOUGH * (1.0 - r->slope_high);
}

bool ag_correlation_of(const ag_wide_layer *layer, ag_arena *scratch, ag_correlation *found) {
    const double square =
        ag_act_expectation(layer->choice, AG_EXPECT_VALUE_SQUARED, sqrt(layer->q));
    *found = (ag_correlation){0.0, 1.0, 0.0, HUGE_VAL};
    const ag_mark mark = ag_arena_mark(scratch);
    nodes at;
    expansion *e = AG_NEW(scratch, expansion);
    const bool memory = e && place_all(layer, square, scratch, &at);
    if (memory && fabs(at.square - square) <= 1e-9 * square) { /* else f has more than nodes see */
        const int most = WORK_MAX / at.n < TERMS_MAX ? WORK_MAX / at.n : TERMS_MAX;
        e->rest = square;
        for (int look = 64; e->n < most && !close_enough(found); look *= 2) {
            while (e->n < look && e->n < most)
                next_term(&at, e);
            *found = judge(layer, e, square);
        }
    }
    ag_arena_release(scratch, mark);
    return memory;
}

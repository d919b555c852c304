/* The edge of chaos is a line with q for its parameter: chi_1 = 1 at q says
 * sigma_w^2 = 1 / E f'^2, and q is fixed if sigma_b^2 = q - E f^2 / E f'^2. So a sigma_b
 * asks for a zero of a function of q alone. */
#include "harness/analysis/mean_field.h"

#include "activations/activation.h"
#include "activations/expectation.h"
#include "harness/analysis/jumps.h"
#include "harness/num/legendre.h"

#include <math.h>

static const double Q_LEAST = 1e-10, Q_MOST = 1e8;
static const double Q_STEP = 1.3335214321633240; /* 8 to a decade */

static double square(const ag_choice *choice, double q) {
    return ag_act_expectation(choice, AG_EXPECT_VALUE_SQUARED, sqrt(q));
}

static double slope_square(const ag_choice *choice, double q) {
    return ag_act_expectation(choice, AG_EXPECT_SLOPE_SQUARED, sqrt(q));
}

static bool jumps(const ag_choice *choice) {
    double seam[AG_ACT_SEAMS_MAX];
    const int n = ag_act_seams(choice, seam);
    for (int i = 0; i < n; i++)
        if (ag_jump_at(choice, seam[i]).order == 0) return true;
    return false;
}

/* --- the edge ------------------------------------------------------------------- */

/* sigma_b^2 of the edge at q. */
static double bias_square(const ag_choice *choice, double q) {
    return q - square(choice, q) / slope_square(choice, q);
}

static bool scale_free(const ag_choice *choice) {
    for (double q = 1e-3; q < 2e3; q *= 10.0)
        if (!(fabs(bias_square(choice, q)) <= 1e-9 * q)) return false;
    return true;
}

ag_edge_kind ag_edge_kind_of(const ag_choice *choice) {
    const double f = square(choice, 1.0), df = slope_square(choice, 1.0);
    if (!isfinite(f) || !isfinite(df)) return AG_EDGE_UNDEFINED;
    if (jumps(choice)) return AG_EDGE_JUMPS;
    if (df == 0.0) return AG_EDGE_FLAT;
    return scale_free(choice) ? AG_EDGE_SCALE_FREE : AG_EDGE_LINE;
}

static ag_edge edge_with(const ag_choice *choice, double sigma_b, double q) {
    const double away = 1e-3, df = slope_square(choice, q);
    const double slope = (square(choice, q * (1.0 + away)) - square(choice, q * (1.0 - away))) /
                         (2.0 * away * q * df);
    const double log_slope = log(slope),
                 depth = fabs(log_slope) < 1e-9 ? HUGE_VAL : -1.0 / log_slope;
    return (ag_edge){sigma_b, 1.0 / sqrt(df), q, slope, depth};
}

/* A zero of bias_square - target between two q. */
static double edge_between(const ag_choice *choice, double target, double a, double b) {
    for (int i = 0; i < 60 && b / a > 1.0 + 1e-11; i++) {
        const double middle = sqrt(a * b);
        if (bias_square(choice, middle) < target)
            a = middle;
        else
            b = middle;
    }
    return sqrt(a * b);
}

/* Without biases, the edge as q goes to 0: with f(0) = 0 it is where f' is, on the mean. */
static bool edge_at_nothing(const ag_choice *choice, ag_edge *edge) {
    const double tiny = 1e-12, df = slope_square(choice, tiny);
    if (!(df > 0.0) || !(fabs(bias_square(choice, tiny)) < 1e-4 * tiny)) return false;
    *edge = (ag_edge){0.0, 1.0 / sqrt(df), 0.0, 1.0, HUGE_VAL};
    return true;
}

ag_edge ag_edge_at(const ag_choice *choice, double sigma_b) {
    const ag_edge none = {.sigma_b = sigma_b,
                          .sigma_w = (double)NAN,
                          .q = (double)NAN,
                          .slope = (double)NAN,
                          .depth = (double)NAN};
    const ag_edge_kind kind = ag_edge_kind_of(choice);
    const double target = sigma_b * sigma_b;
    ag_edge edge;
    if (kind == AG_EDGE_SCALE_FREE && sigma_b == 0.0) return edge_with(choice, 0.0, 1.0);
    if (kind != AG_EDGE_LINE) return none;
    if (sigma_b == 0.0 && edge_at_nothing(choice, &edge)) return edge;
    double before = (double)NAN, q_before = 0.0;
    for (double q = fmax(target, Q_LEAST); q < Q_MOST; q *= Q_STEP) { /* q* >= sigma_b^2 */
        const double now = bias_square(choice, q) - target;
        if (!isfinite(now)) break;
        if (before < 0.0 && now >= 0.0)
            return edge_with(choice, sigma_b, edge_between(choice, target, q_before, q));
        before = now;
        q_before = q;
    }
    return none;
}

/* --- off the edge ---------------------------------------------------------------- */

/* The fixed point of q that inputs of variance 1 come to, going the way they set out. */
static double fixed_variance(const ag_choice *choice, double sigma_w, double sigma_b) {
    const double w = sigma_w * sigma_w, b = sigma_b * sigma_b;
    const double first = w * square(choice, 1.0) + b;
    if (!isfinite(first)) return (double)NAN;
    if (fabs(first - 1.0) < 1e-9) return 1.0;
    const bool up = first > 1.0;
    double here = 1.0;
    for (;;) {
        const double next = up ? here * Q_STEP : here / Q_STEP;
        if (next < Q_LEAST) return 0.0;
        if (next > Q_MOST) return HUGE_VAL;
        const double image = w * square(choice, next) + b;
        if (!isfinite(image)) return HUGE_VAL;
        if ((image > next) != up) {
            double a = here, z = next;
            for (int i = 0; i < 60 && fabs(z / a - 1.0) > 1e-12; i++) {
                const double middle = sqrt(a * z);
                if ((w * square(choice, middle) + b > middle) == up)
                    a = middle;
                else
                    z = middle;
            }
            return sqrt(a * z);
        }
        here = next;
    }
}

/* f(sqrt(q) u) = sum of a[k] h_k(u), h_k the Hermite polynomials with E h_k^2 = 1; then, for
 * normal u, v of correlation c, E f f = sum of a[k]^2 c^k. The same for f' with b[k]. What is
 * left behind the last term is put there too: it counts only for c near 1. */
enum { TERMS = 256 };

typedef struct hermite {
    double a2[TERMS + 1], b2[TERMS + 1]; /* squares of the coefficients */
} hermite;

/* Adds the node u with its weight to the coefficients. */
static void add_node(const ag_choice *choice, double sigma, double u, double weight, double *a,
                     double *b) {
    const double density = 0.39894228040143267794 * exp(-0.5 * u * u);
    const double f = weight * density * ag_act_value(choice, sigma * u),
                 df = weight * density * ag_act_derivative(choice, sigma * u);
    double before = 0.0, h = 1.0;
    for (int k = 0; k < TERMS; k++) {
        a[k] += f * h;
        b[k] += df * h;
        const double next = (u * h - sqrt(k) * before) / sqrt(k + 1.0);
        before = h;
        h = next;
    }
}

static void expand(const ag_choice *choice, double q, hermite *out) {
    const double REACH = 12.0, PIECE = 0.125, sigma = sqrt(q);
    double a[TERMS] = {0}, b[TERMS] = {0}, seam[AG_ACT_SEAMS_MAX];
    const int n_seams = ag_act_seams(choice, seam);
    for (double from = -REACH, to; from < REACH; from = to) {
        to = PIECE * (floor(from / PIECE) + 1.0);
        for (int i = 0; i < n_seams; i++)
            if (seam[i] / sigma > from && seam[i] / sigma < to) to = seam[i] / sigma;
        const double middle = 0.5 * (from + to), half = 0.5 * (to - from);
        for (int i = 0; i < AG_LEGENDRE_PAIRS; i++) {
            add_node(choice, sigma, middle - half * ag_legendre_node[i],
                     half * ag_legendre_weight[i], a, b);
            add_node(choice, sigma, middle + half * ag_legendre_node[i],
                     half * ag_legendre_weight[i], a, b);
        }
    }
    out->a2[TERMS] = square(choice, q);
    out->b2[TERMS] = slope_square(choice, q);
    for (int k = 0; k < TERMS; k++) {
        out->a2[TERMS] -= out->a2[k] = a[k] * a[k];
        out->b2[TERMS] -= out->b2[k] = b[k] * b[k];
    }
    out->a2[TERMS] = fmax(0.0, out->a2[TERMS]);
    out->b2[TERMS] = fmax(0.0, out->b2[TERMS]);
}

static double series(const double *coefficient, double c) {
    double sum = coefficient[TERMS];
    for (int k = TERMS - 1; k >= 0; k--)
        sum = sum * c + coefficient[k];
    return sum;
}

/* Where c' = c below 1, if chi_1 is above 1. */
static double fixed_correlation(const hermite *h, const ag_depth *d) {
    double a = 0.0, b = 1.0 - 1e-12;
    const double w = d->sigma_w * d->sigma_w, bias = d->sigma_b * d->sigma_b;
    for (int i = 0; i < 60; i++) {
        const double c = 0.5 * (a + b);
        if ((w * series(h->a2, c) + bias) / d->q > c)
            a = c;
        else
            b = c;
    }
    return a;
}

/* The slope of the series for E f f, over q: E f' f', with what comes from jumps of f. */
static double jumping_slope(const hermite *h, double q, double c) {
    double sum = 0.0;
    for (int k = TERMS; k > 0; k--)
        sum = sum * c + k * h->a2[k];
    return sum / q;
}

ag_depth ag_depth_of(const ag_choice *choice, double sigma_w, double sigma_b, ag_arena *scratch) {
    ag_depth d = {sigma_w,     sigma_b,     fixed_variance(choice, sigma_w, sigma_b),
                  (double)NAN, (double)NAN, (double)NAN};
    if (!isfinite(d.q)) return d;
    const bool parts = jumps(choice);
    const double w = sigma_w * sigma_w;
    d.chi_1 = parts ? HUGE_VAL : w * slope_square(choice, d.q > 0.0 ? d.q : Q_LEAST * Q_LEAST);
    if (isnan(d.chi_1)) { /* f' is undefined where z lies for this q */
        d.q = (double)NAN;
        return d;
    }
    d.c = 1.0;
    double slope = d.chi_1;
    if (fabs(slope - 1.0) < 1e-9) slope = 1.0;
    if (slope > 1.0 && d.q > 0.0) {
        const ag_mark mark = ag_arena_mark(scratch);
        hermite *h = AG_NEW(scratch, hermite);
        if (!h) return d;
        expand(choice, d.q, h);
        d.c = fixed_correlation(h, &d);
        slope = parts ? w * jumping_slope(h, d.q, d.c) : w * series(h->b2, d.c);
        ag_arena_release(scratch, mark);
    }
    d.xi = slope == 1.0 ? HUGE_VAL : slope > 1.0 ? (double)NAN : -1.0 / log(slope);
    return d;
}

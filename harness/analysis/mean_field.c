/* The edge of chaos is a line with q for its parameter: chi_1 = 1 at q says
 * sigma_w^2 = 1 / E f'^2, and q is fixed if sigma_b^2 = q - E f^2 / E f'^2. So a sigma_b
 * asks for a zero of a function of q alone. */
#include "harness/analysis/mean_field.h"

#include "activations/activation.h"
#include "activations/expectation.h"
#include "harness/analysis/correlation.h"
#include "harness/analysis/jumps.h"

#include <math.h>

static const double Q_LEAST = 1e-10, Q_MOST = 1e8;
static const double SEEN = 1e-11;                /* of q: more than rounding */
static const double Q_STEP = 1.3335214321633240; /* 8 to a decade */

/* NAN where the quadrature could not follow f. */
static double expectation(const ag_choice *choice, ag_expectation what, double q) {
    double off;
    const double e = ag_act_expectation_off(choice, what, sqrt(q), &off);
    return off > 1e-9 * fabs(e) ? (double)NAN : e;
}

static double square(const ag_choice *choice, double q) {
    return expectation(choice, AG_EXPECT_VALUE_SQUARED, q);
}

static double slope_square(const ag_choice *choice, double q) {
    return expectation(choice, AG_EXPECT_SLOPE_SQUARED, q);
}

/* f jumps at a place that inputs come to. */
static bool jumps(const ag_choice *choice, double q) {
    double seam[AG_ACT_SEAMS_MAX];
    const int n = ag_act_seams(choice, seam);
    for (int i = 0; i < n; i++)
        if ((q > 0.0 || seam[i] == 0.0) && ag_jump_at(choice, seam[i]).order == 0) return true;
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
    if (jumps(choice, 1.0)) return AG_EDGE_JUMPS;
    if (df == 0.0) return AG_EDGE_FLAT;
    return scale_free(choice) ? AG_EDGE_SCALE_FREE : AG_EDGE_LINE;
}

static ag_edge edge_with(const ag_choice *choice, double sigma_b, double q) {
    const double away = 1e-3, df = slope_square(choice, q);
    double slope = (square(choice, q * (1.0 + away)) - square(choice, q * (1.0 - away))) /
                   (2.0 * away * q * df);
    if (fabs(slope) < 1e-8) slope = 0.0; /* rounding */
    const double log_slope = log(fabs(slope)),
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

/* Whether q' - q changes its sign beside q, by more than rounding: then there is a fixed point. */
static bool passes(const ag_choice *choice, double w, double b, double q) {
    const double before = q / Q_STEP, after = q * Q_STEP;
    const double left = w * square(choice, before) + b - before,
                 right = w * square(choice, after) + b - after;
    return left * right < 0.0 && fmin(fabs(left / before), fabs(right / after)) > SEEN;
}

/* What a layer makes of q: w E f^2 + b. */
typedef struct change {
    const ag_choice *choice;
    double w, b;
} change;

/* The fixed point between a and z, where q' - q is fa and fz: secants, with the Illinois rule. Each
 * q' may be a quadrature of 100,000 values. */
static double fixed_between(const change *c, double a, double fa, double z, double fz) {
    for (int i = 0; i < 60 && fz != 0.0 && fabs(z / a - 1.0) > 1e-12; i++) {
        const double q = (a * fz - z * fa) / (fz - fa), f = c->w * square(c->choice, q) + c->b - q;
        if (fabs(f) <= 1e-14 * q) return q;
        if ((f < 0.0) != (fz < 0.0)) {
            a = z;
            fa = fz;
        } else {
            fa *= 0.5;
        }
        z = q;
        fz = f;
    }
    return z;
}

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
        if (up && fabs(image - next) <= SEEN * next && !passes(choice, w, b, next))
            return HUGE_VAL; /* it grows ever more slowly: x sin(x) with sigma_w^2 = 2 */
        if ((image > next) != up) {
            const double ahead = w * square(choice, here) + b - here;
            return fixed_between(&(change){choice, w, b}, here, ahead, next, image - next);
        }
        here = next;
    }
}

/* Layers in which a distance falls by e, if it is multiplied by `slope` in each. */
static double layers_of(double slope) {
    if (slope <= 0.0) return 0.0;
    return slope < 1.0 ? -1.0 / log(slope) : HUGE_VAL;
}

/* In chaos: c* is below 1. */
static void part(const ag_choice *choice, ag_depth *d, ag_arena *scratch) {
    const ag_wide_layer layer = {choice, d->sigma_w * d->sigma_w, d->sigma_b * d->sigma_b, d->q};
    ag_correlation r;
    d->c = (double)NAN;
    if (!ag_correlation_of(&layer, scratch, &r)) return;
    d->c = 0.5 * (r.c_low + r.c_high);
    d->xi = layers_of(0.5 * (r.slope_low + r.slope_high));
    d->xi_low = layers_of(r.slope_low);
    d->xi_high = layers_of(r.slope_high);
}

ag_depth ag_depth_of(const ag_choice *choice, double sigma_w, double sigma_b, ag_arena *scratch) {
    ag_depth d = {.sigma_w = sigma_w, .sigma_b = sigma_b};
    d.chi_1 = d.c = d.xi = d.xi_low = d.xi_high = (double)NAN;
    d.q = fixed_variance(choice, sigma_w, sigma_b);
    if (!isfinite(d.q)) return d;
    d.chi_1 = jumps(choice, d.q)
                  ? HUGE_VAL
                  : sigma_w * sigma_w * slope_square(choice, d.q > 0.0 ? d.q : Q_LEAST * Q_LEAST);
    if (isnan(d.chi_1)) { /* f' is undefined where z lies for this q */
        d.q = (double)NAN;
        return d;
    }
    if (d.q == 0.0 && d.chi_1 < 1e-12) d.chi_1 = 0.0; /* f'(0) = 0, and q is not quite 0 */
    if (d.chi_1 > 1.0 + 1e-9 && d.q > 0.0) {
        part(choice, &d, scratch);
    } else {
        d.c = 1.0;
        d.xi = d.xi_low = d.xi_high = d.chi_1 < 1.0 - 1e-9   ? layers_of(d.chi_1)
                                      : d.chi_1 > 1.0 + 1e-9 ? (double)NAN
                                                             : HUGE_VAL;
    }
    return d;
}

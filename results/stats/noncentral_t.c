#include "harness/num/legendre.h"
#include "results/stats/distributions.h"

#include <math.h>

/* log density of s = sqrt(V / df) without its constant part: s^(df - 1) exp(-df s^2 / 2) */
typedef struct scales {
    double df, constant;
} scales;

static double density(const scales *scale, double s) {
    const double df = scale->df;
    return exp(scale->constant + (df - 1) * log(s) - df * (s * s - 1) / 2);
}

/* log(2 h^h exp(-h) / Gamma(h)), h = df / 2; for large h by Stirling's series, where the terms
 * cancel. */
static double constant_of(double h) {
    if (h < 50) return log(2) + h * log(h) - h - ag_log_gamma(h);
    const double h2 = h * h;
    return log(2) + 0.5 * log(h / 6.283185307179586477) -
           (1.0 / 12 - (1.0 / 360 - 1.0 / 1260 / h2) / h2) / h;
}

/* Where s has all but 1e-17 of its probability: the second derivative of the log density is below
 * -df everywhere. */
static void range_of(double df, double *low, double *high) {
    const double width = 9 / sqrt(df), mode = df > 1 ? sqrt((df - 1) / df) : 0;
    *low = mode > width ? mode - width : 0;
    *high = mode + width;
}

enum { PANELS = 16, HALVINGS = 30 };

/* Integral of density x normal tail over one panel. */
static double panel(const scales *scale, double t, double ncp, double from, double to) {
    const double middle = (from + to) / 2, half = (to - from) / 2;
    double sum = 0;
    for (int i = 0; i < AG_LEGENDRE_PAIRS; i++) {
        const double below = middle - half * ag_legendre_node[i],
                     above = middle + half * ag_legendre_node[i];
        sum += ag_legendre_weight[i] * (density(scale, below) * ag_normal_cdf(ncp - t * below) +
                                        density(scale, above) * ag_normal_cdf(ncp - t * above));
    }
    return half * sum;
}

/* From `from` to `to` in panels of one width; the first one at 0, where s^(df - 1) is smooth only
 * for whole df, halved towards it. */
static double panels(const scales *scale, double t, double ncp, double from, double to) {
    if (!(to > from)) return 0;
    const double width = (to - from) / PANELS;
    double sum = 0, edge = width;
    for (int i = 0; from == 0 && scale->df != floor(scale->df) && i < HALVINGS; i++, edge /= 2)
        sum += panel(scale, t, ncp, edge / 2, edge);
    sum += panel(scale, t, ncp, from, from + edge);
    for (int i = 1; i < PANELS; i++)
        sum += panel(scale, t, ncp, from + width * i, from + width * (i + 1));
    return sum;
}

double ag_noncentral_t_upper(double t, double df, double ncp) {
    if (isnan(t) || isnan(df) || isnan(ncp)) return (double)NAN;
    const scales scale = {df, constant_of(df / 2)};
    double low, high;
    range_of(df, &low, &high);
    /* Where the normal tail steps from 1 to 0, s = (ncp +- 9) / t, it may be narrow: a range of
     * its own. */
    double cut[2] = {low, low};
    if (t != 0) {
        const double a = (ncp - 9) / t, b = (ncp + 9) / t;
        cut[0] = fmin(fmax(fmin(a, b), low), high);
        cut[1] = fmin(fmax(fmax(a, b), low), high);
    }
    const double p = panels(&scale, t, ncp, low, cut[0]) + panels(&scale, t, ncp, cut[0], cut[1]) +
                     panels(&scale, t, ncp, cut[1], high);
    return fmin(p, 1);
}

typedef struct observed {
    double t, df;
} observed;

static double upper_of_center(double ncp, const void *with) {
    const observed *o = with;
    return ag_noncentral_t_upper(o->t, o->df, ncp);
}

double ag_noncentral_t_center(double t, double df, double upper) {
    const observed o = {t, df};
    const double reach = 10 + 10 * fabs(t);
    double low = t - reach, high = t + reach;
    while (upper_of_center(low, &o) > upper)
        low -= reach;
    while (upper_of_center(high, &o) < upper)
        high += reach;
    return ag_root_of_ascending(upper_of_center, &o, upper, low, high);
}

#include "results/stats/distributions.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>
#include <stdbool.h>

/* Regula falsi, where one end that stays counts half (Illinois); a halving after each step that
 * leaves more than half of the range. */
double ag_root_of_ascending(double (*f)(double x, const void *with), const void *with, double want,
                            double low, double high) {
    double below = f(low, with) - want, above = f(high, with) - want;
    for (bool halve = false;;) {
        const double width = high - low, middle = low + width / 2;
        if (!(middle > low && middle < high)) return middle;
        double x = halve || !(above > below) ? middle : low - below * (width / (above - below));
        if (!(x > low && x < high)) x = middle;
        const double y = f(x, with) - want;
        if (y == 0) return x;
        if (y < 0) {
            low = x;
            below = y;
            above /= 2;
        } else {
            high = x;
            above = y;
            below /= 2;
        }
        halve = high - low > width / 2;
    }
}

double ag_normal_cdf(double z) { return 0.5 * erfc(-z * 0.70710678118654752440); }

/* GSL ends the program for what it does not accept: nothing but what is in its domain gets there.
 */

double ag_normal_quantile(double p) {
    return p >= 0 && p <= 1 ? gsl_cdf_ugaussian_Pinv(p) : (double)NAN;
}

double ag_t_upper(double t, double df) {
    if (isnan(t) || !(df > 0)) return (double)NAN;
    if (isinf(t)) return t < 0;
    return gsl_cdf_tdist_Q(t, df);
}

static double minus_t_upper(double t, const void *df) {
    return -ag_t_upper(t, *(const double *)df);
}

/* Not GSL's own inverse, which ends the program where it does not converge. By symmetry the root is
 * sought in the upper tail, where probabilities have all their digits. */
double ag_t_quantile(double p, double df) {
    if (!(p > 0 && p < 1 && df > 0)) return (double)NAN;
    if (p == 0.5) return 0;
    const double tail = p < 0.5 ? p : 1 - p;
    double high = 1;
    while (ag_t_upper(high, df) > tail)
        high *= 2;
    const double t = ag_root_of_ascending(minus_t_upper, &df, -tail, 0, high);
    return p < 0.5 ? -t : t;
}

double ag_chi_squared_upper(double x, double df) {
    if (isnan(x) || !(df > 0)) return (double)NAN;
    if (x <= 0) return 1;
    if (x > df + 1500 + 60 * sqrt(df)) return 0; /* below 1e-308 */
    return gsl_cdf_chisq_Q(x, df);
}

double ag_f_upper(double x, double df1, double df2) {
    if (isnan(x) || !(df1 > 0 && df2 > 0)) return (double)NAN;
    if (x <= 0) return 1;
    if (isinf(x)) return 0;
    return gsl_cdf_fdist_Q(x, df1, df2);
}

double ag_log_gamma(double x) { return x > 0 ? gsl_sf_lngamma(x) : (double)NAN; }

/* From the smaller tail's end inwards: all terms are positive. */
double ag_binomial_half_upper(int k, int n) {
    if (k <= 0) return 1;
    if (2 * k <= n) return 1 - ag_binomial_half_upper(n - k + 1, n);
    double term = exp2(-n), sum = 0;
    if (n > 1000) /* 2^-n is no double any more */
        return gsl_cdf_binomial_Q((unsigned)k - 1, 0.5, (unsigned)n);
    for (int i = n; i >= k; i--) {
        sum += term;
        term *= (double)i / (double)(n - i + 1);
    }
    return sum;
}

/* I_x(a, b) by the continued fraction of DLMF 8.17.22, in the way of Lentz. For x below about
 * a / (a + b) it takes some sqrt(max(a, b)) steps. */
static double incomplete_beta(double a, double b, double x) {
    enum { STEPS_MAX = 100000 };
    const double smallest = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    if (fabs(d) < smallest) d = smallest;
    d = 1 / d;
    double fraction = d;
    for (int m = 1; m <= STEPS_MAX; m++) {
        const double end = a + 2 * m, even = m * (b - m) * x / ((end - 1) * end),
                     odd = -(a + m) * (a + b + m) * x / (end * (end + 1));
        double change = 1;
        for (int half = 0; half < 2; half++) {
            const double term = half ? odd : even;
            d = 1 + term * d;
            c = 1 + term / c;
            d = 1 / (fabs(d) < smallest ? smallest : d);
            if (fabs(c) < smallest) c = smallest;
            change *= c * d;
        }
        fraction *= change;
        if (fabs(change - 1) < 1e-15) break;
    }
    return fraction * exp(ag_log_gamma(a + b) - ag_log_gamma(a + 1) - ag_log_gamma(b) + a * log(x) +
                          b * log1p(-x));
}

double ag_binomial_upper(double k, double n, double p) {
    if (isnan(p)) return p;
    if (k <= 0) return 1;
    if (k >= n + 1 || p <= 0) return 0;
    if (p >= 1) return 1;
    const double a = k, b = n - k + 1;
    return p < (a + 1) / (a + b + 2) ? incomplete_beta(a, b, p)
                                     : fmax(0, 1 - incomplete_beta(b, a, 1 - p));
}

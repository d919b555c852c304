#include "harness/num/legendre.h"
#include "results/stats/distributions.h"

#include <assert.h>
#include <math.h>

static const double INV_SQRT_2PI = 0.39894228040143267794;

/* phi(z) (Phi(z) - Phi(z - q))^(k - 1) with z = the largest of the k numbers. */
static double integrand(double z, double q, int k) {
    const double between = z < q / 2 ? ag_normal_cdf(z) - ag_normal_cdf(z - q)
                                     : ag_normal_cdf(q - z) - ag_normal_cdf(-z);
    return INV_SQRT_2PI * exp(-z * z / 2) * pow(between, k - 1);
}

enum { PANELS = 72 };

/* phi is below 1e-17 beyond 9; panels a quarter wide. */
double ag_range_cdf(double q, int k) {
    assert(k >= 2);
    if (isnan(q) || q <= 0) return q <= 0 ? 0 : q;
    const double low = -9, half = 18.0 / PANELS / 2;
    double sum = 0;
    for (int p = 0; p < PANELS; p++) {
        const double middle = low + half * (2 * p + 1);
        for (int i = 0; i < AG_LEGENDRE_PAIRS; i++)
            sum += ag_legendre_weight[i] * (integrand(middle - half * ag_legendre_node[i], q, k) +
                                            integrand(middle + half * ag_legendre_node[i], q, k));
    }
    return fmin(k * half * sum, 1);
}

static double cdf_of(double q, const void *k) { return ag_range_cdf(q, *(const int *)k); }

double ag_range_quantile(double p, int k) {
    assert(p > 0 && p < 1);
    return ag_root_of_ascending(cdf_of, &k, p, 0, 40);
}

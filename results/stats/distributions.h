/* Distribution functions, and their inverses.
 *
 * "upper" is the probability of what is larger, without cancellation in the tail. Probabilities and
 * quantiles agree with R 4.2 to 1e-10 relative (tests/unit/test_stats_distributions.c). NaN gives
 * NaN. Degrees of freedom are above 0 and need not be whole. */
#ifndef AG_DISTRIBUTIONS_H
#define AG_DISTRIBUTIONS_H

double ag_normal_cdf(double z);
double ag_normal_quantile(double p);       /* 0 gives -infinity, 1 infinity */
double ag_t_upper(double t, double df);    /* Student's t */
double ag_t_quantile(double p, double df); /* P(T <= quantile) = p, 0 < p < 1 */
double ag_chi_squared_upper(double x, double df);
double ag_f_upper(double x, double df1, double df2);
double ag_log_gamma(double x);               /* x above 0; no global is written */
double ag_binomial_half_upper(int k, int n); /* P(X >= k) of n tosses of a fair coin */

/* P(X >= k) of n trials that succeed with probability p, clamped to 0 .. 1: the incomplete beta
 * function I_p(k, n - k + 1), with which k and n need not be whole. Beyond n = 10,000 the logarithm
 * of a factorial loses digits: 1e-8 relative at n = 1e6. */
double ag_binomial_upper(double k, double n, double p);

/* Student's t of a mean that is not 0: P(T > t), T = (Z + ncp) / sqrt(V / df), Z normal, V
 * chi-squared. Integral over the scale s = sqrt(V / df) of the normal tail beyond t s - ncp, by
 * Gauss-Legendre; absolute error below 1e-12 for df >= 1. |ncp| up to 1e6. */
double ag_noncentral_t_upper(double t, double df, double ncp);

/* The ncp for which P(T > t) = upper, 0 < upper < 1: what an observed t says of the true one. */
double ag_noncentral_t_center(double t, double df, double upper);

/* Range of k independent normal numbers (the studentized range with infinite df), k >= 2:
 *     P(Q <= q) = k integral of phi(z) (Phi(z) - Phi(z - q))^(k - 1) dz */
double ag_range_cdf(double q, int k);
double ag_range_quantile(double p, int k); /* 0 < p < 1 */

/* x from low to high where f(x, with), which ascends, is `want`: between neighbouring doubles. */
double ag_root_of_ascending(double (*f)(double x, const void *with), const void *with, double want,
                            double low, double high);

#endif

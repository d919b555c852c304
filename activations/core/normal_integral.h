/* Integrals over the normal distribution, by quadrature (expectation.c). */
#ifndef AG_NORMAL_INTEGRAL_H
#define AG_NORMAL_INTEGRAL_H

typedef double ag_normal_integrand(const void *context, double u);

/* E f(u) for u ~ N(0, 1). f is about a function of sigma u, and it or a derivative of it may jump
 * at the seams. *off: what it may be off. */
double ag_normal_integral(ag_normal_integrand *f, const void *context, double sigma, int n_seams,
                          const double *seam, double *off);

#endif

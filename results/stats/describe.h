/* One sample in a few numbers.
 *
 * x is n finite numbers, n >= 1; NaN and infinity are refused. What n is
 * too small for is NaN. */
#ifndef AG_DESCRIBE_H
#define AG_DESCRIBE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

typedef struct ag_description {
    int n;
    double mean;
    double std; /* with n - 1; NaN for n = 1 */
    double min, max;
    double quartile_1, median, quartile_3; /* ag_quantile */
    double iqm;                            /* ag_iqm */
    double mad;                            /* median of |x - median|, not multiplied by 1.4826 */
} ag_description;

/* AG_DATA if one of them is NaN or infinite. */
ag_status ag_check_finite(int n, const double *x, ag_error *err);

ag_status ag_describe(int n, const double *x, ag_arena *scratch, ag_description *out,
                      ag_error *err);

/* A copy of x in ascending order; NULL: out of memory. */
double *ag_sorted(int n, const double *x, ag_arena *arena);
void ag_sort(int n, double *x);

/* Error of one rounding whatever n (Neumaier 1974, Zeitschrift fuer angewandte Mathematik und
 * Mechanik 54), unless terms cancel by more than 1e16. */
double ag_sum(int n, const double *x);
double ag_mean(int n, const double *x);

/* sum of (x - mean)^2, the rounding of the mean corrected for (Chan, Golub, LeVeque 1983). */
double ag_squares(int n, const double *x);
double ag_std(int n, const double *x); /* sqrt(squares / (n - 1)); NaN for n = 1 */

/* Of numbers in ascending order: type 7 of Hyndman and Fan 1996 (R's and numpy's default), linear
 * between the points (i / (n - 1), x[i]); 0 <= p <= 1. The numbers may be infinite. */
double ag_quantile(int n, const double *sorted, double p);
double ag_median(int n, const double *sorted); /* quantile of 1/2: the middle one or two's mean */

/* Interquartile mean as rliable has it (Agarwal et al. 2021): of numbers in ascending order the
 * mean without the floor(n / 4) smallest and as many largest (scipy.stats.trim_mean(x, 0.25)). For
 * n < 4 that is the mean of all. */
double ag_iqm(int n, const double *sorted);

#endif

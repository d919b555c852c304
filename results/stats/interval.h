/* Confidence intervals: of a mean, median, IQM, of differences, of ratios, of a share.
 *
 * How often a 95 % interval holds the true value, measured with 20,000 samples each (2,000
resamples
 * a sample; tests/unit/test_stats_coverage.c measures it again with fewer):
COVERAGE
 * Bootstrap intervals are too narrow for few seeds: below 10, the t interval says more of a mean.
 * None of them can hold what no seed has shown.
 *
 * Numbers are finite, asserted. Intervals whose n is too small are NaN, as said of each. */
#ifndef AG_INTERVAL_H
#define AG_INTERVAL_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* `low` and `high` enclose the true value with the stated confidence. */
typedef struct ag_bounds {
    double estimate, low, high;
} ag_bounds;

typedef enum ag_statistic { AG_STATISTIC_MEAN, AG_STATISTIC_MEDIAN, AG_STATISTIC_IQM } ag_statistic;
typedef enum ag_contrast { AG_CONTRAST_DIFFERENCE, AG_CONTRAST_RATIO } ag_contrast;

/* BCa: bias-corrected and accelerated (Efron 1987, J. Am. Stat. Assoc. 82), the acceleration by the
 * jackknife, within each stratum (Davison and Hinkley 1997, 5.12). It needs 2 numbers in some
 * stratum that differ. Where all resamples lie on one side of the estimate, half a resample is
 * counted on the other. Percentile: quantiles (type 7) of the resamples. */
typedef enum ag_bootstrap_ends { AG_BOOTSTRAP_PERCENTILE, AG_BOOTSTRAP_BCA } ag_bootstrap_ends;

/* The same seed gives the same interval in any order of calls: each opens a stream of its own. */
typedef struct ag_bootstrap {
    ag_statistic statistic;
    ag_bootstrap_ends ends;
    int resamples; /* 2 .. 10,000,000 */
    double level;  /* 0.95 */
    uint64_t seed; /* stream AG_RANDOM_BOOTSTRAP */
} ag_bootstrap;

#define AG_BOOTSTRAP_STANDARD                                                                      \
    ((ag_bootstrap){.resamples = 10000, .level = 0.95, .ends = AG_BOOTSTRAP_BCA})

/* n numbers of one cell, or the paired differences of two. n >= 1; low and high are NaN for n = 1.
 */
ag_status ag_bootstrap_sample(int n, const double *x, const ag_bootstrap *how, ag_arena *scratch,
                              ag_bounds *out, ag_error *err);

/* Several cells (or differences of them) together: the statistic of all numbers, resampled within
 * each cell (rliable: Agarwal et al. 2021, NeurIPS, 4.1). NaN where every cell has 1 number. */
typedef struct ag_cells {
    int n;
    const int *sizes; /* each >= 1 */
    const double *x;  /* the cells one after the other */
} ag_cells;

ag_status ag_bootstrap_cells(const ag_cells *cells, const ag_bootstrap *how, ag_arena *scratch,
                             ag_bounds *out, ag_error *err);

typedef struct ag_two_samples {
    int n_x, n_y;
    const double *x, *y;
} ag_two_samples;

/* Two samples that share nothing: statistic of x minus (over) that of y, resampled separately.
 * NaN for a ratio if some resample of y has statistic 0. */
ag_status ag_bootstrap_two(const ag_two_samples *of, ag_contrast contrast, const ag_bootstrap *how,
                           ag_arena *scratch, ag_bounds *out, ag_error *err);

/* mean(x) / mean(y) of pairs (n_x == n_y), resampled as pairs. NaN if some resample's mean of y is
 * 0. how->statistic must be the mean. */
ag_status ag_bootstrap_paired_ratio(const ag_two_samples *of, const ag_bootstrap *how,
                                    ag_arena *scratch, ag_bounds *out, ag_error *err);

/* mean -+ t quantile x std / sqrt(n). NaN for n = 1. */
ag_bounds ag_t_interval(int n, const double *x, double level);

/* A share `hits` of n, n >= 1, by inverting the score test (Wilson 1927, J. Am. Stat. Assoc. 22).
 * No continuity correction. */
ag_bounds ag_wilson_interval(double hits, double n, double level);

#endif

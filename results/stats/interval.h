/* Confidence intervals: of a mean, median, IQM, of differences, of ratios, of a share.
 *
 * How often a 95 % interval holds the truth, measured: 10,000 samples of n (standard error 0.002 to
 * 0.005), 2,000 resamples each, of normal numbers and, behind the bar, exponential ones.
 *
 *              n =     3     5     10    20    |   3     5     10
 *     t, mean          0.947 0.949 0.949 0.952 |   0.891 0.879 0.902
 *     percentile, mean 0.744 0.829 0.902 0.932 |   0.702 0.786 0.865
 *     BCa, mean        0.717 0.831 0.899 0.931 |   0.683 0.796 0.875
 *     BCa, median      0.744 0.935 0.936 0.942 |   0.760 0.936 0.939
 *     BCa, IQM         0.717 0.892 0.930 0.943 |
 *     rank test, shift 0.744 0.935 0.951 0.955 |   (effect.h)
 *
 * So bootstrap intervals of a mean are too narrow below 20 numbers: there the t interval says more,
 * for 3 to 5 seeds it is the only one near what it claims. With 3 no rank-based interval can hold
 * more than 1 - 2 / 2^3 = 0.75. `test_stats_coverage 10000` prints the table.
 *
 * Numbers that are not finite are refused by the bootstrap (AG_DATA); elsewhere NaN gives NaN.
 * Intervals whose n is too small are NaN, as said of each. */
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

/* n numbers of one cell, or the paired differences of two. n >= 1; for 1, low and high are NaN. */
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
 * No continuity correction. hits may have halves: pairs of seeds that are won, ties 1/2. n counts
 * what is independent: for ag_probability_greater that is not n_x n_y. */
ag_bounds ag_wilson_interval(double hits, double n, double level);

/* The same by inverting the binomial test (Clopper and Pearson 1934, Biometrika 26), never too
 * narrow: low where P(X >= hits) and high where P(X <= hits) is (1 - level) / 2; 0 for no hit, 1
 * for n of n. R: binom.test(hits, n, conf.level = level)$conf.int. 0 <= level < 1, n > 0; hits and
 * n need not be whole (ag_binomial_upper). */
ag_bounds ag_clopper_pearson_interval(double hits, double n, double level);

#endif

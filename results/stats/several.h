/* Several comparisons at once: corrected p values, average ranks, which do not differ. */
#ifndef AG_SEVERAL_H
#define AG_SEVERAL_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>

/* Adjusted p values, as R's p.adjust. p in [0, 1]; NaN (a test that is not defined) stays NaN and
 * is not counted. adjusted may be p. */
typedef enum ag_correction {
    AG_HOLM,              /* 1979, Scand. J. Stat. 6: family-wise error, however tests depend */
    AG_HOCHBERG,          /* 1988, Biometrika 75: the same, of independent or positively dependent
                             tests */
    AG_BENJAMINI_HOCHBERG /* 1995, J. R. Stat. Soc. B 57: false discovery rate, same condition */
} ag_correction;

ag_status ag_adjust(ag_correction correction, int n, const double *p, double *adjusted,
                    ag_arena *scratch, ag_error *err);

/* Holm's, where p arrive in ascending order, the place-th (from 0) of n: `before` is what came of
 * the one before, 0 for the first. */
double ag_holm_next(double before, int place, int n, double p);

/* A table of n blocks (data sets, seeds) x k treatments (activations), row by row. n >= 1, k >= 2;
 * infinity ranks as what it is, NaN is refused (AG_DATA). */
typedef struct ag_blocks {
    int n, k;
    const double *x;    /* [n][k] */
    bool largest_first; /* rank 1 is the largest of a block; otherwise the smallest */
} ag_blocks;

/* Friedman 1937 with correction for ties; Iman and Davenport 1980, Comm. Stat. A9:
 *
 *     F = (n - 1) chi2 / (n (k - 1) - chi2),  k - 1 and (k - 1)(n - 1) degrees of freedom
 *
 * is less conservative. NaN where all values of all blocks are equal; F also for n = 1. p_exact:
 * over all orders of ranks within blocks, if those are at most AG_FRIEDMAN_EXACT (k!^(n - 1)),
 * otherwise NaN. */
enum { AG_FRIEDMAN_EXACT = 1000000 };

typedef struct ag_friedman {
    double chi_squared, p_chi_squared; /* k - 1 degrees of freedom */
    double f, p_f;
    double p_exact;
} ag_friedman;

/* average_rank [k]: mid-ranks, averaged over blocks. */
ag_status ag_friedman_test(const ag_blocks *of, double *average_rank, ag_arena *scratch,
                           ag_friedman *out, ag_error *err);

/* Nemenyi 1963: average ranks that differ by at least this are different at level alpha:
 *
 *     q(1 - alpha, k) / sqrt(2) x sqrt(k (k + 1) / (6 n))
 *
 * (Demsar 2006, J. Mach. Learn. Res. 7, 3.2.2), q the quantile of the studentized range. */
double ag_nemenyi_distance(int k, int n, double alpha);

/* Groups whose members do not differ, for the bars of a critical-difference diagram: runs of the
 * treatments in order of average rank, as long as no two in it differ, none within another, of two
 * or more. With Nemenyi's distance those are all maximal cliques. */
typedef struct ag_group {
    int first, last; /* places in order */
} ag_group;

/* order [k]: treatments by average rank, equal ones by number. differ [k][k], by treatment. groups:
 * room for k; returns how many. */
void ag_order_by_rank(int k, const double *average_rank, int *order);
int ag_groups_alike(int k, const int *order, const bool *differ, ag_group *groups);

#endif

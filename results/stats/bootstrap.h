/* Resampling behind results/stats/interval.h and budget.h: private to results/stats. */
#ifndef AG_BOOTSTRAP_H
#define AG_BOOTSTRAP_H

#include "results/stats/interval.h"

typedef struct ag_resampling ag_resampling;

/* What is estimated from items of which number `slot` was drawn count[slot] times. */
typedef double ag_resampled(const ag_resampling *self, const int *count);

struct ag_resampling {
    ag_resampled *value;
    int n; /* items, in strata one after the other */
    int n_strata;
    const int *sizes; /* of the strata */
    const int *slot;  /* [n]: where item i is counted; NULL: at i */
    /* what `value` needs */
    const double *x, *y;    /* of the slots */
    ag_statistic statistic; /* of interval.c */
    ag_contrast contrast;
    int k;
};

/* Estimate from all items once, and its interval. low and high are NaN if no stratum has 2 items or
 * a resample's value is NaN. */
ag_status ag_bootstrap_interval(const ag_resampling *of, const ag_bootstrap *how, ag_arena *scratch,
                                ag_bounds *out, ag_error *err);

/* The interval from the values of all resamples, whose order it changes. */
ag_bounds ag_bootstrap_bounds(double estimate, double *values, double acceleration,
                              const ag_bootstrap *how);

#endif

/* The middle of repeated measurements, and how far they lie apart. */
#ifndef AG_SPREAD_H
#define AG_SPREAD_H

typedef struct ag_spread {
    double median, least, most;
} ag_spread;

/* Of n numbers, n above 0; sorts x. */
ag_spread ag_spread_of(int n, double *x);

#endif

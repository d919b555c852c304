/* What grew over the recorded steps of a trial: since when, and how fast. */
#ifndef AG_GROWTH_H
#define AG_GROWTH_H

#include <stdbool.h>

/* A series is flat, or moves about, until it begins to grow; then it does so to its end, the last
 * of its numbers that is finite and above 0, or in one step, behind which it stays. */
typedef struct ag_growth {
    int from, to;     /* places in the series */
    double low, high; /* what stands there */
    double per_step;  /* factor: (high / low)^(1 / (to - from)) */
    int tenfold;      /* the first place behind `from` with ten times `low`; -1: none */
} ag_growth;

/* Of x[0 .. n-1]; numbers that are not finite, or not above 0, say nothing. False: there are fewer
 * than two others, or the last one is not above the rest. */
bool ag_growth_of(const double *x, int n, ag_growth *growth);

/* Whether a grew before b: the first to become ten times as large, of two in the same step the
 * one that grew faster. */
bool ag_growth_before(const ag_growth *a, const ag_growth *b);

/* The place of the first number that is `times` the median of all before it, of which there are
 * three or more; -1: none. *median: of those. */
int ag_growth_jump(const double *x, int n, double times, double *median);

#endif

/* Sums of all subsets, in ascending order: exact permutation tests. Private to results/stats.
 *
 * Subsets of n numbers are pairs of a subset of each half; with the sums of both halves sorted,
 * those pairs that reach a threshold are counted in one pass: 2^(n/2) steps instead of 2^n. */
#ifndef AG_SUBSETS_H
#define AG_SUBSETS_H

#include "harness/base/arena.h"

#include <stdbool.h>
#include <stdint.h>

/* size[k]: how many subsets have k numbers; sum[k]: their sums, ascending. With n <= 15. */
typedef struct ag_subsets {
    int n;
    int64_t *size;
    double **sum;
} ag_subsets;

/* false: no memory. */
bool ag_subsets_make(int n, const double *x, ag_arena *arena, ag_subsets *out);

/* Pairs of a number of a and one of b whose sum is at least `least`. Both ascend. */
int64_t ag_pairs_reaching(int64_t n_a, const double *a, int64_t n_b, const double *b, double least);

#endif

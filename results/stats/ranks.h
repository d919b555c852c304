/* Ranks, doubled: whole numbers also where values are equal.
 *
 * The smallest of n numbers has rank 1, equal ones the mean of the ranks that they take together
 * (mid-ranks). Doubled, all are whole, so that sums of ranks compare exactly. Infinity is a value
 * like any other; NaN is refused (AG_DATA). Values are equal if their bits are (0 and
 * -0 too): whoever compares differences of rounded numbers rounds them first. */
#ifndef AG_RANKS_H
#define AG_RANKS_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdint.h>

/* order [n]: places in x from the smallest number to the largest, equal ones as they stand. */
ag_status ag_ascending_order(int n, const double *x, int *order, ag_arena *scratch, ag_error *err);

/* doubled[i] = 2 rank of x[i], 2 .. 2 n. ties (may be NULL): sum of t^3 - t over groups of t equal
 * ones. */
ag_status ag_doubled_ranks(int n, const double *x, int64_t *doubled, double *ties,
                           ag_arena *scratch, ag_error *err);

#endif

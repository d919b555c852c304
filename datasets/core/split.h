/* Which examples are held out. */
#ifndef AG_SPLIT_H
#define AG_SPLIT_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdint.h>

/* Positions of examples in their source, ascending. */
typedef struct ag_subset {
    size_t n;
    uint32_t *index;
} ag_subset;

/* How many of n examples a parameter means: a share below 1 (rounded to the nearest
 * count) or a number. AG_CONFIG if a share above 0 comes to none, a number is not
 * whole, or nothing is left. */
ag_status ag_split_count(const char *set, const char *param, double value, size_t n, size_t *count,
                         ag_error *err);

/* Moves `count` of `from` to `held`: of every class the same share, to within one
 * example, but if it can be never all of a class; within a class drawn by (seed, index).
 * label NULL: one class. */
ag_status ag_split_hold_out(const int32_t *label, int n_classes, size_t count, uint64_t seed,
                            uint32_t index, ag_arena *arena, ag_subset *from, ag_subset *held,
                            ag_error *err);

#endif

/* How fast an activation is on this machine. */
#ifndef AG_PACE_H
#define AG_PACE_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"
#include "harness/num/spread.h"

/* Sizes of array: forward reads one and writes two, and all three are to lie in the first
 * cache (24 KiB), in the second (384 KiB), or in none (96 MiB). */
typedef enum ag_pace_size { AG_PACE_L1, AG_PACE_L2, AG_PACE_MEMORY, AG_PACE_SIZES } ag_pace_size;
extern const char *const ag_pace_names[AG_PACE_SIZES]; /* "L1", "L2", "memory" */
size_t ag_pace_elements(ag_pace_size size);

/* Nanoseconds of processor time for an element, of a unit of several inputs for its y. Its arrays
 * are more, and have fewer elements, so that all of them lie there. */
typedef struct ag_pace {
    ag_spread forward;  /* f and f' together */
    ag_spread backward; /* dy f' */
    ag_spread identity; /* forward of y = x, f' = 1: what the arrays alone cost */
} ag_pace;

/* What is measured with; for as long as the arena keeps it. */
typedef struct ag_pace_bench ag_pace_bench;
ag_pace_bench *ag_pace_open(ag_pace_size size, ag_arena *arena); /* NULL: no memory */

/* The median of `rounds` rounds, in each of which all three take their turn for `seconds` or a
 * pass over the array, whatever is longer. rounds at most AG_PACE_ROUNDS_MAX. */
enum { AG_PACE_ROUNDS_MAX = 15 };
ag_pace ag_pace_of(ag_pace_bench *bench, const ag_choice *choice, int rounds, double seconds);

#endif

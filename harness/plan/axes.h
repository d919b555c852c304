/* The axes of a grid: what varies, before it is combined. Private to harness/plan. */
#ifndef AG_AXES_H
#define AG_AXES_H

#include "harness/plan/path.h"
#include "harness/plan/schema.h"

/* One dotted key and a value for each choice of its axis. */
typedef struct ag_axis_key {
    ag_path path;
    ag_part part;
    ag_place place; /* of the key */
    const ag_node *list;
    const ag_node *const *values; /* [n_choices of the axis] */
} ag_axis_key;

/* A line of `grid` (one key), or a map of `zip` (several keys that move together). */
typedef struct ag_grid_axis {
    const char *name;
    ag_place place;
    bool zip;
    int n_choices, n_keys;
    ag_axis_key *keys;
} ag_grid_axis;

typedef struct ag_axes {
    ag_grid_axis axis[AG_AXES_MAX];
    int n;
} ag_axes;

/* Reads `grid` and `zip`, in the order in which they stand in the file; each may be
 * NULL. */
ag_status ag_axes_read(ag_arena *arena, const ag_node *grid, const ag_node *zip, ag_axes *axes,
                       ag_error *err);

/* Reads the seeds: a count, a list, a range. Both NULL: seed 0. */
ag_status ag_seeds_read(ag_arena *arena, const ag_node *seeds, const ag_node *seed,
                        const uint64_t **out, int *n, ag_error *err);

/* The same, of seeds that are called `name`: a count begins at `first`. */
ag_status ag_seeds_read_from(ag_arena *arena, const ag_node *seeds, const char *name,
                             uint64_t first, const uint64_t **out, int *n, ag_error *err);

#endif

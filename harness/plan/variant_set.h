/* The different variants of one part, each held once. Private to harness/plan. */
#ifndef AG_VARIANT_SET_H
#define AG_VARIANT_SET_H

#include "harness/plan/variant.h"

typedef struct ag_variant_set {
    ag_part part;
    ag_arena *arena, *work; /* of what the plan points to; of the table */
    bool by_file;           /* the same settings out of two experiment files are two variants:
                               paths in them begin at other folders */
    ag_variant *variants;   /* [n] */
    size_t n, room;
    uint32_t *slot; /* [mask + 1] by hash of the canonical JSON: variant + 1, 0: free */
    size_t mask;
} ag_variant_set;

/* An empty one with room for `expected`; it grows. */
ag_status ag_variant_set_open(ag_variant_set *set, size_t expected, ag_error *err);

/* Reads and checks a node as ag_variant_read does. *variant: where in set->variants it stands. */
ag_status ag_variant_set_add(ag_variant_set *set, const ag_node *node, ag_arena *scratch,
                             uint32_t *variant, int *n_layers, ag_error *err);

#endif

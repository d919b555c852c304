/* Making new trees from old ones. Nodes are never changed after parsing: these
 * functions copy the path they touch and share the rest. NULL: out of memory. */
#ifndef AG_TREE_H
#define AG_TREE_H

#include "harness/config/document.h"

/* A single value. */
ag_node *ag_node_new_value(ag_arena *arena, const char *text, bool quoted, ag_place place);
ag_node *ag_node_new(ag_arena *arena, ag_node_kind kind, ag_place place); /* empty list or map */

/* Appends a copy of `child` (its own children shared) to a list or map that is
 * still being made; `*last` is NULL at first and remembers the end. `key` may be
 * NULL. */
ag_node *ag_node_append(ag_arena *arena, ag_node *parent, ag_node **last, const ag_node *child,
                        const char *key, ag_place key_place);

/* The same with the node itself, which must be new. */
void ag_node_link(ag_node *parent, ag_node **last, ag_node *child);

/* A copy of `map` in which `key` has the value `child`, in its old place or last.
 * `map` NULL: a new map. */
ag_node *ag_node_with(ag_arena *arena, const ag_node *map, const char *key, ag_place key_place,
                      const ag_node *child);

/* A copy of `map` without `key`. */
ag_node *ag_node_without(ag_arena *arena, const ag_node *map, const char *key);

#endif

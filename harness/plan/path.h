/* Dotted keys: optimizer.learning_rate. Private to harness/plan. */
#ifndef AG_PATH_H
#define AG_PATH_H

#include "harness/config/document.h"

enum { AG_PATH_MAX = 4 };

typedef struct ag_path {
    const char *text;
    int n;
    const char *component[AG_PATH_MAX];
} ag_path;

/* Takes a dotted key apart. AG_CONFIG if it is not words joined by dots. */
ag_status ag_path_read(ag_arena *arena, const char *text, ag_place place, ag_path *path,
                       ag_error *err);

/* a is b, or a stands above b: `optimizer` above `optimizer.momentum`. */
bool ag_path_covers(const ag_path *a, const ag_path *b);

/* A copy of `root` in which the path has this value. A single value above it
 * becomes a map: `optimizer: sgd` with optimizer.momentum set is
 * {name: sgd, momentum: ...}. */
ag_status ag_path_set(ag_arena *arena, const ag_node *root, const ag_path *path, ag_place place,
                      const ag_node *value, const ag_node **out, ag_error *err);

/* The same from component `from` on, in the node of one part, which may be NULL. */
ag_status ag_path_set_below(ag_arena *arena, const ag_node *node, const ag_path *path, int from,
                            ag_place place, const ag_node *value, const ag_node **out,
                            ag_error *err);

/* A copy of `root` without the path; *found says whether it was there. */
ag_status ag_path_remove(ag_arena *arena, const ag_node *root, const ag_path *path, bool *found,
                         const ag_node **out, ag_error *err);

#endif

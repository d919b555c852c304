/* One value or several? The one rule, for grid, zip, exclude and the command line.
 * Private to harness/plan.
 *
 *     model.depth: [2, 4]               a list is several values
 *     model.head: [128, 64]             of a key that takes a list, it is one value,
 *     model.head: [[128], [256, 128]]   and several if there is a list in it
 */
#ifndef AG_VALUES_H
#define AG_VALUES_H

#include "harness/base/catalogue.h"
#include "harness/plan/path.h"

/* A key whose value is a list: model.head, activation.layers, probes.which. */
bool ag_path_takes_list(const ag_path *path);

/* The parameter behind such a key; NULL if there is none, as for probes.which. */
const ag_param *ag_path_list(const ag_path *path);

/* The node stands for several values of this key. */
bool ag_node_is_several(const ag_node *node, const ag_path *path);

/* All values that the node stands for, as a list; one value is a list of one. Calls
 * such as range() are replaced by their numbers. An empty list of values is an error. */
ag_status ag_values_read(ag_arena *arena, const ag_node *node, const ag_path *path,
                         const ag_node **list, ag_error *err);

#endif

/* Lists and ranges as people write them: [2, 4, 8], range(2,33,2), logspace(1e-4,1e-1,4),
 * linspace(0,1,5), and lists with such calls among their elements.
 *
 *     range(a,b[,step])  a, a+step, ... before b: the end is not part of it
 *     linspace(a,b,n)    n numbers, both ends included, equally far apart
 *     logspace(a,b,n)    n numbers, both ends included, equal ratios; a, b > 0
 *
 * Numbers between the ends are rounded to 12 significant digits, so that
 * logspace(1e-4,1e-1,4) is 0.0001, 0.001, 0.01, 0.1 and hashes alike everywhere.
 */
#ifndef AG_SEQUENCE_H
#define AG_SEQUENCE_H

#include "harness/config/document.h"

enum { AG_SEQUENCE_MAX = 100000 }; /* elements of one list */

/* An unquoted value that looks like one of the calls above. */
bool ag_node_is_call(const ag_node *node);

/* A list in which every call is replaced by its numbers. `node` is a list or a
 * call, or anything else, which becomes a list of one. `what` names it in
 * messages ("model.depth"). An empty list is an error. */
ag_status ag_sequence_read(ag_arena *arena, const ag_node *node, const char *what,
                           const ag_node **list, ag_error *err);

/* Where a search draws from: uniform(0, 0.5), log_uniform(1e-4, 1e-1), uniform_int(16, 256),
 * whose ends are among the numbers. In quotes too, as JSON has it. */
typedef struct ag_range {
    bool log, whole;
    double min, max;
} ag_range;

bool ag_node_is_range(const ag_node *node);

/* The node is a range; `what` names it in messages. */
ag_status ag_range_read(const ag_node *node, const char *what, ag_range *range, ag_error *err);

/* The number at 0 <= u < 1, rounded to 6 digits: what is tried is no finer, and it is the same
 * number with every mathematical library. */
double ag_range_at(const ag_range *range, double u);

#endif

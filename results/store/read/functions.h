/* Functions a query may use besides SQLite's own. Aggregates leave NULL out, as avg() does.
 *
 *     median(x)          middle value, mean of the two middle ones; may be infinite
 *     geomean(x)         geometric mean; 0 if one is 0, NULL if one is negative
 *     stddev(x)          standard deviation with n - 1; NULL for fewer than two
 *     significant(x, n)  x rounded to n significant digits; NULL for what is no number
 *     round(x, n)        as SQLite's own and ten times as fast; exactly the nearest double
 */
#ifndef AG_FUNCTIONS_H
#define AG_FUNCTIONS_H

#include <stdbool.h>

struct sqlite3;

/* `*deadline`, on ag_clock_now, ends also what SQLite cannot end: the last step of a median of many
 * millions. False: out of memory. */
bool ag_functions_add(struct sqlite3 *db, const double *deadline);

#endif

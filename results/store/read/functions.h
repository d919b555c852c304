/* Functions a query may use besides SQLite's own; `actgrid help sql` prints the list. */
#ifndef AG_FUNCTIONS_H
#define AG_FUNCTIONS_H

#include <stdbool.h>

struct sqlite3;

typedef struct ag_sql_function {
    const char *name, *arguments; /* "quantile", "x, p" */
    const char *meaning;
} ag_sql_function;

/* One after the other, from 0; NULL behind the last. */
const ag_sql_function *ag_sql_function_at(int i);

/* `*deadline`, on ag_clock_now, ends also what SQLite cannot end: the last step of a median of many
 * millions. False: out of memory. */
bool ag_functions_add(struct sqlite3 *db, const double *deadline);

#endif

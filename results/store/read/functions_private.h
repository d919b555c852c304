/* What functions.c (of a row) and statistics.c (of a group) share. */
#ifndef AG_FUNCTIONS_PRIVATE_H
#define AG_FUNCTIONS_PRIVATE_H

#include <stdbool.h>

struct sqlite3;

/* The aggregates; as ag_functions_add. */
bool ag_statistics_add(struct sqlite3 *db, const double *deadline);

#endif

/* What functions.c (of a row, and the list of all), aggregates.c (of a group, as SQLite sees them)
 * and statistics.c (what those compute) share. */
#ifndef AG_FUNCTIONS_PRIVATE_H
#define AG_FUNCTIONS_PRIVATE_H

#include "harness/base/arena.h"
#include "harness/base/status.h"
#include "results/stats/interval.h"
#include "results/store/read/functions.h"

/* The numbers of one group: what was NULL is not among them. In an order of their own, so that the
 * order of the rows does not matter. */
typedef struct ag_sample {
    int n;             /* >= 1 */
    double *x;         /* [n], ascending unless y is beside it; may be changed */
    double *y;         /* 'y': [n], beside x. 'f': [n_y], ascending: where first is 0 */
    int n_y;           /* >= 1 */
    double parameter;  /* the argument 'p', checked; AG_LEVEL_STANDARD where it is missing */
    ag_arena *scratch; /* given back behind the call */
} ag_sample;

#define AG_LEVEL_STANDARD 0.95

/* What an argument 'p' may be. */
typedef enum ag_parameter {
    AG_PARAMETER_SHARE, /* 0 .. 1 */
    AG_PARAMETER_LEVEL, /* above 0, below 1 */
    AG_PARAMETER_COUNT  /* 1, 2, ... */
} ag_parameter;

typedef struct ag_aggregate {
    ag_sql_function about;
    const char *roles; /* of the arguments: x, y numbers; f 0 or 1; p the same in the whole group */
    int optional;      /* how many arguments at the end may be missing: 0 or 1 */
    ag_parameter parameter;
    bool infinite; /* numbers may be; otherwise it is refused */
    int most;      /* rows of a group, for what would take too long beyond; 0: no such limit */
    /* one of these; NaN: not defined */
    double (*number)(const ag_sample *of);
    ag_status (*value)(const ag_sample *of, double *out, ag_error *err);
    ag_status (*low)(const ag_sample *of, ag_bounds *out, ag_error *err); /* the lower end */
    ag_status (*high)(const ag_sample *of, ag_bounds *out, ag_error *err);
} ag_aggregate;

extern const ag_aggregate ag_aggregates[];
extern const int ag_n_aggregates;

/* *out NaN is NULL: not defined. AG_DATA: refused, with a sentence. */
ag_status ag_aggregate_value(const ag_aggregate *function, const ag_sample *of, double *out,
                             ag_error *err);

/* As ag_functions_add. */
bool ag_aggregates_add(struct sqlite3 *db, const double *deadline);

/* holm(p, m): running, over rows in order of p. */
extern const ag_sql_function ag_holm_about;
bool ag_holm_add(struct sqlite3 *db);

#endif

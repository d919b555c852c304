/* Corrected p values in a query: holm(p, m) OVER (ORDER BY p), m of them in all. */
#include "results/stats/several.h"
#include "results/store/read/functions_private.h"

#include <limits.h>
#include <sqlite3.h>
#include <stdint.h>

const ag_sql_function ag_holm_about = {"holm", "p, m",
                                       "of m tests: Holm's p, with OVER (ORDER BY p)"};

typedef struct running {
    int n; /* tests so far */
    double last, adjusted;
    bool defined; /* the row has a p */
} running;

static void step(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    running *r = sqlite3_aggregate_context(context, sizeof *r);
    if (!r) {
        sqlite3_result_error_nomem(context);
        return;
    }
    r->defined = sqlite3_value_type(x[0]) != SQLITE_NULL;
    if (!r->defined) return;
    const int type = sqlite3_value_numeric_type(x[0]);
    const double p = sqlite3_value_double(x[0]);
    const int64_t m = sqlite3_value_int64(x[1]);
    if ((type != SQLITE_FLOAT && type != SQLITE_INTEGER) || p < 0 || p > 1)
        sqlite3_result_error(context, "holm(): p must be from 0 to 1", -1);
    else if (m <= r->n || m > INT_MAX)
        sqlite3_result_error(context, "holm(): m must be how many p there are: count(p) OVER ()",
                             -1);
    else if (p < r->last)
        sqlite3_result_error(context, "holm(): p must ascend: OVER (ORDER BY p)", -1);
    else
        r->adjusted = ag_holm_next(r->adjusted, r->n++, (int)m, p);
    r->last = p;
}

static void value(sqlite3_context *context) {
    const running *r = sqlite3_aggregate_context(context, 0);
    if (r && r->defined) sqlite3_result_double(context, r->adjusted);
}

static void no_group(sqlite3_context *context) {
    sqlite3_result_error(context, "holm(): it is of rows in order: OVER (ORDER BY p)", -1);
}

static void inverse(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    (void)x;
    sqlite3_result_error(context, "holm(): its window must begin with the smallest p", -1);
}

bool ag_holm_add(struct sqlite3 *db) {
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_window_function(db, ag_holm_about.name, 2, flags, NULL, step, no_group,
                                          value, inverse, NULL) == SQLITE_OK;
}

/* Aggregates of queries: they keep the numbers of a group, results/stats computes. */
#include "harness/base/clock.h"
#include "harness/base/text.h"
#include "results/stats/describe.h"
#include "results/store/read/functions_private.h"
#include "results/store/store.h"

#include <limits.h>
#include <math.h>
#include <sqlite3.h>

enum { VALUES_MAX = AG_TABLE_BYTES_MAX / sizeof(double) };
_Static_assert(VALUES_MAX <= INT_MAX, "results/stats counts in int");

/* Of one group: not NULL, ascending, so that the order of the rows does not matter. */
typedef struct sample {
    int n; /* >= 1 */
    double *x;
} sample;

typedef struct aggregate {
    const char *name;
    double (*value)(const sample *of); /* may change x; NaN is NULL */
} aggregate;

/* --- what is computed ------------------------------------------------------------------ */

static double median(const sample *of) { return ag_median(of->n, of->x); }

static double stddev(const sample *of) { return ag_std(of->n, of->x); }

static double geomean(const sample *of) {
    const double least = of->x[0], most = of->x[of->n - 1];
    if (least < 0 || (least == 0 && isinf(most))) return (double)NAN;
    if (least == 0 || isinf(most)) return least == 0 ? 0 : most;
    for (int i = 0; i < of->n; i++)
        of->x[i] = log(of->x[i]);
    return exp(ag_mean(of->n, of->x));
}

static const aggregate aggregates[] = {
    {"median", median},
    {"geomean", geomean},
    {"stddev", stddev},
};

/* --- from SQLite to there ---------------------------------------------------------------- */

/* What SQLite knows of a function. */
typedef struct registered {
    const aggregate *function;
    const double *deadline;
} registered;

typedef struct group {
    double *x; /* sqlite3_malloc64: lives between calls of SQLite, which has no arena */
    size_t n, room;
} group;

static void refuse(sqlite3_context *context, const char *what) {
    const registered *r = sqlite3_user_data(context);
    char *text = sqlite3_mprintf("%s(): %s", r->function->name, what);
    if (text)
        sqlite3_result_error(context, text, -1);
    else
        sqlite3_result_error_nomem(context);
    sqlite3_free(text);
}

static bool make_room(sqlite3_context *context, group *g) {
    if (g->n < g->room) return true;
    if (g->n == VALUES_MAX) {
        refuse(context, "more values than memory should hold");
        return false;
    }
    const size_t room = g->room ? 2 * g->room : 16;
    double *more = sqlite3_realloc64(g->x, room * sizeof *more);
    if (!more) {
        sqlite3_result_error_nomem(context);
        return false;
    }
    g->x = more;
    g->room = room;
    return true;
}

static void step(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    if (sqlite3_value_type(x[0]) == SQLITE_NULL) return;
    group *g = sqlite3_aggregate_context(context, sizeof *g);
    const int type = sqlite3_value_numeric_type(x[0]);
    if (!g)
        sqlite3_result_error_nomem(context);
    else if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
        refuse(context, "a value is text, must be a number");
    else if (make_room(context, g))
        g->x[g->n++] = sqlite3_value_double(x[0]);
}

static void finish(sqlite3_context *context) {
    const registered *r = sqlite3_user_data(context);
    group *g = sqlite3_aggregate_context(context, 0);
    if (!g || g->n == 0) return;
    if (ag_clock_now() > *r->deadline) { /* called even if the query was stopped */
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
    } else {
        const sample of = {.n = (int)g->n, .x = g->x};
        ag_sort(of.n, of.x);
        sqlite3_result_double(context, r->function->value(&of)); /* NaN becomes NULL */
    }
    sqlite3_free(g->x);
}

bool ag_statistics_add(struct sqlite3 *db, const double *deadline) {
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    for (int i = 0; i < AG_COUNT(aggregates); i++) {
        registered *r = sqlite3_malloc(sizeof *r);
        if (!r) return false;
        *r = (registered){&aggregates[i], deadline};
        if (sqlite3_create_function_v2(db, aggregates[i].name, 1, flags, r, NULL, step, finish,
                                       sqlite3_free) != SQLITE_OK)
            return false;
    }
    return true;
}

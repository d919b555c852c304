#include "results/store/read/functions.h"

#include "harness/base/clock.h"
#include "results/store/store.h"

#include <math.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* What an aggregate keeps between values, at first all zero. NULL: NULL is no value; or memory is
 * out, which is said. */
static void *kept_for(sqlite3_context *context, sqlite3_value *x, int size) {
    if (sqlite3_value_type(x) == SQLITE_NULL) return NULL;
    void *kept = sqlite3_aggregate_context(context, size);
    if (!kept) sqlite3_result_error_nomem(context);
    return kept;
}

/* --- stddev: Welford's update, which does not cancel ---------------------------- */

typedef struct moments {
    int64_t n;
    double mean, squares;
} moments;

static void stddev_step(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    moments *m = kept_for(context, x[0], sizeof *m);
    if (!m) return;
    const double value = sqlite3_value_double(x[0]), before = value - m->mean;
    m->n++;
    m->mean += before / (double)m->n;
    m->squares += before * (value - m->mean);
}

static void stddev_final(sqlite3_context *context) {
    const moments *m = sqlite3_aggregate_context(context, 0);
    if (m && m->n > 1) sqlite3_result_double(context, sqrt(m->squares / (double)(m->n - 1)));
}

/* --- geomean ----------------------------------------------------------------------- */

static void geomean_step(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    moments *m = kept_for(context, x[0], sizeof *m);
    if (!m) return;
    m->n++;
    m->mean += log(sqlite3_value_double(x[0])); /* -inf of 0, NaN of a negative number */
}

static void geomean_final(sqlite3_context *context) {
    const moments *m = sqlite3_aggregate_context(context, 0);
    if (m && m->n > 0) sqlite3_result_double(context, exp(m->mean / (double)m->n));
}

/* --- median: keeps all values -------------------------------------------------------- */

typedef struct values {
    double *x; /* sqlite3_malloc64: lives between calls of SQLite, which has no arena */
    size_t n, room;
} values;

enum { VALUES_MAX = AG_TABLE_BYTES_MAX / sizeof(double) };

static void median_step(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    values *v = kept_for(context, x[0], sizeof *v);
    if (!v) return;
    if (v->n == VALUES_MAX) {
        sqlite3_result_error(context, "median() of more values than memory should hold", -1);
        return;
    }
    if (v->n == v->room) {
        const size_t room = v->room ? 2 * v->room : 64;
        double *more = sqlite3_realloc64(v->x, room * sizeof *more);
        if (!more) {
            sqlite3_result_error_nomem(context);
            return;
        }
        v->x = more;
        v->room = room;
    }
    v->x[v->n++] = sqlite3_value_double(x[0]);
}

static int by_size(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void median_final(sqlite3_context *context) {
    values *v = sqlite3_aggregate_context(context, 0);
    if (!v || v->n == 0) return;
    const double *deadline = sqlite3_user_data(context);
    if (ag_clock_now() > *deadline) { /* called even if the query was stopped */
        sqlite3_free(v->x);
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
        return;
    }
    qsort(v->x, v->n, sizeof *v->x, by_size);
    const double above = v->x[v->n / 2], below = v->x[(v->n - 1) / 2];
    sqlite3_result_double(context, above == below ? above : below + (above - below) / 2);
    sqlite3_free(v->x);
}

/* --- significant -------------------------------------------------------------------------- */

static void significant(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    const int type = sqlite3_value_numeric_type(x[0]), digits = sqlite3_value_int(x[1]);
    if ((type != SQLITE_FLOAT && type != SQLITE_INTEGER) || digits < 1) return;
    char text[40];
    snprintf(text, sizeof text, "%.*g", digits < 17 ? digits : 17, sqlite3_value_double(x[0]));
    sqlite3_result_double(context, strtod(text, NULL));
}

/* --- round ---------------------------------------------------------------------------------- */

enum { ROUND_MAX = 15 };

/* SQLite's own round(x, n), which prints and reads the number, in a tenth of the time: a whole
 * number divided by a power of ten is the same double as its text read back, and which whole
 * number it is can be seen unless the number lies next to the middle between two. Listings of a
 * large sweep round millions of numbers. */
static void round_to(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    static const double power[ROUND_MAX + 1] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                                1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    if (sqlite3_value_type(x[0]) == SQLITE_NULL || sqlite3_value_type(x[1]) == SQLITE_NULL) return;
    const double value = sqlite3_value_double(x[0]);
    int digits = sqlite3_value_int(x[1]);
    digits = digits < 0 ? 0 : digits > 30 ? 30 : digits;
    if (fabs(value) > 4503599627370496.0) { /* 2^52: whole already; infinite; NaN is NULL */
        sqlite3_result_double(context, value);
        return;
    }
    if (digits <= ROUND_MAX) {
        const double scaled = fabs(value) * power[digits], whole = floor(scaled);
        if (scaled < 1e15 && fabs(scaled - whole - 0.5) > 1e-9 * (1 + scaled)) {
            const double rounded = (scaled - whole > 0.5 ? whole + 1 : whole) / power[digits];
            sqlite3_result_double(context, value < 0 ? -rounded : rounded);
            return;
        }
    }
    char text[64];
    sqlite3_snprintf(sizeof text, text, "%!.*f", digits, value);
    sqlite3_result_double(context, strtod(text, NULL));
}

bool ag_functions_add(struct sqlite3 *db, const double *deadline) {
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    return sqlite3_create_function_v2(db, "median", 1, flags, (void *)deadline, NULL, median_step,
                                      median_final, NULL) == SQLITE_OK &&
           sqlite3_create_function_v2(db, "geomean", 1, flags, NULL, NULL, geomean_step,
                                      geomean_final, NULL) == SQLITE_OK &&
           sqlite3_create_function_v2(db, "stddev", 1, flags, NULL, NULL, stddev_step, stddev_final,
                                      NULL) == SQLITE_OK &&
           sqlite3_create_function_v2(db, "significant", 2, flags, NULL, significant, NULL, NULL,
                                      NULL) == SQLITE_OK &&
           sqlite3_create_function_v2(db, "round", 2, flags, NULL, round_to, NULL, NULL, NULL) ==
               SQLITE_OK;
}

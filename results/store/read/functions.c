#include "results/store/read/functions.h"

#include "harness/base/catalogue.h"
#include "results/store/read/functions_private.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

/* --- significant ------------------------------------------------------------------------- */

static void significant(sqlite3_context *context, int n, sqlite3_value **x) {
    (void)n;
    const int type = sqlite3_value_numeric_type(x[0]), digits = sqlite3_value_int(x[1]);
    if ((type != SQLITE_FLOAT && type != SQLITE_INTEGER) || digits < 1) return;
    char text[40];
    snprintf(text, sizeof text, "%.*g", digits < 17 ? digits : 17, sqlite3_value_double(x[0]));
    sqlite3_result_double(context, strtod(text, NULL));
}

/* --- round ------------------------------------------------------------------------------- */

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

/* --- all of them ------------------------------------------------------------------------- */

static const struct {
    ag_sql_function about;
    int n_arguments;
    void (*value)(sqlite3_context *context, int n, sqlite3_value **x);
} of_rows[] = {
    {{"significant", "x, n", "of a row: x with n significant digits"}, 2, significant},
    {{"round", "x, n", "of a row: as SQLite's, ten times as fast"}, 2, round_to},
};

const ag_sql_function *ag_sql_function_at(int i) {
    if (i < ag_n_aggregates) return &ag_aggregates[i].about;
    i -= ag_n_aggregates;
    if (i-- == 0) return &ag_holm_about;
    return i < AG_COUNT(of_rows) ? &of_rows[i].about : NULL;
}

bool ag_functions_add(struct sqlite3 *db, const double *deadline) {
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    for (int i = 0; i < AG_COUNT(of_rows); i++)
        if (sqlite3_create_function_v2(db, of_rows[i].about.name, of_rows[i].n_arguments, flags,
                                       NULL, of_rows[i].value, NULL, NULL, NULL) != SQLITE_OK)
            return false;
    return ag_aggregates_add(db, deadline) && ag_holm_add(db);
}

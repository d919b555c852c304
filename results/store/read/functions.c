#include "results/store/read/functions.h"

#include "results/store/read/functions_private.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

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
    return ag_statistics_add(db, deadline) &&
           sqlite3_create_function_v2(db, "significant", 2, flags, NULL, significant, NULL, NULL,
                                      NULL) == SQLITE_OK &&
           sqlite3_create_function_v2(db, "round", 2, flags, NULL, round_to, NULL, NULL, NULL) ==
               SQLITE_OK;
}

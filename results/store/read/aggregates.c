/* Aggregates as SQLite sees them: the numbers of a group are kept, statistics.c computes. */
#include "harness/base/clock.h"
#include "results/stats/describe.h"
#include "results/store/read/functions_private.h"
#include "results/store/store.h"

#include <limits.h>
#include <math.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { NUMBERS_MAX = AG_TABLE_BYTES_MAX / sizeof(double), REFUSAL_MAX = 200 };
_Static_assert(NUMBERS_MAX <= INT_MAX, "results/stats counts in int");

/* What SQLite knows of a function with so many arguments. */
typedef struct registered {
    const ag_aggregate *function;
    const double *deadline;
    int width;        /* numbers kept of a row: 1 or 2 */
    ag_arena scratch; /* of one answer after the other */
} registered;

/* Rows as they came, of each x, or x and its partner. */
typedef struct group {
    double *kept;         /* sqlite3_malloc64: lives between calls of SQLite, which has no arena */
    size_t gone, n, room; /* numbers; the first `gone` of the n have left a window's frame */
    double parameter;
    bool has_parameter, failed;
} group;

/* --- saying no --------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3))) static void refuse(sqlite3_context *context,
                                                         const char *format, ...) {
    const registered *r = sqlite3_user_data(context);
    char text[REFUSAL_MAX];
    const int n = snprintf(text, sizeof text, "%s(): ", r->function->about.name);
    va_list args;
    va_start(args, format);
    vsnprintf(text + n, sizeof text - (size_t)n, format, args);
    va_end(args);
    sqlite3_result_error(context, text, -1);
}

static const char *kind_of(sqlite3_value *value) {
    const int type = sqlite3_value_type(value);
    return type == SQLITE_NULL ? "NULL" : type == SQLITE_BLOB ? "a blob" : "text";
}

static bool is_number(sqlite3_value *value) {
    const int type = sqlite3_value_numeric_type(value);
    return type == SQLITE_INTEGER || type == SQLITE_FLOAT;
}

/* --- one row ----------------------------------------------------------------------------- */

static bool read_parameter(sqlite3_context *context, sqlite3_value *value, group *g) {
    static const struct {
        const char *name, *must;
    } words[] = {
        [AG_PARAMETER_SHARE] = {"p", "from 0 to 1"},
        [AG_PARAMETER_LEVEL] = {"level", "above 0 and below 1: 0.95 for 95 %"},
        [AG_PARAMETER_COUNT] = {"k", "a whole number of at least 1"},
    };
    const registered *r = sqlite3_user_data(context);
    const ag_parameter kind = r->function->parameter;
    const char *name = words[kind].name, *must = words[kind].must;
    if (!is_number(value)) {
        refuse(context, "%s is %s, must be %s", name, kind_of(value), must);
        return false;
    }
    const double x = sqlite3_value_double(value);
    const bool good = kind == AG_PARAMETER_SHARE   ? x >= 0 && x <= 1
                      : kind == AG_PARAMETER_LEVEL ? x > 0 && x < 1
                                                   : x >= 1 && x == floor(x);
    if (!good)
        refuse(context, "%s is %.6g, must be %s", name, x, must);
    else if (g->has_parameter && x != g->parameter)
        refuse(context, "%s is %.6g and %.6g in one group, must be one number", name, g->parameter,
               x);
    g->parameter = x;
    g->has_parameter = true;
    return good && !g->failed;
}

static bool read_number(sqlite3_context *context, sqlite3_value *value, char role, double *x) {
    const registered *r = sqlite3_user_data(context);
    *x = sqlite3_value_double(value);
    if (!is_number(value))
        refuse(context, "a value is %s, must be a number", kind_of(value));
    else if (role == 'f' && *x != 0 && *x != 1)
        refuse(context, "first is %.6g, must be 0 or 1", *x);
    else if (isinf(*x) && !r->function->infinite)
        refuse(context, "a value is infinite, must be finite: FILTER (WHERE abs(...) < 9e999)"
                        " behind it leaves such rows out");
    else
        return true;
    return false;
}

static bool make_room(sqlite3_context *context, group *g) {
    const registered *r = sqlite3_user_data(context);
    const size_t width = (size_t)r->width, most = (size_t)r->function->most;
    if (most > 0 && (g->n - g->gone) / width >= most) {
        refuse(context, "more than %zu values in a group", most);
        return false;
    }
    if (g->n + width <= g->room) return true;
    if (g->gone > g->room / 2) {
        memmove(g->kept, g->kept + g->gone, (g->n - g->gone) * sizeof *g->kept);
        g->n -= g->gone;
        g->gone = 0;
        return true;
    }
    if (g->n + width > NUMBERS_MAX) {
        refuse(context, "more values than memory should hold");
        return false;
    }
    const size_t room = g->room ? 2 * g->room : 16;
    double *more = sqlite3_realloc64(g->kept, room * sizeof *more);
    if (!more) {
        sqlite3_result_error_nomem(context);
        return false;
    }
    g->kept = more;
    g->room = room;
    return true;
}

/* A row in which one of the numbers is NULL does not count. */
static bool counts(const registered *r, int n, sqlite3_value **x) {
    for (int i = 0; i < n; i++)
        if (r->function->roles[i] != 'p' && sqlite3_value_type(x[i]) == SQLITE_NULL) return false;
    return true;
}

static bool keep(sqlite3_context *context, group *g, int n, sqlite3_value **x) {
    const char *roles = ((const registered *)sqlite3_user_data(context))->function->roles;
    double numbers[2];
    int width = 0;
    for (int i = 0; i < n; i++)
        if (roles[i] == 'p' ? !read_parameter(context, x[i], g)
                            : !read_number(context, x[i], roles[i], &numbers[width++]))
            return false;
    if (!make_room(context, g)) return false;
    memcpy(g->kept + g->n, numbers, (size_t)width * sizeof *numbers);
    g->n += (size_t)width;
    return true;
}

static void step(sqlite3_context *context, int n, sqlite3_value **x) {
    if (!counts(sqlite3_user_data(context), n, x)) return;
    group *g = sqlite3_aggregate_context(context, sizeof *g);
    if (!g)
        sqlite3_result_error_nomem(context);
    else if (!keep(context, g, n, x))
        g->failed = true;
}

/* The oldest row leaves the frame of a window. */
static void inverse(sqlite3_context *context, int n, sqlite3_value **x) {
    const registered *r = sqlite3_user_data(context);
    if (!counts(r, n, x)) return;
    group *g = sqlite3_aggregate_context(context, sizeof *g);
    if (g) g->gone += (size_t)r->width;
}

/* --- the answer -------------------------------------------------------------------------- */

/* From numbers, row by row, to a sample; false: no memory. Two samples of which one has nothing
 * leave n or n_y 0. */
static bool take_apart(const registered *r, const double *numbers, ag_sample *of) {
    const bool two = r->function->roles[strlen(r->function->roles) - 1] == 'f';
    const int n = of->n;
    of->x = AG_NEW_ARRAY(of->scratch, double, (size_t)n);
    of->y = AG_NEW_ARRAY(of->scratch, double, (size_t)n);
    if (!of->x || !of->y) return false;
    if (two) of->n = 0;
    for (int i = 0; i < n; i++) {
        const double x = numbers[2 * i], y = numbers[2 * i + 1];
        if (!two) {
            of->x[i] = x;
            of->y[i] = y;
        } else if (y == 1) {
            of->x[of->n++] = x;
        } else {
            of->y[of->n_y++] = x;
        }
    }
    if (!two) {
        of->n_y = n;
        return true;
    }
    ag_sort(of->n, of->x);
    ag_sort(of->n_y, of->y);
    return true;
}

static ag_status compute(const registered *r, ag_sample *of, double *numbers, double *out,
                         ag_error *err) {
    *out = (double)NAN;
    /* something before the first mark: the block stays, which the system would clear each time */
    if (!AG_NEW(of->scratch, char))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    if (r->width == 1) {
        of->x = numbers;
        ag_sort(of->n, of->x);
    } else if (!take_apart(r, numbers, of)) {
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query");
    } else if (of->n == 0 || of->n_y == 0) {
        return AG_OK;
    }
    return ag_aggregate_value(r->function, of, out, err);
}

/* Changes numbers. */
static void answer(sqlite3_context *context, const group *g, double *numbers) {
    registered *r = sqlite3_user_data(context);
    ag_error err = {0};
    ag_sample of = {.n = (int)(g->n - g->gone) / r->width,
                    .parameter = g->has_parameter ? g->parameter : AG_LEVEL_STANDARD,
                    .scratch = &r->scratch};
    double value;
    if (of.n == 0) return;
    if (ag_clock_now() > *r->deadline) { /* asked for even if the query was stopped */
        sqlite3_result_error_code(context, SQLITE_INTERRUPT);
        return;
    }
    const ag_status status = compute(r, &of, numbers, &value, &err);
    ag_arena_reset(&r->scratch);
    if (status == AG_OK)
        sqlite3_result_double(context, value); /* NaN becomes NULL */
    else if (status == AG_NOMEM)
        sqlite3_result_error_nomem(context);
    else
        refuse(context, "%s", err.text);
}

static void finish(sqlite3_context *context) {
    group *g = sqlite3_aggregate_context(context, 0);
    if (!g) return;
    if (!g->failed && g->kept) answer(context, g, g->kept + g->gone);
    sqlite3_free(g->kept);
    *g = (group){0};
}

/* Of a window's frame, to which more rows may come. */
static void value_now(sqlite3_context *context) {
    const group *g = sqlite3_aggregate_context(context, 0);
    if (!g || g->failed || g->n == g->gone) return;
    const size_t bytes = (g->n - g->gone) * sizeof(double);
    double *copy = sqlite3_malloc64(bytes);
    if (!copy) {
        sqlite3_result_error_nomem(context);
        return;
    }
    memcpy(copy, g->kept + g->gone, bytes);
    answer(context, g, copy);
    sqlite3_free(copy);
}

/* --- for SQLite -------------------------------------------------------------------------- */

static void forget(void *self) {
    registered *r = self;
    ag_arena_close(&r->scratch);
    sqlite3_free(r);
}

static bool add(struct sqlite3 *db, const ag_aggregate *function, int n_arguments,
                const double *deadline) {
    const int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS;
    registered *r = sqlite3_malloc(sizeof *r);
    if (!r) return false;
    *r = (registered){.function = function, .deadline = deadline, .scratch = AG_ARENA_EMPTY};
    for (int i = 0; i < n_arguments; i++)
        r->width += function->roles[i] != 'p';
    return sqlite3_create_window_function(db, function->about.name, n_arguments, flags, r, step,
                                          finish, value_now, inverse, forget) == SQLITE_OK;
}

bool ag_aggregates_add(struct sqlite3 *db, const double *deadline) {
    for (int i = 0; i < ag_n_aggregates; i++) {
        const ag_aggregate *function = &ag_aggregates[i];
        const int most = (int)strlen(function->roles);
        for (int n = most - function->optional; n <= most; n++)
            if (!add(db, function, n, deadline)) return false;
    }
    return true;
}

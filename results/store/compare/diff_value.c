/* Values of two stores: whether they are the same, and how they are said. */
#include "results/store/compare/diff_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- order and equality ---------------------------------------------------------------- */

static int order_of_texts(const ag_sql_value *a, const ag_sql_value *b) {
    const size_t n = a->n < b->n ? a->n : b->n;
    const int order = n ? memcmp(a->text, b->text, n) : 0;
    return order ? order : (a->n > b->n) - (a->n < b->n);
}

static int rank(const ag_sql_value *x) {
    return x->kind == AG_SQL_NULL ? 0 : x->kind == AG_SQL_TEXT ? 2 : 1;
}

int ag_sql_order(const ag_sql_value *a, const ag_sql_value *b) {
    if (rank(a) != rank(b)) return rank(a) - rank(b);
    if (rank(a) == 0) return 0;
    if (rank(a) == 2) return order_of_texts(a, b);
    if (a->kind == AG_SQL_WHOLE && b->kind == AG_SQL_WHOLE)
        return (a->whole > b->whole) - (a->whole < b->whole);
    const double x = a->kind == AG_SQL_REAL ? a->real : (double)a->whole;
    const double y = b->kind == AG_SQL_REAL ? b->real : (double)b->whole;
    return (x > y) - (x < y);
}

bool ag_sql_same(const ag_sql_value *a, const ag_sql_value *b) {
    if (a->kind != b->kind) return false;
    switch (a->kind) {
    case AG_SQL_NULL: return true;
    case AG_SQL_WHOLE: return a->whole == b->whole;
    case AG_SQL_REAL: return memcmp(&a->real, &b->real, sizeof a->real) == 0;
    default: return a->n == b->n && memcmp(a->text, b->text, a->n) == 0;
    }
}

/* --- units in the last place -------------------------------------------------------------- */

/* Numbers in their order as whole numbers in the same order, both zeros as 0. */
static int64_t place_of_double(double x) {
    int64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? INT64_MIN - bits : bits;
}

static int64_t place_of_float(float x) {
    int32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits < 0 ? (int64_t)INT32_MIN - bits : bits;
}

static uint64_t distance(int64_t a, int64_t b) {
    return a > b ? (uint64_t)a - (uint64_t)b : (uint64_t)b - (uint64_t)a;
}

/* --- as they are said ------------------------------------------------------------------------ */

enum { CONTEXT = 24, TEXT_SHOWN = 400 };

/* A text from its byte `start` on. */
static ag_cell said_text(const ag_sql_value *x, size_t start, char text[AG_DIFF_SHOWN]) {
    while (start > 0 && start < x->n && ((unsigned char)x->text[start] & 0xc0) == 0x80)
        start--; /* not from within a character */
    if (start > x->n) start = x->n;
    const size_t n = x->n - start < TEXT_SHOWN ? x->n - start : TEXT_SHOWN;
    const int length = snprintf(text, AG_DIFF_SHOWN, "%s%.*s%s", start ? "..." : "", (int)n,
                                x->text + start, start + n < x->n ? "..." : "");
    return (ag_cell){AG_CELL_TEXT, text, (size_t)length};
}

static ag_cell said(const ag_sql_value *x, size_t start, char text[AG_DIFF_SHOWN]) {
    switch (x->kind) {
    case AG_SQL_NULL: return (ag_cell){.kind = AG_CELL_NULL};
    case AG_SQL_WHOLE:
        return (ag_cell){AG_CELL_NUMBER, text, ag_decimal_write_whole(text, x->whole)};
    case AG_SQL_REAL: return (ag_cell){AG_CELL_NUMBER, text, ag_decimal_write(text, x->real)};
    default: return said_text(x, start, text);
    }
}

ag_cell ag_diff_key_cell(const ag_sql_value *value, char text[AG_DIFF_SHOWN]) {
    return said(value, 0, text);
}

/* Where to begin two long texts: a few bytes before they part. */
static size_t start_of(const ag_sql_value *a, const ag_sql_value *b) {
    if (a->kind != AG_SQL_TEXT || b->kind != AG_SQL_TEXT) return 0;
    size_t same = 0;
    while (same < a->n && same < b->n && a->text[same] == b->text[same])
        same++;
    return same > 2 * (size_t)CONTEXT ? same - CONTEXT : 0;
}

void ag_diff_values(ag_difference *d, const ag_sql_value *a, const ag_sql_value *b,
                    char text[2][AG_DIFF_SHOWN]) {
    const size_t start = start_of(a, b);
    d->value[0] = said(a, start, text[0]);
    d->value[1] = said(b, start, text[1]);
    d->has_ulps =
        a->kind == AG_SQL_REAL && b->kind == AG_SQL_REAL && !isnan(a->real) && !isnan(b->real);
    d->ulps = d->has_ulps ? distance(place_of_double(a->real), place_of_double(b->real)) : 0;
}

/* Nine digits give back every float. What is not a number is said with its bits: they may be all
 * that differs. */
static ag_cell said_float(float x, char text[AG_DIFF_SHOWN]) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    if (!isnan(x))
        return (ag_cell){AG_CELL_NUMBER, text,
                         (size_t)snprintf(text, AG_DIFF_SHOWN, "%.9g", (double)x)};
    return (ag_cell){AG_CELL_TEXT, text,
                     (size_t)snprintf(text, AG_DIFF_SHOWN, "nan (0x%08x)", (unsigned)bits)};
}

void ag_diff_floats(ag_difference *d, float a, float b, char text[2][AG_DIFF_SHOWN]) {
    d->value[0] = said_float(a, text[0]);
    d->value[1] = said_float(b, text[1]);
    d->has_ulps = !isnan(a) && !isnan(b);
    d->ulps = d->has_ulps ? distance(place_of_float(a), place_of_float(b)) : 0;
}

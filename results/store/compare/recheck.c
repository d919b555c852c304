#include "harness/base/clock.h"
#include "harness/base/decimal.h"
#include "harness/base/digest.h"
#include "results/store/arrays/gather_private.h"
#include "results/store/compare/diff_private.h"
#include "results/store/compare/recheck_private.h"
#include "results/store/rows/rows_private.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

/* The rows of a trial, in the order in which training makes them: by epoch, and then of the trial
 * as a whole. */
static const struct table {
    const char *name, *order;
    int n_keys;       /* columns behind trial_id that say which row it is */
    int epoch_column; /* 0: none */
    bool later;       /* trials of older programs have no rows of it */
} tables[] = {
    {"epoch", "epoch", 1, 1, false},
    {"layer_epoch", "epoch, layer", 2, 1, false},
    {"activation_parameter", "epoch, layer, name", 3, 1, true},
    {"flight", "step, epoch, layer", 3, 2, true},
    {"layer", "layer", 1, 0, false},
    {"trial", "trial_id", 0, 0, false},
    {"robustness", "noise, level", 2, 0, false},
};

struct ag_recheck {
    const char *folder;
    ag_rows *rows; /* in memory */
    ag_stored_arrays *arrays;
    ag_arena arena;        /* for one record */
    ag_arena reader_arena; /* for `reader` */
    ag_reader *reader;     /* NULL: none is open */
    double opened, put;    /* when that was, and the record before; on ag_clock_now */
    /* The rows of a trial as they were stored and as they are now; NULL: the store is of a format
     * before this table. */
    sqlite3_stmt *then[AG_COUNT(tables)], *now[AG_COUNT(tables)];
};

/* Besides what never counts between two stores: what trials are grouped by, which follows from the
 * settings; names, which settings lack where a user gave them to formulas. */
static const char *const left_out[] = {"cell", "rate_group", "pair_group", "activation",
                                       "activation_name"};

static bool is_left_out(const char *column) {
    for (int i = 0; i < AG_COUNT(left_out); i++)
        if (strcmp(column, left_out[i]) == 0) return true;
    for (int i = 0; i < ag_n_diff_omissions; i++)
        if (ag_diff_omissions[i].column && strcmp(column, ag_diff_omissions[i].column) == 0)
            return true;
    return false;
}

/* --- values --------------------------------------------------------------------------- */

static ag_sql_value value_of(sqlite3_stmt *s, int column) {
    return ag_cursor_value(&(ag_cursor){.s = s}, column);
}

static bool is_number(const ag_sql_value *x) {
    return x->kind == AG_SQL_WHOLE || x->kind == AG_SQL_REAL;
}

static double number_of(const ag_sql_value *x) {
    return x->kind == AG_SQL_WHOLE ? (double)x->whole : x->real;
}

double ag_recheck_relative(double x, double y) {
    if (!isfinite(x) || !isfinite(y)) return HUGE_VAL;
    const double scale = fmax(fabs(x), fabs(y));
    return scale > 0 ? fabs(x / scale - y / scale) : 0;
}

/* Of two numbers; 0 for words, which are no nearer or farther. */
static double relative(const ag_sql_value *a, const ag_sql_value *b) {
    if (!is_number(a) && !is_number(b)) return 0;
    if (!is_number(a) || !is_number(b)) return HUGE_VAL;
    return ag_recheck_relative(number_of(a), number_of(b));
}

static void write_value(char text[AG_RECHECK_VALUE], const ag_sql_value *x) {
    char number[AG_DECIMAL_MAX];
    switch (x->kind) {
    case AG_SQL_NULL: snprintf(text, AG_RECHECK_VALUE, "none"); break;
    case AG_SQL_WHOLE: snprintf(text, AG_RECHECK_VALUE, "%" PRId64, x->whole); break;
    case AG_SQL_REAL:
        ag_decimal_write(number, x->real);
        snprintf(text, AG_RECHECK_VALUE, "%s", number);
        break;
    case AG_SQL_TEXT: snprintf(text, AG_RECHECK_VALUE, "%.*s", AG_RECHECK_VALUE - 1, x->text);
    }
}

/* --- rows ------------------------------------------------------------------------------- */

/* A trial's rows of one table: as they were stored, and as they are now. */
typedef struct pair {
    const struct table *table;
    sqlite3_stmt *then, *now;
} pair;

/* "epoch 3, layer 2, " of the present row. */
static void write_keys(char *text, size_t size, const pair *p, sqlite3_stmt *s) {
    text[0] = '\0';
    for (int k = 1; k <= p->table->n_keys; k++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s %.40s, ", sqlite3_column_name(s, k),
                 ag_column_word(s, k));
    }
}

/* "epoch 3, layer 2, grad_norm" of the present row of `s`. */
static void write_place(char where[AG_RECHECK_WHERE], const pair *p, sqlite3_stmt *s,
                        const char *column) {
    char keys[AG_RECHECK_WHERE];
    write_keys(keys, sizeof keys, p, s);
    snprintf(where, AG_RECHECK_WHERE, "%.100s%.50s", keys, column);
}

/* The present row of `s`, and a column of it. */
typedef struct spot {
    const pair *p;
    sqlite3_stmt *s;
    const char *column;
} spot;

static void write_spot(const void *self, char where[AG_RECHECK_WHERE]) {
    const spot *at = self;
    write_place(where, at->p, at->s, at->column);
}

bool ag_recheck_count(ag_recheck_result *result, double relative,
                      void (*where)(const void *self, char text[AG_RECHECK_WHERE]),
                      const void *self) {
    const bool first = !result->where[0];
    if (!result->different++ || relative > result->largest) {
        result->largest = relative;
        where(self, result->largest_where);
    }
    if (first) where(self, result->where);
    return first;
}

/* Counts a difference in the present row of `s`. Whether it is the first so far: of the earliest
 * epoch. */
static bool count(ag_recheck_result *result, const pair *p, sqlite3_stmt *s, const char *column,
                  double relative) {
    const spot at = {p, s, column};
    const int column_of_epoch = p->table->epoch_column;
    const long epoch = column_of_epoch ? (long)sqlite3_column_int64(s, column_of_epoch) : 0;
    const bool earlier = column_of_epoch && result->has_epoch && epoch < result->epoch;
    if (earlier) result->where[0] = '\0';
    if (!ag_recheck_count(result, relative, write_spot, &at)) return false;
    result->has_epoch = column_of_epoch != 0;
    result->epoch = epoch;
    return true;
}

/* Of two rows: in the store's order, as of keys. */
static int order_of(const pair *p) {
    for (int k = 1; k <= p->table->n_keys; k++) {
        const ag_sql_value then = value_of(p->then, k), now = value_of(p->now, k);
        const int order = ag_sql_order(&then, &now);
        if (order) return order;
    }
    return 0;
}

static int column_of(sqlite3_stmt *s, const char *name) {
    for (int c = 0; c < sqlite3_column_count(s); c++)
        if (strcmp(sqlite3_column_name(s, c), name) == 0) return c;
    return -1;
}

static void compare_rows(const pair *p, ag_recheck_result *result) {
    for (int c = p->table->n_keys + 1; c < sqlite3_column_count(p->now); c++) {
        const char *name = sqlite3_column_name(p->now, c);
        const int at = column_of(p->then, name); /* older formats lack some */
        if (at < 0 || is_left_out(name)) continue;
        result->values++;
        const ag_sql_value then = value_of(p->then, at), now = value_of(p->now, c);
        if (ag_sql_same(&then, &now)) continue;
        if (!count(result, p, p->now, name, relative(&then, &now))) continue;
        write_value(result->then, &then);
        write_value(result->now, &now);
    }
}

/* A row that only one of them has. */
static void compare_lone(const pair *p, bool stored, ag_recheck_result *result) {
    if (!count(result, p, stored ? p->then : p->now, "its row", HUGE_VAL)) return;
    snprintf(result->then, sizeof result->then, "%s", stored ? "there" : "none");
    snprintf(result->now, sizeof result->now, "%s", stored ? "none" : "there");
}

static bool next(sqlite3_stmt *s) { return sqlite3_step(s) == SQLITE_ROW; }

static void compare_tables(const pair *p, bool same_program, ag_recheck_result *result) {
    bool then = next(p->then), now = next(p->now);
    if (p->table->later && !same_program && !then) return;
    while (then || now) {
        const int order = !then ? 1 : !now ? -1 : order_of(p);
        if (order == 0)
            compare_rows(p, result);
        else
            compare_lone(p, order < 0, result);
        if (order <= 0) then = next(p->then);
        if (order >= 0) now = next(p->now);
    }
}

static void forget(sqlite3_stmt **statements) {
    for (int t = 0; t < AG_COUNT(tables); t++) {
        sqlite3_finalize(statements[t]);
        statements[t] = NULL;
    }
}

static void prepare(sqlite3 *db, sqlite3_stmt **statements) {
    char sql[128];
    for (int t = 0; t < AG_COUNT(tables); t++) {
        snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE trial_id = ? ORDER BY %s", tables[t].name,
                 tables[t].order);
        if (sqlite3_prepare_v2(db, sql, -1, &statements[t], NULL) != SQLITE_OK)
            statements[t] = NULL;
    }
}

static void close_reader(ag_recheck *r) {
    forget(r->then);
    if (r->reader) ag_reader_close(r->reader);
    r->reader = NULL;
    ag_arena_reset(&r->reader_arena);
}

/* Opening takes longer than a short trial, so while they come one after the other the reader stays
 * open so long; not while a long one trains, as it keeps the log of a run from being emptied. */
static const double READER_SECONDS = 1;

static ag_status refresh_reader(ag_recheck *r, ag_error *err) {
    if (r->reader && ag_clock_now() < r->opened + READER_SECONDS) return AG_OK;
    close_reader(r);
    ag_reader *reader;
    AG_TRY(ag_reader_open(r->folder, &r->reader_arena, &reader, err));
    r->reader = reader;
    r->opened = ag_clock_now();
    prepare(reader->db, r->then);
    return AG_OK;
}

static ag_status compare(ag_recheck *r, const char *id, bool same_program,
                         ag_recheck_result *result, ag_error *err) {
    for (int t = 0; t < AG_COUNT(tables); t++) {
        const pair p = {&tables[t], r->then[t], r->now[t]};
        if (!p.then || !p.now) continue;
        sqlite3_bind_text(p.then, 1, id, -1, SQLITE_TRANSIENT);
        sqlite3_bind_text(p.now, 1, id, -1, SQLITE_TRANSIENT);
        compare_tables(&p, same_program, result);
        const bool failed = sqlite3_reset(p.then) != SQLITE_OK;
        if (sqlite3_reset(p.now) != SQLITE_OK) return ag_rows_trouble(r->rows, err);
        if (failed) return ag_reader_trouble(r->reader, err);
    }
    return AG_OK;
}

ag_status ag_recheck_put(ag_recheck *r, const ag_record *record, bool same_program,
                         ag_recheck_result *result, ag_error *err) {
    char id[AG_ID_TEXT];
    ag_error ignored;
    *result = (ag_recheck_result){0};
    ag_arena_reset(&r->arena);
    AG_TRY(refresh_reader(r, err));
    ag_status status = ag_rows_execute(r->rows, "BEGIN", err);
    if (!status) status = ag_rows_put_one(r->rows, record, err);
    if (!status) status = compare(r, ag_id_text(id, record->trial->id), same_program, result, err);
    ag_rows_execute(r->rows, "ROLLBACK", &ignored);
    const double before = r->put;
    r->put = ag_clock_now();
    if (r->put > before + READER_SECONDS) close_reader(r);
    if (!status)
        status = ag_recheck_arrays_compare(r->arrays, record, same_program, &r->arena, result, err);
    return status;
}

/* --- opening ------------------------------------------------------------------------------ */

ag_status ag_recheck_open(const char *folder, const ag_plan *plan, ag_arena *arena,
                          ag_recheck **recheck, ag_error *err) {
    ag_recheck *r = AG_NEW(arena, ag_recheck);
    if (!r) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for stored trials");
    *r = (ag_recheck){.folder = folder, .arena = AG_ARENA_EMPTY, .reader_arena = AG_ARENA_EMPTY};
    const ag_store_about about = {.plan = plan};
    AG_TRY(ag_rows_open_memory(&about, arena, &r->rows, err));
    prepare(r->rows->db, r->now);
    const ag_status status = ag_recheck_arrays_open(folder, arena, &r->arrays, err);
    if (status)
        ag_recheck_close(r);
    else
        *recheck = r;
    return status;
}

void ag_recheck_close(ag_recheck *r) {
    if (r->arrays) ag_stored_arrays_close(r->arrays);
    close_reader(r);
    forget(r->now);
    ag_rows_close(r->rows);
    ag_arena_close(&r->reader_arena);
    ag_arena_close(&r->arena);
}

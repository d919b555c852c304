/* What rows.c, format.c, about.c, put.c and settle.c ask of SQLite: statements, transactions. */
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>

ag_status ag_rows_trouble(const ag_rows *rows, ag_error *err) {
    return ag_database_trouble(rows->db, rows->path, err);
}

ag_status ag_rows_execute(ag_rows *rows, const char *sql, ag_error *err) {
    if (sqlite3_exec(rows->db, sql, NULL, NULL, NULL) == SQLITE_OK) return AG_OK;
    return ag_rows_trouble(rows, err);
}

ag_status ag_rows_prepare(ag_rows *rows, const char *sql, sqlite3_stmt **statement, ag_error *err) {
    if (sqlite3_prepare_v3(rows->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) ==
        SQLITE_OK)
        return AG_OK;
    return ag_rows_trouble(rows, err);
}

ag_status ag_rows_integer(ag_rows *rows, const char *sql, int64_t *x, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(rows, sql, &s, err));
    const bool row = sqlite3_step(s) == SQLITE_ROW;
    *x = row ? sqlite3_column_int64(s, 0) : 0;
    const bool failed = sqlite3_finalize(s) != SQLITE_OK;
    return failed ? ag_rows_trouble(rows, err) : AG_OK;
}

ag_status ag_rows_transaction(ag_rows *rows, ag_transaction body, const void *with, ag_error *err) {
    AG_TRY(ag_rows_execute(rows, "BEGIN IMMEDIATE", err));
    ag_status status = body(rows, with, err);
    if (status == AG_OK) status = ag_rows_execute(rows, "COMMIT", err);
    if (status != AG_OK) sqlite3_exec(rows->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* --- binding --------------------------------------------------------------------- */

void ag_bind_text(ag_binder *b, const char *x) {
    sqlite3_bind_text(b->s, ++b->at, x, -1, SQLITE_STATIC);
}

void ag_bind_integer(ag_binder *b, int64_t x) { sqlite3_bind_int64(b->s, ++b->at, x); }

void ag_bind_natural(ag_binder *b, int64_t x) {
    b->at++;
    if (x >= 0)
        sqlite3_bind_int64(b->s, b->at, x);
    else
        sqlite3_bind_null(b->s, b->at);
}

void ag_bind_real(ag_binder *b, double x) { sqlite3_bind_double(b->s, ++b->at, x); }

ag_status ag_bound_again(ag_rows *rows, ag_binder *b, ag_error *err) {
    const int code = sqlite3_step(b->s);
    const ag_status status =
        code == SQLITE_DONE || code == SQLITE_ROW ? AG_OK : ag_rows_trouble(rows, err);
    sqlite3_reset(b->s);
    return status;
}

ag_status ag_bound(ag_rows *rows, ag_binder *b, ag_error *err) {
    const ag_status status = ag_bound_again(rows, b, err);
    sqlite3_clear_bindings(b->s);
    return status;
}

const char *ag_column_word(sqlite3_stmt *s, int column) {
    const char *x = (const char *)sqlite3_column_text(s, column);
    return x ? x : "";
}

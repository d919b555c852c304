/* What the files that write results.sqlite share: database.c (statements, transactions), rows.c
 * (the database as a whole), format.c (its tables), about.c (where numbers come from), selection.c
 * (what was chosen), put.c (one trial into it), settle.c (means of cells). */
#ifndef AG_ROWS_PRIVATE_H
#define AG_ROWS_PRIVATE_H

#include "harness/base/digest.h"
#include "results/store/store_private.h"

struct sqlite3;
struct sqlite3_stmt;

/* The prepared statements. That of layer_epoch is made from the table's columns. */
enum {
    AG_HASHES,
    AG_FIND,
    AG_TRIAL,
    AG_EPOCH,
    AG_LAYER,
    AG_ROBUSTNESS,
    AG_PARAMETER,
    AG_FLIGHT,
    AG_CELL,
    AG_UNSETTLE,
    AG_CURVE,
    AG_DROP_CURVE,
    AG_UNSETTLE_CURVE,
    AG_DROP_RESULT,
    AG_DROP_EPOCHS,
    AG_DROP_LAYERS,
    AG_DROP_ROBUSTNESS,
    AG_COUNT_TRIAL,
    AG_NOTE_MEMORY,
    AG_LAYER_EPOCH,
    AG_STATEMENTS
};

/* Columns of layer_epoch: three of the key, then one per probe. */
enum { AG_FIRST_METRIC = 3, AG_METRICS_MAX = 64 };

struct ag_rows {
    struct sqlite3 *db;
    const char *path;
    int64_t experiment, environment;
    bool is_remote; /* no memory is shared with other processes: no log (WAL) */
    bool begun;     /* `progress` says how many trials there are to do */
    struct sqlite3_stmt *statement[AG_STATEMENTS];
    int n_metrics;
    char metric[AG_METRICS_MAX][64];
    long put_since_settled; /* trials */
    /* The first includes the others. */
    double memory_noted; /* when, on ag_clock_now */
    double putting_seconds, settling_seconds, curves_seconds;
};

/* format.c: makes the tables of a new database, and those that follow from others in one of the
 * format before; refuses the rest. */
ag_status ag_rows_check_format(ag_rows *rows, ag_error *err);

/* about.c, a transaction with an ag_store_about: notes experiment and environment, refuses data
 * that are not those of the trials there. */
ag_status ag_rows_note_about(ag_rows *rows, const void *with, ag_error *err);

/* selection.c, inside a transaction: what was chosen, unless it stands there. */
ag_status ag_rows_note_selections(ag_rows *rows, const ag_selection *list, int n, ag_error *err);

/* The hash of a phase and of JSON: trial.cell and its like. */
void ag_rows_hash(char out[AG_ID_TEXT], const char *phase, const char *json);

/* rows.c: the tables of a new store, in memory and empty. */
ag_status ag_rows_open_memory(const ag_store_about *about, ag_arena *arena, ag_rows **rows,
                              ag_error *err);

/* put.c, inside a transaction: the rows of one record. */
ag_status ag_rows_put_one(ag_rows *rows, const ag_record *record, ag_error *err);

/* Inside the transaction of `n` more trials: fills the means of cells if it is time to. */
ag_status ag_rows_settle_some(ag_rows *rows, int n, ag_error *err);

/* Inside a transaction: what the run has needed of memory so far. */
ag_status ag_rows_note_memory(ag_rows *rows, ag_error *err);

/* schema.c: switches off what a database could do to who opens it. */
bool ag_database_harden(struct sqlite3 *db);

/* schema.c, for a store of this program's format: no triggers, and every table and view of
 * results/schema.sql what it should be. What a user added besides is let alone. */
ag_status ag_schema_check(struct sqlite3 *db, const char *path, ag_error *err);

/* SQLite's trouble as a sentence; trouble.c. */
ag_status ag_database_damaged(const char *path, const char *what, ag_error *err);
ag_status ag_database_trouble(struct sqlite3 *db, const char *path, ag_error *err);
ag_status ag_rows_trouble(const ag_rows *rows, ag_error *err);

ag_status ag_rows_execute(ag_rows *rows, const char *sql, ag_error *err);

/* The single integer of a query, such as PRAGMA user_version. */
ag_status ag_rows_integer(ag_rows *rows, const char *sql, int64_t *x, ag_error *err);

ag_status ag_rows_prepare(ag_rows *rows, const char *sql, struct sqlite3_stmt **statement,
                          ag_error *err);

/* Runs `body` inside one transaction, which is undone if it fails. */
typedef ag_status (*ag_transaction)(ag_rows *rows, const void *with, ag_error *err);
ag_status ag_rows_transaction(ag_rows *rows, ag_transaction body, const void *with, ag_error *err);

/* A text of the present row, "" for NULL. */
const char *ag_column_word(struct sqlite3_stmt *s, int column);

/* Each call binds the next ? of a statement. */
typedef struct ag_binder {
    struct sqlite3_stmt *s;
    int at;
} ag_binder;

void ag_bind_text(ag_binder *b, const char *x); /* NULL: NULL; x lives until ag_bound */
void ag_bind_integer(ag_binder *b, int64_t x);
void ag_bind_natural(ag_binder *b, int64_t x); /* negative: NULL */
void ag_bind_real(ag_binder *b, double x);     /* NaN: NULL */

/* Runs a statement whose rows, if any, nobody wants, and makes it ready again. */
ag_status ag_bound(ag_rows *rows, ag_binder *b, ag_error *err);
/* The same; what is bound stays, for a next row that binds the same places. */
ag_status ag_bound_again(ag_rows *rows, ag_binder *b, ag_error *err);

#endif

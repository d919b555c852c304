/* results.sqlite: its tables, in a new database and in one of an older format. */
#include "results/store/embedded.h"
#include "results/store/rows/rows_private.h"

#include <assert.h>
#include <sqlite3.h>
#include <stddef.h>
#include <string.h>

enum { APPLICATION = 0x61637467 };

/* Everything of results/schema.sql from here on follows from the tables above it. */
static const char DERIVED[] = "\n-- Derived:";

/* And what stands between these and DERIVED is what formats 4, 6 and 7 lack. */
static const char SINCE_5[] = "\n-- Since format 5:";
static const char SINCE_7[] = "\n-- Since format 7:";
static const char SINCE_8[] = "\n-- Since format 8:";

/* What each format had of what is derived, by name: what a user may have added stays. */
static const char *const DROP_DERIVED_3 =
    "DROP VIEW leaderboard; DROP VIEW best_learning_rate; DROP VIEW gradient_decay;"
    " DROP VIEW dead_units; DROP VIEW convergence; DROP VIEW pairs;"
    " DROP VIEW cell_result_now; DROP VIEW cell_epoch_now; DROP VIEW cell_layer_now;"
    " DROP TABLE cell_result; DROP TABLE cell_epoch; DROP TABLE cell_layer;"
    " DROP INDEX trial_cell; DROP INDEX trial_pair;";
static const char *const ONLY_3 = "DROP INDEX layer_vanished;";
static const char *const SINCE_4 =
    "DROP VIEW cell_robustness_now; DROP VIEW cell_pair_now; DROP TABLE cell_robustness;"
    " DROP TABLE cell_pair; DROP INDEX trial_diverged;";

static ag_status create_tables(ag_rows *rows, const void *with, ag_error *err) {
    (void)with;
    return ag_rows_execute(rows, ag_schema_sql, err);
}

static ag_status add_peak(ag_rows *rows, ag_error *err) {
    int64_t has_peak; /* the last stores of format 3 have */
    AG_TRY(ag_rows_integer(
        rows, "SELECT count(*) FROM pragma_table_info('progress') WHERE name = 'peak_bytes'",
        &has_peak, err));
    if (has_peak) return AG_OK;
    return ag_rows_execute(rows, "ALTER TABLE progress ADD COLUMN peak_bytes INTEGER", err);
}

/* Columns that formats up to 8 lack, for probes that came later. */
static ag_status add_columns(ag_rows *rows, ag_error *err) {
    const char *view = strstr(ag_schema_sql, "CREATE VIEW layer_epoch AS"),
               *end = strchr(view, ';');
    char sql[1024];
    assert(end - view < (ptrdiff_t)sizeof sql);
    sqlite3_snprintf(sizeof sql, sql, "%.*s", (int)(end - view), view);
    AG_TRY(ag_rows_execute(rows,
                           "DROP VIEW layer_epoch;"
                           " ALTER TABLE layer_epoch_row ADD COLUMN singular_mean REAL;"
                           " ALTER TABLE layer_epoch_row ADD COLUMN activation_median REAL",
                           err));
    return ag_rows_execute(rows, sql, err);
}

/* From 6 or 7: what is derived is the same. */
static ag_status add_tables(ag_rows *rows, const char *since, ag_error *err) {
    const char *from = strstr(ag_schema_sql, since), *to = strstr(from, DERIVED);
    char sql[8192];
    assert(to - from < (ptrdiff_t)sizeof sql);
    sqlite3_snprintf(sizeof sql, sql, "%.*s", (int)(to - from), from);
    return ag_rows_execute(rows, sql, err);
}

/* From 3, 4 or 5: what is derived is made anew, the means as after any run, and until then by the
 * views. */
static ag_status derive_anew(ag_rows *rows, int64_t format, ag_error *err) {
    if (format == 3) AG_TRY(add_peak(rows, err));
    AG_TRY(ag_rows_execute(rows, DROP_DERIVED_3, err));
    AG_TRY(ag_rows_execute(rows, format == 3 ? ONLY_3 : SINCE_4, err));
    AG_TRY(ag_rows_execute(rows, strstr(ag_schema_sql, format < 5 ? SINCE_5 : SINCE_7), err));
    return ag_rows_execute(rows,
                           "INSERT INTO curve (phase, dataset, model, activation, initializer,"
                           " optimizer, training, depth, width, settled) SELECT phase, dataset,"
                           " model, activation, initializer, optimizer, training, max(depth),"
                           " max(width), 0 FROM cell GROUP BY 1, 2, 3, 4, 5, 6, 7;"
                           " UPDATE cell SET settled = 0",
                           err);
}

/* To 9: no row of a trial is touched. A kill leaves the one format or the other. */
static ag_status upgrade(ag_rows *rows, const void *with, ag_error *err) {
    const int64_t *format = with;
    if (*format < 6) AG_TRY(derive_anew(rows, *format, err));
    if (*format == 6 || *format == 7)
        AG_TRY(add_tables(rows, *format == 6 ? SINCE_7 : SINCE_8, err));
    AG_TRY(add_columns(rows, err));
    return ag_rows_execute(rows, "PRAGMA user_version = 9", err);
}

ag_status ag_rows_check_format(ag_rows *rows, ag_error *err) {
    int64_t application, format, objects;
    AG_TRY(ag_rows_integer(rows, "PRAGMA application_id", &application, err));
    AG_TRY(ag_rows_integer(rows, "PRAGMA user_version", &format, err));
    AG_TRY(ag_rows_integer(rows, "SELECT count(*) FROM sqlite_schema", &objects, err));
    if (objects == 0 && application == 0)
        return ag_rows_transaction(rows, create_tables, NULL, err);
    if (application != APPLICATION)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is a database, but no result store",
                       rows->path);
    if (format > AG_STORE_FORMAT)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' has store format %lld, this program knows up to %d: use the newer"
                       " actgrid that wrote it",
                       rows->path, (long long)format, AG_STORE_FORMAT);
    if (format < AG_STORE_OLDEST_UPGRADED)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' has store format %lld, this program writes %d: it can be queried, but"
                       " new trials need another folder (-o DIR)",
                       rows->path, (long long)format, AG_STORE_FORMAT);
    return format < AG_STORE_FORMAT ? ag_rows_transaction(rows, upgrade, &format, err) : AG_OK;
}

/* results.sqlite: means of cells and curves, filled in now and then while a run goes on, and when
 * it ends. */
#include "harness/base/clock.h"
#include "harness/base/digest.h"
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>

/* Cell by cell, so that a cell's sums run over the same rows in the same order
 * whatever else the store holds: their bits do not depend on interruptions.
 * (cell_result_now goes through the cells in order by itself.) */
static ag_status settle_each(ag_rows *rows, sqlite3_stmt *next, sqlite3_stmt *const s[], int n,
                             ag_error *err) {
    while (sqlite3_step(next) == SQLITE_ROW) {
        char cell[AG_ID_TEXT];
        sqlite3_snprintf(sizeof cell, cell, "%s", ag_column_word(next, 0));
        sqlite3_reset(next);
        for (int i = 0; i < n; i++) {
            ag_binder b = {s[i], 0};
            ag_bind_text(&b, cell);
            AG_TRY(ag_bound(rows, &b, err));
        }
    }
    return AG_OK;
}

static ag_status settle_cells(ag_rows *rows, ag_error *err) {
    static const char *const sql[] = {
        "INSERT INTO cell_epoch SELECT * FROM cell_epoch_now WHERE cell = ?",
        "INSERT INTO cell_layer SELECT * FROM cell_layer_now WHERE cell = ?",
        "INSERT INTO cell_robustness SELECT * FROM cell_robustness_now WHERE cell = ?",
        "UPDATE cell SET settled = 1 WHERE cell = ?",
    };
    AG_TRY(ag_rows_execute(rows,
                           "INSERT INTO cell_result SELECT * FROM cell_result_now;"
                           " INSERT OR REPLACE INTO cell_pair SELECT * FROM cell_pair_now",
                           err));
    sqlite3_stmt *next = NULL, *s[AG_COUNT(sql)] = {NULL};
    ag_status status =
        ag_rows_prepare(rows, "SELECT cell FROM cell WHERE settled = 0 LIMIT 1", &next, err);
    for (int i = 0; i < AG_COUNT(sql) && status == AG_OK; i++)
        status = ag_rows_prepare(rows, sql[i], &s[i], err);
    if (status == AG_OK) status = settle_each(rows, next, s, AG_COUNT(sql), err);
    sqlite3_finalize(next);
    for (int i = 0; i < AG_COUNT(sql); i++)
        sqlite3_finalize(s[i]);
    return status;
}

/* When all cells are settled. All at once: the sums run over the cells in order anyway. */
static ag_status settle_curves(ag_rows *rows, ag_error *err) {
    return ag_rows_execute(rows,
                           "INSERT INTO curve_epoch SELECT * FROM curve_epoch_now;"
                           " UPDATE curve SET settled = 1 WHERE settled = 0",
                           err);
}

/* Views compute what is not settled, which takes 0.1 ms per trial: after so many it is time. */
enum { UNSETTLED_MAX = 64 };

/* A cell is averaged anew with each of its trials that arrives. So that a cell of a thousand
 * seeds does not make this quadratic, it never takes more than this share of all the writing;
 * beyond it the views are slower until the run ends. A sweep that trains is far from it; trials
 * that arrive at 1,000/s are stored in 20 % less processor time than with 0.3. */
static const double SHARE_MAX = 0.1;

/* A curve is averaged anew from the means of all its cells: the whole of 20,000 trials takes
 * 0.1 s, and until it is done a question about it takes as much. */
static const double CURVES_SHARE_MAX = 0.01;

ag_status ag_rows_settle_some(ag_rows *rows, int n, ag_error *err) {
    rows->put_since_settled += n;
    if (rows->put_since_settled < UNSETTLED_MAX ||
        rows->settling_seconds > SHARE_MAX * rows->putting_seconds)
        return AG_OK;
    const double began = ag_clock_now();
    AG_TRY(settle_cells(rows, err));
    rows->put_since_settled = 0;
    const double cells = ag_clock_now();
    rows->settling_seconds += cells - began;
    if (rows->curves_seconds > CURVES_SHARE_MAX * rows->putting_seconds) return AG_OK;
    const ag_status status = settle_curves(rows, err);
    rows->curves_seconds += ag_clock_now() - cells;
    return status;
}

static ag_status end_run(ag_rows *rows, const void *with, ag_error *err) {
    (void)with;
    AG_TRY(settle_cells(rows, err));
    AG_TRY(settle_curves(rows, err));
    return ag_rows_note_memory(rows, err);
}

/* NORMAL: closing, which follows, syncs all of it out of the log into the database. Means that a
 * power failure takes before that are made anew by the next run. */
ag_status ag_rows_settle(ag_rows *rows, ag_error *err) {
    if (!rows->is_remote) AG_TRY(ag_rows_execute(rows, "PRAGMA synchronous = NORMAL", err));
    return ag_rows_transaction(rows, end_run, NULL, err);
}

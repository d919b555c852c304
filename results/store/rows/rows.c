/* results.sqlite, writing: opening, what is there. */
#include "harness/base/clock.h"
#include "harness/base/digest.h"
#include "results/store/file_system.h"
#include "results/store/rows/rows_private.h"

#include <errno.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A reader that keeps its place, such as a query into a pager, stops a writer only where there is
 * no log (WAL). */
enum { BUSY_MILLISECONDS = 10000, BUSY_REMOTE_MILLISECONDS = 600000 };

#define OF_CURVE "phase, dataset, model, activation, initializer, optimizer, training"
#define CURVE_OF_CELL                                                                              \
    "(" OF_CURVE ") = (SELECT " OF_CURVE " FROM cell WHERE cell = ?) AND settled = 1"

static const char *const statement_text[AG_STATEMENTS] = {
    [AG_HASHES] = "SELECT json_remove(?1, '$.seed'),"
                  " json_remove(?1, '$.seed', '$.optimizer.learning_rate'),"
                  " json_remove(?1, '$.activation')",
    [AG_FIND] = "SELECT status, number FROM trial WHERE trial_id = ?",
    [AG_TRIAL] =
        "INSERT INTO trial (trial_id, status, phase, dataset, model, activation,"
        " activation_name, initializer, depth, width, optimizer, learning_rate, batch_size,"
        " training, loss, seed, settings, parameters, epochs, steps, train_loss, train_accuracy,"
        " train_r2, val_loss, val_accuracy, val_r2, test_loss, test_accuracy, test_r2,"
        " best_val_loss, best_val_accuracy,"
        " best_epoch, chosen_epoch, stopped_early, diverged_step, diverged_layer, diverged_what,"
        " gradient_decay_initial, gradient_decay, delta_decay_initial, delta_decay,"
        " dead_fraction_initial, dead_fraction, seconds, probe_seconds,"
        " samples_per_second, flops, digest, error, started_at, finished_at,"
        " experiment_id, environment_id, cell, rate_group, pair_group)"
        " VALUES (?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?,"
        " ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?)",
    [AG_EPOCH] = "INSERT INTO epoch_row (trial, epoch, step, learning_rate, train_loss,"
                 " train_accuracy, val_loss, val_accuracy, val_r2, grad_norm, seconds)"
                 " VALUES (?,?,?,?,?,?,?,?,?,?,?)",
    [AG_LAYER] = "INSERT INTO layer_row (trial, layer, name, kind, units, parameters,"
                 " grad_norm_min, vanished_epoch) VALUES (?,?,?,?,?,?,?,?)",
    [AG_ROBUSTNESS] = "INSERT OR REPLACE INTO robustness (trial_id, noise, level, part, loss,"
                      " accuracy, r2) VALUES (?,?,?,?,?,?,?)",
    [AG_PARAMETER] = "INSERT INTO activation_parameter_row (trial, epoch, layer, name, mean, min,"
                     " max) VALUES (?,?,?,?,?,?,?)",
    [AG_FLIGHT] = "INSERT INTO flight_row (trial, step, layer, epoch, loss, learning_rate,"
                  " grad_norm, weight_norm, update_ratio, preactivation_max)"
                  " VALUES (?,?,?,?,?,?,?,?,?,?)",
    [AG_CELL] =
        "INSERT OR IGNORE INTO cell (cell, phase, dataset, model, activation, initializer,"
        " depth, width, optimizer, learning_rate, batch_size, training, rate_group, settings,"
        " settled) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)",
    [AG_UNSETTLE] = "UPDATE cell SET settled = 0 WHERE cell = ? AND settled = 1",
    [AG_CURVE] = "INSERT OR IGNORE INTO curve (" OF_CURVE ", depth, width, settled)"
                 " SELECT " OF_CURVE ", depth, width, 0 FROM cell WHERE cell = ?",
    [AG_DROP_CURVE] = "DELETE FROM curve_epoch WHERE curve = (SELECT curve FROM curve"
                      " WHERE " CURVE_OF_CELL ")",
    [AG_UNSETTLE_CURVE] = "UPDATE curve SET settled = 0 WHERE " CURVE_OF_CELL,
    [AG_DROP_RESULT] = "DELETE FROM cell_result WHERE cell = ?",
    [AG_DROP_EPOCHS] = "DELETE FROM cell_epoch WHERE cell = ?",
    [AG_DROP_LAYERS] = "DELETE FROM cell_layer WHERE cell = ?",
    [AG_DROP_ROBUSTNESS] = "DELETE FROM cell_robustness WHERE cell = ?",
    [AG_COUNT_TRIAL] = "UPDATE progress SET done = done + ?2, failed = failed + ?3, updated_at = ?4"
                       " WHERE experiment_id = ?1",
    [AG_NOTE_MEMORY] = "UPDATE progress SET peak_bytes = ?2 WHERE experiment_id = ?1"
                       " AND ?2 > coalesce(peak_bytes, 0)",
};

static const char *const OF_THOSE_THAT_SPEAK =
    " FROM trial WHERE status IN ('finished', 'diverged') ORDER BY trial_id";

/* --- opening -------------------------------------------------------------------- */

static ag_status read_metrics(ag_rows *rows, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(rows, "SELECT * FROM layer_epoch_row LIMIT 0", &s, err));
    for (int c = AG_FIRST_METRIC; c < sqlite3_column_count(s) && rows->n_metrics < AG_METRICS_MAX;
         c++)
        sqlite3_snprintf(sizeof rows->metric[0], rows->metric[rows->n_metrics++], "%s",
                         sqlite3_column_name(s, c));
    sqlite3_finalize(s);
    return AG_OK;
}

static ag_status prepare_all(ag_rows *rows, ag_error *err) {
    for (int i = 0; i < AG_LAYER_EPOCH; i++)
        AG_TRY(ag_rows_prepare(rows, statement_text[i], &rows->statement[i], err));
    AG_TRY(read_metrics(rows, err));
    char sql[64 + 2 * (AG_METRICS_MAX + AG_FIRST_METRIC)] =
        "INSERT INTO layer_epoch_row VALUES (?,?,?";
    for (int m = 0; m < rows->n_metrics; m++)
        strcat(sql, ",?");
    strcat(sql, ")");
    return ag_rows_prepare(rows, sql, &rows->statement[AG_LAYER_EPOCH], err);
}

/* The log of SQLite has an index in memory that all its processes share, which those of two
 * machines cannot: without it, transactions are as durable, cost more fsyncs, and readers and the
 * writer wait for each other. Whoever is alone (EXCLUSIVE) needs no such memory to get rid of a
 * log. */
static ag_status choose_journal(ag_rows *rows, ag_error *err) {
    if (!rows->is_remote) return ag_rows_execute(rows, "PRAGMA journal_mode = WAL", err);
    AG_TRY(ag_rows_execute(rows,
                           "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE;"
                           " PRAGMA locking_mode = NORMAL; SELECT count(*) FROM sqlite_schema",
                           err));
    int64_t writes_log;
    AG_TRY(ag_rows_integer(rows, "SELECT journal_mode <> 'delete' FROM pragma_journal_mode",
                           &writes_log, err));
    if (!writes_log) return AG_OK;
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' could not be brought to journal_mode DELETE",
                   rows->path);
}

/* `file`: rows->path, or the name under which that is made. */
static ag_status open_database(ag_rows *rows, const char *file, ag_error *err) {
    if (sqlite3_open_v2(file, &rows->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return ag_rows_trouble(rows, err);
    if (!ag_database_harden(rows->db)) return ag_rows_trouble(rows, err);
    sqlite3_extended_result_codes(rows->db, 1);
    sqlite3_busy_timeout(rows->db, rows->is_remote ? BUSY_REMOTE_MILLISECONDS : BUSY_MILLISECONDS);
    return AG_OK;
}

/* All that stands there before the first trial. Pages of 8 KiB take a fifth of the time off 500
 * rows, and cost a trial of 15 rows nothing. */
static ag_status fill_new(ag_rows *rows, const char *file, const ag_store_about *about,
                          ag_error *err) {
    AG_TRY(open_database(rows, file, err));
    AG_TRY(ag_rows_execute(rows,
                           "PRAGMA page_size = 8192; PRAGMA synchronous = OFF;"
                           " PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY",
                           err));
    AG_TRY(ag_rows_check_format(rows, err));
    AG_TRY(ag_rows_transaction(rows, ag_rows_note_about, about, err));
    AG_TRY(ag_rows_begin_run(rows, about->plan->n_trials, 0, err));
    return ag_rows_execute(
        rows, rows->is_remote ? "PRAGMA journal_mode = DELETE" : "PRAGMA journal_mode = WAL", err);
}

/* A new database is made under another name and synced once, where SQLite would sync nine times
 * before the first trial; killed until then, it is not there. The log of one that somebody removed
 * would be taken for its own: SQLite looks at no more than the name. */
static ag_status create(ag_rows *rows, const char *dir, const ag_store_about *about,
                        ag_arena *arena, ag_error *err) {
    static const char *const left[] = {"results.sqlite.tmp",     "results.sqlite.tmp-wal",
                                       "results.sqlite.tmp-shm", "results.sqlite.tmp-journal",
                                       "results.sqlite-wal",     "results.sqlite-shm",
                                       "results.sqlite-journal"};
    const char *path[AG_COUNT(left)];
    for (int i = 0; i < AG_COUNT(left); i++) {
        path[i] = ag_path_join(arena, dir, left[i]);
        if (!path[i]) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
        unlink(path[i]);
    }
    const ag_status status = fill_new(rows, path[0], about, err);
    const bool closed = sqlite3_close(rows->db) == SQLITE_OK;
    rows->db = NULL;
    if (status != AG_OK) return status;
    if (!closed) return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' could not be closed", path[0]);
    return ag_file_settle(dir, path[0], rows->path, err);
}

/* Whether what quick_check said of a page, "unable to get the page. error code=7", is that there
 * was no memory for it. */
static bool lacked_memory(const char *said) {
    static const char words[] = "error code=";
    const char *at = strstr(said, words);
    const long code = at ? strtol(at + sizeof words - 1, NULL, 10) : SQLITE_OK;
    return code == SQLITE_NOMEM || code == SQLITE_IOERR_NOMEM;
}

/* Of a database that is looked through in a tenth of a second: damage is better known before a
 * night of training, and nothing is written to what is damaged. */
static ag_status check_small(ag_rows *rows, ag_error *err) {
    enum { BYTES_MAX = 64 << 20 };
    int64_t bytes;
    sqlite3_stmt *s;
    AG_TRY(ag_rows_integer(rows,
                           "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
                           &bytes, err));
    if (bytes > BYTES_MAX) return AG_OK;
    AG_TRY(ag_rows_prepare(rows, "PRAGMA quick_check(1)", &s, err));
    char said[100] = "ok";
    if (sqlite3_step(s) == SQLITE_ROW)
        sqlite3_snprintf(sizeof said, said, "%s", ag_column_word(s, 0));
    if (sqlite3_finalize(s) != SQLITE_OK) return ag_rows_trouble(rows, err);
    if (lacked_memory(said))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for '%s'", rows->path);
    for (char *c = said; *c; c++)
        if (*c == '\n') *c = ' ';
    return strcmp(said, "ok") == 0 ? AG_OK : ag_database_damaged(rows->path, said, err);
}

static ag_status open_all(ag_rows *rows, const char *dir, const ag_store_about *about,
                          ag_arena *arena, ag_error *err) {
    bool there;
    AG_TRY(ag_file_is_there(rows->path, &there, err));
    if (!there) AG_TRY(create(rows, dir, about, arena, err));
    AG_TRY(ag_database_files_check(rows->path, err));
    AG_TRY(open_database(rows, rows->path, err));
    /* FULL: with NORMAL, a power failure takes the last commits of one run in three. The log
     * goes into the database every 64 MB: pages of the indexes, which every trial changes, are
     * then written once where they were four times (6 % less processor time than every 16 MB). */
    AG_TRY(ag_rows_execute(rows, "PRAGMA page_size = 8192", err));
    AG_TRY(choose_journal(rows, err));
    AG_TRY(ag_rows_execute(rows,
                           "PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 8000;"
                           " PRAGMA synchronous = FULL",
                           err));
    /* Without a log, a journal whose removal did not reach the disk takes its transaction back:
     * EXTRA syncs the folder behind it. */
    if (rows->is_remote) AG_TRY(ag_rows_execute(rows, "PRAGMA synchronous = EXTRA", err));
    if (!rows->is_remote) ag_database_remove_cold_journal(rows->path);
    AG_TRY(check_small(rows, err));
    AG_TRY(ag_rows_check_format(rows, err));
    AG_TRY(ag_schema_check(rows->db, rows->path, err));
    AG_TRY(prepare_all(rows, err));
    return ag_rows_transaction(rows, ag_rows_note_about, about, err);
}

static ag_status open_memory(ag_rows *rows, const ag_store_about *about, ag_error *err) {
    AG_TRY(open_database(rows, rows->path, err));
    AG_TRY(ag_rows_check_format(rows, err));
    AG_TRY(prepare_all(rows, err));
    return ag_rows_transaction(rows, ag_rows_note_about, about, err);
}

static bool is_remote(const char *dir) {
    ag_file_system fs;
    ag_file_system_of(dir, &fs);
    return fs.is_remote;
}

/* `dir` NULL: in memory. */
static ag_status open_rows(const char *dir, const ag_store_about *about, ag_arena *arena,
                           ag_rows **out, ag_error *err) {
    ag_rows *rows = AG_NEW(arena, ag_rows);
    if (!rows) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store");
    rows->path = dir ? ag_path_join(arena, dir, "results.sqlite") : ":memory:";
    if (!rows->path) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a file name");
    if (dir) rows->is_remote = is_remote(dir);
    const ag_status status =
        dir ? open_all(rows, dir, about, arena, err) : open_memory(rows, about, err);
    if (status != AG_OK)
        ag_rows_close(rows);
    else
        *out = rows;
    return status;
}

ag_status ag_rows_open(const char *dir, const ag_store_about *about, ag_arena *arena, ag_rows **out,
                       ag_error *err) {
    return open_rows(dir, about, arena, out, err);
}

ag_status ag_rows_open_memory(const ag_store_about *about, ag_arena *arena, ag_rows **out,
                              ag_error *err) {
    return open_rows(NULL, about, arena, out, err);
}

ag_status ag_rows_check_place(ag_rows *rows, ag_error *err) {
    int moved = 0;
    sqlite3_file_control(rows->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved);
    if (!moved) return AG_OK;
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' was removed or replaced while the run went on: what it stored is lost"
                   " with the file; run again",
                   rows->path);
}

void ag_rows_close(ag_rows *rows) {
    for (int i = 0; i < AG_STATEMENTS; i++)
        sqlite3_finalize(rows->statement[i]);
    sqlite3_close(rows->db);
}

/* --- what is there ------------------------------------------------------------- */

static uint64_t id_of(sqlite3_stmt *s, int column) {
    const char *id = (const char *)sqlite3_column_text(s, column);
    return id ? strtoull(id, NULL, 16) : 0;
}

ag_status ag_rows_each_id(ag_rows *rows, void (*visit)(void *self, uint64_t id), void *self,
                          ag_error *err) {
    /* +: not by the index of ids, which would fetch every row for its status, but by one that has
     * both, and sorted: 100,000 ids in 0.04 s and not 0.2 */
    const char *sql = "SELECT trial_id FROM trial WHERE status IN ('finished', 'diverged')"
                      " ORDER BY +trial_id";
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(rows, sql, &s, err));
    while (sqlite3_step(s) == SQLITE_ROW)
        visit(self, id_of(s, 0));
    return sqlite3_finalize(s) == SQLITE_OK ? AG_OK : ag_rows_trouble(rows, err);
}

ag_status ag_rows_each(ag_rows *rows, ag_kept_visit visit, void *self, ag_error *err) {
    char sql[320];
    sqlite3_snprintf(sizeof sql, sql,
                     "SELECT trial_id, status, dataset, model, activation, initializer, optimizer,"
                     " depth, width, batch_size, learning_rate, seed%s",
                     OF_THOSE_THAT_SPEAK);
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(rows, sql, &s, err));
    ag_status status = AG_OK;
    while (status == AG_OK && sqlite3_step(s) == SQLITE_ROW) {
        const ag_kept trial = {
            .id = id_of(s, 0),
            .status = ag_column_word(s, 1),
            .dataset = ag_column_word(s, 2),
            .model = ag_column_word(s, 3),
            .activation = ag_column_word(s, 4),
            .initializer = ag_column_word(s, 5),
            .optimizer = ag_column_word(s, 6),
            .depth = sqlite3_column_int(s, 7),
            .width = sqlite3_column_int(s, 8),
            .batch_size = sqlite3_column_int(s, 9),
            .learning_rate = sqlite3_column_type(s, 10) == SQLITE_NULL
                                 ? (double)NAN
                                 : sqlite3_column_double(s, 10),
            .seed = (uint64_t)sqlite3_column_int64(s, 11),
        };
        status = visit(self, &trial, err);
    }
    const bool failed = sqlite3_finalize(s) != SQLITE_OK;
    return status == AG_OK && failed ? ag_rows_trouble(rows, err) : status;
}

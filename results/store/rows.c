/* results.sqlite, writing: opening, what is there. With format.c, put.c, settle.c, reader.c,
 * query.c, functions.c and trouble.c the only places that name SQLite. */
#include "harness/base/clock.h"
#include "harness/base/digest.h"
#include "results/store/rows_private.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { BUSY_MILLISECONDS = 10000 };

#define OF_CURVE                                                                                   \
    "phase = ?1 AND dataset = ?2 AND model = ?3 AND activation = ?4 AND initializer = ?5"          \
    " AND optimizer = ?6 AND training = ?7"

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
    [AG_CELL] =
        "INSERT OR IGNORE INTO cell (cell, phase, dataset, model, activation, initializer,"
        " depth, width, optimizer, learning_rate, batch_size, training, rate_group, settings,"
        " settled) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,0)",
    [AG_UNSETTLE] = "UPDATE cell SET settled = 0 WHERE cell = ? AND settled = 1",
    [AG_CURVE] = "INSERT OR IGNORE INTO curve (phase, dataset, model, activation, initializer,"
                 " optimizer, training, depth, width, settled) VALUES (?,?,?,?,?,?,?,?,?,0)",
    [AG_DROP_CURVE] = "DELETE FROM curve_epoch WHERE curve = (SELECT curve FROM curve"
                      " WHERE " OF_CURVE " AND settled = 1)",
    [AG_UNSETTLE_CURVE] = "UPDATE curve SET settled = 0 WHERE " OF_CURVE " AND settled = 1",
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

/* --- errors ---------------------------------------------------------------- */

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

ag_status ag_bound(ag_rows *rows, ag_binder *b, ag_error *err) {
    const int code = sqlite3_step(b->s);
    const ag_status status =
        code == SQLITE_DONE || code == SQLITE_ROW ? AG_OK : ag_rows_trouble(rows, err);
    sqlite3_reset(b->s);
    sqlite3_clear_bindings(b->s);
    return status;
}

const char *ag_column_word(sqlite3_stmt *s, int column) {
    const char *x = (const char *)sqlite3_column_text(s, column);
    return x ? x : "";
}

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

/* Trials on other data than the store's cannot stand beside them. */
static ag_status check_same_data(ag_rows *rows, const ag_store_about *about, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(
        rows,
        "SELECT e.value FROM environment e WHERE e.key = ?1 AND e.value IS NOT ?2 AND"
        " EXISTS (SELECT 1 FROM trial t WHERE t.environment_id = e.environment_id"
        " AND t.dataset = substr(e.key, 6) AND t.status <> 'failed')",
        &s, err));
    ag_status status = AG_OK;
    for (int i = 0; i < about->n_environment && status == AG_OK; i++) {
        const ag_pair *pair = &about->environment[i];
        if (strncmp(pair->key, "data.", 5) != 0) continue;
        ag_binder b = {s, 0};
        ag_bind_text(&b, pair->key);
        ag_bind_text(&b, pair->value);
        if (sqlite3_step(s) == SQLITE_ROW)
            status = AG_FAIL(err, AG_STORE, AG_NOWHERE,
                             "the data of %.120s are not those that trials in '%.100s' were trained"
                             " on (digest %s, was %s): put the old file back, or run into another"
                             " folder (-o DIR)",
                             pair->key + 5, rows->path, pair->value, ag_column_word(s, 0));
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    return status;
}

/* The set of rows of `environment` that says exactly this, or a new one. */
static ag_status note_environment(ag_rows *rows, const ag_store_about *about, ag_error *err) {
    int64_t last;
    AG_TRY(ag_rows_integer(rows, "SELECT max(environment_id) FROM environment", &last, err));
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(rows,
                           "SELECT count(*) FROM environment WHERE environment_id = ?1"
                           " AND key = ?2 AND value IS ?3",
                           &s, err));
    for (rows->environment = 1; rows->environment <= last; rows->environment++) {
        int same = 0;
        for (int i = 0; i < about->n_environment; i++) {
            ag_binder b = {s, 0};
            ag_bind_integer(&b, rows->environment);
            ag_bind_text(&b, about->environment[i].key);
            ag_bind_text(&b, about->environment[i].value);
            same += sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) == 1;
            sqlite3_reset(s);
        }
        if (same == about->n_environment) break;
    }
    sqlite3_finalize(s);
    if (rows->environment <= last) return AG_OK;

    AG_TRY(
        ag_rows_prepare(rows, "INSERT OR REPLACE INTO environment VALUES (?1, ?2, ?3)", &s, err));
    ag_status status = AG_OK;
    for (int i = 0; i < about->n_environment && status == AG_OK; i++) {
        ag_binder b = {s, 0};
        ag_bind_integer(&b, rows->environment);
        ag_bind_text(&b, about->environment[i].key);
        ag_bind_text(&b, about->environment[i].value);
        status = ag_bound(rows, &b, err);
    }
    sqlite3_finalize(s);
    return status;
}

/* One row per resolved text: running the same experiment again adds none. */
static ag_status note_experiment(ag_rows *rows, const ag_plan *plan, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(
        ag_rows_prepare(rows, "SELECT experiment_id FROM experiment WHERE resolved = ?", &s, err));
    ag_binder b = {s, 0};
    ag_bind_text(&b, plan->resolved);
    const bool known = sqlite3_step(s) == SQLITE_ROW;
    if (known) rows->experiment = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    if (known) return AG_OK;

    char now[AG_TIMESTAMP_MAX];
    AG_TRY(ag_rows_prepare(rows,
                           "INSERT INTO experiment (name, description, file, source, resolved,"
                           " created_at) VALUES (?,?,?,?,?,?)",
                           &s, err));
    b = (ag_binder){s, 0};
    ag_bind_text(&b, plan->name);
    ag_bind_text(&b, plan->description ? plan->description : "");
    ag_bind_text(&b, plan->file);
    ag_bind_text(&b, plan->source ? plan->source : "");
    ag_bind_text(&b, plan->resolved);
    ag_bind_text(&b, ag_clock_stamp(now));
    const ag_status status = ag_bound(rows, &b, err);
    rows->experiment = sqlite3_last_insert_rowid(rows->db);
    sqlite3_finalize(s);
    return status;
}

static ag_status note_about(ag_rows *rows, const void *with, ag_error *err) {
    const ag_store_about *about = with;
    AG_TRY(check_same_data(rows, about, err));
    AG_TRY(note_environment(rows, about, err));
    return note_experiment(rows, about->plan, err);
}

static ag_status open_all(ag_rows *rows, const ag_store_about *about, ag_error *err) {
    if (sqlite3_open_v2(rows->path, &rows->db,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK)
        return ag_rows_trouble(rows, err);
    sqlite3_extended_result_codes(rows->db, 1);
    sqlite3_busy_timeout(rows->db, BUSY_MILLISECONDS);
    /* FULL: with NORMAL, a power failure takes the last commits of one run in three. Pages of
     * 8 KiB take a fifth of the time off 500 rows, and cost a trial of 15 rows nothing. The log
     * goes into the database every 64 MB: pages of the indexes, which every trial changes, are
     * then written once where they were four times (6 % less processor time than every 16 MB). */
    AG_TRY(ag_rows_execute(rows,
                           "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL;"
                           " PRAGMA synchronous = FULL; PRAGMA cache_size = -16384;"
                           " PRAGMA wal_autocheckpoint = 8000",
                           err));
    AG_TRY(ag_rows_check_format(rows, err));
    AG_TRY(prepare_all(rows, err));
    return ag_rows_transaction(rows, note_about, about, err);
}

ag_status ag_rows_open(const char *path, const ag_store_about *about, ag_arena *arena,
                       ag_rows **out, ag_error *err) {
    ag_rows *rows = AG_NEW(arena, ag_rows);
    if (!rows) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the store");
    rows->path = path;
    const ag_status status = open_all(rows, about, err);
    if (status != AG_OK)
        ag_rows_close(rows);
    else
        *out = rows;
    return status;
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

ag_status ag_rows_begin_run(ag_rows *rows, size_t planned, size_t done, ag_error *err) {
    char now[AG_TIMESTAMP_MAX];
    sqlite3_stmt *s;
    AG_TRY(ag_rows_prepare(rows,
                           "INSERT OR REPLACE INTO progress VALUES (?1, ?2, ?3, ?3, 0, ?4, ?4,"
                           " (SELECT peak_bytes FROM progress WHERE experiment_id = ?1))",
                           &s, err));
    ag_binder b = {s, 0};
    ag_bind_integer(&b, rows->experiment);
    ag_bind_integer(&b, (int64_t)planned);
    ag_bind_integer(&b, (int64_t)done);
    ag_bind_text(&b, ag_clock_stamp(now));
    const ag_status status = ag_bound(rows, &b, err);
    sqlite3_finalize(s);
    return status;
}

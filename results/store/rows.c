/* results.sqlite, writing. With query.c the only place that names SQLite. */
#include "harness/base/clock.h"
#include "harness/base/digest.h"
#include "results/store/embedded.h"
#include "results/store/store_private.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

/* The prepared statements. Those of layer_epoch are made from the table's columns. */
enum {
    HASHES,
    FIND,
    TRIAL,
    EPOCH,
    LAYER,
    CELL,
    UNSETTLE,
    DROP_EPOCHS,
    DROP_LAYERS,
    COUNT,
    LAYER_EPOCH,
    N_STATEMENTS
};

enum { FIRST_METRIC = 3, METRICS_MAX = 64, BUSY_MILLISECONDS = 10000 };

struct ag_rows {
    sqlite3 *db;
    const char *path;
    int64_t experiment, environment;
    sqlite3_stmt *statement[N_STATEMENTS];
    int n_metrics; /* columns of layer_epoch behind its key */
    char metric[METRICS_MAX][64];
};

static const char *const statement_text[N_STATEMENTS] = {
    [HASHES] = "SELECT json_remove(?1, '$.seed'),"
               " json_remove(?1, '$.seed', '$.optimizer.learning_rate'),"
               " json_remove(?1, '$.activation')",
    [FIND] = "SELECT status FROM trial WHERE trial_id = ?",
    [TRIAL] = "INSERT INTO trial (trial_id, status, phase, dataset, model, activation,"
              " activation_name, initializer, depth, width, optimizer, learning_rate, batch_size,"
              " seed, settings, parameters, epochs, steps, train_loss, train_accuracy, val_loss,"
              " val_accuracy, test_loss, test_accuracy, best_val_loss, best_val_accuracy,"
              " best_epoch, diverged_step, diverged_layer, diverged_what,"
              " gradient_decay_initial, gradient_decay, delta_decay_initial, delta_decay,"
              " dead_fraction_initial, dead_fraction, seconds, probe_seconds,"
              " samples_per_second, flops, digest, error, started_at, finished_at,"
              " experiment_id, environment_id, cell, rate_group, pair_group)"
              " VALUES (?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?,?,"
              " ?,?,?,?,?,?,?,?,?,?, ?,?,?,?,?,?,?,?,?)",
    [EPOCH] = "INSERT INTO epoch (trial_id, epoch, step, learning_rate, train_loss,"
              " train_accuracy, val_loss, val_accuracy, grad_norm, seconds)"
              " VALUES (?,?,?,?,?,?,?,?,?,?)",
    [LAYER] = "INSERT INTO layer (trial_id, layer, name, kind, units, parameters)"
              " VALUES (?,?,?,?,?,?)",
    [CELL] = "INSERT OR IGNORE INTO cell (cell, phase, dataset, model, activation, initializer,"
             " depth, width, optimizer, learning_rate, batch_size, rate_group, settings, settled)"
             " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,0)",
    [UNSETTLE] = "UPDATE cell SET settled = 0 WHERE cell = ? AND settled = 1",
    [DROP_EPOCHS] = "DELETE FROM cell_epoch WHERE cell = ?",
    [DROP_LAYERS] = "DELETE FROM cell_layer WHERE cell = ?",
    [COUNT] = "UPDATE progress SET done = done + ?2, failed = failed + ?3, updated_at = ?4"
              " WHERE experiment_id = ?1",
};

static const char *const OF_THOSE_THAT_SPEAK =
    " FROM trial WHERE status IN ('finished', 'diverged') ORDER BY trial_id";

/* --- errors ---------------------------------------------------------------- */

static ag_status trouble(const ag_rows *rows, ag_error *err) {
    switch (sqlite3_errcode(rows->db) & 0xff) {
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' is damaged (%s); move it away, save what is left with"
                       " `sqlite3 FILE .recover`, and run again",
                       rows->path, sqlite3_errmsg(rows->db));
    case SQLITE_FULL:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the disk is full: '%s' keeps every trial finished so far", rows->path);
    case SQLITE_NOMEM:
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for '%s'", rows->path);
    default:
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s': %s", rows->path, sqlite3_errmsg(rows->db));
    }
}

static ag_status execute(ag_rows *rows, const char *sql, ag_error *err) {
    if (sqlite3_exec(rows->db, sql, NULL, NULL, NULL) == SQLITE_OK) return AG_OK;
    return trouble(rows, err);
}

static ag_status prepare(ag_rows *rows, const char *sql, sqlite3_stmt **statement, ag_error *err) {
    if (sqlite3_prepare_v3(rows->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL) ==
        SQLITE_OK)
        return AG_OK;
    return trouble(rows, err);
}

/* The single integer of a query, such as PRAGMA user_version. */
static ag_status read_integer(ag_rows *rows, const char *sql, int64_t *x, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(prepare(rows, sql, &s, err));
    const bool row = sqlite3_step(s) == SQLITE_ROW;
    *x = row ? sqlite3_column_int64(s, 0) : 0;
    const bool failed = sqlite3_finalize(s) != SQLITE_OK;
    return failed ? trouble(rows, err) : AG_OK;
}

/* Runs `body` inside one transaction, which is undone if it fails. */
typedef ag_status (*transaction)(ag_rows *rows, const void *with, ag_error *err);

static ag_status within_transaction(ag_rows *rows, transaction body, const void *with,
                                    ag_error *err) {
    AG_TRY(execute(rows, "BEGIN IMMEDIATE", err));
    ag_status status = body(rows, with, err);
    if (status == AG_OK) status = execute(rows, "COMMIT", err);
    if (status != AG_OK) sqlite3_exec(rows->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* --- binding: each call fills the next ? -------------------------------------- */

typedef struct binder {
    sqlite3_stmt *s;
    int at;
} binder;

static void text(binder *b, const char *x) {
    sqlite3_bind_text(b->s, ++b->at, x, -1, SQLITE_STATIC); /* NULL binds NULL */
}

static void integer(binder *b, int64_t x) { sqlite3_bind_int64(b->s, ++b->at, x); }

/* -1 says that there is none. */
static void natural(binder *b, int64_t x) {
    b->at++;
    if (x >= 0)
        sqlite3_bind_int64(b->s, b->at, x);
    else
        sqlite3_bind_null(b->s, b->at);
}

static void real(binder *b, double x) { sqlite3_bind_double(b->s, ++b->at, x); } /* NaN: NULL */

/* Runs a statement that returns no row and makes it ready for the next use. */
static ag_status finish(ag_rows *rows, binder *b, ag_error *err) {
    const int code = sqlite3_step(b->s);
    const ag_status status = code == SQLITE_DONE || code == SQLITE_ROW ? AG_OK : trouble(rows, err);
    sqlite3_reset(b->s);
    sqlite3_clear_bindings(b->s);
    return status;
}

/* --- opening -------------------------------------------------------------------- */

static ag_status create_tables(ag_rows *rows, const void *with, ag_error *err) {
    (void)with;
    return execute(rows, ag_schema_sql, err);
}

static ag_status check_format(ag_rows *rows, ag_error *err) {
    int64_t application, format, objects;
    AG_TRY(read_integer(rows, "PRAGMA application_id", &application, err));
    AG_TRY(read_integer(rows, "PRAGMA user_version", &format, err));
    AG_TRY(read_integer(rows, "SELECT count(*) FROM sqlite_schema", &objects, err));
    if (objects == 0 && application == 0) return within_transaction(rows, create_tables, NULL, err);
    if (application != 0x61637467)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' is a database, but no result store",
                       rows->path);
    if (format > AG_STORE_FORMAT)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' has store format %lld, this program knows up to %d: use the newer"
                       " actgrid that wrote it",
                       rows->path, (long long)format, AG_STORE_FORMAT);
    return AG_OK;
}

static ag_status read_metrics(ag_rows *rows, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(prepare(rows, "SELECT * FROM layer_epoch LIMIT 0", &s, err));
    for (int c = FIRST_METRIC; c < sqlite3_column_count(s) && rows->n_metrics < METRICS_MAX; c++)
        sqlite3_snprintf(sizeof rows->metric[0], rows->metric[rows->n_metrics++], "%s",
                         sqlite3_column_name(s, c));
    sqlite3_finalize(s);
    return AG_OK;
}

static ag_status prepare_all(ag_rows *rows, ag_error *err) {
    for (int i = 0; i < LAYER_EPOCH; i++)
        AG_TRY(prepare(rows, statement_text[i], &rows->statement[i], err));
    AG_TRY(read_metrics(rows, err));
    char sql[64 + 2 * (METRICS_MAX + FIRST_METRIC)] = "INSERT INTO layer_epoch VALUES (?,?,?";
    for (int m = 0; m < rows->n_metrics; m++)
        strcat(sql, ",?");
    strcat(sql, ")");
    return prepare(rows, sql, &rows->statement[LAYER_EPOCH], err);
}

/* The set of rows of `environment` that says exactly this, or a new one. */
static ag_status note_environment(ag_rows *rows, const ag_store_about *about, ag_error *err) {
    int64_t last;
    AG_TRY(read_integer(rows, "SELECT max(environment_id) FROM environment", &last, err));
    sqlite3_stmt *s;
    AG_TRY(prepare(rows,
                   "SELECT count(*) FROM environment WHERE environment_id = ?1"
                   " AND key = ?2 AND value IS ?3",
                   &s, err));
    for (rows->environment = 1; rows->environment <= last; rows->environment++) {
        int same = 0;
        for (int i = 0; i < about->n_environment; i++) {
            binder b = {s, 0};
            integer(&b, rows->environment);
            text(&b, about->environment[i].key);
            text(&b, about->environment[i].value);
            same += sqlite3_step(s) == SQLITE_ROW && sqlite3_column_int(s, 0) == 1;
            sqlite3_reset(s);
        }
        if (same == about->n_environment) break;
    }
    sqlite3_finalize(s);
    if (rows->environment <= last) return AG_OK;

    AG_TRY(prepare(rows, "INSERT OR REPLACE INTO environment VALUES (?1, ?2, ?3)", &s, err));
    ag_status status = AG_OK;
    for (int i = 0; i < about->n_environment && status == AG_OK; i++) {
        binder b = {s, 0};
        integer(&b, rows->environment);
        text(&b, about->environment[i].key);
        text(&b, about->environment[i].value);
        status = finish(rows, &b, err);
    }
    sqlite3_finalize(s);
    return status;
}

/* One row per resolved text: running the same experiment again adds none. */
static ag_status note_experiment(ag_rows *rows, const ag_plan *plan, ag_error *err) {
    sqlite3_stmt *s;
    AG_TRY(prepare(rows, "SELECT experiment_id FROM experiment WHERE resolved = ?", &s, err));
    binder b = {s, 0};
    text(&b, plan->resolved);
    const bool known = sqlite3_step(s) == SQLITE_ROW;
    if (known) rows->experiment = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    if (known) return AG_OK;

    char now[AG_TIMESTAMP_MAX];
    AG_TRY(prepare(rows,
                   "INSERT INTO experiment (name, description, file, source, resolved,"
                   " created_at) VALUES (?,?,?,?,?,?)",
                   &s, err));
    b = (binder){s, 0};
    text(&b, plan->name);
    text(&b, plan->description ? plan->description : "");
    text(&b, plan->file);
    text(&b, plan->source ? plan->source : "");
    text(&b, plan->resolved);
    text(&b, ag_clock_stamp(now));
    const ag_status status = finish(rows, &b, err);
    rows->experiment = sqlite3_last_insert_rowid(rows->db);
    sqlite3_finalize(s);
    return status;
}

static ag_status note_about(ag_rows *rows, const void *with, ag_error *err) {
    const ag_store_about *about = with;
    AG_TRY(note_environment(rows, about, err));
    return note_experiment(rows, about->plan, err);
}

static ag_status open_all(ag_rows *rows, const ag_store_about *about, ag_error *err) {
    if (sqlite3_open_v2(rows->path, &rows->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) !=
        SQLITE_OK)
        return trouble(rows, err);
    sqlite3_extended_result_codes(rows->db, 1);
    sqlite3_busy_timeout(rows->db, BUSY_MILLISECONDS);
    /* FULL: with NORMAL, a power failure takes the last commits of one run in three. */
    AG_TRY(execute(rows, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", err));
    AG_TRY(check_format(rows, err));
    AG_TRY(prepare_all(rows, err));
    return within_transaction(rows, note_about, about, err);
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
    for (int i = 0; i < N_STATEMENTS; i++)
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
    char sql[160];
    sqlite3_snprintf(sizeof sql, sql, "SELECT trial_id%s", OF_THOSE_THAT_SPEAK);
    sqlite3_stmt *s;
    AG_TRY(prepare(rows, sql, &s, err));
    while (sqlite3_step(s) == SQLITE_ROW)
        visit(self, id_of(s, 0));
    return sqlite3_finalize(s) == SQLITE_OK ? AG_OK : trouble(rows, err);
}

static const char *word(sqlite3_stmt *s, int column) {
    const char *x = (const char *)sqlite3_column_text(s, column);
    return x ? x : "";
}

ag_status ag_rows_each(ag_rows *rows, ag_kept_visit visit, void *self, ag_error *err) {
    char sql[320];
    sqlite3_snprintf(sizeof sql, sql,
                     "SELECT trial_id, status, dataset, model, activation, initializer, optimizer,"
                     " depth, width, batch_size, learning_rate, seed%s",
                     OF_THOSE_THAT_SPEAK);
    sqlite3_stmt *s;
    AG_TRY(prepare(rows, sql, &s, err));
    ag_status status = AG_OK;
    while (status == AG_OK && sqlite3_step(s) == SQLITE_ROW) {
        const ag_kept trial = {
            .id = id_of(s, 0),
            .status = word(s, 1),
            .dataset = word(s, 2),
            .model = word(s, 3),
            .activation = word(s, 4),
            .initializer = word(s, 5),
            .optimizer = word(s, 6),
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
    return status == AG_OK && failed ? trouble(rows, err) : status;
}

ag_status ag_rows_begin_run(ag_rows *rows, size_t planned, size_t done, ag_error *err) {
    char now[AG_TIMESTAMP_MAX];
    sqlite3_stmt *s;
    AG_TRY(prepare(rows, "INSERT OR REPLACE INTO progress VALUES (?1, ?2, ?3, ?3, 0, ?4, ?4)", &s,
                   err));
    binder b = {s, 0};
    integer(&b, rows->experiment);
    integer(&b, (int64_t)planned);
    integer(&b, (int64_t)done);
    text(&b, ag_clock_stamp(now));
    const ag_status status = finish(rows, &b, err);
    sqlite3_finalize(s);
    return status;
}

/* --- putting ------------------------------------------------------------------- */

/* What a record's rows have in common. */
typedef struct put {
    const ag_record *record;
    char id[AG_ID_TEXT];
    const char *status;
    char cell[AG_ID_TEXT], rate_group[AG_ID_TEXT], pair_group[AG_ID_TEXT];
} put;

static void hash_column(char out[AG_ID_TEXT], const put *p, sqlite3_stmt *s, int column) {
    const uint64_t start = ag_digest(p->record->phase, strlen(p->record->phase), 0);
    const char *rest = word(s, column);
    ag_id_text(out, ag_digest(rest, strlen(rest), start));
}

/* Fills the three hashes and adds the cell, if it is new. */
static ag_status put_cell(ag_rows *rows, put *p, ag_error *err) {
    const ag_record *r = p->record;
    binder hashes = {rows->statement[HASHES], 0};
    text(&hashes, r->settings);
    if (sqlite3_step(hashes.s) != SQLITE_ROW) {
        sqlite3_reset(hashes.s);
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "the settings of trial %s are no JSON", p->id);
    }
    hash_column(p->cell, p, hashes.s, 0);
    hash_column(p->rate_group, p, hashes.s, 1);
    hash_column(p->pair_group, p, hashes.s, 2);

    binder b = {rows->statement[CELL], 0};
    text(&b, p->cell);
    text(&b, r->phase);
    text(&b, r->dataset);
    text(&b, r->model);
    text(&b, r->activation);
    text(&b, r->initializer);
    integer(&b, r->depth);
    integer(&b, r->width);
    text(&b, r->optimizer);
    real(&b, r->learning_rate);
    integer(&b, r->batch_size);
    text(&b, p->rate_group);
    text(&b, word(hashes.s, 0));
    const ag_status status = finish(rows, &b, err);
    sqlite3_reset(hashes.s);
    if (status != AG_OK || r->outcome != AG_FINISHED) return status;

    static const int steps[] = {DROP_EPOCHS, DROP_LAYERS};
    b = (binder){rows->statement[UNSETTLE], 0};
    text(&b, p->cell);
    AG_TRY(finish(rows, &b, err));
    const bool was_settled = sqlite3_changes(rows->db) > 0;
    for (int i = 0; i < 2 && was_settled; i++) {
        b = (binder){rows->statement[steps[i]], 0};
        text(&b, p->cell);
        AG_TRY(finish(rows, &b, err));
    }
    return AG_OK;
}

static ag_status put_trial(ag_rows *rows, const put *p, ag_error *err) {
    const ag_record *r = p->record;
    const ag_summary summary = ag_summary_of(r);
    char digest[AG_ID_TEXT], sentence[sizeof r->error->where + sizeof r->error->text + 4];
    binder b = {rows->statement[TRIAL], 0};
    const char *const words[] = {p->id,    p->status,     r->phase,           r->dataset,
                                 r->model, r->activation, r->activation_name, r->initializer};
    for (int i = 0; i < AG_COUNT(words); i++)
        text(&b, words[i]);
    integer(&b, r->depth);
    integer(&b, r->width);
    text(&b, r->optimizer);
    real(&b, r->learning_rate);
    integer(&b, r->batch_size);
    integer(&b, (int64_t)r->trial->seed);
    text(&b, r->settings);
    integer(&b, (int64_t)r->parameters);
    integer(&b, r->epochs);
    integer(&b, r->steps);
    const double measures[] = {r->train_loss,    r->train_accuracy,   r->val_loss,
                               r->val_accuracy,  r->test_loss,        r->test_accuracy,
                               r->best_val_loss, r->best_val_accuracy};
    for (int i = 0; i < AG_COUNT(measures); i++)
        real(&b, measures[i]);
    natural(&b, r->best_epoch);
    const bool diverged = r->outcome == AG_DIVERGED;
    natural(&b, diverged ? r->diverged_step : -1);
    natural(&b, diverged ? r->diverged_layer : -1);
    text(&b, diverged ? r->diverged_what : NULL);
    for (int i = 0; i < 2; i++)
        real(&b, summary.gradient_decay[i]);
    for (int i = 0; i < 2; i++)
        real(&b, summary.delta_decay[i]);
    for (int i = 0; i < 2; i++)
        real(&b, summary.dead_fraction[i]);
    real(&b, r->seconds);
    real(&b, r->probe_seconds);
    real(&b, r->samples_per_second);
    real(&b, r->flops);
    text(&b, r->outcome == AG_BROKEN ? NULL : ag_id_text(digest, r->digest));
    if (r->error)
        sqlite3_snprintf(sizeof sentence, sentence, "%s%s%s", r->error->where,
                         r->error->where[0] ? ": " : "", r->error->text);
    text(&b, r->outcome == AG_BROKEN && r->error ? sentence : NULL);
    text(&b, r->started_at);
    text(&b, r->finished_at);
    integer(&b, rows->experiment);
    integer(&b, rows->environment);
    text(&b, p->cell);
    text(&b, p->rate_group);
    text(&b, p->pair_group);
    return finish(rows, &b, err);
}

static ag_status put_epochs(ag_rows *rows, const put *p, ag_error *err) {
    for (int i = 0; i < p->record->n_epoch_rows; i++) {
        const ag_epoch_row *e = &p->record->epoch_rows[i];
        binder b = {rows->statement[EPOCH], 0};
        text(&b, p->id);
        integer(&b, e->epoch);
        integer(&b, e->step);
        const double measures[] = {e->learning_rate, e->train_loss, e->train_accuracy, e->val_loss,
                                   e->val_accuracy,  e->grad_norm,  e->seconds};
        for (int k = 0; k < AG_COUNT(measures); k++)
            real(&b, measures[k]);
        AG_TRY(finish(rows, &b, err));
    }
    return AG_OK;
}

static ag_status put_layers(ag_rows *rows, const put *p, ag_error *err) {
    for (int k = 0; k < p->record->n_layers; k++) {
        const ag_layer_row *layer = &p->record->layer_rows[k];
        binder b = {rows->statement[LAYER], 0};
        text(&b, p->id);
        integer(&b, layer->layer);
        text(&b, layer->name);
        text(&b, layer->kind);
        integer(&b, layer->units);
        integer(&b, (int64_t)layer->parameters);
        AG_TRY(finish(rows, &b, err));
    }
    return AG_OK;
}

/* column[m]: place of the record's metric m among the columns of layer_epoch. */
static ag_status find_columns(const ag_rows *rows, const ag_record *record, int column[],
                              ag_error *err) {
    for (int m = 0; m < record->n_metrics; m++) {
        column[m] = 0;
        while (column[m] < rows->n_metrics &&
               strcmp(rows->metric[column[m]], record->metric_names[m]) != 0)
            column[m]++;
        if (column[m] == rows->n_metrics)
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "the table layer_epoch of '%s' has no column for the probe '%s'",
                           rows->path, record->metric_names[m]);
    }
    return AG_OK;
}

static ag_status put_layer_epochs(ag_rows *rows, const put *p, ag_error *err) {
    const ag_record *r = p->record;
    if (!r->layer_values || r->n_metrics == 0) return AG_OK;
    if (r->n_metrics > METRICS_MAX)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "%d probes, the store takes at most %d",
                       r->n_metrics, METRICS_MAX);
    int column[METRICS_MAX];
    AG_TRY(find_columns(rows, r, column, err));
    const double *value = r->layer_values;
    for (int i = 0; i < r->n_epoch_rows; i++)
        for (int k = 0; k < r->n_layers; k++) {
            binder b = {rows->statement[LAYER_EPOCH], 0};
            text(&b, p->id);
            integer(&b, r->epoch_rows[i].epoch);
            integer(&b, r->layer_rows[k].layer);
            for (int m = 0; m < r->n_metrics; m++)
                sqlite3_bind_double(b.s, FIRST_METRIC + 1 + column[m], *value++);
            AG_TRY(finish(rows, &b, err));
        }
    return AG_OK;
}

/* Makes room: a failed trial is replaced, any other stays. */
static ag_status remove_failed(ag_rows *rows, const put *p, ag_error *err) {
    binder b = {rows->statement[FIND], 0};
    text(&b, p->id);
    const bool there = sqlite3_step(b.s) == SQLITE_ROW;
    const bool failed = there && strcmp(word(b.s, 0), "failed") == 0;
    sqlite3_reset(b.s);
    if (!there) return AG_OK;
    if (!failed)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "trial %s is in '%s' already", p->id, rows->path);
    static const char *const tables[] = {"trial", "epoch", "layer", "layer_epoch"};
    for (int i = 0; i < AG_COUNT(tables); i++) {
        char sql[80]; /* the id is hex digits only */
        sqlite3_snprintf(sizeof sql, sql, "DELETE FROM %s WHERE trial_id = '%s'", tables[i], p->id);
        AG_TRY(execute(rows, sql, err));
    }
    return AG_OK;
}

static ag_status count_one(ag_rows *rows, const put *p, ag_error *err) {
    char now[AG_TIMESTAMP_MAX];
    binder b = {rows->statement[COUNT], 0};
    integer(&b, rows->experiment);
    integer(&b, p->record->outcome != AG_BROKEN);
    integer(&b, p->record->outcome == AG_BROKEN);
    text(&b, ag_clock_stamp(now));
    return finish(rows, &b, err);
}

static ag_status put_all(ag_rows *rows, const void *with, ag_error *err) {
    static const char *const status[] = {"finished", "diverged", "failed"};
    put p = {.record = with};
    p.status = status[p.record->outcome];
    ag_id_text(p.id, p.record->trial->id);
    AG_TRY(remove_failed(rows, &p, err));
    AG_TRY(put_cell(rows, &p, err));
    AG_TRY(put_trial(rows, &p, err));
    AG_TRY(put_epochs(rows, &p, err));
    AG_TRY(put_layers(rows, &p, err));
    AG_TRY(put_layer_epochs(rows, &p, err));
    return count_one(rows, &p, err);
}

ag_status ag_rows_put(ag_rows *rows, const ag_record *record, ag_error *err) {
    return within_transaction(rows, put_all, record, err);
}

/* --- mean curves ----------------------------------------------------------------- */

/* Cell by cell, so that a cell's sums run over the same rows in the same order
 * whatever else the store holds: their bits do not depend on interruptions. */
static ag_status settle_all(ag_rows *rows, const void *with, ag_error *err) {
    (void)with;
    static const char *const sql[] = {
        "INSERT INTO cell_epoch SELECT * FROM cell_epoch_now WHERE cell = ?",
        "INSERT INTO cell_layer SELECT * FROM cell_layer_now WHERE cell = ?",
        "UPDATE cell SET settled = 1 WHERE cell = ?",
    };
    sqlite3_stmt *next = NULL, *s[AG_COUNT(sql)] = {NULL};
    ag_status status = prepare(rows, "SELECT cell FROM cell WHERE settled = 0 LIMIT 1", &next, err);
    for (int i = 0; i < AG_COUNT(sql) && status == AG_OK; i++)
        status = prepare(rows, sql[i], &s[i], err);
    while (status == AG_OK && sqlite3_step(next) == SQLITE_ROW) {
        char cell[AG_ID_TEXT];
        sqlite3_snprintf(sizeof cell, cell, "%s", word(next, 0));
        sqlite3_reset(next);
        for (int i = 0; i < AG_COUNT(sql) && status == AG_OK; i++) {
            binder b = {s[i], 0};
            text(&b, cell);
            status = finish(rows, &b, err);
        }
    }
    sqlite3_finalize(next);
    for (int i = 0; i < AG_COUNT(sql); i++)
        sqlite3_finalize(s[i]);
    return status;
}

ag_status ag_rows_settle(ag_rows *rows, ag_error *err) {
    return within_transaction(rows, settle_all, NULL, err);
}

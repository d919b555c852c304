/* results.sqlite: where numbers come from (tables experiment, environment, progress). */
#include "harness/base/clock.h"
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>
#include <string.h>

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

ag_status ag_rows_note_about(ag_rows *rows, const void *with, ag_error *err) {
    const ag_store_about *about = with;
    AG_TRY(check_same_data(rows, about, err));
    AG_TRY(note_environment(rows, about, err));
    AG_TRY(note_experiment(rows, about->plan, err));
    return ag_rows_note_selections(rows, about->selections, about->n_selections, err);
}

ag_status ag_rows_begin_run(ag_rows *rows, size_t planned, size_t done, ag_error *err) {
    if (rows->begun) return AG_OK;
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
    rows->begun = status == AG_OK;
    sqlite3_finalize(s);
    return status;
}

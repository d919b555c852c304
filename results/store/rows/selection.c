/* results.sqlite: what a tuning chose (tables selection, selection_past). */
#include "harness/base/clock.h"
#include "results/store/rows/rows_private.h"

#include <sqlite3.h>

#define WHAT "chosen, label, cell, metric, value, seeds, diverged, candidates, trials, how, edge"

#define VALUES "(?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)"

static const char *const SAME =
    "SELECT count(*) FROM selection WHERE tuning_group = ?1 AND (" WHAT ") IS " VALUES;

/* The row of the group goes to what was before. */
static const char *const KEEP = "INSERT INTO selection_past (tuning_group, " WHAT
                                ", chosen_at, replaced_at) SELECT tuning_group, " WHAT
                                ", chosen_at, ?2 FROM selection WHERE tuning_group = ?1";

static const char *const PUT = "INSERT OR REPLACE INTO selection (tuning_group, " WHAT
                               ", chosen_at, group_settings, activation, experiment_id)"
                               " VALUES (?1, ?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12, ?13,?14,?15,?16)";

enum { KEY_MAX = 128, GROUP_MAX = 1 << 16 };

typedef struct desk {
    sqlite3_stmt *remove, *put, *keep, *same;
} desk;

/* `text` without what stands at a JSON path; false: it is no JSON, or does not fit. */
static bool without(sqlite3_stmt *remove, char text[GROUP_MAX], const char *path) {
    ag_binder b = {remove, 0};
    ag_bind_text(&b, text);
    ag_bind_text(&b, path);
    const bool row = sqlite3_step(remove) == SQLITE_ROW;
    const int n = row ? sqlite3_column_bytes(remove, 0) : GROUP_MAX;
    if (n < GROUP_MAX) sqlite3_snprintf(GROUP_MAX, text, "%s", ag_column_word(remove, 0));
    sqlite3_reset(remove);
    sqlite3_clear_bindings(remove);
    return n < GROUP_MAX;
}

typedef struct keys {
    char group[AG_ID_TEXT], cell[AG_ID_TEXT];
} keys;

/* Fills `settings` with what the group shares. */
static bool find_keys(const desk *d, const ag_selection *s, char settings[GROUP_MAX], keys *k) {
    char path[KEY_MAX];
    sqlite3_snprintf(GROUP_MAX, settings, "%s", s->settings);
    bool good = without(d->remove, settings, "$.seed");
    ag_rows_hash(k->cell, "final", settings);
    good = good && without(d->remove, settings, "$.phase");
    for (int i = 0; i < s->n_over && good; i++) {
        sqlite3_snprintf(sizeof path, path, "$.%s", s->over[i]);
        good = without(d->remove, settings, path);
    }
    ag_rows_hash(k->group, "tune", settings);
    return good;
}

static void bind_what(ag_binder *b, const ag_selection *s, const keys *k) {
    ag_bind_text(b, k->group);
    ag_bind_text(b, s->chosen);
    ag_bind_text(b, s->label);
    ag_bind_text(b, k->cell);
    ag_bind_text(b, s->metric);
    ag_bind_real(b, s->value);
    ag_bind_integer(b, s->seeds);
    ag_bind_integer(b, s->diverged);
    ag_bind_integer(b, s->candidates);
    ag_bind_integer(b, s->trials);
    ag_bind_text(b, s->how);
    ag_bind_text(b, s->edge);
}

static bool is_there(const desk *d, const ag_selection *s, const keys *k) {
    ag_binder b = {d->same, 0};
    bind_what(&b, s, k);
    const bool same = sqlite3_step(d->same) == SQLITE_ROW && sqlite3_column_int(d->same, 0) == 1;
    sqlite3_reset(d->same);
    sqlite3_clear_bindings(d->same);
    return same;
}

static ag_status note_one(ag_rows *rows, const desk *d, const ag_selection *s, ag_error *err) {
    char now[AG_TIMESTAMP_MAX], settings[GROUP_MAX];
    keys k;
    if (!find_keys(d, s, settings, &k))
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the settings of what was chosen for %.60s are too long, or no JSON",
                       s->activation);
    if (is_there(d, s, &k)) return AG_OK;
    ag_clock_stamp(now);
    ag_binder b = {d->keep, 0};
    ag_bind_text(&b, k.group);
    ag_bind_text(&b, now);
    AG_TRY(ag_bound(rows, &b, err));
    b = (ag_binder){d->put, 0};
    bind_what(&b, s, &k);
    ag_bind_text(&b, now);
    ag_bind_text(&b, settings);
    ag_bind_text(&b, s->activation);
    ag_bind_integer(&b, rows->experiment);
    return ag_bound(rows, &b, err);
}

ag_status ag_rows_note_selections(ag_rows *rows, const ag_selection *list, int n, ag_error *err) {
    if (!n) return AG_OK;
    desk d = {0};
    ag_status status = ag_rows_prepare(rows, "SELECT json_remove(?1, ?2)", &d.remove, err);
    if (!status) status = ag_rows_prepare(rows, PUT, &d.put, err);
    if (!status) status = ag_rows_prepare(rows, KEEP, &d.keep, err);
    if (!status) status = ag_rows_prepare(rows, SAME, &d.same, err);
    for (int i = 0; i < n && !status; i++)
        status = note_one(rows, &d, &list[i], err);
    sqlite3_finalize(d.remove);
    sqlite3_finalize(d.put);
    sqlite3_finalize(d.keep);
    sqlite3_finalize(d.same);
    return status;
}

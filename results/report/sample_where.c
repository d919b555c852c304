/* Which trials are compared, and what those of a block share, as SQL. */
#include "results/report/sample_own.h"
#include "results/report/sample_private.h"

#include "harness/base/nearest.h"
#include "harness/base/text.h"
#include "harness/config/writer.h"
#include "harness/plan/plan.h"

#include <stdio.h>
#include <string.h>

const char *ag_sql_quoted(ag_arena *arena, const char *text) {
    ag_writer w = AG_WRITER(arena);
    ag_write(&w, "'");
    for (; *text; text++)
        ag_write_bytes(&w, *text == '\'' ? "''" : text, *text == '\'' ? 2 : 1);
    ag_write(&w, "'");
    return w.failed ? NULL : w.text;
}

bool ag_is_json_path(const char *key) {
    return key[0] && key[strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_.")] == '\0';
}

/* --- at -------------------------------------------------------------------------------------- */

void ag_sample_write_value(ag_writer *w, const char *key) {
    const char *standard = ag_plan_late_standard(key);
    ag_write_format(w,
                    "coalesce(t.settings ->> '$.%s.name', t.settings ->> '$.%s.type',"
                    " t.settings ->> '$.%s'%s%s)",
                    key, key, key, standard ? ", " : "", standard ? standard : "");
}

typedef struct keys {
    ag_reader *reader;
    const char *where; /* before any condition */
    ag_arena *arena;
} keys;

static ag_status count(const keys *k, const char *key, bool *found, ag_error *err) {
    ag_writer w = AG_WRITER(k->arena);
    ag_table table;
    ag_write_format(&w, "SELECT EXISTS (SELECT 1 FROM trial t WHERE %s AND ", k->where);
    ag_sample_write_value(&w, key);
    ag_write(&w, " IS NOT NULL)");
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(k->reader, w.text, 0, k->arena, &table, err));
    *found = table.n_rows == 1 && strcmp(table.cells[0], "1") == 0;
    return AG_OK;
}

static ag_status no_such_key(const ag_condition *at, const ag_table *all, ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(at->key);
    for (size_t r = 0; r < all->n_rows; r++) {
        ag_nearest_offer(&nearest, all->cells[r]);
        ag_nearest_offer(&nearest, ag_last_word(all->cells[r]));
    }
    return AG_FAIL(err, AG_NOTFOUND, at->place, "the trials have no setting '%.64s'%s", at->key,
                   ag_nearest_hint(hint, &nearest, ""));
}

/* The whole key that `at` means: itself, or the only one that ends so. */
static ag_status find_key(const keys *k, const ag_condition *at, const char **key, ag_error *err) {
    bool found = false;
    if (ag_is_json_path(at->key)) AG_TRY(count(k, at->key, &found, err));
    *key = at->key;
    if (found) return AG_OK;
    ag_writer w = AG_WRITER(k->arena);
    ag_table all;
    ag_write_format(&w,
                    "SELECT DISTINCT replace(substr(j.fullkey, 3), '\"', '') FROM trial t, "
                    "json_tree(t.settings) j"
                    " WHERE t.trial_id IN (SELECT min(t.trial_id) FROM trial t WHERE %s"
                    " GROUP BY t.dataset, t.model, t.initializer, t.optimizer, t.training)"
                    " AND j.atom IS NOT NULL AND j.fullkey NOT LIKE '$.activation%%'",
                    k->where);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(k->reader, w.text, 0, k->arena, &all, err));
    int n = 0;
    for (size_t r = 0; r < all.n_rows; r++) {
        if (strcmp(ag_last_word(all.cells[r]), at->key) != 0 || !ag_is_json_path(all.cells[r]))
            continue;
        if (n++) break;
        *key = all.cells[r];
    }
    if (n == 1) return AG_OK;
    if (n > 1)
        return AG_FAIL(err, AG_NOTFOUND, at->place,
                       "several settings are called '%.64s', '%.64s' for one: say which", at->key,
                       *key);
    return no_such_key(at, &all, err);
}

/* The columns that say the same as a part of the settings, with its parameters. */
static bool has_column(const char *key) {
    static const char *const columns[] = {"dataset", "model", "initializer", "optimizer"};
    for (int i = 0; i < 4; i++)
        if (strcmp(key, columns[i]) == 0) return true;
    return false;
}

static ag_status write_condition(ag_writer *w, const keys *k, const char *key, const char *value,
                                 ag_error *err) {
    double number;
    char text[AG_NUMBER_MAX];
    const char *quoted = ag_sql_quoted(k->arena, value);
    if (!quoted) return ag_samples_no_memory(err);
    ag_write(w, "(");
    ag_sample_write_value(w, key);
    if (ag_parse_number(value, &number))
        ag_write_format(w, " = %s", ag_format_number(text, number));
    else if (strcmp(value, "true") == 0 || strcmp(value, "false") == 0)
        ag_write_format(w, " IN (%s, %s)", value, quoted);
    else
        ag_write_format(w, " = %s", quoted);
    if (has_column(key)) ag_write_format(w, " OR t.%s = %s", key, quoted);
    ag_write(w, ")");
    return w->failed ? ag_samples_no_memory(err) : AG_OK;
}

/* That some trial meets the condition; otherwise which values there are. */
static ag_status check_value(const keys *k, const ag_condition *at, const char *key,
                             const char *condition, ag_error *err) {
    ag_table table;
    ag_writer w = AG_WRITER(k->arena);
    ag_write_format(&w, "SELECT EXISTS (SELECT 1 FROM trial t WHERE %s AND %s)", k->where,
                    condition);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(k->reader, w.text, 0, k->arena, &table, err));
    if (table.n_rows == 1 && strcmp(table.cells[0], "1") == 0) return AG_OK;
    w = AG_WRITER(k->arena);
    ag_write(&w, "SELECT DISTINCT ");
    ag_sample_write_value(&w, key);
    ag_write_format(&w, " AS v FROM trial t WHERE %s AND v IS NOT NULL ORDER BY v", k->where);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(k->reader, w.text, 0, k->arena, &table, err));
    char hint[AG_HINT_MAX], list[160] = "";
    ag_nearest nearest = ag_nearest_begin(at->value);
    for (size_t r = 0; r < table.n_rows; r++) {
        const size_t used = strlen(list);
        ag_nearest_offer(&nearest, table.cells[r]);
        snprintf(list + used, sizeof list - used, "%s%.40s", r ? ", " : "", table.cells[r]);
    }
    return AG_FAIL(err, AG_NOTFOUND, at->place, "no trial has %.64s=%.64s%s; there are: %s", key,
                   at->value, ag_nearest_hint(hint, &nearest, ""), list);
}

/* --- all of it ------------------------------------------------------------------------------- */

static ag_status exists(ag_reader *reader, const char *select, ag_arena *arena, bool *found,
                        ag_error *err) {
    ag_writer w = AG_WRITER(arena);
    ag_table table;
    ag_write_format(&w, "SELECT EXISTS (%s)", select);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(reader, w.text, 0, arena, &table, err));
    *found = table.n_rows == 1 && strcmp(table.cells[0], "1") == 0;
    return AG_OK;
}

ag_status ag_selection_kept(ag_reader *reader, ag_arena *arena, bool *kept, ag_error *err) {
    AG_TRY(exists(reader, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'selection'",
                  arena, kept, err));
    return *kept ? exists(reader, "SELECT 1 FROM selection", arena, kept, err) : AG_OK;
}

/* The phase, and of the final trials those that were chosen last. */
static ag_status write_phase(ag_reader *reader, const ag_sample_query *query, ag_arena *arena,
                             ag_sample_sql *sql, ag_writer *where, ag_error *err) {
    bool found = false;
    sql->phase = query->phase;
    if (!sql->phase) {
        AG_TRY(exists(reader, "SELECT 1 FROM trial WHERE phase = 'final'", arena, &found, err));
        sql->phase = found ? "final" : "grid";
    }
    const char *quoted = ag_sql_quoted(arena, sql->phase);
    if (!quoted) return ag_samples_no_memory(err);
    ag_write_format(where, "t.phase = %s", quoted);
    if (query->trials) { /* its final trials are those that it chooses */
        ag_write_format(where, " AND %s", query->trials);
        return AG_OK;
    }
    if (strcmp(sql->phase, "final") != 0) return AG_OK;
    AG_TRY(ag_selection_kept(reader, arena, &found, err));
    if (found) ag_write(where, " AND t.cell IN (SELECT s.cell FROM selection s)");
    return AG_OK;
}

static ag_status add_condition(const keys *k, const ag_own *own, const ag_condition *at,
                               ag_writer *where, ag_error *err) {
    const char *key;
    ag_writer w = AG_WRITER(k->arena);
    if (strcmp(at->key, "seed") == 0 || strcmp(at->key, "activation") == 0 ||
        strncmp(at->key, "activation.", 11) == 0)
        return AG_FAIL(err, AG_CONFIG, at->place,
                       "'%.64s' is no condition: activations are compared seed by seed, under "
                       "conditions that they share",
                       at->key);
    AG_TRY(find_key(k, at, &key, err));
    if (ag_own_is_tuned(own, key))
        return AG_FAIL(err, AG_CONFIG, at->place,
                       "'%.64s' is no condition: it was tuned for each activation by itself", key);
    AG_TRY(write_condition(&w, k, key, at->value, err));
    AG_TRY(check_value(k, at, key, w.text, err));
    ag_write_format(where, " AND %s", w.text);
    return AG_OK;
}

ag_status ag_sample_sql_make(ag_reader *reader, const ag_sample_query *query, ag_arena *arena,
                             ag_sample_sql *sql, ag_error *err) {
    ag_own own;
    *sql = (ag_sample_sql){.activation = "t.settings -> '$.activation'"};
    ag_writer where = AG_WRITER(arena), cells = AG_WRITER(arena);
    AG_TRY(write_phase(reader, query, arena, sql, &where, err));
    AG_TRY(ag_own_read(reader, sql->phase, arena, &own, err));
    const keys k = {reader, where.failed ? NULL : where.text, arena};
    if (!k.where) return ag_samples_no_memory(err);
    ag_writer all = AG_WRITER(arena);
    ag_write(&all, k.where);
    for (int i = 0; i < query->n_at; i++)
        AG_TRY(add_condition(&k, &own, &query->at[i], &all, err));
    sql->where = all.text;
    ag_write_format(&cells,
                    "t.trial_id IN (SELECT min(t.trial_id) FROM trial t WHERE %s"
                    " GROUP BY t.cell)",
                    sql->where);
    sql->of_cells = cells.text;
    sql->block = ag_own_removed(&own, arena);
    sql->tuned = ag_own_in_words(&own, arena);
    return all.failed || cells.failed || !sql->block || !sql->tuned ? ag_samples_no_memory(err)
                                                                    : AG_OK;
}

#include "harness/cli/stored.h"

#include "harness/base/digest.h"
#include "harness/base/nearest.h"
#include "harness/config/writer.h"
#include "results/store/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for stored trials");
}

/* --- reading --------------------------------------------------------------------- */

enum { AT_A_TIME = 500 /* ids of one question: SQL has a limit of its own */ };

#define COLUMNS                                                                                    \
    "SELECT t.trial_id, t.status, t.settings,"                                                     \
    " t.activation || coalesce(' depth=' || t.depth, '') || ' seed=' || t.seed, e.file,"           \
    " (SELECT v.value FROM environment v WHERE v.environment_id = t.environment_id"                \
    "  AND v.key = 'data.' || t.dataset), t.digest, t.environment_id"                              \
    " FROM trial t LEFT JOIN experiment e ON e.experiment_id = t.experiment_id"

enum { ID, STATUS, SETTINGS, LABEL, FILE_NAME, DATA, DIGEST, ENVIRONMENT, N_COLUMNS };

static const char *or_empty(const char *text) { return text ? text : ""; }

static ag_stored_trial trial_of(const char *const *cell) {
    return (ag_stored_trial){
        .id = strtoull(or_empty(cell[ID]), NULL, 16),
        .name = or_empty(cell[ID]),
        .status = or_empty(cell[STATUS]),
        .label = or_empty(cell[LABEL]),
        .data = cell[DATA],
        .digest = cell[DIGEST],
        .environment = cell[ENVIRONMENT] ? (int)strtol(cell[ENVIRONMENT], NULL, 10) : 0,
        .restored = {.settings = or_empty(cell[SETTINGS]), .file = or_empty(cell[FILE_NAME])},
    };
}

static int by_id(const void *key, const void *place) {
    const uint64_t a = *(const uint64_t *)key, b = **(const uint64_t *const *)place;
    return a < b ? -1 : a > b;
}

static int by_value(const void *a, const void *b) { return by_id(*(const uint64_t *const *)a, b); }

/* ids[n] of at most AT_A_TIME; `sorted` has room for them. */
static ag_status read_some(const char *folder, const uint64_t *ids, size_t n, ag_arena *arena,
                           const uint64_t **sorted, ag_stored_trial *trials, ag_error *err) {
    char id[AG_ID_TEXT];
    ag_writer sql = AG_WRITER(arena);
    ag_write(&sql, COLUMNS " WHERE t.trial_id IN (");
    for (size_t i = 0; i < n; i++) {
        ag_write_format(&sql, "%s'%s'", i ? "," : "", ag_id_text(id, ids[i]));
        sorted[i] = &ids[i];
    }
    ag_write(&sql, ")");
    if (sql.failed) return no_memory(err);
    qsort(sorted, n, sizeof *sorted, by_value);
    ag_table table;
    AG_TRY(ag_store_query(folder, sql.text, 0, arena, &table, err));
    for (size_t r = 0; r < table.n_rows; r++) {
        const ag_stored_trial trial = trial_of(&table.cells[r * N_COLUMNS]);
        const uint64_t **at = bsearch(&trial.id, sorted, n, sizeof *sorted, by_id);
        if (at) trials[*at - ids] = trial;
    }
    return AG_OK;
}

ag_status ag_stored_read(const char *folder, const uint64_t *ids, size_t n, ag_arena *arena,
                         ag_stored_trial *trials, ag_error *err) {
    const uint64_t **sorted = AG_NEW_ARRAY(arena, const uint64_t *, AT_A_TIME);
    if (!sorted) return no_memory(err);
    for (size_t i = 0; i < n; i++)
        trials[i] = (ag_stored_trial){.id = ids[i],
                                      .name = "",
                                      .status = "",
                                      .label = "",
                                      .restored = {.settings = "", .file = ""}};
    for (size_t first = 0; first < n; first += AT_A_TIME) {
        const size_t some = n - first < AT_A_TIME ? n - first : AT_A_TIME;
        AG_TRY(read_some(folder, ids + first, some, arena, sorted, trials + first, err));
    }
    return AG_OK;
}

/* --- by name --------------------------------------------------------------------- */

/* "0123456789abcdef (relu depth=8 seed=0), ...": as much as a message holds. */
static const char *list_some(const ag_table *table, ag_arena *arena) {
    enum { SHOWN = 5 };
    ag_writer w = AG_WRITER(arena);
    for (size_t r = 0; r < table->n_rows && r < SHOWN; r++) {
        const char *const *cell = &table->cells[r * N_COLUMNS];
        ag_write_format(&w, "%s%s (%.32s)", r ? ", " : "", or_empty(cell[ID]),
                        or_empty(cell[LABEL]));
    }
    if (table->n_rows > SHOWN) ag_write(&w, ", ...");
    return w.failed || !w.text ? "" : w.text;
}

static ag_status no_such(const char *folder, const char *name, ag_arena *arena, ag_error *err) {
    ag_table all;
    AG_TRY(ag_store_query(folder, "SELECT trial_id FROM trial ORDER BY trial_id", 0, arena, &all,
                          err));
    char hint[AG_HINT_MAX], otherwise[AG_HINT_MAX] = "";
    ag_nearest nearest = ag_nearest_begin(name);
    for (size_t r = 0; r < all.n_rows; r++)
        ag_nearest_offer(&nearest, or_empty(all.cells[r]));
    if (all.n_rows)
        snprintf(otherwise, sizeof otherwise, "; it has %zu, such as %.16s", all.n_rows,
                 or_empty(all.cells[0]));
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "no trial of '%.100s' is called '%.40s'%s", folder,
                   name, ag_nearest_hint(hint, &nearest, all.n_rows ? otherwise : "; it has none"));
}

ag_status ag_stored_find(const char *folder, const char *name, ag_arena *arena,
                         ag_stored_trial *trial, ag_error *err) {
    char low[AG_ID_TEXT] = "", sql[sizeof COLUMNS + 96];
    const size_t n = strlen(name);
    for (size_t i = 0; i < n && n < AG_ID_TEXT; i++)
        low[i] = name[i] >= 'A' && name[i] <= 'F' ? (char)(name[i] - 'A' + 'a') : name[i];
    /* from here on `low` is safe within SQL */
    if (!n || n >= AG_ID_TEXT || strspn(low, "0123456789abcdef") != n)
        return no_such(folder, name, arena, err);
    snprintf(sql, sizeof sql, COLUMNS " WHERE t.trial_id GLOB '%s*' ORDER BY t.trial_id", low);
    ag_table table;
    AG_TRY(ag_store_query(folder, sql, 0, arena, &table, err));
    if (!table.n_rows) return no_such(folder, name, arena, err);
    if (table.n_rows > 1)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "'%s' is the beginning of %zu trials: %s",
                       name, table.n_rows, list_some(&table, arena));
    *trial = trial_of(table.cells);
    return AG_OK;
}

/* --- ready to be trained ------------------------------------------------------------ */

/* The experiment's file as it was named when it ran: from the current folder or, if it is not
 * there, from the one in which runs/<name> was made. */
static ag_status locate(const char *folder, ag_stored_trial *trial, ag_arena *arena,
                        ag_error *err) {
    const char *file = trial->restored.file;
    if (!file[0] || file[0] == '/' || access(file, F_OK) == 0) return AG_OK;
    const size_t size = strlen(folder) + strlen(file) + sizeof "/../../";
    char *path = AG_NEW_ARRAY(arena, char, size);
    if (!path) return no_memory(err);
    snprintf(path, size, "%s/../../%s", folder, file);
    if (access(path, F_OK) == 0) trial->restored.file = path;
    return AG_OK;
}

/* trouble[v]: why data set v is not there; NULL: it is. */
static ag_status open_data(const ag_plan *plan, ag_arena *arena, ag_data *data,
                           const char **trouble, ag_error *err) {
    bool *used = AG_NEW_ARRAY(arena, bool, (size_t)plan->n_variants[AG_PART_DATASET] + 1);
    if (!used) return no_memory(err);
    for (size_t t = 0; t < plan->n_trials; t++)
        used[plan->trials[t].variant[AG_PART_DATASET]] = true;
    for (int v = 0; v < plan->n_variants[AG_PART_DATASET]; v++) {
        ag_error inner = {0};
        const ag_choice *choice = &plan->variants[AG_PART_DATASET][v].is.choice;
        const ag_status status = used[v] ? ag_dataset_open(choice, arena, &data[v], &inner) : AG_OK;
        if (!status) continue;
        data[v] = (ag_data){0};
        if (status == AG_NOMEM) return no_memory(err);
        const size_t size = strlen(inner.text) + 1;
        char *copy = AG_NEW_ARRAY(arena, char, size);
        if (!copy) return no_memory(err);
        trouble[v] = memcpy(copy, inner.text, size);
    }
    return AG_OK;
}

static ag_status look_for_obstacle(ag_stored_trial *trial, const ag_replay *replay,
                                   const char *const *trouble, ag_arena *arena, ag_error *err) {
    const ag_restored *restored = &trial->restored;
    if (!restored->trial) {
        trial->obstacle = AG_OBSTACLE_SETTINGS;
        trial->why = restored->trouble;
        return AG_OK;
    }
    char digest[AG_ID_TEXT];
    const uint32_t v = restored->trial->variant[AG_PART_DATASET];
    if (trouble[v]) {
        trial->obstacle = AG_OBSTACLE_NO_DATA;
        trial->why = trouble[v];
    } else if (trial->data && strcmp(trial->data, ag_id_text(digest, replay->data[v].digest))) {
        ag_writer w = AG_WRITER(arena);
        ag_write_format(&w, "its data set, %s, was another one: digest %s then, %s now",
                        replay->data[v].name, trial->data, digest);
        if (w.failed) return no_memory(err);
        trial->obstacle = AG_OBSTACLE_NEW_DATA;
        trial->why = w.text;
    }
    return AG_OK;
}

ag_status ag_stored_prepare(const char *folder, ag_stored_trial *trials, size_t n, ag_arena *arena,
                            ag_replay *replay, ag_error *err) {
    ag_restored *restored = AG_NEW_ARRAY(arena, ag_restored, n + 1);
    if (!restored) return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        AG_TRY(locate(folder, &trials[i], arena, err));
        restored[i] = trials[i].restored;
        restored[i].id = trials[i].id;
    }
    AG_TRY(ag_plan_restore(restored, n, arena, &replay->plan, err));
    const size_t n_sets = (size_t)replay->plan.n_variants[AG_PART_DATASET];
    const char **trouble = AG_NEW_ARRAY(arena, const char *, n_sets + 1);
    replay->data = AG_NEW_ARRAY(arena, ag_data, n_sets + 1);
    if (!trouble || !replay->data) return no_memory(err);
    AG_TRY(open_data(&replay->plan, arena, replay->data, trouble, err));
    for (size_t i = 0; i < n; i++) {
        trials[i].restored = restored[i];
        AG_TRY(look_for_obstacle(&trials[i], replay, trouble, arena, err));
    }
    return AG_OK;
}

ag_status ag_stored_check(const ag_stored_trial *trial, ag_error *err) {
    if (!trial->obstacle) return AG_OK;
    return AG_FAIL(err, trial->obstacle == AG_OBSTACLE_SETTINGS ? AG_STORE : AG_DATA, AG_NOWHERE,
                   "trial %.16s cannot be trained again: %s", trial->name, trial->why);
}

ag_status ag_stored_open(const char *folder, ag_stored_trial *trial, ag_arena *arena,
                         ag_settings *settings, ag_replay *replay, ag_error *err) {
    AG_TRY(ag_stored_prepare(folder, trial, 1, arena, replay, err));
    AG_TRY(ag_stored_check(trial, err));
    *settings = ag_plan_settings(&replay->plan, trial->restored.trial);
    return AG_OK;
}

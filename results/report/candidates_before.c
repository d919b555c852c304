#include "results/report/candidates_before.h"

#include "harness/base/sorted.h"
#include "harness/config/writer.h"
#include "results/report/sample_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for what a tuning chose before");
}

/* --- which groups --------------------------------------------------------------------- */

/* A row for each trial of a group that had more candidates, the most first. A group's own settings
 * are those of the whole length. */
static const char *sql_of(const ag_tuning *t, ag_arena *arena) {
    const ag_rung *whole = &t->rungs[t->n_rungs - 1];
    ag_writer w = AG_WRITER(arena);
    ag_write_format(&w,
                    "SELECT t.trial_id, s.tuning_group, s.candidates, s.experiment_id FROM"
                    " (SELECT trial_id, %sjson_remove(settings, '$.seed', '$.phase'",
                    t->n_rungs > 1 ? "json_set(" : "");
    for (int i = 0; i < t->n_over; i++)
        ag_write_format(&w, ", '$.%s'", t->over[i]);
    if (t->n_rungs > 1)
        ag_write_format(&w, "), '$.training.%s', %ld", whole->epochs ? "epochs" : "steps",
                        whole->epochs + whole->steps);
    ag_write_format(&w,
                    ") AS shared FROM trial WHERE phase = 'tune') t"
                    " JOIN selection s ON s.group_settings = t.shared WHERE s.candidates > %d"
                    " ORDER BY s.candidates DESC, s.tuning_group",
                    t->n_candidates);
    return w.failed ? NULL : w.text;
}

typedef struct looking {
    const uint64_t *ids; /* [n] of the plan, ascending */
    size_t n;
    char last[32]; /* the group that was counted */
    ag_candidates_before *before;
    long experiment;
} looking;

static ag_status look_at(void *self, const ag_cell *c, ag_error *err) {
    looking *l = self;
    const uint64_t id = strtoull(c[0].text, NULL, 16);
    (void)err;
    if (strncmp(l->last, c[1].text, sizeof l->last) == 0 || !ag_sorted_find(l->ids, l->n, id))
        return AG_OK;
    snprintf(l->last, sizeof l->last, "%s", c[1].text);
    if (l->before->groups++ == 0) {
        l->before->n = atoi(c[2].text);
        l->experiment = atol(c[3].text);
    }
    return AG_OK;
}

/* --- in words ---------------------------------------------------------------------------- */

/* "optimizer.learning_rate": the list of it then, if it was another than now. */
static ag_status add_word(ag_reader *reader, const ag_plan *plan, long experiment, const char *path,
                          const char *key, ag_arena *arena, const char **word, ag_error *err) {
    ag_writer w = AG_WRITER(arena), made = AG_WRITER(arena);
    ag_table table;
    const char *now = ag_sql_quoted(arena, plan->resolved), *at = ag_sql_quoted(arena, path);
    *word = NULL;
    if (!now || !at) return no_memory(err);
    ag_write_format(&w,
                    "SELECT resolved -> %s FROM experiment WHERE experiment_id = %ld"
                    " AND resolved -> %s IS NOT ",
                    at, experiment, at);
    ag_write_format(&w, "%s -> %s", now, at);
    if (w.failed) return no_memory(err);
    AG_TRY(ag_reader_query(reader, w.text, 0, arena, &table, err));
    if (!table.n_rows || !table.cells[0]) return AG_OK;
    ag_write_format(&made, "%s=%s", key, table.cells[0]);
    *word = made.failed ? NULL : made.text;
    return made.failed ? no_memory(err) : AG_OK;
}

static ag_status write_words(ag_reader *reader, const ag_plan *plan, long experiment,
                             ag_arena *arena, ag_candidates_before *before, ag_error *err) {
    const ag_tuning *t = plan->tuning;
    static const char *const keys[] = {"tuning.search", "tuning.halving"};
    const char **words =
        AG_NEW_ARRAY(arena, const char *, (size_t)t->n_over + (size_t)AG_COUNT(keys));
    if (!words) return no_memory(err);
    before->words = words;
    for (int i = 0; i < t->n_over + AG_COUNT(keys); i++) {
        ag_writer path = AG_WRITER(arena), key = AG_WRITER(arena);
        if (i < t->n_over) {
            ag_write_format(&path, "$.grid.\"%s\"", t->over[i]);
            ag_write_format(&key, "grid.%s", t->over[i]);
        } else {
            ag_write_format(&path, "$.%s", keys[i - t->n_over]);
            ag_write(&key, keys[i - t->n_over]);
        }
        if (path.failed || key.failed) return no_memory(err);
        const char **word = &words[before->n_words];
        AG_TRY(add_word(reader, plan, experiment, path.text, key.text, arena, word, err));
        before->n_words += *word != NULL;
    }
    return AG_OK;
}

static ag_status find(ag_reader *reader, const ag_plan *plan, ag_arena *arena,
                      ag_candidates_before *before, ag_error *err) {
    bool kept;
    AG_TRY(ag_selection_kept(reader, arena, &kept, err));
    if (!kept) return AG_OK;
    uint64_t *ids = AG_NEW_ARRAY(arena, uint64_t, plan->n_trials + 1);
    const char *sql = sql_of(plan->tuning, arena);
    if (!ids || !sql) return no_memory(err);
    for (size_t i = 0; i < plan->n_trials; i++)
        ids[i] = plan->trials[i].id;
    ag_sorted_make(ids, plan->n_trials);
    looking l = {.ids = ids, .n = plan->n_trials, .before = before};
    AG_TRY(ag_reader_select(reader, sql, 0, (ag_row_sink){ag_columns_ignored, look_at, &l}, err));
    return before->n ? write_words(reader, plan, l.experiment, arena, before, err) : AG_OK;
}

ag_status ag_candidates_before_find(const ag_plan *plan, const char *folder, ag_arena *arena,
                                    ag_candidates_before *before, ag_error *err) {
    ag_reader *reader;
    *before = (ag_candidates_before){0};
    AG_TRY(ag_reader_open(folder, arena, &reader, err));
    const ag_status status = find(reader, plan, arena, before, err);
    ag_reader_close(reader);
    return status ? ag_pass(err, status, __FILE__, __LINE__) : AG_OK;
}

#include "results/report/searches.h"

#include "harness/config/writer.h"
#include "harness/plan/tuning.h"
#include "results/report/sample_private.h"

#include <string.h>

/* An experiment that choices in force rest on, with what makes its search: all of `tuning` but the
 * final seeds, which only follow, and the lists of what it is over. */
static const char *const READ =
    "SELECT e.experiment_id, json_array(json_remove(e.resolved -> '$.tuning', '$.final_seeds'),"
    " e.resolved -> '$.zip', e.resolved -> '$.exclude', (SELECT json_group_array(e.resolved ->"
    " ('$.grid.\"' || k.value || '\"')) FROM json_each(e.resolved, '$.tuning.over') k)) AS search,"
    " e.name, ifnull(e.file, '') AS file, e.resolved"
    " FROM experiment e WHERE e.experiment_id IN (SELECT experiment_id FROM selection)"
    " ORDER BY min(e.experiment_id) OVER (PARTITION BY search), e.experiment_id";

enum { ID, SEARCH, NAME, FILE_NAME, RESOLVED, COLUMNS };

static const char *cell(const ag_table *t, size_t row, int column) {
    const char *text = t->cells[row * COLUMNS + (size_t)column];
    return text ? text : "";
}

static const char *keys_of(const ag_tuning *t, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    for (int i = 0; i < t->n_over; i++)
        ag_write_format(&w, "%s%s", i ? "," : "", t->over[i]);
    return w.failed ? NULL : w.text;
}

static const char *label_of(const ag_plan *plan, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    const char *how = ag_tuning_how(plan->tuning, arena);
    if (!how) return NULL;
    ag_write_format(&w, "experiment %s: %s; %d candidates; %d seed%s", plan->name, how,
                    plan->tuning->n_candidates, plan->n_seeds, plan->n_seeds == 1 ? "" : "s");
    return w.failed ? NULL : w.text;
}

static ag_status describe(const ag_plan *plan, ag_arena *arena, ag_tuning_search *s,
                          ag_error *err) {
    s->label = label_of(plan, arena);
    s->keys = keys_of(plan->tuning, arena);
    if (!s->label || !s->keys) return ag_samples_no_memory(err);
    if (plan->tuning->n_rungs > 1) {
        char *rung = AG_NEW_ARRAY(arena, char, AG_RUNG_TEXT);
        if (!rung) return ag_samples_no_memory(err);
        s->halved = ag_rung_text(rung, &plan->tuning->rungs[0]);
        s->why = "by " AG_HALVING_WORDS " only the better candidates were trained to the end, and "
                 "what the others came to is no answer";
    }
    return ag_metric_wanted(plan->tuning->metric, AG_NOWHERE, &s->metric, err);
}

static ag_status keep_reason(ag_error *err, ag_arena *arena, ag_tuning_search *s) {
    ag_writer w = AG_WRITER(arena);
    ag_write(&w, err->text);
    s->why = w.text;
    return w.failed ? ag_samples_no_memory(err) : AG_OK;
}

/* The experiments of rows [from, to) as one search. */
static ag_status read_one(const ag_table *t, size_t from, size_t to, ag_arena *arena,
                          ag_tuning_search *s, ag_error *err) {
    ag_writer trials = AG_WRITER(arena);
    *s = (ag_tuning_search){0};
    for (size_t r = from; r < to; r++) {
        ag_plan plan;
        const ag_status status = ag_stored_plan_read(cell(t, r, NAME), cell(t, r, RESOLVED),
                                                     cell(t, r, FILE_NAME), arena, &plan, err);
        if (status == AG_STORE) return keep_reason(err, arena, s);
        if (status) return status;
        const char *sql = ag_trial_set_sql(plan.trials, plan.n_trials, arena);
        if (!sql) return ag_samples_no_memory(err);
        ag_write_format(&trials, "%s%s", r > from ? " OR " : "(", sql);
        if (r == from) AG_TRY(describe(&plan, arena, s, err));
    }
    ag_write(&trials, ")");
    s->trials = trials.text;
    return trials.failed ? ag_samples_no_memory(err) : AG_OK;
}

static ag_status read_of_plan(const ag_trial_set *set, ag_arena *arena, ag_tuning_search **list,
                              int *n, ag_error *err) {
    *n = set->plan->tuning != NULL;
    *list = AG_NEW(arena, ag_tuning_search);
    if (!*list) return ag_samples_no_memory(err);
    **list = (ag_tuning_search){
        .trials = ag_trial_set_sql(set->plan->trials, set->plan->n_trials, arena)};
    if (!(*list)->trials) return ag_samples_no_memory(err);
    return *n ? describe(set->plan, arena, *list, err) : AG_OK;
}

ag_status ag_searches_read(ag_reader *reader, const ag_trial_set *set, ag_arena *arena,
                           ag_tuning_search **list, int *n, ag_error *err) {
    bool kept;
    ag_table t;
    *n = 0;
    *list = NULL;
    if (set->plan) return read_of_plan(set, arena, list, n, err);
    AG_TRY(ag_selection_kept(reader, arena, &kept, err));
    if (!kept) return AG_OK;
    AG_TRY(ag_reader_query(reader, READ, 0, arena, &t, err));
    *list = AG_NEW_ARRAY(arena, ag_tuning_search, t.n_rows + 1);
    if (!*list) return ag_samples_no_memory(err);
    for (size_t r = 0, end; r < t.n_rows; r = end) {
        end = r + 1;
        while (end < t.n_rows && strcmp(cell(&t, end, SEARCH), cell(&t, r, SEARCH)) == 0)
            end++;
        AG_TRY(read_one(&t, r, end, arena, &(*list)[(*n)++], err));
    }
    return AG_OK;
}

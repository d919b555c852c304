#include "results/report/trial_set.h"

#include "harness/base/digest.h"
#include "harness/base/nearest.h"
#include "harness/config/writer.h"

#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the trials of an experiment");
}

const char *ag_trial_set_sql(const ag_trial *trials, size_t n, ag_arena *arena) {
    ag_writer w = AG_WRITER(arena);
    ag_write(&w, "t.trial_id IN (SELECT value FROM json_each('[");
    for (size_t i = 0; i < n; i++) {
        char id[AG_ID_TEXT];
        ag_write(&w, i ? ",\"" : "\"");
        ag_write(&w, ag_id_text(id, trials[i].id));
        ag_write(&w, "\"");
    }
    ag_write(&w, "]'))");
    return w.failed ? NULL : w.text;
}

ag_status ag_trial_set_of_plan(const ag_plan *plan, const char *folder, ag_arena *arena,
                               ag_trial_set *set, ag_error *err) {
    ag_plan *whole = AG_NEW(arena, ag_plan);
    const ag_winner *winners;
    if (!whole) return no_memory(err);
    AG_TRY(ag_chosen_of_store(plan, folder, arena, whole, &winners, err));
    const bool final = plan->tuning || plan->trials[0].phase == AG_PHASE_FINAL;
    *set = (ag_trial_set){.phase = ag_phase_names[final ? AG_PHASE_FINAL : AG_PHASE_GRID],
                          .experiment = plan->name,
                          .plan = plan,
                          .whole = whole,
                          .winners = winners,
                          .sql = ag_trial_set_sql(whole->trials, whole->n_trials, arena)};
    return set->sql ? AG_OK : no_memory(err);
}

ag_status ag_stored_plan_read(const char *name, const char *resolved, const char *file,
                              ag_arena *arena, ag_plan *plan, ag_error *err) {
    const ag_status status =
        ag_plan_read(arena, file, resolved, strlen(resolved), NULL, 0, plan, err);
    if (!status || status == AG_NOMEM) return status;
    char text[sizeof err->text];
    memcpy(text, err->text, sizeof text);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "the experiment '%.60s' of the store cannot be read any more: %.200s", name,
                   text);
}

/* --- by name --------------------------------------------------------------------------- */

enum { NAME, FILE_NAME, PHASE, RESOLVED, COLUMNS };

static const char *cell(const ag_table *t, size_t row, int column) {
    const char *text = t->cells[row * COLUMNS + (size_t)column];
    return text ? text : "";
}

/* The row of the name, and of the phase if there is one; n_rows: none. *named: one has the name. */
static size_t find_row(const ag_table *all, const char *experiment, const char *phase,
                       bool *named) {
    *named = false;
    for (size_t r = 0; r < all->n_rows; r++) {
        if (strcmp(cell(all, r, NAME), experiment) != 0) continue;
        *named = true;
        if (!phase || strcmp(cell(all, r, PHASE), phase) == 0) return r;
    }
    return all->n_rows;
}

static ag_status no_such_name(const ag_table *all, const char *experiment, ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(experiment);
    for (size_t r = 0; r < all->n_rows; r++)
        ag_nearest_offer(&nearest, cell(all, r, NAME));
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                   "--experiment: none of the store is called '%.60s'%s", experiment,
                   ag_nearest_hint(hint, &nearest, "; `actgrid status` lists them"));
}

ag_status ag_trial_set_find(const char *folder, const char *experiment, const char *phase,
                            ag_arena *arena, ag_trial_set *set, ag_error *err) {
    ag_table all;
    bool named;
    *set = (ag_trial_set){.phase = phase};
    if (!experiment) return AG_OK;
    AG_TRY(ag_store_query(folder,
                          "SELECT e.name, ifnull(e.file, ''), CASE json_type(e.resolved,"
                          " '$.tuning') WHEN 'object' THEN 'final' ELSE 'grid' END, e.resolved"
                          " FROM experiment e LEFT JOIN progress p USING (experiment_id)"
                          " ORDER BY p.run_began_at DESC, p.updated_at DESC, e.experiment_id DESC",
                          0, arena, &all, err));
    const size_t row = find_row(&all, experiment, phase, &named);
    if (!named) return no_such_name(&all, experiment, err);
    if (row == all.n_rows)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "--phase is %s, but the experiment '%.60s' was %s", phase, experiment,
                       strcmp(phase, "final") == 0 ? "never tuned" : "always tuned");
    ag_plan *plan = AG_NEW(arena, ag_plan);
    if (!plan) return no_memory(err);
    AG_TRY(ag_stored_plan_read(experiment, cell(&all, row, RESOLVED), cell(&all, row, FILE_NAME),
                               arena, plan, err));
    return ag_trial_set_of_plan(plan, folder, arena, set, err);
}

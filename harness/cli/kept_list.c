#include "harness/cli/kept_list.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/plan/tuning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_id(const void *a, const void *b) {
    const uint64_t x = ((const ag_checkpoint_file *)a)->about.trial_id,
                   y = ((const ag_checkpoint_file *)b)->about.trial_id;
    return x < y ? -1 : x > y;
}

/* Of a tuned one with whatever may be chosen. */
static ag_status add_stages(ag_plan *plan, ag_arena *arena, ag_error *err) {
    if (!plan->tuning) return AG_OK;
    const ag_plan tune = *plan;
    const size_t n = tune.tuning->n_points;
    ag_tuning_stage all[AG_RUNGS_MAX];
    size_t *points = AG_NEW_ARRAY(arena, size_t, n);
    if (!points) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for checkpoints");
    for (size_t p = 0; p < n; p++)
        points[p] = p;
    const int n_stages = tune.tuning->n_rungs;
    for (int s = 0; s < n_stages - 1; s++)
        all[s] = (ag_tuning_stage){AG_PHASE_TUNE, points, n, s + 1};
    all[n_stages - 1] = (ag_tuning_stage){.phase = AG_PHASE_FINAL, .points = points, .n = n};
    return ag_plan_stages(&tune, all, n_stages, arena, plan, err);
}

/* A plan that this program cannot read any more (another version made it) says nothing. */
static ag_status find_ours(const char *resolved, ag_kept_list *list, ag_arena *arena,
                           ag_error *err) {
    ag_plan plan;
    ag_error trouble = {0};
    if (!list->n ||
        ag_plan_read(arena, "resolved", resolved, strlen(resolved), NULL, 0, &plan, &trouble) !=
            AG_OK ||
        add_stages(&plan, arena, &trouble) != AG_OK)
        return trouble.status == AG_NOMEM ? AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "%s", trouble.text)
                                          : AG_OK;
    list->ours = AG_NEW_ARRAY(arena, bool, list->n);
    if (!list->ours) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for checkpoints");
    for (size_t t = 0; t < plan.n_trials; t++) {
        const ag_checkpoint_file key = {.about = {.trial_id = plan.trials[t].id}};
        const ag_checkpoint_file *file =
            bsearch(&key, list->file, list->n, sizeof *list->file, by_id);
        if (!file) continue;
        list->ours[file - list->file] = true;
        if (file->sound) list->done += (double)file->about.step / (double)file->about.steps;
    }
    return AG_OK;
}

ag_status ag_kept_list_make(const char *dir, const char *resolved, ag_arena *arena,
                            ag_kept_list *list, ag_error *err) {
    ag_checkpoint_file *files;
    *list = (ag_kept_list){0};
    AG_TRY(ag_store_checkpoints(dir, arena, &files, &list->n, err));
    list->file = files;
    ag_store_finals(dir, &list->n_finals, &list->final_bytes);
    return find_ours(resolved, list, arena, err);
}

void ag_kept_list_print_json(const ag_kept_list *list) {
    char id[AG_ID_TEXT];
    printf(", \"checkpoints\": [");
    for (size_t i = 0; i < list->n; i++) {
        const ag_checkpoint *about = &list->file[i].about;
        printf("%s{\"trial_id\": \"%s\"", i ? ", " : "", ag_id_text(id, about->trial_id));
        if (list->file[i].sound)
            printf(", \"step\": %ld, \"steps\": %ld, \"seconds\": %.3f", about->step, about->steps,
                   about->seconds);
        else
            printf(", \"damaged\": true");
        if (list->ours) printf(", \"in_plan\": %s", list->ours[i] ? "true" : "false");
        printf("}");
    }
    printf("], \"final_states\": {\"trials\": %zu, \"bytes\": %llu}", list->n_finals,
           (unsigned long long)list->final_bytes);
}

enum { SHOWN = 16, TEXT = 160 };

/* "0123456789abcdef: step 340 of 1000 (34 %) after 12.3 s" */
static void describe(const ag_kept_list *list, size_t i, char text[TEXT]) {
    char id[AG_ID_TEXT], time[AG_HUMAN_MAX];
    const ag_checkpoint *about = &list->file[i].about;
    ag_id_text(id, about->trial_id);
    if (!list->file[i].sound)
        snprintf(text, TEXT, "%s: damaged, the trial will begin anew", id);
    else
        snprintf(text, TEXT, "%s: step %ld of %ld (%.0f %%) after %s", id, about->step,
                 about->steps, 100 * (double)about->step / (double)about->steps,
                 ag_format_seconds(time, about->seconds));
    if (list->ours && !list->ours[i])
        strncat(text, "; not of this experiment", TEXT - strlen(text) - 1);
}

static void add(ag_table *table, const char **cells, const char *label, const char *text) {
    cells[2 * table->n_rows] = label;
    cells[2 * table->n_rows++ + 1] = text;
}

ag_status ag_kept_list_add(const ag_kept_list *list, ag_table *table, const char **cells,
                           ag_arena *arena, ag_error *err) {
    char human[AG_HUMAN_MAX], *text = AG_NEW_ARRAY(arena, char, AG_KEPT_ROWS_MAX *TEXT);
    if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    size_t i = 0;
    for (; i < list->n && i < SHOWN; i++, text += TEXT) {
        describe(list, i, text);
        add(table, cells, i ? "" : "checkpoints", text);
    }
    if (list->n > i) {
        snprintf(text, TEXT, "and %zu more", list->n - i);
        add(table, cells, "", text);
        text += TEXT;
    }
    if (list->n_finals) {
        snprintf(text, TEXT, "%zu kept for longer trainings, %sB", list->n_finals,
                 ag_format_count(human, (double)list->final_bytes));
        add(table, cells, "final states", text);
    }
    return AG_OK;
}

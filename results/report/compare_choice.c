/* What a comparison of final trials says of how they were chosen: by the choices in force, or where
 * one experiment is compared, by its own. */
#include "results/report/compare_private.h"

#include "harness/base/digest.h"
#include "harness/config/writer.h"
#include "harness/plan/tuning.h"

#include <string.h>

/* Whether choices were made, and are in the store. */
static ag_status are_kept(const ag_comparison *c, bool *kept, ag_error *err) {
    *kept = false;
    return strcmp(c->samples.phase, "final") == 0
               ? ag_selection_kept(c->reader, c->arena, kept, err)
               : AG_OK;
}

/* --- candidates that were halved -------------------------------------------------------------- */

static bool has_cell(const ag_samples *s, const char *cell) {
    for (int i = 0; i < s->n_blocks * s->n_activations; i++)
        if (s->cells[i].cell && strcmp(s->cells[i].cell, cell) == 0) return true;
    return false;
}

static ag_status say_own_halved(const ag_comparison *c, ag_report *report, ag_error *err) {
    const ag_tuning *tuning = c->options->set.plan->tuning;
    if (!tuning || tuning->n_rungs == 1) return AG_OK;
    const char *how = ag_tuning_how(tuning, c->arena);
    if (!how) return ag_samples_no_memory(err);
    ag_report_fact(report, "tuned by", "%s", how);
    return AG_OK;
}

ag_status ag_compare_halved(const ag_comparison *c, ag_report *report, ag_error *err) {
    bool kept;
    ag_table halved;
    const char *last = "";
    if (c->options->set.plan) return say_own_halved(c, report, err);
    AG_TRY(are_kept(c, &kept, err));
    if (!kept) return AG_OK;
    AG_TRY(ag_reader_query(c->reader,
                           "SELECT how, cell FROM selection WHERE how LIKE '%" AG_HALVING_WORDS
                           "%' ORDER BY how, cell",
                           0, c->arena, &halved, err));
    for (size_t r = 0; r < halved.n_rows; r++) {
        const char *how = halved.cells[2 * r];
        if (strcmp(how, last) == 0 || !has_cell(&c->samples, halved.cells[2 * r + 1])) continue;
        ag_report_fact(report, "tuned by", "%s", how);
        last = how;
    }
    return AG_OK;
}

/* --- edges ------------------------------------------------------------------------------------ */

/* ["8a...","learning_rate=1 is the largest of 5"] of each final trial whose group has an edge:
 * behind the others they stand in the order of the groups, seed by seed. */
static const char *edges_of(const ag_trial_set *set, ag_arena *arena) {
    const ag_plan *whole = set->whole;
    const int n = whole->tuning->n_groups;
    ag_writer w = AG_WRITER(arena);
    int group = 0;
    ag_write(&w, "[");
    for (size_t t = 0; t < whole->n_trials; t++) {
        char id[AG_ID_TEXT];
        if (whole->trials[t].phase != AG_PHASE_FINAL) continue;
        while (!set->winners[group].known)
            group = (group + 1) % n;
        const char *edge = set->winners[group].edge;
        group = (group + 1) % n;
        if (!edge) continue;
        ag_write_format(&w, "%s[\"%s\",", w.n > 1 ? "," : "", ag_id_text(id, whole->trials[t].id));
        ag_write_json_string(&w, edge);
        ag_write(&w, "]");
    }
    ag_write(&w, "]");
    return w.failed ? NULL : ag_sql_quoted(arena, w.text);
}

/* Rows of a cell and of its edge. */
static ag_status read_edges(const ag_comparison *c, ag_table *edges, ag_error *err) {
    const ag_trial_set *set = &c->options->set;
    const char *sql = "SELECT cell, edge FROM selection WHERE edge IS NOT NULL ORDER BY cell";
    ag_writer w = AG_WRITER(c->arena);
    if (set->winners) {
        const char *list = edges_of(set, c->arena);
        if (!list) return ag_samples_no_memory(err);
        ag_write(&w, "SELECT DISTINCT t.cell, j.value ->> 1 FROM json_each(");
        ag_write(&w, list);
        ag_write(&w, ") j JOIN trial t ON t.trial_id = j.value ->> 0 ORDER BY 1");
        if (w.failed) return ag_samples_no_memory(err);
        sql = w.text;
    }
    return ag_reader_query(c->reader, sql, 0, c->arena, edges, err);
}

ag_status ag_compare_edges(const ag_comparison *c, ag_report *report, ag_error *err) {
    bool kept;
    ag_table edges;
    AG_TRY(are_kept(c, &kept, err));
    if (!kept || (c->options->set.plan && !c->options->set.winners)) return AG_OK;
    AG_TRY(read_edges(c, &edges, err));
    ag_sheet *sheet = NULL;
    for (int i = 0; i < c->samples.n_blocks * c->samples.n_activations; i++) {
        const char *cell = c->samples.cells[i].cell;
        for (size_t r = 0; r < edges.n_rows && cell; r++) {
            if (strcmp(edges.cells[2 * r], cell) != 0) continue;
            if (!sheet) {
                sheet = ag_report_sheet(report, "edges", "tuned values on the edge of their range");
                sheet->quiet = true;
            }
            const char *block = c->samples.blocks[i / c->samples.n_activations].label;
            ag_report_note(report, sheet, "%s%s%s: %s.",
                           c->samples.activations[i % c->samples.n_activations],
                           block[0] ? ", " : "", block, edges.cells[2 * r + 1]);
        }
    }
    return AG_OK;
}

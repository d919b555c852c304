#include "harness/cli/lenders.h"

#include "harness/base/digest.h"
#include "harness/base/glyph.h"
#include "results/store/store.h"

#include <stdlib.h>
#include <string.h>

/* A plan's name has letters, digits and - _ . only. */
static const char NAMES[] = "SELECT name FROM experiment WHERE name <> '%s' GROUP BY name"
                            " ORDER BY min(experiment_id)";
static const char TRIALS[] = "SELECT t.trial_id, e.name FROM trial t JOIN experiment e"
                             " USING (experiment_id) WHERE t.status <> 'failed' AND e.name <> '%s'"
                             " ORDER BY t.trial_id";

static ag_status ask(const char *folder, const char *question, const ag_plan *plan, ag_arena *arena,
                     ag_table *table, ag_error *err) {
    char sql[512];
    snprintf(sql, sizeof sql, question, plan->name); /* NOLINT: one of the above */
    return ag_store_query(folder, sql, 0, arena, table, err);
}

static ag_lender *find(const ag_lenders *s, const char *name) {
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->at[i].name, name) == 0) return &s->at[i];
    return NULL;
}

/* Rows of a trial_id and a name. */
static int by_id(const void *key, const void *row) {
    return strcmp(key, *(const char *const *)row);
}

ag_status ag_lenders_find(const ag_plan *plan, const char *folder, ag_arena *arena,
                          ag_lenders *lenders, ag_error *err) {
    ag_table names, trials;
    *lenders = (ag_lenders){0};
    AG_TRY(ask(folder, NAMES, plan, arena, &names, err));
    if (!names.n_rows) return AG_OK;
    AG_TRY(ask(folder, TRIALS, plan, arena, &trials, err));
    lenders->at = AG_NEW_ARRAY(arena, ag_lender, names.n_rows);
    if (!lenders->at) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a store");
    lenders->n = names.n_rows;
    for (size_t i = 0; i < names.n_rows; i++)
        lenders->at[i].name = names.cells[i];
    for (size_t t = 0; t < plan->n_trials && trials.n_rows; t++) {
        char id[AG_ID_TEXT];
        const char *const *row = bsearch(ag_id_text(id, plan->trials[t].id), trials.cells,
                                         trials.n_rows, 2 * sizeof *trials.cells, by_id);
        ag_lender *lender = row ? find(lenders, row[1]) : NULL;
        if (lender) lender->n++;
    }
    return AG_OK;
}

void ag_lenders_print(FILE *out, const ag_lenders *s) {
    enum { SHOWN = 4 };
    size_t shown = 0, more = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (!s->at[i].n) continue;
        if (shown < SHOWN) {
            fprintf(out, "%s%zu from %s", shown ? ", " : " (of these ", s->at[i].n,
                    shown ? "" : "experiment ");
            ag_print_visible(out, s->at[i].name);
        } else {
            more += s->at[i].n;
        }
        shown++;
    }
    if (more) fprintf(out, ", %zu from others", more);
    if (shown) fputc(')', out);
}

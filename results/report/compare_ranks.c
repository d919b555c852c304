/* The section of average ranks. */
#include "results/report/compare_private.h"

#include "results/report/rank_table.h"

#include <math.h>

/* Names of the groups that do not differ, "relu, gelu, swish". */
static void note_groups(const ag_comparison *c, const ag_rank_table *t, ag_report *report,
                        ag_sheet *sheet) {
    for (int g = 0; g < t->n_groups; g++)
        ag_report_note(report, sheet, "Not different: %s to %s (%d activations).",
                       c->samples.activations[t->order[t->groups[g].first]],
                       c->samples.activations[t->order[t->groups[g].last]],
                       t->groups[g].last - t->groups[g].first + 1);
}

static void note_tests(const ag_comparison *c, const ag_rank_table *t, ag_report *report,
                       ag_sheet *sheet) {
    const ag_friedman *friedman = &t->friedman;
    char p[AG_WORD_MAX];
    ag_report_note(
        report, sheet,
        "Friedman: chi2 = %.4g, F = %.4g (Iman and Davenport), p = %s%s; %d blocks of "
        "%d data set%s%s.",
        friedman->chi_squared, friedman->f,
        ag_round_p(p, isnan(friedman->p_exact) ? friedman->p_f : friedman->p_exact),
        isnan(friedman->p_exact) ? "" : " (exact)", t->n, t->datasets, t->datasets == 1 ? "" : "s",
        t->datasets < t->n ? ": blocks of one data set are no independent evidence about "
                             "other data"
                           : "");
    if (t->n < AG_RANK_BLOCKS_FEWEST) {
        ag_report_note(report, sheet,
                       "No critical difference: with %d blocks Nemenyi's distance is %.2f ranks of "
                       "at most %d; at least %d blocks are wanted.",
                       t->n, t->distance, t->k - 1, AG_RANK_BLOCKS_FEWEST);
        return;
    }
    ag_report_note(report, sheet,
                   "Nemenyi: average ranks that differ by %.3f or more are different (0.05).",
                   t->distance);
    note_groups(c, t, report, sheet);
}

static void put_facts(const ag_rank_table *t, ag_grid *grid) {
    const ag_friedman *f = &t->friedman;
    ag_grid_whole(grid, t->n);
    ag_grid_number(grid, f->chi_squared);
    ag_grid_number(grid, f->p_chi_squared);
    ag_grid_number(grid, f->f);
    ag_grid_number(grid, f->p_f);
    ag_grid_number(grid, f->p_exact);
    ag_grid_number(grid, t->n >= AG_RANK_BLOCKS_FEWEST ? t->distance : (double)NAN);
}

ag_status ag_compare_ranks(const ag_comparison *c, ag_report *report, ag_error *err) {
    static const ag_column numbers[] = {
        {"activation", false}, {"average_rank", true},  {"blocks", true},
        {"chi_squared", true}, {"p_chi_squared", true}, {"f", true},
        {"p_f", true},         {"p_exact", true},       {"critical_difference", true}};
    static const ag_column words[] = {{"activation", false}, {"average rank", true}};
    ag_rank_table t;
    if (c->samples.n_blocks < 2 || c->samples.n_activations < 2 ||
        c->metric->better == AG_BETTER_NEITHER)
        return AG_OK;
    AG_TRY(ag_rank_table_of(&c->samples, c->arena, &t, err));
    ag_sheet *sheet = ag_report_sheet(
        report, "ranks", "ranks: %s, 1 is the best of a block, averaged over %d blocks",
        c->metric->name, t.n);
    ag_grid_columns(&sheet->numbers, c->arena, numbers, AG_COUNT(numbers));
    ag_grid_columns(&sheet->words, c->arena, words, AG_COUNT(words));
    if (t.incomplete)
        ag_report_note(
            report, sheet,
            "%d of %d blocks are left out: some activation has no value there (diverged, "
            "not run).",
            t.incomplete, c->samples.n_blocks);
    if (t.n < 2) {
        ag_report_note(report, sheet, "Fewer than two complete blocks: no average ranks.");
        return AG_OK;
    }
    for (int i = 0; i < t.k; i++) {
        const char *label = c->samples.activations[t.order[i]];
        ag_grid_text(&sheet->numbers, label);
        ag_grid_number(&sheet->numbers, t.average[t.order[i]]);
        put_facts(&t, &sheet->numbers);
        ag_grid_text(&sheet->words, label);
        ag_grid_format(&sheet->words, "%.2f", t.average[t.order[i]]);
    }
    note_tests(c, &t, report, sheet);
    return AG_OK;
}

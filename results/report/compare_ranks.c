/* Average ranks over blocks. What is drawn here are blocks (data sets, depths, ...), not seeds:
 * those are averaged within a block (Demsar 2006, J. Mach. Learn. Res. 7, 3.2). */
#include "results/report/compare_private.h"

#include "results/stats/several.h"

#include <math.h>
#include <string.h>

enum { BLOCKS_FEWEST = 5 }; /* below, Nemenyi's distance is wider than most ranks can differ */

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a comparison");
}

/* Means of each block in which every activation has one. */
typedef struct table {
    int n, k, incomplete, datasets;
    double *x; /* [n][k] */
} table;

static bool has_block(const ag_comparison *c, int block) {
    for (int a = 0; a < c->samples.n_activations; a++)
        if (ag_samples_cell(&c->samples, block, a)->n == 0) return false;
    return true;
}

static ag_status fill_row(const ag_comparison *c, int block, double *row, ag_error *err) {
    const ag_block_set set = {1, &block};
    for (int a = 0; a < c->samples.n_activations; a++) {
        ag_by_seed values;
        ag_bounds mean;
        AG_TRY(ag_sample_values_over(&c->samples, &set, a, c->arena, &values, err));
        AG_TRY(ag_compare_mean(c, values.n, values.value, &mean, err));
        row[a] = ag_metric_rounded(c->metric, mean.estimate);
    }
    return AG_OK;
}

static ag_status fill(const ag_comparison *c, table *t, ag_error *err) {
    const int n = c->samples.n_blocks;
    *t = (table){.k = c->samples.n_activations};
    t->x = AG_NEW_ARRAY(c->arena, double, (size_t)n *(size_t)t->k);
    if (!t->x) return no_memory(err);
    for (int b = 0; b < n; b++) {
        bool seen = false;
        if (!has_block(c, b)) {
            t->incomplete++;
            continue;
        }
        for (int o = 0; o < b; o++)
            seen |= has_block(c, o) &&
                    strcmp(c->samples.blocks[o].dataset, c->samples.blocks[b].dataset) == 0;
        t->datasets += !seen;
        AG_TRY(fill_row(c, b, t->x + (size_t)t->n++ * (size_t)t->k, err));
    }
    return AG_OK;
}

/* Names of the groups that do not differ, "relu, gelu, swish". */
static void note_groups(const ag_comparison *c, const table *t, const double *rank,
                        const int *order, double distance, ag_report *report, ag_sheet *sheet) {
    const size_t k = (size_t)t->k;
    bool *differ = AG_NEW_ARRAY(c->arena, bool, k *k);
    ag_group *groups = AG_NEW_ARRAY(c->arena, ag_group, k);
    if (!differ || !groups) {
        report->failed = true;
        return;
    }
    for (size_t a = 0; a < k; a++)
        for (size_t b = 0; b < k; b++)
            differ[a * k + b] = fabs(rank[a] - rank[b]) >= distance;
    const int n = ag_groups_alike(t->k, order, differ, groups);
    for (int g = 0; g < n; g++)
        ag_report_note(report, sheet, "Not different: %s to %s (%d activations).",
                       c->samples.activations[order[groups[g].first]],
                       c->samples.activations[order[groups[g].last]],
                       groups[g].last - groups[g].first + 1);
}

static void note_tests(const ag_comparison *c, const table *t, const ag_friedman *friedman,
                       const double *rank, const int *order, ag_report *report, ag_sheet *sheet) {
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
    if (t->n < BLOCKS_FEWEST) {
        ag_report_note(report, sheet,
                       "No critical difference: with %d blocks Nemenyi's distance is %.2f ranks of "
                       "at most %d; at least %d blocks are wanted.",
                       t->n, ag_nemenyi_distance(t->k, t->n, 0.05), t->k - 1, BLOCKS_FEWEST);
        return;
    }
    const double distance = ag_nemenyi_distance(t->k, t->n, 0.05);
    ag_report_note(report, sheet,
                   "Nemenyi: average ranks that differ by %.3f or more are different (0.05).",
                   distance);
    note_groups(c, t, rank, order, distance, report, sheet);
}

static void put_facts(const table *t, const ag_friedman *f, ag_grid *grid) {
    ag_grid_whole(grid, t->n);
    ag_grid_number(grid, f->chi_squared);
    ag_grid_number(grid, f->p_chi_squared);
    ag_grid_number(grid, f->f);
    ag_grid_number(grid, f->p_f);
    ag_grid_number(grid, f->p_exact);
    ag_grid_number(grid,
                   t->n >= BLOCKS_FEWEST ? ag_nemenyi_distance(t->k, t->n, 0.05) : (double)NAN);
}

ag_status ag_compare_ranks(const ag_comparison *c, ag_report *report, ag_error *err) {
    static const ag_column numbers[] = {
        {"activation", false}, {"average_rank", true},  {"blocks", true},
        {"chi_squared", true}, {"p_chi_squared", true}, {"f", true},
        {"p_f", true},         {"p_exact", true},       {"critical_difference", true}};
    static const ag_column words[] = {{"activation", false}, {"average rank", true}};
    table t;
    ag_friedman friedman;
    if (c->samples.n_blocks < 2 || c->samples.n_activations < 2 ||
        c->metric->better == AG_BETTER_NEITHER)
        return AG_OK;
    AG_TRY(fill(c, &t, err));
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
    double *rank = AG_NEW_ARRAY(c->arena, double, (size_t)t.k);
    int *order = AG_NEW_ARRAY(c->arena, int, (size_t)t.k);
    if (!rank || !order) return no_memory(err);
    const ag_blocks blocks = {t.n, t.k, t.x, c->metric->better == AG_BETTER_LARGER};
    AG_TRY(ag_friedman_test(&blocks, rank, c->arena, &friedman, err));
    ag_order_by_rank(t.k, rank, order);
    for (int i = 0; i < t.k; i++) {
        const char *label = c->samples.activations[order[i]];
        ag_grid_text(&sheet->numbers, label);
        ag_grid_number(&sheet->numbers, rank[order[i]]);
        put_facts(&t, &friedman, &sheet->numbers);
        ag_grid_text(&sheet->words, label);
        ag_grid_format(&sheet->words, "%.2f", rank[order[i]]);
    }
    note_tests(c, &t, &friedman, rank, order, report, sheet);
    return AG_OK;
}

/* The section of what tuning is worth: the best that a search of so few candidates may be expected
 * to find. */
#include "results/report/compare_private.h"
#include "results/report/searches.h"

#include "harness/base/text.h"
#include "harness/config/writer.h"
#include "results/stats/budget.h"
#include "results/stats/describe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- from the store ------------------------------------------------------------------ */

/* Trials of the phase `tune`, cell by cell; what they share but for what is tuned is the group. */
static ag_status read_trials(const ag_comparison *c, const ag_tuning_search *search,
                             ag_table *table, ag_error *err) {
    ag_writer w = AG_WRITER(c->arena);
    ag_write(&w, "SELECT t.activation, json_remove(t.settings, '$.seed', '$.phase'");
    for (const char *key = search->keys; *key;) {
        const size_t n = strcspn(key, ",");
        ag_write(&w, ", '$.");
        ag_write_bytes(&w, key, n);
        ag_write(&w, "'");
        key += n + (key[n] == ',');
    }
    ag_write_format(&w,
                    ") AS shared, t.cell, %s AS value FROM trial t"
                    " WHERE t.phase = 'tune' AND t.status <> 'failed' AND %s"
                    " ORDER BY t.activation, shared, t.cell, t.seed",
                    search->metric->sql, search->trials);
    if (w.failed) return ag_samples_no_memory(err);
    return ag_reader_query(c->reader, w.text, 0, c->arena, table, err);
}

/* --- candidates ------------------------------------------------------------------------ */

enum { ACTIVATION, GROUP, CELL, VALUE, N_COLUMNS };

static const char *cell_of(const ag_table *t, size_t row, int column) {
    const char *text = t->cells[row * N_COLUMNS + (size_t)column];
    return text ? text : "";
}

/* The rows from `row` on that have the same text there. */
static size_t run_of(const ag_table *t, size_t row, int column) {
    size_t end = row + 1;
    while (end < t->n_rows && strcmp(cell_of(t, end, column), cell_of(t, row, column)) == 0)
        end++;
    return end;
}

static double worst_of(const ag_table *t, bool larger) {
    double worst = (double)NAN, x;
    for (size_t r = 0; r < t->n_rows; r++)
        if (ag_parse_number(cell_of(t, r, VALUE), &x) && (isnan(worst) || (x < worst) == larger))
            worst = x;
    return worst;
}

typedef struct candidates {
    int n;
    double *chosen_by, *value; /* [n] */
} candidates;

/* One candidate out of its rows; a diverged trial has no value. */
static void add_candidate(const ag_table *t, size_t from, size_t to, bool larger, double worst,
                          double *room, candidates *all) {
    int n = 0;
    double x;
    for (size_t r = from; r < to; r++)
        if (ag_parse_number(cell_of(t, r, VALUE), &x)) room[n++] = x;
    const bool diverged = (size_t)n < to - from;
    const double mean = n ? ag_mean(n, room) : worst;
    all->value[all->n] = mean;
    all->chosen_by[all->n++] = !diverged ? mean : larger ? -HUGE_VAL : HUGE_VAL;
}

/* --- curves ---------------------------------------------------------------------------- */

/* Of one activation: the expected best of k, summed over its groups, for k up to the fewest
 * candidates of one. */
typedef struct curve {
    const char *activation;
    int groups, n;
    double *best; /* [n] */
} curve;

static ag_status add_group(const ag_comparison *c, const ag_table *t, size_t from, size_t to,
                           bool larger, double worst, curve *of, ag_error *err) {
    const size_t room = to - from;
    double *memory = AG_NEW_ARRAY(c->arena, double, 4 * room);
    if (!memory) return ag_samples_no_memory(err);
    candidates all = {.chosen_by = memory, .value = memory + room};
    double *best = memory + 2 * room, *scratch = memory + 3 * room;
    for (size_t r = from; r < to;) {
        const size_t end = run_of(t, r, CELL) < to ? run_of(t, r, CELL) : to;
        add_candidate(t, r, end, larger, worst, scratch, &all);
        r = end;
    }
    const ag_search search = {all.n, all.chosen_by, all.value, larger};
    AG_TRY(ag_expected_best(&search, best, c->arena, err));
    if (!of->groups) *of = (curve){of->activation, 0, all.n, best};
    of->n = all.n < of->n ? all.n : of->n;
    for (int k = 0; k < of->n && of->groups; k++)
        of->best[k] += best[k];
    of->groups++;
    return AG_OK;
}

static ag_status make_curves(const ag_comparison *c, const ag_table *t, bool larger, curve *curves,
                             int *n, ag_error *err) {
    const double worst = worst_of(t, larger);
    *n = 0;
    for (size_t r = 0; r < t->n_rows && !isnan(worst);) {
        const size_t last = run_of(t, r, ACTIVATION);
        curve *of = &curves[(*n)++];
        *of = (curve){.activation = cell_of(t, r, ACTIVATION)};
        while (r < last) {
            const size_t end = run_of(t, r, GROUP) < last ? run_of(t, r, GROUP) : last;
            AG_TRY(add_group(c, t, r, end, larger, worst, of, err));
            r = end;
        }
        for (int k = 0; k < of->n; k++)
            of->best[k] /= of->groups;
    }
    return AG_OK;
}

/* --- the sheet ---------------------------------------------------------------------------- */

/* 1, 2, 4, ... and the whole. */
static int next_shown(int k, int most) {
    return k == most ? most + 1 : 2 * k < most ? 2 * k : most;
}

static ag_status put_curves(const ag_comparison *c, const ag_tuning_search *search,
                            const curve *curves, int n, ag_sheet *sheet, ag_error *err) {
    static const ag_column numbers[] = {{"block", false},
                                        {"activation", false},
                                        {"item", true},
                                        {"expected_best", true},
                                        {"groups", true}};
    enum { SHOWN = 24 };
    ag_column words[SHOWN + 1] = {{"activation", false}};
    int most = 0, n_words = 1;
    for (int i = 0; i < n; i++)
        most = curves[i].n > most ? curves[i].n : most;
    for (int k = 1; k <= most && n_words <= SHOWN; k = next_shown(k, most)) {
        char *name = AG_NEW_ARRAY(c->arena, char, 32);
        if (!name) return ag_samples_no_memory(err);
        snprintf(name, 32, "best of %d", k);
        words[n_words++] = (ag_column){name, true};
    }
    ag_grid_columns(&sheet->numbers, c->arena, numbers, AG_COUNT(numbers));
    ag_grid_columns(&sheet->words, c->arena, words, n_words);
    for (int i = 0; i < n; i++) {
        for (int k = 1; k <= curves[i].n; k++) {
            ag_grid_text(&sheet->numbers, search->label);
            ag_grid_text(&sheet->numbers, curves[i].activation);
            ag_grid_whole(&sheet->numbers, k);
            ag_grid_number(&sheet->numbers, curves[i].best[k - 1]);
            ag_grid_whole(&sheet->numbers, curves[i].groups);
        }
        ag_grid_text(&sheet->words, curves[i].activation);
        for (int k = 1, w = 1; w < n_words; k = next_shown(k, most), w++)
            if (k <= curves[i].n)
                ag_grid_format(&sheet->words, "%.4f", curves[i].best[k - 1]);
            else
                ag_grid_text(&sheet->words, "-");
    }
    return AG_OK;
}

/* many: there are other searches, never in one table with this one. */
static ag_status put_search(const ag_comparison *c, const ag_tuning_search *search, bool many,
                            ag_report *report, ag_error *err) {
    ag_table table;
    int n;
    if (search->why) {
        ag_sheet *sheet = ag_report_sheet(report, "budget", "budget");
        ag_report_note(report, sheet, "No budget: %s.", search->why);
        sheet->quiet = true;
        return AG_OK;
    }
    const ag_metric *metric = search->metric;
    AG_TRY(read_trials(c, search, &table, err));
    curve *curves = AG_NEW_ARRAY(c->arena, curve, table.n_rows + 1);
    if (!curves) return ag_samples_no_memory(err);
    AG_TRY(make_curves(c, &table, metric->better == AG_BETTER_LARGER, curves, &n, err));
    ag_sheet *sheet = ag_report_sheet(
        report, "budget",
        "budget: %s (validation) that the best of so many candidates has, by %s%s%s", metric->name,
        search->keys, many ? "; " : "", many ? search->label : "");
    sheet->metric = metric->name;
    AG_TRY(put_curves(c, search, curves, n, sheet, err));
    ag_report_note(
        report, sheet,
        "Expected when they are drawn without replacement from all that were tried (Tang "
        "et al. 2020), of the mean over seeds; mean over the groups of an activation. "
        "A candidate with a diverged seed is taken last; one that always diverged counts "
        "as the worst value of all.");
    return AG_OK;
}

ag_status ag_compare_budget(const ag_comparison *c, ag_report *report, ag_error *err) {
    ag_tuning_search *searches;
    int n;
    AG_TRY(ag_searches_read(c->reader, &c->options->set, c->arena, &searches, &n, err));
    if (!n) {
        ag_sheet *sheet = ag_report_sheet(report, "budget", "budget");
        ag_report_note(
            report, sheet,
            "No budget: nothing was tuned here (`tuning` in `actgrid help experiment`).");
        sheet->quiet = true;
    }
    for (int i = 0; i < n; i++)
        AG_TRY(put_search(c, &searches[i], n > 1, report, err));
    return AG_OK;
}

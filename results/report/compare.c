#include "results/report/compare.h"

#include "harness/base/nearest.h"
#include "harness/config/writer.h"
#include "results/report/compare_private.h"
#include "results/report/short_text.h"

#include <stdlib.h>
#include <string.h>

enum { GROUPS_SHOWN = 6 };

/* --- heading --------------------------------------------------------------------------------- */

static const char *part_of(const ag_metric *metric) {
    if (metric->of_test) return "test";
    if (strncmp(metric->name, "val_", 4) == 0 || strncmp(metric->name, "best_val_", 9) == 0 ||
        strncmp(metric->name, "mean_val_", 9) == 0)
        return "validation";
    return NULL;
}

static const char *direction(const ag_metric *metric) {
    switch (metric->better) {
    case AG_BETTER_LARGER: return "larger is better";
    case AG_BETTER_SMALLER: return "smaller is better";
    default: return "neither end is better";
    }
}

static ag_status head(const ag_comparison *c, ag_report *report, ag_error *err) {
    const ag_samples *s = &c->samples;
    ag_table names;
    int n_diverged = 0, n_failed = 0;
    for (int i = 0; i < s->n_blocks * s->n_activations; i++) {
        n_diverged += s->cells[i].diverged;
        n_failed += s->cells[i].failed;
    }
    AG_TRY(ag_reader_query(c->reader, "SELECT group_concat(DISTINCT name) FROM experiment", 0,
                           c->arena, &names, err));
    const char *name = c->options->set.experiment;
    if (!name && names.n_rows) name = names.cells[0];
    if (name) ag_report_fact(report, "experiment", "%s", name);
    ag_report_fact(report, "metric", "%s", c->metric->name);
    ag_report_fact(report, "meaning", "%s%s%s; %s", c->metric->title,
                   c->metric->unit[0] ? ", " : "", c->metric->unit, direction(c->metric));
    if (part_of(c->metric)) ag_report_fact(report, "part", "%s", part_of(c->metric));
    ag_report_fact(report, "trials",
                   "%d of phase %s (%d diverged, %d failed): %d activation%s, %d block%s",
                   s->n_trials, s->phase, n_diverged, n_failed, s->n_activations,
                   s->n_activations == 1 ? "" : "s", s->n_blocks, s->n_blocks == 1 ? "" : "s");
    return AG_OK;
}

static const char *interval_words(const ag_comparison *c) {
    if (c->options->ends != AG_ENDS_T)
        return "bootstrap over seeds (BCa, 10000 resamples); too narrow below 20 seeds";
    if (c->metric->yes_or_no)
        return "of shares Clopper and Pearson's, a seed is one trial; of differences Student's t "
               "over seeds, too narrow where one of yes and no is rare: p is exact";
    return "Student's t over seeds";
}

static void say_how(const ag_comparison *c, ag_report *report) {
    ag_report_fact(report, "intervals", "95 %%, %s%s", interval_words(c),
                   c->metric->scale == AG_SCALE_LOG ? ", of logarithms" : "");
    ag_report_fact(report, "tests",
                   "p: exact permutation test of the mean difference over all signs (100000 drawn "
                   "beyond 30 seeds), two-sided; g: mean difference over its std (Hedges); won: "
                   "seeds in which the first is better, ties half; P: over all pairs of seeds");
}

static ag_status count(const ag_comparison *c, const char *what, const char *where, long *n,
                       ag_error *err) {
    ag_writer w = AG_WRITER(c->arena);
    ag_table table;
    ag_write_format(&w, "SELECT count(%s) FROM trial t WHERE %s", what, where);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(c->reader, w.text, 0, c->arena, &table, err));
    *n = table.n_rows ? atol(table.cells[0]) : 0;
    return AG_OK;
}

/* What an option left out. */
static ag_status say_left_out(const ag_comparison *c, ag_report *report, ag_error *err) {
    const ag_trial_set *set = &c->options->set;
    ag_writer w = AG_WRITER(c->arena);
    long n = 0;
    ag_write_format(&w, "t.phase <> 'tune' AND NOT (t.phase = '%s'", c->samples.phase);
    if (set->sql) ag_write_format(&w, " AND %s", set->sql);
    ag_write(&w, ")");
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(count(c, "*", w.text, &n, err));
    if (n)
        ag_report_fact(report, "not compared", "%ld trial%s of the store that %s of %s%s%s%s", n,
                       n == 1 ? "" : "s", n == 1 ? "is not" : "are not",
                       set->experiment ? "experiment " : "phase ",
                       set->experiment ? set->experiment : c->samples.phase,
                       set->experiment ? ", phase " : "", set->experiment ? c->samples.phase : "");
    return AG_OK;
}

/* Beside an experiment that was tuned, others may be in the store: not with the same budget. */
static ag_status say_others(const ag_comparison *c, ag_report *report, ag_error *err) {
    long n = 0, names = 0;
    if (c->options->set.phase)
        AG_TRY(say_left_out(c, report, err));
    else if (strcmp(c->samples.phase, "final") == 0)
        AG_TRY(count(c, "*", "t.phase = 'grid'", &n, err));
    if (n)
        ag_report_fact(report, "not compared",
                       "%ld trial%s of experiments without tuning: where activations were tuned, "
                       "only their final trials are; --phase grid compares the others",
                       n, n == 1 ? "" : "s");
    if (c->options->set.experiment) return AG_OK;
    ag_writer w = AG_WRITER(c->arena);
    ag_write_format(&w, "t.phase = '%s'", c->samples.phase);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(count(c,
                 "DISTINCT (SELECT name FROM experiment e WHERE e.experiment_id = t.experiment_id)",
                 w.text, &names, err));
    if (names > 1)
        ag_report_fact(report, "experiments",
                       "%ld, compared together: --experiment NAME compares one of them", names);
    return AG_OK;
}

static ag_status say_nothing(const ag_comparison *c, ag_report *report, ag_error *err) {
    long n;
    AG_TRY(count(c, "*", "t.phase = 'tune'", &n, err));
    ag_sheet *sheet = ag_report_sheet(report, "nothing", "nothing to compare");
    ag_report_note(report, sheet, "No trial is done yet.");
    if (n)
        ag_report_note(report, sheet,
                       "%ld trial%s of a tuning, which only choose: what they choose is trained "
                       "again and compared.",
                       n, n == 1 ? "" : "s");
    sheet->quiet = true;
    return AG_OK;
}

/* --- all of it ------------------------------------------------------------------------------- */

/* Where rates are part of the grid, all run at the same ones, good for one and bad for another. */
static void say_rates(const ag_comparison *c, ag_report *report) {
    const char *key = "optimizer.learning_rate";
    for (int k = 0; k < c->samples.varying.n; k++)
        if (strcmp(c->samples.varying.key[k], key) == 0)
            ag_report_fact(report, "learning rates",
                           "the same for all: each block has one. With `tuning: {over: [%s]}` each "
                           "activation has its own",
                           key);
}

static ag_status find_baseline(ag_comparison *c, ag_error *err) {
    const char *label = c->options->baseline;
    c->baseline = label ? ag_samples_activation(&c->samples, label) : -1;
    if (!label || c->baseline >= 0) return AG_OK;
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(label);
    for (int a = 0; a < c->samples.n_activations; a++)
        ag_nearest_offer(&nearest, c->samples.activations[a]);
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                   "--baseline: the trials have no activation '%.64s'%s", label,
                   ag_nearest_hint(hint, &nearest, ""));
}

static ag_status sections(ag_comparison *c, ag_report *report, ag_error *err) {
    const bool many = c->options->for_people && c->n_groups > GROUPS_SHOWN + 1;
    c->n_shown = many ? 1 : c->n_groups;
    for (int g = 0; g < c->n_shown; g++) {
        AG_TRY(ag_compare_cells(c, &c->groups[g], report, err));
        AG_TRY(ag_compare_pairs(c, &c->groups[g], report, err));
    }
    if (many) AG_TRY(ag_compare_winners(c, report, err));
    AG_TRY(ag_compare_ranks(c, report, err));
    AG_TRY(ag_compare_edges(c, report, err));
    if (c->options->cost) AG_TRY(ag_compare_cost(c, report, err));
    if (c->options->budget) AG_TRY(ag_compare_budget(c, report, err));
    if (c->options->variance) AG_TRY(ag_compare_variance(c, report, err));
    return AG_OK;
}

static ag_status compare(ag_comparison *c, ag_report *report, ag_error *err) {
    if (c->options->metric)
        AG_TRY(ag_metric_wanted(c->options->metric, AG_NOWHERE, &c->metric, err));
    else
        AG_TRY(ag_metric_usual(c->reader, &c->options->set, c->arena, &c->metric, err));
    const ag_sample_query query = {.metric = c->metric,
                                   .at = c->options->at,
                                   .n_at = c->options->n_at,
                                   .phase = c->options->set.phase,
                                   .trials = c->options->set.sql};
    AG_TRY(ag_samples_select(c->reader, &query, c->arena, &c->samples, err));
    AG_TRY(find_baseline(c, err));
    AG_TRY(head(c, report, err));
    if (c->samples.n_trials == 0) return say_nothing(c, report, err);
    AG_TRY(say_others(c, report, err));
    AG_TRY(ag_compare_halved(c, report, err));
    say_how(c, report);
    say_rates(c, report);
    AG_TRY(ag_compare_groups(c, err));
    return sections(c, report, err);
}

ag_status ag_compare(const char *folder, const ag_compare_options *options, ag_arena *arena,
                     ag_report *report, ag_error *err) {
    ag_comparison c = {.options = options, .arena = arena};
    AG_TRY(ag_reader_open(folder, arena, &c.reader, err));
    const ag_status status = compare(&c, report, err);
    ag_reader_close(c.reader);
    return status;
}

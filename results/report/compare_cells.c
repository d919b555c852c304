/* Each activation by itself: how many seeds, mean with its interval, spread, what is missing. */
#include "results/report/compare_private.h"

#include "harness/config/writer.h"

#include <math.h>

static const ag_column numbers[] = {
    {"block", false},   {"activation", false}, {"n", true},        {"mean", true},
    {"low", true},      {"high", true},        {"std", true},      {"median", true},
    {"iqm", true},      {"blocks", true},      {"left_out", true}, {"ran", true},
    {"diverged", true}, {"failed", true},      {"without", true},  {"tuned", false},
};

static void put_numbers(const ag_comparison *c, const ag_block_group *group, int a, ag_grid *grid) {
    const ag_arm *arm = &group->arms[a];
    const ag_metric *metric = c->metric;
    ag_grid_text(grid, group->label);
    ag_grid_text(grid, c->samples.activations[a]);
    ag_grid_whole(grid, arm->values.n);
    ag_grid_number(grid, ag_metric_unscaled(metric, arm->mean.estimate));
    ag_grid_number(grid, ag_metric_unscaled(metric, arm->mean.low));
    ag_grid_number(grid, ag_metric_unscaled(metric, arm->mean.high));
    ag_grid_number(grid, arm->std);
    ag_grid_number(grid, ag_metric_unscaled(metric, arm->median));
    ag_grid_number(grid, ag_metric_unscaled(metric, arm->iqm));
    ag_grid_whole(grid, arm->values.blocks);
    ag_grid_whole(grid, arm->values.left_out);
    ag_grid_whole(grid, arm->ran);
    ag_grid_whole(grid, arm->diverged);
    ag_grid_whole(grid, arm->failed);
    ag_grid_whole(grid, arm->without);
    ag_grid_text(grid, arm->tuned[0] ? arm->tuned : NULL);
}

/* --- for people ------------------------------------------------------------------------------ */

/* Diverged trials that are not in the numbers: of some metrics they have one, too. */
static int diverged_out(const ag_comparison *c, const ag_arm *arm) {
    return c->metric->of_diverged ? 0 : arm->diverged;
}

typedef struct shown {
    bool blocks, lost, tuned; /* columns that say something */
    ag_rounding rounding;
} shown;

static shown look(const ag_comparison *c, const ag_block_group *group) {
    enum { MOST = 256 };
    double spread[MOST];
    int n = 0;
    shown s = {0};
    for (int i = 0; i < group->present; i++) {
        const ag_arm *arm = &group->arms[group->order[i]];
        s.blocks |= arm->values.blocks != group->set.n;
        s.lost |= diverged_out(c, arm) + arm->failed + arm->without + arm->values.left_out > 0;
        s.tuned |= arm->tuned[0] != '\0';
        if (n < MOST) spread[n++] = arm->std;
    }
    s.rounding = ag_rounding_of(c->metric, n, spread);
    return s;
}

static void put_lost(const ag_comparison *c, const ag_arm *arm, ag_grid *grid) {
    const struct {
        int n;
        const char *what;
    } parts[] = {
        {diverged_out(c, arm), "diverged"},
        {arm->failed, "failed"},
        {arm->without, "without value"},
        {arm->values.left_out, arm->values.left_out == 1 ? "seed incomplete" : "seeds incomplete"}};
    ag_writer w = AG_WRITER(c->arena);
    for (int i = 0; i < AG_COUNT(parts); i++)
        if (parts[i].n) ag_write_format(&w, "%s%d %s", w.n ? ", " : "", parts[i].n, parts[i].what);
    grid->failed |= w.failed;
    ag_grid_text(grid, w.text);
}

static void put_words(const ag_comparison *c, const ag_block_group *group, int a, const shown *s,
                      ag_grid *grid) {
    const ag_arm *arm = &group->arms[a];
    char text[AG_WORD_MAX];
    const ag_rounding plain = {false, s->rounding.ratios ? 2 : s->rounding.decimals};
    ag_grid_text(grid, c->samples.activations[a]);
    ag_grid_whole(grid, arm->values.n);
    ag_grid_text(grid, ag_round_value(text, s->rounding, arm->mean.estimate));
    ag_grid_text(grid, ag_round_interval(text, s->rounding, arm->mean, false));
    ag_grid_text(grid, ag_round_value(text, plain, arm->std));
    ag_grid_text(grid, ag_round_value(text, s->rounding, arm->median));
    ag_grid_text(grid, ag_round_value(text, s->rounding, arm->iqm));
    if (s->blocks) ag_grid_whole(grid, arm->values.blocks);
    if (s->tuned) ag_grid_text(grid, arm->with[0] ? arm->with : NULL);
    if (s->lost) put_lost(c, arm, grid);
}

static void begin_words(const ag_comparison *c, const shown *s, ag_grid *grid) {
    const bool ratios = s->rounding.ratios;
    ag_column columns[10] = {{"activation", false},
                             {"n", true},
                             {ratios ? "geometric mean" : "mean", true},
                             {"95 % interval", false},
                             {ratios ? "std of logs" : "std", true},
                             {"median", true},
                             {"IQM", true}};
    int n = 7;
    if (s->blocks) columns[n++] = (ag_column){"blocks", true};
    if (s->tuned) columns[n++] = (ag_column){"with", false};
    if (s->lost) columns[n++] = (ag_column){"not in it", false};
    ag_grid_columns(grid, c->arena, columns, n);
}

static const char *order_words(const ag_metric *metric) {
    switch (metric->better) {
    case AG_BETTER_LARGER: return ", largest first";
    case AG_BETTER_SMALLER: return ", smallest first";
    default: return "";
    }
}

ag_status ag_compare_cells(const ag_comparison *c, const ag_block_group *group, ag_report *report,
                           ag_error *err) {
    (void)err;
    ag_sheet *sheet;
    if (group->set.n == 1)
        sheet = ag_report_sheet(report, "cells", "%s%s%s%s",
                                c->n_groups > 1 ? group->title : c->metric->name,
                                c->n_groups > 1 ? ": " : "", c->n_groups > 1 ? c->metric->name : "",
                                order_words(c->metric));
    else
        sheet =
            ag_report_sheet(report, "cells", "%s: %s averaged over %d blocks within each seed%s",
                            group->title, c->metric->name, group->set.n, order_words(c->metric));
    ag_grid_columns(&sheet->numbers, c->arena, numbers, AG_COUNT(numbers));
    const shown s = look(c, group);
    begin_words(c, &s, &sheet->words);
    for (int i = 0; i < group->present; i++) {
        put_numbers(c, group, group->order[i], &sheet->numbers);
        put_words(c, group, group->order[i], &s, &sheet->words);
    }
    if (s.blocks)
        ag_report_note(report, sheet,
                       "Not all are of the same %d blocks: their means are of different settings.",
                       group->set.n);
    return AG_OK;
}

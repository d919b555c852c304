/* How good a search is after k candidates: the expected best of k (results/stats/budget.h). */
#include "results/stats/budget.h"
#include "results/report/by_place.h"
#include "results/report/searches.h"
#include "results/stats/describe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct search {
    int n, without; /* candidates with a number; those of which no trial finished */
    double *value;  /* [n] mean over seeds, on the metric's scale */
    double *best;   /* [n] expected best of 1 .. n */
} search;

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
}

/* "model.depth,initializer.name": what varies after tuning, too; candidates of different ones are
 * never drawn from one hat. */
static const char *keys_of(const ag_varying *varying, ag_arena *arena) {
    size_t n = 1;
    for (int i = 0; i < varying->n; i++)
        n += strlen(varying->key[i]) + 1;
    char *text = AG_NEW_ARRAY(arena, char, n);
    for (int i = 0, used = 0; text && i < varying->n; i++)
        used += sprintf(text + used, "%s%s", i ? "," : "", varying->key[i]);
    return text;
}

/* A block is a candidate. */
static ag_status read_search(const ag_figure_data *tuning, const ag_block_set *candidates,
                             int activation, ag_arena *arena, search *s, ag_error *err) {
    *s = (search){.value = AG_NEW_ARRAY(arena, double, (size_t)candidates->n + 1),
                  .best = AG_NEW_ARRAY(arena, double, (size_t)candidates->n + 1)};
    if (!s->value || !s->best) return no_memory(err);
    for (int i = 0; i < candidates->n; i++) {
        const ag_block_set one = {1, &candidates->block[i]};
        if (ag_samples_cell(&tuning->samples, one.block[0], activation)->ran == 0) continue;
        ag_by_seed values;
        AG_TRY(ag_sample_values_over(&tuning->samples, &one, activation, arena, &values, err));
        const double mean = values.n ? ag_mean(values.n, values.value) : (double)NAN;
        if (isfinite(mean))
            s->value[s->n++] = mean;
        else
            s->without++;
    }
    const ag_search of = {s->n, s->value, s->value, tuning->metric->better != AG_BETTER_SMALLER};
    return s->n ? ag_expected_best(&of, s->best, arena, err) : AG_OK;
}

static ag_status make_line(const ag_figure_data *tuning, const char *panel, int activation,
                           const search *s, ag_grid *grid, ag_arena *arena, ag_line *line,
                           ag_error *err) {
    ag_line_point *points = AG_NEW_ARRAY(arena, ag_line_point, (size_t)s->n + 1);
    if (!points) return no_memory(err);
    for (int k = 1; k <= s->n; k++) {
        const double best = ag_metric_unscaled(tuning->metric, s->best[k - 1]);
        points[k - 1] = (ag_line_point){k, best, (double)NAN, (double)NAN};
        ag_grid_text(grid, panel);
        ag_grid_text(grid, tuning->samples.activations[activation]);
        ag_grid_text(grid, tuning->metric->name);
        ag_grid_whole(grid, k);
        ag_grid_number(grid, best);
        ag_grid_whole(grid, s->n);
        ag_grid_whole(grid, s->without);
    }
    *line = (ag_line){tuning->samples.activations[activation], ag_figure_style(tuning, activation),
                      s->n, points};
    return AG_OK;
}

static ag_status make_panels(const ag_figure_data *tuning, const ag_panels *groups, ag_grid *grid,
                             ag_arena *arena, ag_line_panel **out, ag_error *err) {
    const int n = tuning->n_activations;
    ag_line_panel *panels = AG_NEW_ARRAY(arena, ag_line_panel, (size_t)groups->n + 1);
    if (!panels) return no_memory(err);
    for (int p = 0; p < groups->n; p++) {
        ag_line *lines = AG_NEW_ARRAY(arena, ag_line, (size_t)n + 1);
        if (!lines) return no_memory(err);
        for (int a = 0; a < n; a++) {
            search s;
            AG_TRY(read_search(tuning, &groups->panel[p].blocks, a, arena, &s, err));
            AG_TRY(make_line(tuning, groups->panel[p].label, a, &s, grid, arena, &lines[a], err));
        }
        panels[p] = (ag_line_panel){
            .title = groups->panel[p].title,
            .y_title = tuning->metric->title,
            .y_kind = tuning->metric->scale == AG_SCALE_LOG ? AG_AXIS_LOG : AG_AXIS_LINEAR,
            .least = -HUGE_VAL,
            .most = HUGE_VAL,
            .n_lines = n,
            .lines = lines};
    }
    *out = panels;
    return AG_OK;
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    static const ag_column columns[] = {{"panel", false},        {"activation", false},
                                        {"metric", false},       {"candidates_tried", true},
                                        {"expected_best", true}, {"candidates", true},
                                        {"without_number", true}};
    ag_figure_request request;
    ag_figure_data tuning;
    ag_panels groups;
    ag_grid grid;
    if (data->metric->better == AG_BETTER_NEITHER)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "neither end of %s is better: there is no best", data->metric->name);
    ag_tuning_search *searches;
    int n;
    AG_TRY(ag_searches_read(data->reader, &data->request->set, arena, &searches, &n, err));
    if (n > 1)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "%d searches chose here, and no k is of them all: --experiment NAME draws "
                       "one, `compare --budget` has each",
                       n);
    if (n && searches[0].why) return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "%s", searches[0].why);
    ag_figure_request one = *data->request;
    if (n) one.set.sql = searches[0].trials;
    ag_figure_data of_one = *data;
    of_one.request = &one;
    AG_TRY(ag_figure_data_of_tuning(&of_one, &request, arena, &tuning, err));
    if (tuning.samples.n_blocks < 2)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "nothing was tuned: there are no candidates");
    request.by = keys_of(&data->samples.varying, arena);
    if (!request.by) return no_memory(err);
    AG_TRY(ag_panels_of(&tuning, NULL, AG_PANELS_MAX, arena, &groups, err));
    ag_grid_columns(&grid, arena, columns, AG_COUNT(columns));
    ag_line_chart chart = {.page.title = "What a search of k candidates is expected to find",
                           .x_title = "k: candidates tried",
                           .whole_x = true,
                           .columns = groups.n <= 2 || groups.n == 4 ? 2 : 3,
                           .n_panels = groups.n};
    AG_TRY(make_panels(&tuning, &groups, &grid, arena, (ag_line_panel **)&chart.panels, err));
    AG_TRY(ag_figure_numbers(&grid, drawn, err));
    AG_TRY(ag_figure_origin(&tuning, arena, &chart.page.about, err));
    AG_TRY(ag_page_note(&chart.page, arena, err,
                        "Expected best of k of the candidates, drawn without replacement; a "
                        "candidate's number is its mean over the seeds that finished. Candidates "
                        "that never finished are in no number (the CSV file counts them). Phase: "
                        "tune."));
    AG_TRY(ag_figure_note_named(&tuning, &chart.page, arena, err));
    AG_TRY(ag_figure_note_missing(&tuning, &chart.page, arena, err));
    return ag_line_chart_draw(&chart, arena, &drawn->svg, err);
}

const ag_figure ag_figure_budget = {
    .about = {.name = "budget", .formula = "what a search of k candidates is expected to find"},
    .of_metric = true,
    .draw = draw,
};

/* Which learning rate does each activation need, and where does training diverge? */
#include "harness/config/writer.h"
#include "harness/plan/tuning.h"
#include "results/report/by_place.h"
#include "results/report/searches.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char KEY[] = "optimizer.learning_rate";

enum { GROUPS_MAX = 4 };

/* A panel of the metric and one of what diverged, for each group. */
static ag_status make_panels(const ag_figure_data *data, const ag_panels *groups,
                             const ag_lines *score, const ag_lines *lost, ag_arena *arena,
                             ag_line_panel **out, ag_error *err) {
    const bool share = strstr(data->metric->name, "accuracy") != NULL;
    const ag_axis_kind kind = data->metric->scale == AG_SCALE_LOG ? AG_AXIS_LOG
                              : share                             ? AG_AXIS_LINEAR
                                      : ag_line_kind(groups->n * score->n_activations, score->line);
    const ag_line_panel of_score = {.y_title = data->metric->title,
                                    .y_kind = kind,
                                    .least = share ? 0 : -HUGE_VAL,
                                    .most = share ? 1 : HUGE_VAL};
    const ag_line_panel of_lost = {.y_title = "share of trials that diverged",
                                   .y_kind = AG_AXIS_LINEAR,
                                   .y_family = 1,
                                   .most = 1};
    ag_line_panel *scores, *losts;
    AG_TRY(ag_lines_panels(groups, score, &of_score, arena, &scores, err));
    AG_TRY(ag_lines_panels(groups, lost, &of_lost, arena, &losts, err));
    *out = AG_NEW_ARRAY(arena, ag_line_panel, 2 * (size_t)groups->n + 1);
    if (!*out) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
    ag_line_panel *next = *out;
    for (int g = 0; g < groups->n; g++) {
        *next++ = scores[g];
        *next++ = losts[g];
    }
    return AG_OK;
}

static void fill(const ag_figure_data *data, const ag_panels *groups, const ag_lines *score,
                 const ag_lines *lost, ag_grid *numbers) {
    static const char diverged[] = "diverged";
    const char *const of_score[] = {data->metric->name}, *const of_lost[] = {diverged};
    ag_lines_fill(data, groups, score, 1, of_score, numbers);
    ag_lines_fill(data, groups, lost, 1, of_lost, numbers);
}

/* Means only: an interval of a share of few trials would be one of Student's t. */
static void drop_intervals(const ag_lines *lines) {
    for (int i = 0; i < lines->n_panels * lines->n_activations; i++)
        for (int k = 0; k < lines->line[i].n; k++) {
            ag_line_point *point = (ag_line_point *)&lines->line[i].points[k];
            point->low = point->high = (double)NAN;
        }
    const size_t n = (size_t)lines->n_panels * (size_t)lines->n_activations;
    for (size_t i = 0; i < n * (size_t)lines->n_points; i++) {
        ag_over_seeds *at = (ag_over_seeds *)&lines->at[i];
        at->low = at->high = (double)NAN;
    }
}

/* halved: "27 candidates at 2 epochs", the rung that is drawn; NULL: nothing is left out. */
static ag_status draw_of(const ag_figure_data *data, const char *halved, ag_arena *arena,
                         ag_drawn *drawn, ag_error *err) {
    static const ag_column columns[] = {
        {"panel", false},        {"activation", false}, {"metric", false},
        {"learning_rate", true}, {"n", true},           {"mean", true},
        {"low", true},           {"high", true},        {"settings", true}};
    ag_grid numbers;
    ag_grid_columns(&numbers, arena, columns, AG_COUNT(columns));
    const ag_sample_query query = {.metric = ag_metric_find("diverged"),
                                   .at = data->request->at,
                                   .n_at = data->request->n_at,
                                   .phase = data->phase,
                                   .trials = data->request->set.sql};
    ag_panels groups;
    ag_samples diverged;
    ag_lines score, lost;
    AG_TRY(ag_panels_of(data, KEY, GROUPS_MAX, arena, &groups, err));
    AG_TRY(ag_samples_select(data->reader, &query, arena, &diverged, err));
    AG_TRY(ag_lines_along(data, &data->samples, &groups, KEY, arena, &score, err));
    AG_TRY(ag_lines_along(data, &diverged, &groups, KEY, arena, &lost, err));
    drop_intervals(&lost);
    fill(data, &groups, &score, &lost, &numbers);
    AG_TRY(ag_figure_numbers(&numbers, drawn, err));
    ag_line_chart chart = {.page.title = "Learning rates",
                           .x_title = "learning rate",
                           .x_kind = AG_AXIS_LOG,
                           .columns = 2,
                           .n_panels = 2 * groups.n};
    AG_TRY(make_panels(data, &groups, &score, &lost, arena, (ag_line_panel **)&chart.panels, err));
    AG_TRY(ag_figure_origin(data, arena, &chart.page.about, err));
    const ag_figure_words words = {"points", "bands", data->metric->scale};
    AG_TRY(ag_figure_notes(data, &groups, &words, &chart.page, arena, err));
    if (halved)
        AG_TRY(ag_page_note(&chart.page, arena, err,
                            "By " AG_HALVING_WORDS " only the better rates were trained longer. "
                            "Drawn is the first rung: %s.",
                            halved));
    AG_TRY(ag_lines_note_empty(data, &groups, &score, &chart.page, arena, err));
    return ag_line_chart_draw(&chart, arena, &drawn->svg, err);
}

/* The candidates of all searches, NULL: they cannot be told apart from others; trainings of
 * different lengths are not drawn together. */
static ag_status find_candidates(const ag_figure_data *data, ag_arena *arena, const char **trials,
                                 const char **halved, ag_error *err) {
    ag_tuning_search *searches;
    ag_writer w = AG_WRITER(arena);
    int n;
    *trials = *halved = NULL;
    AG_TRY(ag_searches_read(data->reader, &data->request->set, arena, &searches, &n, err));
    for (int i = 0; i < n; i++) {
        if (searches[i].halved && n > 1)
            return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                           "%d searches chose here, one of them by " AG_HALVING_WORDS
                           ": --experiment NAME draws one",
                           n);
        if (!searches[i].trials) return AG_OK;
        *halved = searches[i].halved;
        ag_write_format(&w, "%s", i ? " OR " : "(");
        ag_write(&w, searches[i].trials);
    }
    if (!n) return AG_OK;
    ag_write(&w, ")");
    *trials = w.text;
    return w.failed ? AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure") : AG_OK;
}

/* Where rates were tuned, the trials among which they were chosen. */
static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    if (ag_varying_find(&data->samples.varying, KEY) >= 0)
        return draw_of(data, NULL, arena, drawn, err);
    ag_figure_request of_candidates = *data->request, request;
    ag_figure_data of = *data, tuning;
    const char *trials, *halved;
    AG_TRY(find_candidates(data, arena, &trials, &halved, err));
    if (trials) of_candidates.set.sql = trials;
    of.request = &of_candidates;
    AG_TRY(ag_figure_data_of_tuning(&of, &request, arena, &tuning, err));
    if (ag_varying_find(&tuning.samples.varying, KEY) >= 0)
        return draw_of(&tuning, halved, arena, drawn, err);
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                   "the trials asked for do not differ in optimizer.learning_rate");
}

const ag_figure ag_figure_learning_rates = {
    .about = {.name = "learning_rates",
              .formula = "a metric by learning rate, and where training diverges"},
    .of_metric = true,
    .draw = draw,
};

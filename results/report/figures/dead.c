/* How many units are dead: by depth, and layer by layer. */
#include "results/report/by_place.h"

#include <stdio.h>
#include <string.h>

static const char KEY[] = "model.depth";

enum { GROUPS_MAX = 5 };

/* Of the last epoch, by hidden layer. */
static const char *const BY_LAYER =
    "SELECT p.trial, p.layer, p.dead_fraction FROM trial t CROSS JOIN layer_epoch_row p ON p.trial "
    "= t.number AND p.epoch = t.epochs JOIN layer_row l ON l.trial = p.trial AND l.layer = p.layer "
    "WHERE l.name <> 'output'";

/* By depth, over everything else, as one panel; nothing if all nets are equally deep. */
static ag_status read_by_depth(const ag_figure_data *data, ag_panels *all, ag_arena *arena,
                               ag_lines *lines, ag_error *err) {
    *all = (ag_panels){0};
    *lines = (ag_lines){0};
    if (ag_varying_find(&data->samples.varying, KEY) < 0) return AG_OK;
    const ag_sample_query query = {.metric = ag_metric_find("dead_fraction"),
                                   .at = data->request->at,
                                   .n_at = data->request->n_at};
    ag_samples samples;
    AG_TRY(ag_panels_of(data, KEY, 1, arena, all, err));
    AG_TRY(ag_samples_select(data->reader, &query, arena, &samples, err));
    return ag_lines_along(data, &samples, all, KEY, arena, lines, err);
}

static ag_status draw_chart(const ag_figure_data *data, const ag_panels *all,
                            const ag_lines *by_depth, const ag_panels *groups,
                            const ag_lines *by_layer, ag_arena *arena, ag_svg *svg, ag_error *err) {
    const ag_line_panel like = {.y_title = "share of dead units", .most = 1};
    ag_line_panel *depths, *layers;
    AG_TRY(ag_lines_panels(all, by_depth, &like, arena, &depths, err));
    AG_TRY(ag_lines_panels(groups, by_layer, &like, arena, &layers, err));
    ag_line_panel *panels =
        AG_NEW_ARRAY(arena, ag_line_panel, (size_t)all->n + (size_t)groups->n + 1);
    if (!panels) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
    int n = 0;
    for (int p = 0; p < all->n; p++) {
        panels[n] = depths[p];
        panels[n].x_title = "depth: hidden layers";
        panels[n].x_family = 1;
        if (!*panels[n].title) panels[n].title = "all layers, by depth";
        n++;
    }
    for (int p = 0; p < groups->n; p++)
        panels[n++] = layers[p];
    ag_line_chart chart = {.page.title = "Dead units at the end of training",
                           .x_title = "hidden layer, from the input",
                           .whole_x = true,
                           .columns = n <= 2 || n == 4 ? 2 : 3,
                           .n_panels = n,
                           .panels = panels};
    AG_TRY(ag_figure_origin(data, arena, &chart.page.about, err));
    AG_TRY(
        ag_page_note(&chart.page, arena, err,
                     "A unit is dead when |f'(z)| < 1e-6 for every example of the probe batch."));
    const ag_figure_words words = {"points", "bands", AG_SCALE_LINEAR};
    AG_TRY(ag_figure_notes(data, groups, &words, &chart.page, arena, err));
    AG_TRY(ag_lines_note_empty(data, groups, by_layer, &chart.page, arena, err));
    return ag_line_chart_draw(&chart, arena, svg, err);
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    static const ag_column columns[] = {
        {"panel", false},  {"activation", false}, {"by", false}, {"depth_or_layer", true},
        {"n", true},       {"mean", true},        {"low", true}, {"high", true},
        {"settings", true}};
    static const char *const of_depth[] = {"depth"}, *const of_layer[] = {"layer"};
    ag_grid numbers;
    ag_grid_columns(&numbers, arena, columns, AG_COUNT(columns));
    ag_panels all, groups;
    ag_by_place places;
    ag_lines by_depth, by_layer;
    AG_TRY(read_by_depth(data, &all, arena, &by_depth, err));
    AG_TRY(ag_panels_of(data, NULL, GROUPS_MAX, arena, &groups, err));
    AG_TRY(ag_by_place_read(data, BY_LAYER, arena, &places, err));
    if (places.n_places == 0)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "no finished trial has shares of dead units by layer");
    AG_TRY(ag_lines_by_place(data, &groups, &places, ag_metric_find("dead_fraction"), arena,
                             &by_layer, err));
    ag_lines_fill(data, &all, &by_depth, 1, of_depth, &numbers);
    ag_lines_fill(data, &groups, &by_layer, 1, of_layer, &numbers);
    AG_TRY(ag_figure_numbers(&numbers, drawn, err));
    return draw_chart(data, &all, &by_depth, &groups, &by_layer, arena, &drawn->svg, err);
}

const ag_figure ag_figure_dead = {
    .about = {.name = "dead", .formula = "share of dead units, by depth and by layer"},
    .draw = draw,
};

/* Does the gradient reach the first layers? */
#include "results/report/by_place.h"

#include <math.h>
#include <stdio.h>

/* Norms of a layer's gradients, before the first step and in the last epoch. */
static const struct quantity {
    const char *column, *when, *epoch, *title;
    int family;
} quantities[] = {
    {"grad_norm", "before", "0", "dLoss/dW, before the first step", 0},
    {"grad_norm", "after", "t.epochs", "dLoss/dW, last epoch", 0},
    {"delta_norm", "before", "0", "dLoss/dz, before the first step", 1},
    {"delta_norm", "after", "t.epochs", "dLoss/dz, last epoch", 1},
};

enum { QUANTITIES = AG_COUNT(quantities), GROUPS_MAX = 4 };

/* Only its scale counts: of logarithms. */
static const ag_metric norm = {.name = "norm",
                               .title = "norm",
                               .unit = "",
                               .sql = "",
                               .better = AG_BETTER_NEITHER,
                               .scale = AG_SCALE_LOG};

static ag_status read_quantity(const ag_figure_data *data, const ag_panels *panels,
                               const struct quantity *q, ag_arena *arena, ag_lines *lines,
                               ag_error *err) {
    char sql[320];
    snprintf(
        sql, sizeof sql,
        "SELECT p.trial, p.layer, p.%s FROM trial t CROSS JOIN layer_epoch_row p ON p.trial = "
        "t.number AND p.epoch = %s JOIN layer_row l ON l.trial = p.trial AND l.layer = p.layer "
        "WHERE l.name <> 'output'",
        q->column, q->epoch);
    ag_by_place numbers;
    AG_TRY(ag_by_place_read(data, sql, arena, &numbers, err));
    return ag_lines_by_place(data, panels, &numbers, &norm, arena, lines, err);
}

static const char *titled(const char *group, const char *title, ag_arena *arena) {
    const int n = snprintf(NULL, 0, "%s; %s", title, group);
    char *text = AG_NEW_ARRAY(arena, char, (size_t)n + 1);
    if (text && *group)
        snprintf(text, (size_t)n + 1, "%s; %s", title, group);
    else if (text)
        snprintf(text, (size_t)n + 1, "%s", title);
    return text;
}

/* A row of panels for each group, a column for each quantity. */
static ag_status make_panels(const ag_panels *groups, const ag_lines *lines, ag_arena *arena,
                             ag_line_panel **out, ag_error *err) {
    ag_line_panel *panels = AG_NEW_ARRAY(arena, ag_line_panel, (size_t)groups->n * QUANTITIES + 1);
    if (!panels) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
    for (int q = 0; q < QUANTITIES; q++) {
        const ag_line_panel like = {.y_title = q < 2 ? "norm of dLoss/dW" : "norm of dLoss/dz",
                                    .y_kind = AG_AXIS_LOG,
                                    .y_family = quantities[q].family,
                                    .least = -HUGE_VAL,
                                    .most = HUGE_VAL};
        ag_line_panel *column;
        AG_TRY(ag_lines_panels(groups, &lines[q], &like, arena, &column, err));
        for (int g = 0; g < groups->n; g++) {
            ag_line_panel *panel = &panels[g * QUANTITIES + q];
            *panel = column[g];
            panel->x_family = g; /* nets of another depth */
            panel->title = titled(groups->panel[g].title, quantities[q].title, arena);
            if (!panel->title)
                return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
        }
    }
    *out = panels;
    return AG_OK;
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    static const ag_column columns[] = {
        {"panel", false}, {"activation", false}, {"quantity", false}, {"when", false},
        {"layer", true},  {"n", true},           {"mean", true},      {"low", true},
        {"high", true},   {"settings", true}};
    ag_grid numbers;
    ag_grid_columns(&numbers, arena, columns, AG_COUNT(columns));
    ag_panels groups;
    ag_lines lines[QUANTITIES];
    int most = 0;
    AG_TRY(ag_panels_of(data, NULL, GROUPS_MAX, arena, &groups, err));
    for (int q = 0; q < QUANTITIES; q++) {
        AG_TRY(read_quantity(data, &groups, &quantities[q], arena, &lines[q], err));
        const char *const tags[] = {quantities[q].column, quantities[q].when};
        ag_lines_fill(data, &groups, &lines[q], 2, tags, &numbers);
        most = lines[q].n_points > most ? lines[q].n_points : most;
    }
    if (most == 0)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "no finished trial has norms of gradients by layer");
    AG_TRY(ag_figure_numbers(&numbers, drawn, err));
    ag_line_chart chart = {.page.title = "Gradients by layer",
                           .x_title = "hidden layer, from the input",
                           .whole_x = true,
                           .columns = QUANTITIES,
                           .n_panels = groups.n * QUANTITIES};
    AG_TRY(make_panels(&groups, lines, arena, (ag_line_panel **)&chart.panels, err));
    AG_TRY(ag_figure_origin(data, arena, &chart.page.about, err));
    AG_TRY(ag_page_note(&chart.page, arena, err,
                        "L2 norms for the mean loss of a mini-batch, averaged over the recorded "
                        "steps of an epoch; W are a layer's weights, z its pre-activations."));
    const ag_figure_words words = {"points", "bands", AG_SCALE_LOG};
    AG_TRY(ag_figure_notes(data, &groups, &words, &chart.page, arena, err));
    AG_TRY(ag_lines_note_empty(data, &groups, &lines[0], &chart.page, arena, err));
    return ag_line_chart_draw(&chart, arena, &drawn->svg, err);
}

const ag_figure ag_figure_gradients = {
    .about = {.name = "gradients", .formula = "norms of gradients, layer by layer"},
    .draw = draw,
};

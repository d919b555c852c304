/* How training goes, epoch by epoch. */
#include "results/report/by_place.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Columns of `epoch`, and what stands for those that exist at the end only, unless they are asked
 * for. */
static const struct curve {
    const char *metric, *column, *title;
    bool instead; /* of a metric that was not asked for */
} curves[] = {
    {"val_accuracy", "val_accuracy", "validation accuracy", false},
    {"val_loss", "val_loss", "validation loss", false},
    {"val_r2", "val_r2", "validation R2", false},
    {"train_loss", "train_loss", "training loss", false},
    {"train_accuracy", "train_accuracy", "training accuracy", false},
    {"grad_norm", "grad_norm", "norm of the gradient", false},
    {"test_accuracy", "val_accuracy", "validation accuracy", true},
    {"test_r2", "val_r2", "validation R2", true},
    {"test_loss", "val_loss", "validation loss", true},
};

static const struct curve training = {"train_loss", "train_loss", "training loss", true};

static const struct curve *curve_of(const ag_figure_data *data) {
    for (int i = 0; i < AG_COUNT(curves); i++)
        if (strcmp(curves[i].metric, data->metric->name) == 0 &&
            (!curves[i].instead || !data->request->metric))
            return &curves[i];
    return NULL;
}

static ag_status draw_chart(const ag_figure_data *data, const ag_panels *panels,
                            const ag_lines *lines, const struct curve *curve, ag_arena *arena,
                            ag_svg *svg, ag_error *err) {
    const bool share = strstr(curve->column, "accuracy") != NULL;
    const ag_line_panel like = {
        .y_title = curve->title,
        .y_kind =
            share ? AG_AXIS_LINEAR : ag_line_kind(panels->n * lines->n_activations, lines->line),
        .least = share ? 0 : -HUGE_VAL,
        .most = share ? 1 : HUGE_VAL};
    ag_line_panel *panel;
    AG_TRY(ag_lines_panels(panels, lines, &like, arena, &panel, err));
    ag_line_chart chart = {.x_title = "epoch",
                           .whole_x = true,
                           .columns = panels->n <= 2 || panels->n == 4 ? 2 : 3,
                           .n_panels = panels->n,
                           .panels = panel};
    char title[96];
    snprintf(title, sizeof title, "Convergence: %s by epoch", curve->title);
    chart.page.title = title;
    AG_TRY(ag_figure_origin(data, arena, &chart.page.about, err));
    const ag_figure_words words = {"lines", "bands", ag_metric_find(curve->column)->scale};
    AG_TRY(ag_figure_notes(data, panels, &words, &chart.page, arena, err));
    if (lines->cut)
        AG_TRY(ag_page_note(&chart.page, arena, err,
                            "A line ends with the first of its trials; the CSV file goes on with "
                            "those that are left."));
    AG_TRY(ag_lines_note_empty(data, panels, lines, &chart.page, arena, err));
    return ag_line_chart_draw(&chart, arena, svg, err);
}

static ag_status read_curve(const ag_figure_data *data, const struct curve *curve, ag_arena *arena,
                            ag_by_place *places, ag_error *err) {
    char sql[128];
    snprintf(sql, sizeof sql, "SELECT trial, epoch, %s FROM epoch_row", curve->column);
    return ag_by_place_read(data, sql, arena, places, err);
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    const struct curve *curve = curve_of(data);
    if (!curve)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "epochs have no %s: curves are of val_accuracy, val_loss, val_r2,"
                       " train_loss, train_accuracy or grad_norm",
                       data->metric->name);
    ag_panels panels;
    ag_by_place places;
    ag_lines lines;
    AG_TRY(ag_panels_of(data, NULL, 6, arena, &panels, err));
    AG_TRY(read_curve(data, curve, arena, &places, err));
    if (places.n_places == 0 && !data->request->metric) { /* no validation part */
        curve = &training;
        AG_TRY(read_curve(data, curve, arena, &places, err));
    }
    if (places.n_places == 0)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "no finished trial has epochs with %s",
                       curve->column);
    AG_TRY(ag_lines_by_place(data, &panels, &places, ag_metric_find(curve->column), arena, &lines,
                             err));
    static const ag_column columns[] = {
        {"panel", false}, {"activation", false}, {"metric", false}, {"epoch", true},   {"n", true},
        {"mean", true},   {"low", true},         {"high", true},    {"settings", true}};
    ag_grid numbers;
    ag_grid_columns(&numbers, arena, columns, AG_COUNT(columns));
    ag_lines_fill(data, &panels, &lines, 1, &curve->column, &numbers);
    AG_TRY(ag_figure_numbers(&numbers, drawn, err));
    return draw_chart(data, &panels, &lines, curve, arena, &drawn->svg, err);
}

const ag_figure ag_figure_curves = {
    .about = {.name = "curves", .formula = "a metric by epoch, with bands over seeds"},
    .of_metric = true,
    .draw = draw,
};

/* A metric of each activation, seed by seed. */
#include "results/report/by_place.h"
#include "results/report/chart_frame.h"
#include "results/stats/describe.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 16,
    ROW = 24, /* pixels of an activation */
    LETTER = 12,
    LABEL_WIDTH = 170,
    LOST_WIDTH = 92, /* "12 of 20 div." behind a row */
    ABOVE = 24,
    GROUPS_MAX = 6,
    BOX_LEAST = 5 /* fewer seeds are points only: quartiles of 4 would be made of 2 points each */
};

/* One activation in one panel. */
typedef struct row {
    int activation;
    ag_by_seed values; /* scaled */
    double *sorted;
    int ran, lost;
} row;

typedef struct board {
    const ag_figure_data *data;
    ag_panels groups;
    row *rows;        /* [group][n_activations] */
    double low, high; /* scaled */
} board;

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a figure");
}

/* --- numbers -------------------------------------------------------------------------- */

static ag_status read_row(board *b, int group, int activation, ag_arena *arena, row *r,
                          ag_error *err) {
    const ag_block_set *set = &b->groups.panel[group].blocks;
    *r = (row){.activation = activation};
    for (int i = 0; i < set->n; i++) {
        const ag_cell_sample *cell = ag_samples_cell(&b->data->samples, set->block[i], activation);
        r->ran += cell->ran;
        r->lost += cell->diverged;
    }
    AG_TRY(ag_sample_values_over(&b->data->samples, set, activation, arena, &r->values, err));
    int n = 0; /* of numbers that have a place on an axis */
    for (int i = 0; i < r->values.n; i++) {
        if (!isfinite(r->values.value[i])) continue;
        b->low = fmin(b->low, r->values.value[i]);
        b->high = fmax(b->high, r->values.value[i]);
        r->values.seed[n] = r->values.seed[i];
        r->values.value[n++] = r->values.value[i];
    }
    r->values.n = n;
    r->sorted = ag_sorted(n, r->values.value, arena);
    return r->sorted || n == 0 ? AG_OK : no_memory(err);
}

static bool is_before(const board *b, const row *x, const row *y) {
    if (!x->values.n || !y->values.n) return x->values.n > 0 && !y->values.n;
    const double mx = ag_median(x->values.n, x->sorted), my = ag_median(y->values.n, y->sorted);
    return ag_metric_better(b->data->metric, mx, my);
}

/* Best median first; those that are not in the panel's grid are no rows. */
static ag_status read_rows(board *b, ag_arena *arena, ag_error *err) {
    const int n = b->data->n_activations;
    b->rows = AG_NEW_ARRAY(arena, row, (size_t)b->groups.n * (size_t)n + 1);
    if (!b->rows) return no_memory(err);
    for (int g = 0; g < b->groups.n; g++) {
        row *rows = &b->rows[(size_t)g * (size_t)n];
        for (int a = 0; a < n; a++) {
            row r;
            AG_TRY(read_row(b, g, a, arena, &r, err));
            int place = a;
            for (; place > 0 && is_before(b, &r, &rows[place - 1]); place--)
                rows[place] = rows[place - 1];
            rows[place] = r;
        }
    }
    return AG_OK;
}

static void fill(const board *b, ag_grid *numbers) {
    for (int g = 0; g < b->groups.n; g++)
        for (int i = 0; i < b->data->n_activations; i++) {
            const row *r = &b->rows[g * b->data->n_activations + i];
            for (int s = 0; s < r->values.n; s++) {
                ag_grid_text(numbers, b->groups.panel[g].label);
                ag_grid_text(numbers, b->data->samples.activations[r->activation]);
                ag_grid_text(numbers, b->data->metric->name);
                ag_grid_whole(numbers, (int64_t)r->values.seed[s]);
                ag_grid_number(numbers, ag_metric_unscaled(b->data->metric, r->values.value[s]));
                ag_grid_whole(numbers, r->values.blocks);
            }
        }
}

/* --- drawing -------------------------------------------------------------------------- */

/* Between the first and third quartile, a line at the median, whiskers to the ends. */
static void draw_box(const board *b, ag_svg *svg, const row *r, const ag_chart_axis *x, double y) {
    const ag_style *style = &b->data->styles[r->activation];
    const int n = r->values.n;
    double at[5];
    for (int q = 0; q < 5; q++)
        at[q] = ag_chart_axis_at(
            x, ag_metric_unscaled(b->data->metric, ag_quantile(n, r->sorted, 0.25 * q)));
    const ag_pen line = {.colour = style->colour, .width = 1.2};
    ag_svg_line(svg, (ag_svg_point){at[0], y}, (ag_svg_point){at[1], y}, &line);
    ag_svg_line(svg, (ag_svg_point){at[3], y}, (ag_svg_point){at[4], y}, &line);
    ag_svg_rectangle(svg, &(ag_svg_box){at[1], y - 7, at[3], y + 7}, "#FFFFFF", &line);
    ag_svg_line(svg, (ag_svg_point){at[2], y - 7}, (ag_svg_point){at[2], y + 7},
                &(ag_pen){.colour = style->colour, .width = 2.6});
}

/* Points of a row lie beside each other, in a pattern of their own for each seed. */
static void draw_row(const board *b, ag_svg *svg, const row *r, const ag_chart_axis *x, double y) {
    const ag_style *style = &b->data->styles[r->activation];
    const bool box = r->values.n >= BOX_LEAST;
    if (box) draw_box(b, svg, r, x, y);
    for (int s = 0; s < r->values.n; s++) {
        const double value = ag_metric_unscaled(b->data->metric, r->values.value[s]);
        const double beside = r->values.n > 1 ? ((int)(r->values.seed[s] % 5) - 2) * 2.0 : 0;
        ag_svg_marker(svg, style->marker, (ag_svg_point){ag_chart_axis_at(x, value), y + beside}, 5,
                      style->colour, true);
    }
}

static void draw_panel(const board *b, ag_svg *svg, int group, double labels,
                       const ag_svg_box *frame) {
    const int n = b->data->n_activations;
    ag_chart_axis x = {.kind =
                           b->data->metric->scale == AG_SCALE_LOG ? AG_AXIS_LOG : AG_AXIS_LINEAR,
                       .low = b->low <= b->high ? ag_metric_unscaled(b->data->metric, b->low) : 1,
                       .high = b->low <= b->high ? ag_metric_unscaled(b->data->metric, b->high) : 1,
                       .from = frame->left,
                       .to = frame->right,
                       .zero = (double)NAN};
    ag_chart_axis_widen(&x);
    ag_svg_text(svg, (ag_svg_point){frame->left, frame->top - 8}, b->groups.panel[group].title,
                &(ag_type){.size = LETTER,
                           .bold = true,
                           .within = frame->right - frame->left + LOST_WIDTH});
    ag_chart_axis_below(svg, &x, frame, b->data->metric->title);
    ag_svg_rectangle(svg, frame, "none", &ag_pen_frame);
    for (int i = 0; i < n; i++) {
        const row *r = &b->rows[group * n + i];
        const double y = frame->top + (i + 0.5) * ROW;
        if (!r->ran) continue;
        ag_svg_text(svg, (ag_svg_point){frame->left - 8, y + 4},
                    b->data->samples.activations[r->activation],
                    &(ag_type){.size = LETTER, .anchor = AG_ANCHOR_END, .within = labels - 16});
        draw_row(b, svg, r, &x, y);
        if (r->lost) {
            char lost[48];
            snprintf(lost, sizeof lost, "%d of %d div.", r->lost, r->ran);
            ag_svg_text(svg, (ag_svg_point){frame->right + 6, y + 4}, lost,
                        &(ag_type){.size = 10, .colour = "#505050", .within = LOST_WIDTH - 10});
        }
    }
}

static double width_of_labels(const board *b) {
    double widest = 40;
    for (int a = 0; a < b->data->n_activations; a++)
        widest = fmax(widest, ag_svg_width(b->data->samples.activations[a], LETTER, false));
    return fmin(widest, LABEL_WIDTH) + 24;
}

static ag_status draw_page(const board *b, ag_arena *arena, ag_svg *svg, ag_error *err) {
    char title[AG_PAGE_TITLE];
    snprintf(title, sizeof title, "%s, seed by seed", b->data->metric->title);
    ag_page page = {.title = title};
    AG_TRY(ag_figure_origin(b->data, arena, &page.about, err));
    int most = 0;
    for (int i = 0; i < b->groups.n * b->data->n_activations; i++)
        most = b->rows[i].values.n > most ? b->rows[i].values.n : most;
    if (most >= BOX_LEAST)
        AG_TRY(ag_page_note(&page, arena, err,
                            "A point is a seed; boxes: quartiles (type 7) and median; whiskers: to "
                            "the smallest and the largest. Best median first."));
    else
        AG_TRY(ag_page_note(&page, arena, err,
                            "A point is a seed; boxes are drawn from %d seeds on. Best median "
                            "first.",
                            BOX_LEAST));
    AG_TRY(ag_figure_notes(b->data, &b->groups, NULL, &page, arena, err));
    const bool one = b->groups.n == 1;
    const double labels = width_of_labels(b), inner = one ? 460 : 300;
    const double wide = labels + inner + LOST_WIDTH;
    const double high = ABOVE + b->data->n_activations * ROW + AG_BELOW;
    const int across = one ? 1 : b->groups.n == 3 ? 3 : 2;
    const double width = fmax(560, MARGIN + across * wide), top = ag_page_top(&page, width);
    const int down = (b->groups.n + across - 1) / across;
    ag_page_begin(&page, width, down * high, arena, svg);
    for (int g = 0; g < b->groups.n; g++) {
        const int line = g / across, column = g % across;
        const double left = MARGIN + column * wide + labels - 16;
        const double above = top + line * high + ABOVE;
        draw_panel(b, svg, g, labels,
                   &(ag_svg_box){left, above, left + inner, above + b->data->n_activations * ROW});
    }
    return ag_svg_end(svg, err);
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    static const ag_column columns[] = {{"panel", false},  {"activation", false},
                                        {"metric", false}, {"seed", true},
                                        {"value", true},   {"settings", true}};
    board b = {.data = data, .low = HUGE_VAL, .high = -HUGE_VAL};
    AG_TRY(ag_panels_of(data, NULL, GROUPS_MAX, arena, &b.groups, err));
    AG_TRY(read_rows(&b, arena, err));
    ag_grid numbers;
    ag_grid_columns(&numbers, arena, columns, AG_COUNT(columns));
    fill(&b, &numbers);
    AG_TRY(ag_figure_numbers(&numbers, drawn, err));
    return draw_page(&b, arena, &drawn->svg, err);
}

const ag_figure ag_figure_box = {
    .about = {.name = "box", .formula = "a metric of each activation, seed by seed"},
    .of_metric = true,
    .draw = draw,
};

/* Average ranks over blocks, and which activations do not differ (Demsar 2006, J. Mach. Learn. Res.
 * 7, figure 1). */
#include "results/report/by_place.h"
#include "results/report/chart_axis.h"
#include "results/report/rank_table.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 16,
    WIDTH = 760,
    LABEL = 190, /* pixels on each side, for names */
    LETTER = 12,
    LINE = 19,
    SCALE = 46, /* from the top of the chart to the axis */
    BAR = 7     /* between two bars */
};

typedef struct diagram {
    const ag_figure_data *data;
    ag_rank_table ranks;
    ag_chart_axis axis;
    double top; /* of the axis */
    double below_bars;
    ag_svg *svg;
} diagram;

static double at(const diagram *d, double rank) { return ag_chart_axis_at(&d->axis, rank); }

static void draw_axis(const diagram *d) {
    const ag_pen ink = {.colour = "#404040", .width = 1};
    const int k = d->ranks.k, every = (k + 11) / 12;
    ag_svg_line(d->svg, (ag_svg_point){at(d, 1), d->top}, (ag_svg_point){at(d, k), d->top}, &ink);
    for (int rank = 1; rank <= k; rank++) {
        char label[16];
        snprintf(label, sizeof label, "%d", rank);
        ag_svg_line(d->svg, (ag_svg_point){at(d, rank), d->top},
                    (ag_svg_point){at(d, rank), d->top - 6}, &ink);
        if ((rank - 1) % every == 0)
            ag_svg_text(d->svg, (ag_svg_point){at(d, rank), d->top - 10}, label,
                        &(ag_type){.size = 11, .colour = "#404040", .anchor = AG_ANCHOR_MIDDLE});
    }
}

/* As long as two average ranks have to be apart. */
static void draw_distance(const diagram *d) {
    const double y = d->top - 30, left = at(d, 1), length = d->ranks.distance;
    const double right = at(d, fmin(1 + length, d->ranks.k));
    const ag_pen ink = {.colour = "#202020", .width = 1.6};
    char label[64];
    snprintf(label, sizeof label, "critical difference %.2f", length);
    ag_svg_line(d->svg, (ag_svg_point){left, y}, (ag_svg_point){right, y}, &ink);
    ag_svg_line(d->svg, (ag_svg_point){left, y - 4}, (ag_svg_point){left, y + 4}, &ink);
    if (1 + length <= d->ranks.k)
        ag_svg_line(d->svg, (ag_svg_point){right, y - 4}, (ag_svg_point){right, y + 4}, &ink);
    ag_svg_text(d->svg, (ag_svg_point){left, y - 8}, label, &(ag_type){.size = 11});
}

static void draw_groups(const diagram *d) {
    for (int g = 0; g < d->ranks.n_groups; g++) {
        const ag_group *group = &d->ranks.groups[g];
        const double y = d->top + 10 + g * BAR;
        const double from = d->ranks.average[d->ranks.order[group->first]];
        const double to = d->ranks.average[d->ranks.order[group->last]];
        ag_svg_line(d->svg, (ag_svg_point){at(d, from) - 4, y}, (ag_svg_point){at(d, to) + 4, y},
                    &(ag_pen){.colour = "#202020", .width = 3.4});
    }
}

/* The better half on the left, best on top; the others on the right, worst on top. */
static void draw_names(const diagram *d) {
    const int k = d->ranks.k, left = (k + 1) / 2;
    for (int i = 0; i < k; i++) {
        const bool is_left = i < left;
        const int a = d->ranks.order[i], row = is_left ? i : k - 1 - i;
        const double rank = d->ranks.average[a], y = d->below_bars + row * LINE;
        const double end = is_left ? at(d, 1) - 14 : at(d, k) + 14;
        const ag_style *style = &d->data->styles[a];
        const ag_svg_point elbow[] = {{at(d, rank), d->top}, {at(d, rank), y}, {end, y}};
        char number[32];
        snprintf(number, sizeof number, "%.2f", rank);
        ag_svg_path(d->svg, 3, elbow, &(ag_pen){.colour = style->colour, .width = 1.1});
        ag_svg_marker(d->svg, style->marker, (ag_svg_point){end, y}, 7, style->colour, false);
        const double name = is_left ? end - 8 : end + 8, apart = is_left ? -1 : 1;
        const ag_anchor anchor = is_left ? AG_ANCHOR_END : AG_ANCHOR_START;
        ag_svg_text(d->svg, (ag_svg_point){name, y + 4}, number,
                    &(ag_type){.size = 11, .colour = "#606060", .anchor = anchor});
        ag_svg_text(d->svg, (ag_svg_point){name + apart * 40, y + 4},
                    d->data->samples.activations[a],
                    &(ag_type){.size = LETTER, .anchor = anchor, .within = LABEL - 70});
    }
}

static void fill(const diagram *d, ag_grid *grid) {
    for (int i = 0; i < d->ranks.k; i++) {
        const int a = d->ranks.order[i];
        ag_grid_text(grid, d->data->samples.activations[a]);
        ag_grid_text(grid, d->data->metric->name);
        ag_grid_number(grid, d->ranks.average[a]);
        ag_grid_whole(grid, d->ranks.n);
        ag_grid_number(grid, d->ranks.distance);
        ag_grid_number(grid, d->ranks.friedman.p_f);
    }
}

static ag_status draw_page(diagram *d, ag_arena *arena, ag_error *err) {
    const ag_rank_table *r = &d->ranks;
    char title[AG_PAGE_TITLE];
    snprintf(title, sizeof title, "Average ranks by %s", d->data->metric->title);
    ag_page page = {.title = title};
    char p[32] = "not defined, all are equal";
    if (!isnan(r->friedman.p_f)) snprintf(p, sizeof p, "p = %.2g", r->friedman.p_f);
    AG_TRY(ag_figure_origin(d->data, arena, &page.about, err));
    AG_TRY(ag_page_note(&page, arena, err,
                        "Rank 1 is the best mean over seeds in a block; averages over %d blocks of "
                        "%d data set%s. Ranks that differ by the critical difference of Nemenyi or "
                        "more are different (0.05); a bar joins those that are not. Friedman "
                        "(Iman and Davenport): %s.",
                        r->n, r->datasets, r->datasets == 1 ? "" : "s", p));
    if (r->datasets < r->n)
        AG_TRY(
            ag_page_note(&page, arena, err,
                         "Blocks of one data set are no independent evidence about other data."));
    if (r->incomplete)
        AG_TRY(ag_page_note(&page, arena, err,
                            "%d blocks are left out: some activation has no number there.",
                            r->incomplete));
    AG_TRY(ag_figure_note_missing(d->data, &page, arena, err));
    d->top = ag_page_top(&page, WIDTH) + SCALE;
    d->below_bars = d->top + 22 + d->ranks.n_groups * BAR;
    d->axis = (ag_chart_axis){.low = 1, .high = r->k, .from = LABEL, .to = WIDTH - LABEL};
    const int lines = (r->k + 1) / 2;
    const double height = d->below_bars - ag_page_top(&page, WIDTH) + lines * LINE;
    ag_page_begin(&page, WIDTH, height, arena, d->svg);
    draw_distance(d);
    draw_axis(d);
    draw_groups(d);
    draw_names(d);
    return ag_svg_end(d->svg, err);
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    static const ag_column columns[] = {{"activation", false},         {"metric", false},
                                        {"average_rank", true},        {"blocks", true},
                                        {"critical_difference", true}, {"p_f", true}};
    diagram d = {.data = data, .svg = &drawn->svg};
    if (data->metric->better == AG_BETTER_NEITHER)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "neither end of %s is better: there are no ranks", data->metric->name);
    if (data->n_activations < 2)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "ranks need two activations");
    AG_TRY(ag_rank_table_of(&data->samples, arena, &d.ranks, err));
    if (d.ranks.n < AG_RANK_BLOCKS_FEWEST)
        return AG_FAIL(
            err, AG_NOTFOUND, AG_NOWHERE,
            "ranks are of blocks (data sets, depths, ...) in which every activation has a "
            "number: there %s %d, and at least %d are wanted",
            d.ranks.n == 1 ? "is" : "are", d.ranks.n, AG_RANK_BLOCKS_FEWEST);
    ag_grid grid;
    ag_grid_columns(&grid, arena, columns, AG_COUNT(columns));
    fill(&d, &grid);
    AG_TRY(ag_figure_numbers(&grid, drawn, err));
    return draw_page(&d, arena, err);
}

const ag_figure ag_figure_critical_difference = {
    .about = {.name = "critical_difference", .formula = "average ranks, and which do not differ"},
    .of_metric = true,
    .draw = draw,
};

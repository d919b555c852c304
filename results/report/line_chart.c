#include "results/report/line_chart.h"

#include "results/report/chart_frame.h"

#include <math.h>
#include <string.h>

enum {
    MARGIN = 16,
    LABEL = 12, /* size of letters */
    TITLE_LINE = 15,
    TITLE_LINES = 3, /* of a panel, at most */
    Y_TICKS = 6,
    LABEL_LINE = 14,
    LABEL_WIDTH = 190, /* at most; longer names are cut */
    LEADER = 20,       /* from the frame to the marker beside a name */
    KEY = 8,           /* from there to the name */
    ZERO_STRIP = 18    /* below a logarithmic axis, for 0 */
};

enum {
    FEW_POINTS = 24,
    MARKERS = 8
}; /* up to so many a marker at each; of more, so many of them */

/* Of all panels. */
typedef struct layout {
    double width, height; /* of the part where lines are */
    double left, right;   /* of a panel beside it: ticks, labels */
    double above, below;  /* title; ticks and title of x */
} layout;

typedef struct drawing {
    ag_line_chart *chart;
    ag_svg *svg;
    ag_arena *arena;
    layout layout;
} drawing;

/* --- the ends of axes ------------------------------------------------------------ */

typedef struct range {
    double low, high; /* low > high: nothing */
    bool zero;
} range;

static const range NOTHING = {HUGE_VAL, -HUGE_VAL, false};

static void include(range *r, double value, ag_axis_kind kind) {
    if (!isfinite(value)) return;
    if (kind == AG_AXIS_LOG && value <= 0) {
        r->zero |= value == 0;
        return;
    }
    r->low = fmin(r->low, value);
    r->high = fmax(r->high, value);
}

static range range_of_x(const ag_line_chart *chart, const ag_line_panel *of) {
    range r = NOTHING;
    for (int p = 0; p < chart->n_panels; p++) {
        if (chart->panels[p].x_family != of->x_family) continue;
        for (int l = 0; l < chart->panels[p].n_lines; l++) {
            const ag_line *line = &chart->panels[p].lines[l];
            for (int i = 0; i < line->n; i++)
                include(&r, line->points[i].x, chart->x_kind);
        }
    }
    return r;
}

/* Of the lines; then bands, as far as they are not larger than everything that is to be seen. */
static range range_of_y(const ag_line_chart *chart, const ag_line_panel *of) {
    range lines = NOTHING, bands = NOTHING;
    for (int p = 0; p < chart->n_panels; p++) {
        const ag_line_panel *panel = &chart->panels[p];
        if (panel->y_family != of->y_family) continue;
        for (int l = 0; l < panel->n_lines; l++)
            for (int i = 0; i < panel->lines[l].n; i++) {
                const ag_line_point *point = &panel->lines[l].points[i];
                include(&lines, point->y, of->y_kind);
                if (panel->lines[l].style == &ag_style_pale) continue;
                include(&bands, point->low, of->y_kind);
                include(&bands, point->high, of->y_kind);
            }
    }
    if (lines.low > lines.high) return lines;
    const bool log = of->y_kind == AG_AXIS_LOG;
    const double span = log ? log10(lines.high / lines.low) : lines.high - lines.low;
    const double beyond = span > 0 ? 0.6 * span : log ? 1 : 0.1 * fabs(lines.high) + 1e-9;
    const double least = log ? lines.low * pow(10, -beyond) : lines.low - beyond;
    const double most = log ? lines.high * pow(10, beyond) : lines.high + beyond;
    lines.low = fmin(lines.low, fmax(least, bands.low));
    lines.high = fmax(lines.high, fmin(most, bands.high));
    return lines;
}

static ag_chart_axis axis_of(range r, ag_axis_kind kind) {
    if (r.low > r.high) r.low = r.high = 1; /* all are 0, or there is nothing */
    ag_chart_axis axis = {.kind = kind, .low = r.low, .high = r.high, .zero = (double)NAN};
    ag_chart_axis_widen(&axis);
    return axis;
}

static ag_chart_axis x_axis_of(const ag_line_chart *chart, const ag_line_panel *panel,
                               const ag_svg_box *frame) {
    ag_chart_axis axis = axis_of(range_of_x(chart, panel), chart->x_kind);
    axis.whole = chart->whole_x;
    if (axis.whole) { /* no tick where no layer is */
        const range r = range_of_x(chart, panel);
        axis.low = fmax(axis.low, r.low - 0.6);
        axis.high = fmin(axis.high, r.high + 0.6);
    }
    axis.from = frame->left;
    axis.to = frame->right;
    return axis;
}

static ag_chart_axis y_axis_of(const ag_line_chart *chart, const ag_line_panel *panel,
                               const ag_svg_box *frame) {
    const range r = range_of_y(chart, panel);
    ag_chart_axis axis = axis_of(r, panel->y_kind);
    const double margin = 0.03 * (panel->most - panel->least); /* finite for shares only */
    if (isfinite(margin)) {
        axis.low = fmax(axis.low, panel->least - margin);
        axis.high = fmin(axis.high, panel->most + margin);
    }
    axis.from = frame->bottom;
    axis.to = frame->top;
    if (r.zero && panel->y_kind == AG_AXIS_LOG) {
        axis.zero = frame->bottom - ZERO_STRIP / 2.0;
        axis.from = frame->bottom - ZERO_STRIP;
    }
    return axis;
}

/* --- layout ---------------------------------------------------------------------- */

static bool has_points(const ag_line *line) {
    for (int i = 0; i < line->n; i++)
        if (isfinite(line->points[i].y)) return true;
    return false;
}

static bool is_labelled(const ag_line *line) {
    return line->style != &ag_style_pale && has_points(line);
}

static double widest_label(const ag_line_chart *chart) {
    double widest = 0;
    for (int p = 0; p < chart->n_panels; p++)
        for (int l = 0; l < chart->panels[p].n_lines; l++)
            if (is_labelled(&chart->panels[p].lines[l]))
                widest = fmax(widest, ag_svg_width(chart->panels[p].lines[l].label, LABEL, false));
    return fmin(widest, LABEL_WIDTH);
}

static int most_labels(const ag_line_chart *chart) {
    int most = 0;
    for (int p = 0; p < chart->n_panels; p++) {
        int n = 0;
        for (int l = 0; l < chart->panels[p].n_lines; l++)
            n += is_labelled(&chart->panels[p].lines[l]);
        most = n > most ? n : most;
    }
    return most < AG_LABELS_MAX ? most : AG_LABELS_MAX;
}

static double widest_tick(const ag_line_chart *chart) {
    ag_tick ticks[AG_TICKS_MAX];
    double widest = 0;
    for (int p = 0; p < chart->n_panels; p++) {
        const ag_svg_box any = {0, 0, 1, 1};
        const ag_chart_axis axis = y_axis_of(chart, &chart->panels[p], &any);
        const int n = ag_chart_axis_ticks(&axis, Y_TICKS, ticks);
        for (int i = 0; i < n; i++)
            widest = fmax(widest, ag_svg_width(ticks[i].label, AG_TICK_SIZE, false));
    }
    return widest;
}

static ag_type title_type(const layout *l) {
    return (ag_type){.size = LABEL, .bold = true, .within = l->width + l->right - 12};
}

static int title_lines(const ag_type *type, const char *title) {
    const int lines = ag_svg_lines(title, type);
    return lines < TITLE_LINES ? lines : TITLE_LINES;
}

static layout layout_of(const ag_line_chart *chart) {
    const bool one = chart->n_panels == 1, wide = chart->columns <= 2;
    layout l = {.width = one ? 560 : wide ? 380 : 270, .height = one ? 340 : wide ? 250 : 190};
    l.height = fmax(l.height, most_labels(chart) * LABEL_LINE + 4.0);
    l.left = widest_tick(chart) + 38;
    l.right = widest_label(chart) + LEADER + KEY + 12;
    l.above = 10;
    const ag_type title = title_type(&l);
    for (int p = 0; p < chart->n_panels; p++)
        if (*chart->panels[p].title)
            l.above = fmax(l.above, 9 + TITLE_LINE * title_lines(&title, chart->panels[p].title));
    l.below = 44;
    return l;
}

/* --- one panel -------------------------------------------------------------------- */

static void draw_y_axis(const drawing *d, const ag_line_panel *panel, const ag_chart_axis *y,
                        const ag_svg_box *frame) {
    ag_chart_axis_left(d->svg, y, frame, Y_TICKS);
    ag_svg_text(d->svg,
                (ag_svg_point){frame->left - d->layout.left + MARGIN + 4,
                               0.5 * (frame->top + frame->bottom)},
                panel->y_title,
                &(ag_type){.size = LABEL,
                           .anchor = AG_ANCHOR_MIDDLE,
                           .upwards = true,
                           .within = frame->bottom - frame->top});
}

static double held(double pixel, const ag_svg_box *frame) {
    const double beyond = 40; /* outside of the frame, and no huge numbers in the file */
    return fmax(frame->top - beyond, fmin(frame->bottom + beyond, pixel));
}

/* Each piece of the band that has no gap. On a logarithmic axis an end of 0 or below is its end. */
static void draw_band(const drawing *d, const ag_line_panel *panel, const ag_line *line,
                      const ag_chart_axis *x, const ag_chart_axis *y, const ag_svg_box *frame) {
    const ag_mark mark = ag_arena_mark(d->arena);
    ag_svg_point *points = AG_NEW_ARRAY(d->arena, ag_svg_point, 2 * (size_t)line->n);
    if (!points) {
        d->svg->failed = true;
        return;
    }
    for (int first = 0, next; first < line->n; first = next + 1) {
        for (next = first; next < line->n && isfinite(line->points[next].low) &&
                           isfinite(line->points[next].high) &&
                           isfinite(ag_chart_axis_at(y, line->points[next].y));)
            next++;
        const int n = next - first;
        for (int i = 0; i < n; i++) {
            const ag_line_point *p = &line->points[first + i];
            const double at = ag_chart_axis_at(x, p->x);
            const double low = y->kind == AG_AXIS_LOG && p->low <= 0
                                   ? frame->bottom
                                   : ag_chart_axis_at(y, fmax(p->low, panel->least));
            const double high = ag_chart_axis_at(y, fmin(p->high, panel->most));
            points[i] = (ag_svg_point){at, held(high, frame)};
            points[2 * n - 1 - i] = (ag_svg_point){at, held(low, frame)};
        }
        if (n > 1) ag_svg_area(d->svg, 2 * n, points, line->style->colour, 0.12);
    }
    ag_arena_release(d->arena, mark);
}

static void draw_line(const drawing *d, const ag_line *line, const ag_chart_axis *x,
                      const ag_chart_axis *y, const ag_svg_box *frame) {
    const bool pale = line->style == &ag_style_pale;
    const ag_mark mark = ag_arena_mark(d->arena);
    ag_svg_point *points = AG_NEW_ARRAY(d->arena, ag_svg_point, (size_t)line->n + 1);
    if (!points) {
        d->svg->failed = true;
        return;
    }
    for (int i = 0; i < line->n; i++) {
        const double at = ag_chart_axis_at(y, line->points[i].y);
        points[i] = (ag_svg_point){ag_chart_axis_at(x, line->points[i].x),
                                   isfinite(at) ? held(at, frame) : (double)NAN};
    }
    ag_svg_path(d->svg, line->n, points,
                &(ag_pen){.colour = line->style->colour,
                          .width = pale ? 1.0 : 1.9,
                          .dash = line->style->dash});
    const int every = line->n > FEW_POINTS ? line->n / MARKERS : 1;
    /* those of several lines beside each other, not over each other */
    for (int i = line->style->number * every / 7 % every; i < line->n && !pale; i += every)
        if (isfinite(points[i].y))
            ag_svg_marker(d->svg, line->style->marker, points[i], 6, line->style->colour, false);
    ag_arena_release(d->arena, mark);
}

static void draw_labels(const drawing *d, const ag_line_panel *panel, const ag_chart_axis *x,
                        const ag_chart_axis *y, const ag_svg_box *frame) {
    const ag_line *named[AG_LABELS_MAX];
    ag_svg_point end[AG_LABELS_MAX];
    double at[AG_LABELS_MAX];
    int n = 0;
    for (int l = 0; l < panel->n_lines && n < AG_LABELS_MAX; l++) {
        const ag_line *line = &panel->lines[l];
        if (!is_labelled(line)) continue;
        int last = line->n - 1;
        while (!isfinite(line->points[last].y))
            last--;
        const double pixel = ag_chart_axis_at(y, line->points[last].y);
        end[n] = (ag_svg_point){ag_chart_axis_at(x, line->points[last].x),
                                fmax(frame->top, fmin(frame->bottom, pixel))};
        at[n] = end[n].y;
        named[n++] = line;
    }
    const double furthest = ag_chart_axis_at(x, range_of_x(d->chart, panel).high);
    if (!ag_labels_spread(n, at, LABEL_LINE, frame->top - 4, frame->bottom + 4)) return;
    for (int i = 0; i < n; i++) {
        const double from = frame->right + 2, to = frame->right + LEADER;
        const ag_pen pen = {.colour = named[i]->style->colour, .width = 1, .opacity = 0.7};
        if (end[i].x < furthest - 2) /* its line ended before the others */
            ag_svg_line(d->svg, end[i], (ag_svg_point){from, end[i].y},
                        &(ag_pen){.colour = named[i]->style->colour,
                                  .width = 0.8,
                                  .dash = "1 3",
                                  .opacity = 0.7});
        ag_svg_line(d->svg, (ag_svg_point){from, end[i].y}, (ag_svg_point){to - 4, at[i]}, &pen);
        ag_svg_marker(d->svg, named[i]->style->marker, (ag_svg_point){to, at[i]}, 7,
                      named[i]->style->colour, false);
        ag_svg_text(d->svg, (ag_svg_point){to + KEY, at[i] + 4}, named[i]->label,
                    &(ag_type){.size = LABEL, .within = d->layout.right - LEADER - KEY - 8});
    }
}

static void draw_panel(const drawing *d, const ag_line_panel *panel, const ag_svg_box *frame) {
    const ag_chart_axis x = x_axis_of(d->chart, panel, frame),
                        y = y_axis_of(d->chart, panel, frame);
    const ag_type title = title_type(&d->layout);
    const int lines = title_lines(&title, panel->title);
    ag_svg_paragraph(d->svg, (ag_svg_point){frame->left, frame->top - 8 - TITLE_LINE * (lines - 1)},
                     panel->title, &title, TITLE_LINE, TITLE_LINES);
    ag_chart_axis_below(d->svg, &x, frame, panel->x_title ? panel->x_title : d->chart->x_title);
    draw_y_axis(d, panel, &y, frame);
    ag_svg_rectangle(d->svg, frame, "none", &ag_pen_frame);
    bool any = false;
    ag_svg_clip(d->svg, &(ag_svg_box){frame->left, frame->top, frame->right, frame->bottom});
    for (int l = 0; l < panel->n_lines; l++)
        if (panel->lines[l].style != &ag_style_pale)
            draw_band(d, panel, &panel->lines[l], &x, &y, frame);
    for (int pale = 1; pale >= 0; pale--)
        for (int l = 0; l < panel->n_lines; l++) {
            if ((panel->lines[l].style == &ag_style_pale) != (pale == 1)) continue;
            draw_line(d, &panel->lines[l], &x, &y, frame);
            any |= has_points(&panel->lines[l]);
        }
    ag_svg_clip_end(d->svg);
    if (!any)
        ag_svg_text(
            d->svg,
            (ag_svg_point){0.5 * (frame->left + frame->right), 0.5 * (frame->top + frame->bottom)},
            "no trial has a number here",
            &(ag_type){.size = LABEL, .colour = "#505050", .anchor = AG_ANCHOR_MIDDLE});
    draw_labels(d, panel, &x, &y, frame);
}

/* --- the chart ------------------------------------------------------------------- */

static bool bands_are_cut(const ag_line_chart *chart) {
    const ag_svg_box frame = {0, 0, 1, 1};
    for (int p = 0; p < chart->n_panels; p++) {
        const ag_line_panel *panel = &chart->panels[p];
        const ag_chart_axis y = y_axis_of(chart, panel, &frame);
        for (int l = 0; l < panel->n_lines; l++)
            for (int i = 0; i < panel->lines[l].n; i++) {
                const ag_line_point *point = &panel->lines[l].points[i];
                if (panel->lines[l].style == &ag_style_pale || isnan(point->low)) continue;
                const double low = fmax(point->low, panel->least);
                const double high = fmin(point->high, panel->most);
                if (low < y.low || high > y.high) return true;
            }
    }
    return false;
}

ag_status ag_line_chart_draw(ag_line_chart *chart, ag_arena *arena, ag_svg *svg, ag_error *err) {
    if (bands_are_cut(chart))
        AG_TRY(ag_page_note(&chart->page, arena, err,
                            "Bands that are wider than all lines together are cut at the frame."));
    ag_arena scratch = AG_ARENA_EMPTY;
    const drawing d = {.chart = chart, .svg = svg, .arena = &scratch, .layout = layout_of(chart)};
    const layout *l = &d.layout;
    const int columns = chart->columns < chart->n_panels ? chart->columns : chart->n_panels;
    const int rows = (chart->n_panels + columns - 1) / columns;
    const double wide = l->left + l->width + l->right, high = l->above + l->height + l->below;
    const double width = fmax(640, MARGIN + columns * wide);
    const double top = ag_page_top(&chart->page, width);
    ag_page_begin(&chart->page, width, rows * high, arena, svg);
    for (int p = 0; p < chart->n_panels; p++) {
        const int row = p / columns, column = p % columns;
        const double left = column * wide + l->left, above = top + row * high + l->above;
        draw_panel(&d, &chart->panels[p],
                   &(ag_svg_box){left, above, left + l->width, above + l->height});
    }
    ag_arena_close(&scratch);
    return ag_svg_end(svg, err);
}

ag_axis_kind ag_line_kind(int n_lines, const ag_line *lines) {
    range r = NOTHING;
    for (int l = 0; l < n_lines; l++)
        for (int i = 0; i < lines[l].n; i++)
            include(&r, lines[l].points[i].y, AG_AXIS_LINEAR);
    return r.low > 0 && r.high > 5 * r.low ? AG_AXIS_LOG : AG_AXIS_LINEAR;
}

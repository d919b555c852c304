#include "results/report/chart_frame.h"

#include <math.h>

const ag_pen ag_pen_grid = {.colour = "#E6E6E6", .width = 1};
const ag_pen ag_pen_frame = {.colour = "#8C8C8C", .width = 1};

void ag_chart_axis_below(ag_svg *svg, const ag_chart_axis *x, const ag_svg_box *frame,
                         const char *title) {
    const ag_type type = {.size = AG_TICK_SIZE, .colour = "#404040", .anchor = AG_ANCHOR_MIDDLE};
    ag_tick ticks[AG_TICKS_MAX];
    const int n = ag_chart_axis_ticks(x, (int)((frame->right - frame->left) / 48), ticks);
    for (int i = 0; i < n; i++) {
        const double at = ag_chart_axis_at(x, ticks[i].value);
        ag_svg_line(svg, (ag_svg_point){at, frame->top}, (ag_svg_point){at, frame->bottom},
                    &ag_pen_grid);
        ag_svg_text(svg, (ag_svg_point){at, frame->bottom + 15}, ticks[i].label, &type);
    }
    ag_svg_text(svg, (ag_svg_point){0.5 * (frame->left + frame->right), frame->bottom + 33}, title,
                &(ag_type){.size = AG_TITLE_SIZE,
                           .anchor = AG_ANCHOR_MIDDLE,
                           .within = frame->right - frame->left});
}

void ag_chart_axis_left(ag_svg *svg, const ag_chart_axis *y, const ag_svg_box *frame, int most) {
    const ag_type type = {.size = AG_TICK_SIZE, .colour = "#404040", .anchor = AG_ANCHOR_END};
    ag_tick ticks[AG_TICKS_MAX];
    const int n = ag_chart_axis_ticks(y, most, ticks);
    for (int i = 0; i < n; i++) {
        const double at = ag_chart_axis_at(y, ticks[i].value);
        ag_svg_line(svg, (ag_svg_point){frame->left, at}, (ag_svg_point){frame->right, at},
                    &ag_pen_grid);
        if (isfinite(y->zero) && y->zero - at < AG_TICK_SIZE + 2) continue; /* there stands the 0 */
        ag_svg_text(svg, (ag_svg_point){frame->left - 6, at + 4}, ticks[i].label, &type);
    }
    if (!isfinite(y->zero)) return;
    ag_svg_line(svg, (ag_svg_point){frame->left, y->from}, (ag_svg_point){frame->right, y->from},
                &(ag_pen){.colour = "#8C8C8C", .width = 1, .dash = "2 3"});
    ag_svg_text(svg, (ag_svg_point){frame->left - 6, y->zero + 4}, "0", &type);
}

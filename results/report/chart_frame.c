#include "results/report/chart_frame.h"

const ag_pen ag_pen_grid = {"#E6E6E6", 1, NULL, 0};
const ag_pen ag_pen_frame = {"#8C8C8C", 1, NULL, 0};

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

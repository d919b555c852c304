/* What charts have around their data. */
#ifndef AG_CHART_FRAME_H
#define AG_CHART_FRAME_H

#include "results/report/chart_axis.h"
#include "results/report/svg.h"

enum {
    AG_TICK_SIZE = 11,
    AG_TITLE_SIZE = 12,
    AG_BELOW = 44
}; /* of letters; pixels below a frame */

extern const ag_pen ag_pen_grid, ag_pen_frame;

/* Grid, ticks and title of an x axis along the lower edge of a frame: AG_BELOW pixels. */
void ag_chart_axis_below(ag_svg *svg, const ag_chart_axis *x, const ag_svg_box *frame,
                         const char *title);

/* The same of a y axis along the left edge, with at most so many ticks and no title. 0 has a place
 * of its own where the axis says so. */
void ag_chart_axis_left(ag_svg *svg, const ag_chart_axis *y, const ag_svg_box *frame, int most);

#endif

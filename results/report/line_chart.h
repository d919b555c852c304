/* Lines with bands in one or several panels, with their names beside their ends. */
#ifndef AG_LINE_CHART_H
#define AG_LINE_CHART_H

#include "results/report/chart_axis.h"
#include "results/report/page.h"
#include "results/report/style.h"

typedef struct ag_line_point {
    double x;
    double y, low, high; /* NaN: there is none */
} ag_line_point;

typedef struct ag_line {
    const char *label;
    const ag_style *style; /* &ag_style_pale: behind the others, without a name */
    int n;
    const ag_line_point *points; /* x ascending */
} ag_line;

typedef struct ag_line_panel {
    const char *title, *y_title;
    const char *x_title; /* NULL: the chart's */
    int x_family;        /* as of y */
    ag_axis_kind y_kind;
    int y_family;       /* panels of one family have the same ends of their y axes */
    double least, most; /* what y cannot be beyond: 0 and 1 for a share; else infinite */
    int n_lines;
    const ag_line *lines;
} ag_line_panel;

typedef struct ag_line_chart {
    ag_page page;
    const char *x_title;
    ag_axis_kind x_kind;
    bool whole_x;
    int columns, n_panels;
    const ag_line_panel *panels;
} ag_line_chart;

/* Adds what has to be said of the drawing itself to the page's notes. */
ag_status ag_line_chart_draw(ag_line_chart *chart, ag_arena *arena, ag_svg *svg, ag_error *err);

/* LOG if all of these are above 0 and differ by a factor of more than 5: losses, whose first value
 * would take the whole axis; else LINEAR. */
ag_axis_kind ag_line_kind(int n_lines, const ag_line *lines);

#endif

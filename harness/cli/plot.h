/* Two curves on a terminal, in braille characters: 2 x 4 dots each. */
#ifndef AG_PLOT_H
#define AG_PLOT_H

#include <stdio.h>

enum { AG_PLOT_COLUMNS = 60, AG_PLOT_ROWS = 16, AG_PLOT_SAMPLES = 2 * AG_PLOT_COLUMNS };

/* Curves over [x0, x1], at the AG_PLOT_SAMPLES points of ag_plot_x: the first drawn
 * through, the second dotted. Values that are not finite leave a gap. Axes where x
 * or y is 0. */
typedef struct ag_plot {
    double x0, x1;
    double first[AG_PLOT_SAMPLES], second[AG_PLOT_SAMPLES];
} ag_plot;

double ag_plot_x(const ag_plot *plot, int sample);

void ag_plot_print(FILE *out, const ag_plot *plot);

#endif

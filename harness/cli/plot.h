/* Two curves on a terminal: in braille characters of 2 x 4 dots each, or in ASCII. */
#ifndef AG_PLOT_H
#define AG_PLOT_H

#include <stdbool.h>
#include <stdio.h>

enum { AG_PLOT_COLUMNS = 60, AG_PLOT_ROWS = 16, AG_PLOT_SAMPLES = 2 * AG_PLOT_COLUMNS };

/* Curves over [x0, x1], at the points of ag_plot_x, two in a column: the first drawn
 * through, the second dotted. Values that are not finite leave a gap. Axes where x
 * or y is 0. */
typedef struct ag_plot {
    double x0, x1;
    int columns; /* at most AG_PLOT_COLUMNS, which 0 stands for */
    double first[AG_PLOT_SAMPLES], second[AG_PLOT_SAMPLES];
} ag_plot;

/* As many as a stream has room for, beside the numbers. */
int ag_plot_columns(FILE *out);
int ag_plot_samples(const ag_plot *plot);

double ag_plot_x(const ag_plot *plot, int sample);

/* braille: the terminal shows UTF-8. Otherwise * is the first curve, o the second. */
void ag_plot_print(FILE *out, const ag_plot *plot, bool braille);

#endif

#include "harness/cli/plot.h"

#include "harness/cli/terminal.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { DOT_ROWS = 4 * AG_PLOT_ROWS };

typedef enum layer { ACROSS, DOWN, SECOND, FIRST, LAYERS } layer;

typedef struct canvas {
    int columns;
    double low, high; /* y of the bottom and the top row of dots */
    unsigned char cell[LAYERS][AG_PLOT_ROWS][AG_PLOT_COLUMNS];
} canvas;

enum { LABEL = 11 }; /* the numbers at the left */

int ag_plot_columns(FILE *out) {
    const int room = ag_terminal_columns(out) - LABEL - 1, least = 8;
    return room < least ? least : room < AG_PLOT_COLUMNS ? room : AG_PLOT_COLUMNS;
}

static int columns_of(const ag_plot *plot) {
    return plot->columns ? plot->columns : AG_PLOT_COLUMNS;
}

int ag_plot_samples(const ag_plot *plot) { return 2 * columns_of(plot); }

double ag_plot_x(const ag_plot *plot, int sample) {
    return plot->x0 + (plot->x1 - plot->x0) * sample / (ag_plot_samples(plot) - 1);
}

/* Row of dots for y, 0 at the top; outside of the canvas: beyond its edge. */
static int dot_row(const canvas *c, double y) {
    return (int)lround((c->high - y) / (c->high - c->low) * (DOT_ROWS - 1));
}

static void set_dot(canvas *c, layer l, int row, int column) {
    /* Unicode's numbering of the dots: bit by row and column of the cell */
    static const unsigned char bit[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    if (row < 0 || row >= DOT_ROWS || column < 0 || column >= 2 * c->columns) return;
    c->cell[l][row / 4][column / 2] |= bit[row % 4][column % 2];
}

/* Dots from one sample to the next, every `step`-th of them. */
static void draw(canvas *c, layer l, const double *y, int step) {
    int count = 0, before = 0;
    bool drawing = false;
    for (int i = 0; i < 2 * c->columns; i++) {
        if (!isfinite(y[i])) {
            drawing = false;
            continue;
        }
        const int row = dot_row(c, y[i]), towards = row < before ? 1 : -1;
        int from = row;
        if (drawing && abs(row - before) > 1) from = before - towards;
        for (int r = from;; r += row < from ? -1 : 1) {
            if (count++ % step == 0) set_dot(c, l, r, i);
            if (r == row) break;
        }
        before = row;
        drawing = true;
    }
}

static void widen(canvas *c, const double *y) {
    for (int i = 0; i < 2 * c->columns; i++)
        if (isfinite(y[i])) {
            c->low = fmin(c->low, y[i]);
            c->high = fmax(c->high, y[i]);
        }
}

/* Dots 4 apart: fainter than both curves. */
static void draw_axes(canvas *c, const ag_plot *plot) {
    const int across = dot_row(c, 0.0);
    const int down = (int)lround(-plot->x0 / (plot->x1 - plot->x0) * (2 * c->columns - 1));
    for (int i = 0; i < 2 * c->columns; i += 4)
        set_dot(c, ACROSS, across, i);
    for (int i = 0; i < DOT_ROWS; i += 4)
        set_dot(c, DOWN, i, down);
}

/* Dots of all layers. */
static unsigned char dots_of(const canvas *c, int row, int column) {
    unsigned char dots = 0;
    for (int l = 0; l < LAYERS; l++)
        dots |= c->cell[l][row][column];
    return dots;
}

/* The character of a cell: U+2800 and a bit for each dot, as UTF-8. */
static void print_braille(FILE *out, unsigned char dots) {
    fprintf(out, "\xe2%c%c", 0xa0 | dots >> 6, 0x80 | (dots & 0x3f));
}

/* The uppermost layer that has a dot in the cell. */
static void print_ascii(FILE *out, const canvas *c, int row, int column) {
    static const char sign[LAYERS] = {'-', '|', 'o', '*'};
    int l = LAYERS - 1;
    while (l > 0 && !c->cell[l][row][column])
        l--;
    fputc(sign[l], out);
}

static void print_row(FILE *out, const canvas *c, int row, bool braille) {
    int last = c->columns - 1; /* no blanks at the end of a line */
    while (last >= 0 && !dots_of(c, row, last))
        last--;
    for (int i = 0; i <= last; i++) {
        const unsigned char dots = dots_of(c, row, i);
        if (!dots)
            fputc(' ', out);
        else if (braille)
            print_braille(out, dots);
        else
            print_ascii(out, c, row, i);
    }
    fputc('\n', out);
}

void ag_plot_print(FILE *out, const ag_plot *plot, bool braille) {
    canvas c = {.columns = columns_of(plot), .low = 0.0, .high = 0.0};
    widen(&c, plot->first);
    widen(&c, plot->second);
    if (!(c.high > c.low)) c.high = c.low + 1.0;
    draw_axes(&c, plot);
    draw(&c, SECOND, plot->second, braille ? 3 : 1);
    draw(&c, FIRST, plot->first, 1);
    for (int r = 0; r < AG_PLOT_ROWS; r++) {
        const double y = r ? c.low : c.high;
        if (r == 0 || r == AG_PLOT_ROWS - 1)
            fprintf(out, "%*.3g ", LABEL - 1, y);
        else
            fprintf(out, "%*s", LABEL, "");
        print_row(out, &c, r, braille);
    }
    fprintf(out, "%*s%-*.3g%.3g\n", LABEL, "", c.columns - 1, plot->x0, plot->x1);
}

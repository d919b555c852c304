/* Lines over seeds: a number of each trial at whole places (epochs, layers), or one number of each
 * trial along a setting (depth, learning rate). */
#ifndef AG_BY_PLACE_H
#define AG_BY_PLACE_H

#include "results/report/figure_data.h"
#include "results/report/line_chart.h"

/* A number of each finished trial at each place; NaN where there is none. */
typedef struct ag_by_place {
    int n_places; /* 0 .. n_places - 1 */
    size_t n_trials;
    const double *value; /* [n_places][n_trials] */
} ag_by_place;

/* sql: rows of trial's number, place (0 or more), value; others than the figure's trials are passed
 * over. */
ag_status ag_by_place_read(const ag_figure_data *data, const char *sql, ag_arena *arena,
                           ag_by_place *out, ag_error *err);

/* For each panel a line for each activation; the same numbers with what they rest on. */
typedef struct ag_lines {
    int n_panels, n_activations, n_points;
    ag_line *line;           /* [n_panels][n_activations] */
    const double *x;         /* [n_points] */
    const ag_over_seeds *at; /* [n_panels][n_activations][n_points] */
    bool cut; /* a line ends where one of its seeds or settings has no number any more */
} ag_lines;

/* metric: only its scale counts. */
ag_status ag_lines_by_place(const ag_figure_data *data, const ag_panels *panels,
                            const ag_by_place *numbers, const ag_metric *metric, ag_arena *arena,
                            ag_lines *out, ag_error *err);

/* Names those that ran and have no number: all seeds lost one of the settings that are averaged. */
ag_status ag_lines_note_empty(const ag_figure_data *data, const ag_panels *panels,
                              const ag_lines *lines, ag_page *page, ag_arena *arena, ag_error *err);

/* A row for each number: panel, activation, `tags`, x, n, mean, low, high, settings averaged. */
void ag_lines_fill(const ag_figure_data *data, const ag_panels *panels, const ag_lines *lines,
                   int n_tags, const char *const *tags, ag_grid *numbers);

/* One for each panel, with the lines of it. least, most: what y cannot be beyond. */
ag_status ag_lines_panels(const ag_panels *panels, const ag_lines *lines, const ag_line_panel *like,
                          ag_arena *arena, ag_line_panel **out, ag_error *err);

/* Of samples' values, along a key whose values are numbers. */
ag_status ag_lines_along(const ag_figure_data *data, const ag_samples *samples,
                         const ag_panels *panels, const char *key, ag_arena *arena, ag_lines *out,
                         ag_error *err);

/* Blocks of a set in which a varying key has this value. */
ag_status ag_blocks_with(const ag_samples *samples, const ag_block_set *of, int key,
                         const char *value, ag_arena *arena, ag_block_set *out, ag_error *err);

/* Values of a varying key, each once, those that are numbers ascending, otherwise as they come. */
ag_status ag_values_of(const ag_samples *samples, int key, ag_arena *arena, int *n,
                       const char ***values, ag_error *err);

#endif

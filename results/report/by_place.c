#include "results/report/by_place.h"

#include "harness/base/text.h"
#include "results/report/sample_private.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for the numbers of a figure");
}

/* --- reading ------------------------------------------------------------------------ */

typedef struct numbered {
    double number; /* of the trial */
    size_t trial;  /* place among those of the figure: cell by cell, seed by seed */
} numbered;

static int by_number(const void *a, const void *b) {
    const double x = ((const numbered *)a)->number, y = ((const numbered *)b)->number;
    return (x > y) - (x < y);
}

typedef struct spot {
    size_t trial;
    int place;
    double value;
} spot;

typedef struct collector {
    ag_arena *arena;
    const numbered *trials;
    size_t n_trials, n, room;
    spot *spots;
    int n_places;
} collector;

static ag_status take_row(void *self, const ag_cell *cells, ag_error *err) {
    collector *c = self;
    if (!cells[2].text) return AG_OK;
    const numbered wanted = {.number = strtod(cells[0].text, NULL)};
    const numbered *found = bsearch(&wanted, c->trials, c->n_trials, sizeof *c->trials, by_number);
    const long place = strtol(cells[1].text, NULL, 10);
    if (!found || place < 0 || place >= INT_MAX) return AG_OK;
    c->spots = AG_GROW(c->arena, c->spots, c->n, &c->room);
    if (!c->spots) return no_memory(err);
    c->spots[c->n++] = (spot){found->trial, (int)place, strtod(cells[2].text, NULL)};
    if (place >= c->n_places) c->n_places = (int)place + 1;
    return AG_OK;
}

static ag_status number_trials(const ag_samples *trials, ag_arena *arena, const numbered **out,
                               size_t *n, ag_error *err) {
    *n = 0;
    for (int i = 0; i < trials->n_blocks * trials->n_activations; i++)
        *n += (size_t)trials->cells[i].n;
    numbered *list = AG_NEW_ARRAY(arena, numbered, *n + 1);
    if (!list) return no_memory(err);
    size_t t = 0;
    for (int i = 0; i < trials->n_blocks * trials->n_activations; i++)
        for (int s = 0; s < trials->cells[i].n; s++, t++)
            list[t] = (numbered){trials->cells[i].value[s], t};
    qsort(list, *n, sizeof *list, by_number);
    *out = list;
    return AG_OK;
}

enum { VALUES_MAX = 1 << 27 }; /* of a figure: 1 GiB */

static ag_status read_spots(const ag_figure_data *data, const char *sql, collector *c,
                            ag_arena *arena, ag_by_place *out, ag_error *err) {
    AG_TRY(number_trials(&data->trials, c->arena, &c->trials, &c->n_trials, err));
    AG_TRY(ag_reader_select(data->reader, sql, 0, (ag_row_sink){ag_columns_ignored, take_row, c},
                            err));
    const size_t size = (size_t)c->n_places * c->n_trials;
    if (size > VALUES_MAX)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "%zu trials at %d places are too many for one figure: choose some with"
                       " --at key=value",
                       c->n_trials, c->n_places);
    double *value = AG_NEW_ARRAY(arena, double, size + 1);
    if (!value) return no_memory(err);
    for (size_t i = 0; i < size; i++)
        value[i] = (double)NAN;
    for (size_t i = 0; i < c->n; i++)
        value[(size_t)c->spots[i].place * c->n_trials + c->spots[i].trial] = c->spots[i].value;
    *out = (ag_by_place){c->n_places, c->n_trials, value};
    return AG_OK;
}

ag_status ag_by_place_read(const ag_figure_data *data, const char *sql, ag_arena *arena,
                           ag_by_place *out, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    collector c = {.arena = &scratch};
    const ag_status status = read_spots(data, sql, &c, arena, out, err);
    ag_arena_close(&scratch);
    return status;
}

/* --- lines --------------------------------------------------------------------------- */

static ag_status make_lines(const ag_figure_data *data, const ag_panels *panels, int n_points,
                            ag_arena *arena, ag_lines *out, ag_error *err) {
    const size_t n = (size_t)panels->n * (size_t)data->n_activations;
    *out = (ag_lines){.n_panels = panels->n,
                      .n_activations = data->n_activations,
                      .n_points = n_points,
                      .line = AG_NEW_ARRAY(arena, ag_line, n + 1),
                      .x = AG_NEW_ARRAY(arena, double, (size_t)n_points + 1),
                      .at = AG_NEW_ARRAY(arena, ag_over_seeds, n * (size_t)n_points + 1)};
    return out->line && out->x && out->at ? AG_OK : no_memory(err);
}

static ag_over_seeds *place_of(const ag_lines *lines, int panel, int activation, int point) {
    const size_t line = (size_t)panel * (size_t)lines->n_activations + (size_t)activation;
    return (ag_over_seeds *)&lines->at[line * (size_t)lines->n_points + (size_t)point];
}

/* One point of all panels and activations. */
static ag_status put_point(const ag_lines *lines, const ag_samples *samples,
                           const ag_block_set *sets, int point, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    ag_status status = AG_OK;
    for (int p = 0; p < lines->n_panels && status == AG_OK; p++)
        for (int a = 0; a < lines->n_activations && status == AG_OK; a++)
            status =
                ag_over_seeds_of(samples, &sets[p], a, &scratch, place_of(lines, p, a, point), err);
    ag_arena_close(&scratch);
    return status;
}

/* From the numbers to what is drawn: a line ends where seeds or settings are fewer than at their
 * most, since the mean of those that are left is the mean of others. whole: no such thing, points
 * are of different settings anyway. */
static ag_status draw_lines(const ag_figure_data *data, ag_lines *lines, bool whole,
                            ag_arena *arena, ag_error *err) {
    for (int p = 0; p < lines->n_panels; p++)
        for (int a = 0; a < lines->n_activations; a++) {
            ag_line_point *points = AG_NEW_ARRAY(arena, ag_line_point, (size_t)lines->n_points + 1);
            if (!points) return no_memory(err);
            int seeds = 0, blocks = 0, n = 0;
            for (int i = 0; i < lines->n_points; i++) {
                const ag_over_seeds *at = place_of(lines, p, a, i);
                seeds = at->n > seeds ? at->n : seeds;
                blocks = at->n && at->blocks > blocks ? at->blocks : blocks;
            }
            for (int i = 0; i < lines->n_points; i++) {
                const ag_over_seeds *at = place_of(lines, p, a, i);
                if (at->n == 0) continue;
                const bool fewer = !whole && (at->n < seeds || at->blocks < blocks);
                lines->cut |= fewer;
                ag_line_point *point = &points[n++];
                const double none = (double)NAN;
                *point = (ag_line_point){lines->x[i], fewer ? none : at->mean, none, none};
                if (fewer || at->n < AG_BAND_SEEDS) continue;
                point->low = at->low;
                point->high = at->high;
            }
            lines->line[(size_t)p * (size_t)lines->n_activations + (size_t)a] =
                (ag_line){data->samples.activations[a], ag_figure_style(data, a), n, points};
        }
    return AG_OK;
}

/* The samples that a figure's trials are at one place. */
static ag_status samples_at(const ag_figure_data *data, const ag_by_place *numbers, int place,
                            const ag_metric *metric, ag_arena *arena, ag_samples *samples,
                            ag_error *err) {
    const ag_samples *trials = &data->trials;
    const size_t n_cells = (size_t)trials->n_blocks * (size_t)trials->n_activations;
    ag_cell_sample *cells = AG_NEW_ARRAY(arena, ag_cell_sample, n_cells + 1);
    uint64_t *seed = AG_NEW_ARRAY(arena, uint64_t, numbers->n_trials + 1);
    double *value = AG_NEW_ARRAY(arena, double, numbers->n_trials + 1);
    if (!cells || !seed || !value) return no_memory(err);
    size_t trial = 0, n = 0;
    for (size_t c = 0; c < n_cells; c++) {
        cells[c] = trials->cells[c];
        cells[c].seed = seed + n;
        cells[c].value = value + n;
        cells[c].n = 0;
        for (int s = 0; s < trials->cells[c].n; s++, trial++) {
            const double x = numbers->value[(size_t)place * numbers->n_trials + trial];
            if (isnan(x)) continue;
            seed[n] = trials->cells[c].seed[s];
            value[n++] = x;
            cells[c].n++;
        }
    }
    *samples = *trials;
    samples->metric = metric;
    samples->cells = cells;
    return AG_OK;
}

static bool has_numbers(const ag_by_place *numbers, int place) {
    for (size_t t = 0; t < numbers->n_trials; t++)
        if (!isnan(numbers->value[(size_t)place * numbers->n_trials + t])) return true;
    return false;
}

static ag_status sets_of(const ag_panels *panels, ag_arena *arena, ag_block_set **sets,
                         ag_error *err) {
    *sets = AG_NEW_ARRAY(arena, ag_block_set, (size_t)panels->n + 1);
    if (!*sets) return no_memory(err);
    for (int p = 0; p < panels->n; p++)
        (*sets)[p] = panels->panel[p].blocks;
    return AG_OK;
}

ag_status ag_lines_by_place(const ag_figure_data *data, const ag_panels *panels,
                            const ag_by_place *numbers, const ag_metric *metric, ag_arena *arena,
                            ag_lines *out, ag_error *err) {
    int n_points = 0;
    for (int place = 0; place < numbers->n_places; place++)
        n_points += has_numbers(numbers, place);
    ag_block_set *sets;
    AG_TRY(sets_of(panels, arena, &sets, err));
    AG_TRY(make_lines(data, panels, n_points, arena, out, err));
    int point = 0;
    for (int place = 0; place < numbers->n_places; place++) {
        if (!has_numbers(numbers, place)) continue;
        ag_arena scratch = AG_ARENA_EMPTY;
        ag_samples samples;
        ((double *)out->x)[point] = place;
        ag_status status = samples_at(data, numbers, place, metric, &scratch, &samples, err);
        if (status == AG_OK) status = put_point(out, &samples, sets, point++, err);
        ag_arena_close(&scratch);
        if (status != AG_OK) return status;
    }
    return draw_lines(data, out, false, arena, err);
}

static bool has_run(const ag_figure_data *data, const ag_block_set *set, int activation) {
    for (int i = 0; i < set->n; i++)
        if (ag_samples_cell(&data->trials, set->block[i], activation)->ran) return true;
    return false;
}

ag_status ag_lines_note_empty(const ag_figure_data *data, const ag_panels *panels,
                              const ag_lines *lines, ag_page *page, ag_arena *arena,
                              ag_error *err) {
    enum { NAMED = 5 };
    char names[512] = "";
    int empty = 0;
    for (int p = 0; p < lines->n_panels; p++)
        for (int a = 0; a < lines->n_activations; a++) {
            const ag_panel *panel = &panels->panel[p];
            if (lines->line[p * lines->n_activations + a].n || !has_run(data, &panel->blocks, a))
                continue;
            const size_t used = strlen(names);
            if (empty++ < NAMED)
                snprintf(names + used, sizeof names - used, "%s%.40s%s%.40s%s", used ? ", " : "",
                         data->samples.activations[a], *panel->title ? " (" : "", panel->title,
                         *panel->title ? ")" : "");
        }
    if (empty == 0) return AG_OK;
    return ag_page_note(page, arena, err,
                        "Not drawn, because every seed lost one of the settings: %s%s.", names,
                        empty > NAMED ? ", ..." : "");
}

void ag_lines_fill(const ag_figure_data *data, const ag_panels *panels, const ag_lines *lines,
                   int n_tags, const char *const *tags, ag_grid *numbers) {
    const ag_over_seeds *at = lines->at;
    for (int p = 0; p < lines->n_panels; p++)
        for (int a = 0; a < lines->n_activations; a++)
            for (int i = 0; i < lines->n_points; i++, at++) {
                if (at->n == 0) continue;
                ag_grid_text(numbers, panels->panel[p].label);
                ag_grid_text(numbers, data->samples.activations[a]);
                for (int t = 0; t < n_tags; t++)
                    ag_grid_text(numbers, tags[t]);
                ag_grid_number(numbers, lines->x[i]);
                ag_grid_whole(numbers, at->n);
                ag_grid_number(numbers, at->mean);
                ag_grid_number(numbers, at->low);
                ag_grid_number(numbers, at->high);
                ag_grid_whole(numbers, at->blocks);
            }
}

ag_status ag_lines_panels(const ag_panels *panels, const ag_lines *lines, const ag_line_panel *like,
                          ag_arena *arena, ag_line_panel **out, ag_error *err) {
    *out = AG_NEW_ARRAY(arena, ag_line_panel, (size_t)panels->n + 1);
    if (!*out) return no_memory(err);
    for (int p = 0; p < panels->n; p++) {
        (*out)[p] = *like;
        (*out)[p].title = panels->panel[p].title;
        (*out)[p].n_lines = lines->n_activations;
        (*out)[p].lines = lines->line + (size_t)p * (size_t)lines->n_activations;
    }
    return AG_OK;
}

/* --- along a setting ------------------------------------------------------------------ */

static int compare_values(const void *a, const void *b) {
    double x, y;
    const char *const *text = a, *const *with = b;
    if (ag_parse_number(*text, &x) && ag_parse_number(*with, &y)) return (x > y) - (x < y);
    return 0;
}

ag_status ag_values_of(const ag_samples *samples, int key, ag_arena *arena, int *n,
                       const char ***values, ag_error *err) {
    const char **list = AG_NEW_ARRAY(arena, const char *, (size_t)samples->n_blocks + 1);
    if (!list) return no_memory(err);
    *n = 0;
    bool numbers = true;
    for (int b = 0; b < samples->n_blocks; b++) {
        const char *value = samples->blocks[b].value[key];
        double x;
        bool there = !value;
        for (int i = 0; i < *n && !there; i++)
            there = strcmp(list[i], value) == 0;
        if (there) continue;
        numbers &= ag_parse_number(value, &x);
        list[(*n)++] = value;
    }
    if (numbers) qsort(list, (size_t)*n, sizeof *list, compare_values);
    *values = list;
    return AG_OK;
}

ag_status ag_blocks_with(const ag_samples *samples, const ag_block_set *of, int key,
                         const char *value, ag_arena *arena, ag_block_set *out, ag_error *err) {
    int *block = AG_NEW_ARRAY(arena, int, (size_t)of->n + 1);
    if (!block) return no_memory(err);
    int n = 0;
    for (int i = 0; i < of->n; i++) {
        const char *has = samples->blocks[of->block[i]].value[key];
        if (has && strcmp(has, value) == 0) block[n++] = of->block[i];
    }
    *out = (ag_block_set){n, block};
    return AG_OK;
}

ag_status ag_lines_along(const ag_figure_data *data, const ag_samples *samples,
                         const ag_panels *panels, const char *key, ag_arena *arena, ag_lines *out,
                         ag_error *err) {
    const int along = ag_varying_find(&samples->varying, key);
    int n_values;
    const char **values;
    ag_block_set *sets;
    AG_TRY(ag_values_of(samples, along, arena, &n_values, &values, err));
    AG_TRY(sets_of(panels, arena, &sets, err));
    AG_TRY(make_lines(data, panels, n_values, arena, out, err));
    for (int i = 0; i < n_values; i++) {
        double x;
        ((double *)out->x)[i] = ag_parse_number(values[i], &x) ? x : (double)NAN;
        for (int p = 0; p < panels->n; p++)
            AG_TRY(ag_blocks_with(samples, &panels->panel[p].blocks, along, values[i], arena,
                                  &sets[p], err));
        AG_TRY(put_point(out, samples, sets, i, err));
    }
    return draw_lines(data, out, true, arena, err);
}

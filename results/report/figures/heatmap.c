/* A metric of each activation at each depth, as colours. */
#include "results/report/by_place.h"
#include "results/report/short_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    MARGIN = 16,
    CELL = 66, /* pixels */
    ROW = 30,
    LETTER = 12,
    SMALL = 9,
    LABEL_WIDTH = 190,
    BAR = 14, /* colour bar, and its ticks */
    BAR_RIGHT = 90,
    GROUPS_MAX = 4,
    COLUMNS_MAX = 24,
    TITLE_LINE = 15,
    TITLE_LINES = 3 /* of a group, at most */
};

/* Of one group of blocks at one value of the key. */
typedef struct entry {
    ag_over_seeds score;
    int ran, diverged, failed;
} entry;

typedef struct heat {
    const ag_figure_data *data;
    const char *key; /* of the columns; "" if nothing varies */
    int n_columns;
    const char **columns;
    const char *heads[COLUMNS_MAX]; /* the same as they are drawn */
    ag_panels groups;
    entry *entries; /* [group][activation][column] */
    int *order;     /* [activation]: best first */
    double low, high;
} heat;

static entry *entry_of(const heat *h, int group, int activation, int column) {
    const size_t row = (size_t)group * (size_t)h->data->n_activations + (size_t)activation;
    return &h->entries[row * (size_t)h->n_columns + (size_t)column];
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a heat map");
}

/* --- numbers ------------------------------------------------------------------------- */

static double scaled(const heat *h, double value) {
    return ag_metric_scaled(h->data->metric, value);
}

static ag_status read_entry(heat *h, const ag_block_set *set, int activation, ag_arena *arena,
                            entry *e, ag_error *err) {
    for (int i = 0; i < set->n; i++) {
        const ag_cell_sample *cell = ag_samples_cell(&h->data->samples, set->block[i], activation);
        e->ran += cell->ran;
        e->diverged += cell->diverged;
        e->failed += cell->failed;
    }
    AG_TRY(ag_over_seeds_of(&h->data->samples, set, activation, arena, &e->score, err));
    const double value = scaled(h, e->score.mean);
    if (e->score.n && isfinite(value)) {
        h->low = fmin(h->low, value);
        h->high = fmax(h->high, value);
    }
    return AG_OK;
}

static ag_status read_all(heat *h, ag_arena *arena, ag_error *err) {
    const ag_samples *samples = &h->data->samples;
    const int key = *h->key ? ag_varying_find(&samples->varying, h->key) : -1;
    const size_t n = (size_t)h->groups.n * (size_t)h->data->n_activations * (size_t)h->n_columns;
    h->entries = AG_NEW_ARRAY(arena, entry, n + 1);
    if (!h->entries) return no_memory(err);
    for (int g = 0; g < h->groups.n; g++)
        for (int c = 0; c < h->n_columns; c++) {
            ag_block_set set = h->groups.panel[g].blocks;
            if (key >= 0)
                AG_TRY(ag_blocks_with(samples, &set, key, h->columns[c], arena, &set, err));
            for (int a = 0; a < h->data->n_activations; a++)
                AG_TRY(read_entry(h, &set, a, arena, entry_of(h, g, a, c), err));
        }
    return AG_OK;
}

/* By how many others each is behind, over all columns; where it has no number, behind all. */
static ag_status sort_rows(heat *h, ag_arena *arena, ag_error *err) {
    const int n = h->data->n_activations;
    h->order = AG_NEW_ARRAY(arena, int, (size_t)n + 1);
    long *behind = AG_NEW_ARRAY(arena, long, (size_t)n + 1);
    if (!h->order || !behind) return no_memory(err);
    for (int g = 0; g < h->groups.n; g++)
        for (int c = 0; c < h->n_columns; c++)
            for (int a = 0; a < n; a++)
                for (int b = 0; b < n; b++) {
                    const ag_over_seeds *own = &entry_of(h, g, a, c)->score;
                    const ag_over_seeds *other = &entry_of(h, g, b, c)->score;
                    behind[a] += other->n && (!own->n || ag_metric_better(h->data->metric,
                                                                          other->mean, own->mean));
                }
    for (int a = 0; a < n; a++) {
        int place = a;
        for (; place > 0 && behind[h->order[place - 1]] > behind[a]; place--)
            h->order[place] = h->order[place - 1];
        h->order[place] = a;
    }
    return AG_OK;
}

/* Of the columns; "" if all trials have the same settings. */
static const char *choose_key(const ag_figure_data *data) {
    static const char *const usual[] = {"model.depth", "optimizer.learning_rate"};
    const ag_varying *varying = &data->samples.varying;
    for (int i = 0; i < AG_COUNT(usual); i++)
        if (ag_varying_find(varying, usual[i]) >= 0) return usual[i];
    return varying->n ? varying->key[0] : "";
}

static void fill(const heat *h, ag_grid *numbers) {
    for (int g = 0; g < h->groups.n; g++)
        for (int a = 0; a < h->data->n_activations; a++)
            for (int c = 0; c < h->n_columns; c++) {
                const entry *e = entry_of(h, g, a, c);
                if (!e->ran) continue;
                ag_grid_text(numbers, h->groups.panel[g].label);
                ag_grid_text(numbers, h->data->samples.activations[a]);
                ag_grid_text(numbers, h->key);
                ag_grid_text(numbers, h->columns[c]);
                ag_grid_text(numbers, h->data->metric->name);
                ag_grid_whole(numbers, e->score.n);
                ag_grid_number(numbers, e->score.mean);
                ag_grid_number(numbers, e->score.low);
                ag_grid_number(numbers, e->score.high);
                ag_grid_whole(numbers, e->ran);
                ag_grid_whole(numbers, e->diverged);
                ag_grid_whole(numbers, e->failed);
            }
}

/* --- drawing ------------------------------------------------------------------------- */

/* cividis (J. Nunez, C. Anderton, R. Renslow, 2018, PLoS ONE 13) at equal steps: the same order for
 * every colour vision, and in grey. */
static const unsigned char cividis[][3] = {
    {0, 34, 78},     {18, 53, 112},   {59, 73, 108},   {87, 93, 109},  {112, 113, 115},
    {138, 134, 120}, {165, 156, 116}, {195, 179, 105}, {225, 204, 85}, {254, 232, 56}};

enum { COLOUR = 8 };

/* share: 0 dark .. 1 light. Returns whether letters on it have to be light. */
static bool colour_of(double share, char colour[COLOUR]) {
    const int last = AG_COUNT(cividis) - 1;
    const double at = fmax(0, fmin(1, share)) * last;
    const int i = at >= last ? last - 1 : (int)at;
    int rgb[3];
    for (int k = 0; k < 3; k++)
        rgb[k] = (int)lround(cividis[i][k] + (at - i) * (cividis[i + 1][k] - cividis[i][k]));
    snprintf(colour, COLOUR, "#%02X%02X%02X", rgb[0] & 255, rgb[1] & 255, rgb[2] & 255);
    return at < 0.45 * last;
}

static double share_of(const heat *h, double value) {
    return h->high > h->low ? (scaled(h, value) - h->low) / (h->high - h->low) : 0.5;
}

/* What may be called the best: a number that no lost trial would change. */
static bool competes(const entry *e) { return e->score.n > 0 && !e->diverged && !e->failed; }

static bool is_best(const heat *h, int group, int activation, int column) {
    const entry *own = entry_of(h, group, activation, column);
    int rivals = 0;
    if (!competes(own) || h->data->metric->better == AG_BETTER_NEITHER) return false;
    for (int a = 0; a < h->data->n_activations; a++) {
        const entry *other = entry_of(h, group, a, column);
        if (a == activation || !competes(other)) continue;
        if (ag_metric_better(h->data->metric, other->score.mean, own->score.mean)) return false;
        rivals++;
    }
    return rivals > 0;
}

static void draw_entry(const heat *h, ag_svg *svg, int group, int activation, int column,
                       ag_svg_point at) {
    const entry *e = entry_of(h, group, activation, column);
    const ag_svg_box box = {at.x + 1, at.y + 1, at.x + CELL - 1, at.y + ROW - 1};
    char colour[COLOUR] = "#F2F2F2", value[32] = "", lost[48] = "";
    const bool number = e->score.n && isfinite(e->score.mean);
    const bool light = number && colour_of(share_of(h, e->score.mean), colour);
    const char *ink = light ? "#FFFFFF" : "#202020";
    if (number)
        snprintf(value, sizeof value,
                 fabs(e->score.mean) < 1 && fabs(e->score.mean) >= 0.01 ? "%.3f" : "%.3g",
                 e->score.mean);
    if (e->diverged + e->failed)
        snprintf(lost, sizeof lost, "%d of %d %s", e->diverged ? e->diverged : e->failed, e->ran,
                 e->diverged ? "div." : "fail.");
    ag_svg_rectangle(svg, &box, e->ran ? colour : "none", NULL);
    const bool best = is_best(h, group, activation, column);
    if (best)
        ag_svg_rectangle(svg,
                         &(ag_svg_box){box.left + 1, box.top + 1, box.right - 1, box.bottom - 1},
                         "none", &(ag_pen){.colour = ink, .width = 1.2});
    const double middle = at.x + 0.5 * CELL;
    if (number)
        ag_svg_text(svg, (ag_svg_point){middle, at.y + (*lost ? 14 : 19)}, value,
                    &(ag_type){.size = LETTER,
                               .colour = ink,
                               .anchor = AG_ANCHOR_MIDDLE,
                               .bold = best,
                               .within = CELL - 6});
    if (*lost)
        ag_svg_text(
            svg, (ag_svg_point){middle, at.y + (number ? 25 : 18)}, lost,
            &(ag_type){
                .size = SMALL, .colour = ink, .anchor = AG_ANCHOR_MIDDLE, .within = CELL - 4});
}

static ag_type type_of_title(double room) {
    return (ag_type){.size = LETTER, .bold = true, .within = room};
}

/* Pixels above the rows of a group: its title in as many lines as the longest needs, and the
 * columns. */
static double head_of(const heat *h, double room) {
    const ag_type type = type_of_title(room);
    int most = 1;
    for (int g = 0; g < h->groups.n; g++) {
        const int lines = ag_svg_lines(h->groups.panel[g].title, &type);
        most = lines > most ? lines : most;
    }
    return 23 + TITLE_LINE * (most < TITLE_LINES ? most : TITLE_LINES);
}

static void draw_group_title(const heat *h, ag_svg *svg, int group, double room, ag_svg_point at) {
    const ag_type type = type_of_title(room);
    ag_svg_paragraph(svg, (ag_svg_point){at.x, at.y + 12}, h->groups.panel[group].title, &type,
                     TITLE_LINE, TITLE_LINES);
}

/* at: of its first row. */
static void draw_group(const heat *h, ag_svg *svg, int group, double labels, ag_svg_point at) {
    const ag_samples *samples = &h->data->samples;
    for (int c = 0; c < h->n_columns; c++)
        ag_svg_text(svg, (ag_svg_point){at.x + labels + (c + 0.5) * CELL, at.y - 6}, h->heads[c],
                    &(ag_type){.size = LETTER, .anchor = AG_ANCHOR_MIDDLE, .within = CELL - 6});
    for (int r = 0; r < h->data->n_activations; r++) {
        const double y = at.y + r * ROW;
        const int a = h->order[r];
        ag_svg_text(svg, (ag_svg_point){at.x + labels - 8, y + 19}, samples->activations[a],
                    &(ag_type){.size = LETTER, .anchor = AG_ANCHOR_END, .within = labels - 12});
        for (int c = 0; c < h->n_columns; c++)
            draw_entry(h, svg, group, a, c, (ag_svg_point){at.x + labels + c * CELL, y});
    }
}

static void draw_bar(const heat *h, ag_svg *svg, double left, double top, double bottom) {
    enum { STEPS = 40 };
    char colour[COLOUR], text[32];
    const double step = (bottom - top) / STEPS;
    for (int i = 0; i < STEPS; i++) {
        colour_of((i + 0.5) / STEPS, colour);
        ag_svg_rectangle(
            svg, &(ag_svg_box){left, bottom - (i + 1) * step - 0.3, left + BAR, bottom - i * step},
            colour, NULL);
    }
    for (int end = 0; end < 2; end++) {
        snprintf(text, sizeof text, "%.3g",
                 ag_metric_unscaled(h->data->metric, end ? h->high : h->low));
        ag_svg_text(svg, (ag_svg_point){left + BAR + 5, end ? top + 9 : bottom}, text,
                    &(ag_type){.size = 11, .colour = "#404040", .within = BAR_RIGHT - BAR - 8});
    }
}

static double width_of_labels(const heat *h) {
    double widest = 60;
    for (int a = 0; a < h->data->n_activations; a++)
        widest = fmax(widest, ag_svg_width(h->data->samples.activations[a], LETTER, false));
    return fmin(widest, LABEL_WIDTH) + 14;
}

static ag_status draw_page(const heat *h, ag_arena *arena, ag_svg *svg, ag_error *err) {
    char title[AG_PAGE_TITLE];
    snprintf(title, sizeof title, "%s by activation%s%s", h->data->metric->title,
             *h->key ? " and " : "", h->key);
    ag_page page = {.title = title};
    AG_TRY(ag_figure_origin(h->data, arena, &page.about, err));
    const ag_figure_words words = {"numbers", NULL, h->data->metric->scale};
    AG_TRY(ag_figure_notes(h->data, &h->groups, &words, &page, arena, err));
    if (h->data->metric->better != AG_BETTER_NEITHER && h->data->n_activations > 1)
        AG_TRY(ag_page_note(&page, arena, err,
                            "Framed: the best mean of a column of those that lost no trial, "
                            "whatever its margin (intervals: "
                            "the CSV file, `actgrid compare`). Best rows first."));
    const double labels = width_of_labels(h);
    const double wide = labels + h->n_columns * CELL;
    const int across = h->groups.n > 1 && wide < 420 ? 2 : 1;
    const int down = (h->groups.n + across - 1) / across;
    const double width = fmax(560, 2 * MARGIN + across * (wide + MARGIN) + BAR_RIGHT);
    const double room = across > 1 ? wide : fmax(wide, width - 2 * MARGIN);
    const double head = head_of(h, room);
    const double high = head + h->data->n_activations * ROW + 18;
    const double top = ag_page_top(&page, width);
    ag_page_begin(&page, width, down * high, arena, svg);
    for (int g = 0; g < h->groups.n; g++) {
        const int line = g / across, column = g % across;
        const ag_svg_point at = {MARGIN + column * (wide + MARGIN), top + line * high};
        draw_group_title(h, svg, g, room, at);
        draw_group(h, svg, g, labels, (ag_svg_point){at.x, at.y + head});
    }
    if (h->low <= h->high)
        draw_bar(h, svg, MARGIN + across * (wide + MARGIN), top + head, top + high - 18);
    return ag_svg_end(svg, err);
}

static ag_status draw(const ag_figure_data *data, ag_arena *arena, ag_drawn *drawn, ag_error *err) {
    static const ag_column header[] = {{"panel", false}, {"activation", false}, {"by", false},
                                       {"value", false}, {"metric", false},     {"n", true},
                                       {"mean", true},   {"low", true},         {"high", true},
                                       {"ran", true},    {"diverged", true},    {"failed", true}};
    heat h = {.data = data, .low = HUGE_VAL, .high = -HUGE_VAL};
    static const char *nothing[] = {"all"};
    h.key = choose_key(data);
    const int key = *h.key ? ag_varying_find(&data->samples.varying, h.key) : -1;
    h.n_columns = 1;
    h.columns = nothing;
    if (key >= 0) AG_TRY(ag_values_of(&data->samples, key, arena, &h.n_columns, &h.columns, err));
    if (h.n_columns > COLUMNS_MAX)
        return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE,
                       "%d values of %s are too many columns: choose some with --at", h.n_columns,
                       h.key);
    if (!ag_short_texts(h.n_columns, h.columns, h.heads, arena)) return no_memory(err);
    AG_TRY(ag_panels_of(data, key >= 0 ? h.key : NULL, GROUPS_MAX, arena, &h.groups, err));
    AG_TRY(read_all(&h, arena, err));
    AG_TRY(sort_rows(&h, arena, err));
    ag_grid numbers;
    ag_grid_columns(&numbers, arena, header, AG_COUNT(header));
    fill(&h, &numbers);
    AG_TRY(ag_figure_numbers(&numbers, drawn, err));
    return draw_page(&h, arena, &drawn->svg, err);
}

const ag_figure ag_figure_heatmap = {
    .about = {.name = "heatmap", .formula = "a metric of each activation at each depth"},
    .of_metric = true,
    .draw = draw,
};

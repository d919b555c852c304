/* From a store to samples. */
#include "harness/base/digest.h"
#include "harness/base/sorted.h"
#include "harness/config/writer.h"
#include "results/report/sample_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- texts by number ------------------------------------------------------------------------- */

/* Different texts, numbered as they come. */
typedef struct texts {
    ag_arena *arena;
    int n, room;
    const char **text;
    int *slot; /* number + 1, 0: free; twice as many as `room` */
} texts;

static bool texts_grow(texts *t) {
    const int room = t->room ? 2 * t->room : 64;
    const char **text = AG_NEW_ARRAY(t->arena, const char *, (size_t)room);
    int *slot = AG_NEW_ARRAY(t->arena, int, 2 * (size_t)room);
    if (!text || !slot) return false;
    if (t->n) memcpy(text, t->text, (size_t)t->n * sizeof *text);
    for (int i = 0; i < t->n; i++) {
        size_t at = ag_digest(text[i], strlen(text[i]), 0) % (2 * (size_t)room);
        while (slot[at])
            at = (at + 1) % (2 * (size_t)room);
        slot[at] = i + 1;
    }
    *t = (texts){t->arena, t->n, room, text, slot};
    return true;
}

/* The number of a text, a new one if it was not there: then *fresh. -1: out of memory. */
static int texts_find(texts *t, const char *text, size_t n, bool *fresh) {
    *fresh = false;
    if (t->n == t->room && !texts_grow(t)) return -1;
    size_t at = ag_digest(text, n, 0) % (2 * (size_t)t->room);
    for (; t->slot[at]; at = (at + 1) % (2 * (size_t)t->room)) {
        const char *other = t->text[t->slot[at] - 1];
        if (strlen(other) == n && memcmp(other, text, n) == 0) return t->slot[at] - 1;
    }
    char *copy = ag_alloc(t->arena, n + 1, 1);
    if (!copy) return -1;
    memcpy(copy, text, n);
    *fresh = true;
    t->text[t->n] = copy;
    t->slot[at] = t->n + 1;
    return t->n++;
}

/* --- cells ----------------------------------------------------------------------------------- */

typedef struct cell {
    const char *id, *trial, *tuned; /* id: the column `cell` */
    int64_t experiment;
    int block, activation;
    size_t first, n; /* its trials */
} cell;

typedef struct scan {
    ag_arena *arena, *scratch;
    texts blocks, activations;
    ag_block_sample *block; /* of blocks.n */
    size_t block_room;
    const char **label; /* of activations.n */
    size_t label_room;
    cell *cells;
    size_t n_cells, cell_room;
} scan;

enum {
    ID,
    TRIAL,
    LABEL,
    ACTIVATION,
    DATASET,
    MODEL,
    INITIALIZER,
    OPTIMIZER,
    DEPTH,
    WIDTH,
    TUNED,
    EXPERIMENT,
    BLOCK,
    CELL_COLUMNS
};

static const char *copy_of(ag_arena *arena, ag_cell from) {
    char *copy = ag_alloc(arena, from.n + 1, 1);
    if (copy && from.n) memcpy(copy, from.text, from.n);
    return copy;
}

static int whole_of(ag_cell from) { return from.text ? atoi(from.text) : -1; }

static bool add_block(scan *s, const ag_cell *c, int block) {
    s->block = AG_GROW(s->scratch, s->block, (size_t)block, &s->block_room);
    if (!s->block) return false;
    ag_block_sample *b = &s->block[block];
    *b = (ag_block_sample){.dataset = copy_of(s->arena, c[DATASET]),
                           .model = copy_of(s->arena, c[MODEL]),
                           .initializer = copy_of(s->arena, c[INITIALIZER]),
                           .optimizer = copy_of(s->arena, c[OPTIMIZER]),
                           .depth = whole_of(c[DEPTH]),
                           .width = whole_of(c[WIDTH]),
                           .settings = s->blocks.text[block]};
    return b->dataset && b->model && b->initializer && b->optimizer;
}

ag_status ag_columns_ignored(void *self, int n_columns, const char *const *columns, ag_error *err) {
    (void)self;
    (void)n_columns;
    (void)columns;
    (void)err;
    return AG_OK;
}

static ag_status cell_row(void *self, const ag_cell *c, ag_error *err) {
    scan *s = self;
    bool fresh;
    s->cells = AG_GROW(s->scratch, s->cells, s->n_cells, &s->cell_room);
    if (!s->cells) return ag_samples_no_memory(err);
    cell *to = &s->cells[s->n_cells++];
    *to = (cell){.id = copy_of(s->arena, c[ID]),
                 .trial = copy_of(s->arena, c[TRIAL]),
                 .tuned = c[TUNED].n ? copy_of(s->arena, c[TUNED]) : "",
                 .experiment = atoll(c[EXPERIMENT].text)};
    to->block = texts_find(&s->blocks, c[BLOCK].text, c[BLOCK].n, &fresh);
    if (to->block < 0 || (fresh && !add_block(s, c, to->block))) return ag_samples_no_memory(err);
    to->activation = texts_find(&s->activations, c[ACTIVATION].text, c[ACTIVATION].n, &fresh);
    if (to->activation < 0) return ag_samples_no_memory(err);
    if (fresh) {
        s->label = AG_GROW(s->scratch, s->label, (size_t)to->activation, &s->label_room);
        if (!s->label || !(s->label[to->activation] = copy_of(s->arena, c[LABEL])))
            return ag_samples_no_memory(err);
    }
    return to->id && to->trial && to->tuned ? AG_OK : ag_samples_no_memory(err);
}

static ag_status read_cells(ag_reader *reader, const ag_sample_sql *sql, scan *s, ag_error *err) {
    ag_writer w = AG_WRITER(s->scratch);
    ag_write_format(
        &w,
        "SELECT ifnull(t.cell, ''), t.trial_id, t.activation, ifnull(%s, ''), t.dataset, t.model,"
        " t.initializer, t.optimizer, t.depth, t.width, %s, ifnull(t.experiment_id, 0), ifnull(%s, "
        "'')"
        " FROM trial t WHERE %s ORDER BY t.cell",
        sql->activation, sql->tuned, sql->block, sql->of_cells);
    if (w.failed) return ag_samples_no_memory(err);
    return ag_reader_select(reader, w.text, 0, (ag_row_sink){ag_columns_ignored, cell_row, s}, err);
}

/* --- order of activations -------------------------------------------------------------------- */

typedef struct ranked {
    int number; /* as they came */
    double rank;
    const char *label, *settings;
} ranked;

static int compare_ranked(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->rank != y->rank) return x->rank < y->rank ? -1 : 1;
    const int order = strcmp(x->label, y->label);
    return order ? order : strcmp(x->settings, y->settings);
}

/* Where each stands in `grid: {activation: [...]}` of the first experiment that has it: by its
 * label, its formula, or as a map by the keys that the map has. A list of one is just its value. */
static ag_status read_ranks(ag_reader *reader, const ag_sample_sql *sql, const scan *s,
                            ranked *ranks, ag_error *err) {
    ag_writer w = AG_WRITER(s->scratch);
    ag_table table;
    ag_write_format(
        &w,
        "WITH a AS MATERIALIZED (SELECT DISTINCT t.activation AS label, t.activation_name AS name,"
        " ifnull(%s, '') AS settings FROM trial t WHERE %s)"
        " SELECT a.settings, min(e.experiment_id * 1e6 + j.key) FROM a, experiment e,"
        " json_each(CASE json_type(e.resolved, '$.grid.activation') WHEN 'array'"
        "  THEN e.resolved -> '$.grid.activation'"
        "  ELSE json_array(json(e.resolved -> '$.grid.activation')) END) j"
        " WHERE CASE j.type"
        " WHEN 'text' THEN j.value IN (a.label, a.settings ->> '$.formula')"
        " WHEN 'object' THEN NOT EXISTS (SELECT 1 FROM json_each(j.value) k"
        "  WHERE k.atom IS NOT a.settings ->> ('$.' || k.key)"
        "  AND (k.key IS NOT 'name' OR k.atom NOT IN (a.label, a.name)))"
        " ELSE 0 END GROUP BY a.settings",
        sql->activation, sql->of_cells);
    if (w.failed) return ag_samples_no_memory(err);
    AG_TRY(ag_reader_query(reader, w.text, 0, s->scratch, &table, err));
    for (size_t r = 0; r < table.n_rows; r++)
        for (int a = 0; a < s->activations.n; a++)
            if (strcmp(ranks[a].settings, table.cells[2 * r]) == 0)
                ranks[a].rank = strtod(table.cells[2 * r + 1], NULL);
    return AG_OK;
}

/* place [activations.n]: of each as it came. Two that have one label are told apart by a number. */
static ag_status order_activations(ag_reader *reader, const ag_sample_sql *sql, const scan *s,
                                   int *place, ag_samples *samples, ag_error *err) {
    const size_t n = (size_t)s->activations.n;
    ranked *ranks = AG_NEW_ARRAY(s->scratch, ranked, n);
    const char **labels = AG_NEW_ARRAY(s->arena, const char *, n);
    if (!ranks || !labels) return ag_samples_no_memory(err);
    for (int a = 0; a < s->activations.n; a++)
        ranks[a] = (ranked){a, HUGE_VAL, s->label[a], s->activations.text[a]};
    AG_TRY(read_ranks(reader, sql, s, ranks, err));
    qsort(ranks, n, sizeof *ranks, compare_ranked);
    for (int a = 0; a < s->activations.n; a++) {
        int same = 1;
        for (int b = 0; b < a; b++)
            same += strcmp(ranks[b].label, ranks[a].label) == 0;
        ag_writer w = AG_WRITER(s->arena);
        if (same > 1) ag_write_format(&w, "%s (%d)", ranks[a].label, same);
        if (w.failed) return ag_samples_no_memory(err);
        labels[a] = same > 1 ? w.text : ranks[a].label;
        place[ranks[a].number] = a;
    }
    samples->activations = labels;
    samples->n_activations = s->activations.n;
    return AG_OK;
}

/* --- values ---------------------------------------------------------------------------------- */

typedef struct filling {
    ag_arena *arena;
    cell *cells;
    size_t n_cells, at; /* the cell whose trials come */
    ag_cell_sample *sample;
    size_t n, room;
    uint64_t *seed; /* of all trials that have a value, cell by cell */
    double *value;
    const ag_sample_query *query;
} filling;

static bool is_wanted(const ag_sample_query *query, const char *trial) {
    return !query->only ||
           ag_sorted_find(query->only, query->n_only, strtoull(trial, NULL, 16)) != NULL;
}

static ag_status value_row(void *self, const ag_cell *c, ag_error *err) {
    filling *f = self;
    while (f->at < f->n_cells && strcmp(f->cells[f->at].id, c[0].text) != 0)
        f->at++;
    if (f->at == f->n_cells)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "the store's cells are not in order");
    if (!is_wanted(f->query, c[5].text)) return AG_OK;
    cell *of = &f->cells[f->at];
    ag_cell_sample *s = &f->sample[f->at];
    s->ran++;
    s->diverged += c[1].text[0] == 'd';
    s->failed += c[1].text[1] == 'a';
    if (c[3].text[0] == '0') return AG_OK; /* it does not count */
    if (c[4].kind != AG_CELL_NUMBER) {
        s->without++;
        return AG_OK;
    }
    size_t room = f->room;
    f->seed = AG_GROW(f->arena, f->seed, f->n, &room);
    f->value = AG_GROW(f->arena, f->value, f->n, &f->room);
    if (!f->seed || !f->value) return ag_samples_no_memory(err);
    if (of->n++ == 0) of->first = f->n;
    f->seed[f->n] = strtoull(c[2].text, NULL, 10);
    f->value[f->n++] = strtod(c[4].text, NULL);
    return AG_OK;
}

static ag_status read_values(ag_reader *reader, const ag_sample_sql *sql,
                             const ag_sample_query *query, const scan *s, filling *f,
                             ag_error *err) {
    ag_writer w = AG_WRITER(s->scratch);
    *f = (filling){.arena = s->arena, .cells = s->cells, .n_cells = s->n_cells, .query = query};
    f->sample = AG_NEW_ARRAY(s->scratch, ag_cell_sample, s->n_cells);
    if (!f->sample) return ag_samples_no_memory(err);
    const char *counts = query->metric->of_diverged ? "t.status IN ('finished', 'diverged')"
                                                    : "t.status = 'finished'";
    ag_write_format(&w,
                    "SELECT ifnull(t.cell, ''), ifnull(t.status, ''), ifnull(t.seed, 0), %s, CASE "
                    "WHEN %s THEN %s END, t.trial_id FROM trial t"
                    " WHERE %s ORDER BY t.cell, t.seed",
                    counts, counts, query->metric->sql, sql->where);
    if (w.failed) return ag_samples_no_memory(err);
    return ag_reader_select(reader, w.text, 0, (ag_row_sink){ag_columns_ignored, value_row, f},
                            err);
}

/* Puts the cells where their blocks and activations stand. A block has one cell of an activation;
 * where several experiments tuned it, that of the last. */
static ag_status place_cells(const scan *s, const filling *f, const int *place,
                             const int *block_place, ag_samples *samples, ag_error *err) {
    const size_t n = (size_t)samples->n_blocks * (size_t)samples->n_activations;
    ag_cell_sample *cells = AG_NEW_ARRAY(s->arena, ag_cell_sample, n);
    int64_t *experiment = AG_NEW_ARRAY(s->scratch, int64_t, n);
    if (!cells || !experiment) return ag_samples_no_memory(err);
    for (size_t i = 0; i < n; i++)
        cells[i].tuned = "";
    for (size_t i = 0; i < s->n_cells; i++) {
        const cell *from = &s->cells[i];
        const size_t at = (size_t)block_place[from->block] * (size_t)samples->n_activations +
                          (size_t)place[from->activation];
        if (cells[at].trial && experiment[at] > from->experiment) continue;
        if (f->query->only && !f->sample[i].ran) continue; /* another one may be meant */
        cells[at] = f->sample[i];
        cells[at].n = (int)from->n;
        cells[at].seed = f->seed + from->first;
        cells[at].value = f->value + from->first;
        cells[at].tuned = from->tuned;
        cells[at].trial = from->trial;
        cells[at].cell = from->id;
        experiment[at] = from->experiment;
    }
    for (size_t i = 0; i < n; i++)
        samples->n_trials += cells[i].ran;
    samples->cells = cells;
    return AG_OK;
}

/* --- all of it ------------------------------------------------------------------------------- */

static ag_status order_blocks(ag_reader *reader, const ag_sample_sql *sql, const scan *s,
                              int *place, ag_samples *samples, ag_error *err) {
    const int n = s->blocks.n;
    ag_block_sample *blocks = AG_NEW_ARRAY(s->arena, ag_block_sample, (size_t)n);
    if (!blocks) return ag_samples_no_memory(err);
    memcpy(blocks, s->block, (size_t)n * sizeof *blocks);
    AG_TRY(ag_sample_label_blocks(reader, sql, n, blocks, s->arena, &samples->varying, err));
    samples->blocks = blocks;
    samples->n_blocks = n;
    texts again = s->blocks;
    for (int b = 0; b < n; b++) {
        bool fresh;
        const char *settings = blocks[b].settings;
        const int number = texts_find(&again, settings, strlen(settings), &fresh);
        if (number < 0) return ag_samples_no_memory(err);
        place[number] = b;
    }
    return AG_OK;
}

static ag_status select_all(ag_reader *reader, const ag_sample_query *query, scan *s,
                            ag_samples *samples, ag_error *err) {
    ag_sample_sql sql;
    filling f;
    AG_TRY(ag_sample_sql_make(reader, query, s->scratch, &sql, err));
    *samples = (ag_samples){.metric = query->metric,
                            .phase = strcmp(sql.phase, "final") == 0 ? "final" : "grid"};
    AG_TRY(read_cells(reader, &sql, s, err));
    if (s->n_cells == 0) return AG_OK;
    int *place = AG_NEW_ARRAY(s->scratch, int, (size_t)s->activations.n);
    int *block_place = AG_NEW_ARRAY(s->scratch, int, (size_t)s->blocks.n);
    if (!place || !block_place) return ag_samples_no_memory(err);
    AG_TRY(order_activations(reader, &sql, s, place, samples, err));
    AG_TRY(order_blocks(reader, &sql, s, block_place, samples, err));
    AG_TRY(read_values(reader, &sql, query, s, &f, err));
    return place_cells(s, &f, place, block_place, samples, err);
}

ag_status ag_samples_select(ag_reader *reader, const ag_sample_query *query, ag_arena *arena,
                            ag_samples *samples, ag_error *err) {
    ag_arena scratch = AG_ARENA_EMPTY;
    scan s = {.arena = arena, .scratch = &scratch};
    s.blocks.arena = s.activations.arena = arena;
    const ag_status status = select_all(reader, query, &s, samples, err);
    ag_arena_close(&scratch);
    return status;
}

ag_status ag_samples_read(const char *folder, const ag_sample_query *query, ag_arena *arena,
                          ag_samples *samples, ag_error *err) {
    ag_reader *reader;
    AG_TRY(ag_reader_open(folder, arena, &reader, err));
    const ag_status status = ag_samples_select(reader, query, arena, samples, err);
    ag_reader_close(reader);
    return status;
}

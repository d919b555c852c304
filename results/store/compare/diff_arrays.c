/* The arrays of two stores, trial by trial, as they stand in curves.h5 or still in arrays.log. An
 * array is as long as that of its longest trial and filled with NaN behind the others: what one
 * store has no room for is compared with that NaN. */
#include "results/store/arrays/gather_private.h"
#include "results/store/compare/diff_private.h"

#include <stdio.h>
#include <string.h>

enum {
    BLOCK = 64,        /* trials looked at together, as when the file was written */
    NUMBERS = 2 << 20, /* of an array, of each store, at a time */
    PAIRS_MAX = 2 * AG_SERIES_MAX
};

typedef struct source {
    ag_stored_arrays stored;
    ag_diff_box *part; /* [BLOCK][n_series]: what the block's trials have in the log */
    float *buffer;
    size_t room;  /* numbers in it */
    size_t since; /* read of the log and still in memory */
} source;

/* An array by its name, in either store. */
typedef struct pair {
    const ag_series *series[2]; /* NULL: this store has none */
    ag_diff_array array;
} pair;

typedef struct arrays {
    ag_comparison *c;
    uint64_t *id;  /* [n]: trials that say something in both */
    size_t *place; /* [n]: among those of the comparison */
    size_t n;
    source source[2];
    pair pair[PAIRS_MAX];
    int n_pairs;
    ag_diff_tally missing[2]; /* of trials whose arrays one store has */
} arrays;

static const ag_series *any_of(const pair *p) { return p->series[p->series[0] ? 0 : 1]; }

/* --- reading some steps of some trials -------------------------------------------------------- */

typedef struct window {
    size_t trial, n_trials, step, n_steps;
} window;

static bool in_file(const source *s, const ag_series *series, size_t trial) {
    return series->old_set >= 0 && !s->stored.leftover.entry[trial] &&
           s->stored.g.old_row[trial] >= 0;
}

static size_t steps_of(size_t all, window w) {
    return all <= w.step ? 0 : all - w.step < w.n_steps ? all - w.step : w.n_steps;
}

/* Rows that stand together are read together. */
static ag_status read_rows(const source *s, const ag_series *series, window w, ag_error *err) {
    const size_t steps = steps_of(series->old_size[0], w);
    const size_t along = ag_diff_numbers(series->old_size + 1, series->rank - 1);
    for (size_t i = 0; i < w.n_trials && steps * along > 0;) {
        size_t n = 1;
        if (in_file(s, series, w.trial + i)) {
            const int64_t *row = &s->stored.g.old_row[w.trial + i];
            while (i + n < w.n_trials && in_file(s, series, w.trial + i + n) &&
                   row[n] == row[0] + (int64_t)n)
                n++;
            const ag_slab slab = {row[0], n, w.step, steps};
            if (!ag_series_read_old(series, slab, s->buffer + i * steps * along))
                return ag_h5_trouble("read", s->stored.g.old_path, ag_h5_damaged, err);
        }
        i += n;
    }
    return AG_OK;
}

static ag_diff_box box_of(const source *s, const ag_series *series, window w, size_t i) {
    ag_diff_box b = {0};
    const size_t trial = w.trial + i;
    const bool file = in_file(s, series, trial);
    const ag_diff_box *part = &s->part[trial % BLOCK * (size_t)s->stored.g.n_series +
                                       (size_t)(series - s->stored.g.list)];
    if (!file && !part->data) return b;
    memcpy(b.size, file ? series->old_size : part->size, sizeof b.size);
    const size_t along = ag_diff_numbers(b.size + 1, series->rank - 1),
                 steps = steps_of(b.size[0], w);
    if (steps * along == 0) return (ag_diff_box){0};
    b.size[0] = steps;
    b.data = file ? s->buffer + i * steps * along : part->data + w.step * along;
    return b;
}

static ag_status compare_window(arrays *s, pair *p, window w, ag_error *err) {
    for (int i = 0; i < 2; i++)
        if (p->series[i]) AG_TRY(read_rows(&s->source[i], p->series[i], w, err));
    for (size_t i = 0; i < w.n_trials; i++) {
        ag_diff_box b[2] = {{0}};
        const size_t trial = w.trial + i;
        const source *x = s->source;
        if ((x[0].stored.leftover.entry[trial] || x[0].stored.g.old_row[trial] >= 0) !=
            (x[1].stored.leftover.entry[trial] || x[1].stored.g.old_row[trial] >= 0))
            continue; /* said once, not of every array */
        for (int k = 0; k < 2; k++)
            if (p->series[k]) b[k] = box_of(&s->source[k], p->series[k], w, i);
        const ag_diff_spot at = {&p->array, s->id[trial], (ptrdiff_t)s->place[trial], w.step};
        AG_TRY(ag_diff_boxes(s->c, &at, &b[0], &b[1], err));
    }
    return AG_OK;
}

/* As many trials and then steps at a time as there is room for. */
static window fit(const source *s, const pair *p, size_t from, size_t n, size_t *steps) {
    window w = {.trial = from, .n_trials = n, .n_steps = SIZE_MAX};
    size_t along = 1, together = 1;
    *steps = 0;
    for (int i = 0; i < 2; i++) {
        const ag_series *x = p->series[i];
        if (!x) continue;
        const size_t size = ag_diff_numbers(x->size + 1, x->rank - 1);
        if (x->size[0] > *steps) *steps = x->size[0];
        if (size > along) along = size;
        if (x->old_set >= 0) together = s[i].stored.chunk_steps[x - s[i].stored.g.list];
    }
    const size_t most = NUMBERS / along > 0 ? NUMBERS / along : 1; /* steps of all trials */
    while (w.n_trials > 1 && w.n_trials * *steps > most)
        w.n_trials /= 2;
    if (w.n_trials * *steps > most) w.n_steps = most > together ? most - most % together : most;
    return w;
}

static ag_status make_room(source *s, const ag_series *series, window w, ag_arena *arena,
                           ag_error *err) {
    if (!series || series->old_set < 0) return AG_OK;
    const size_t along = ag_diff_numbers(series->old_size + 1, series->rank - 1);
    const size_t wanted = w.n_trials * steps_of(series->old_size[0], w) * along;
    if (wanted <= s->room) return AG_OK;
    s->room = wanted > NUMBERS ? wanted : NUMBERS;
    s->buffer = AG_NEW_ARRAY(arena, float, s->room);
    return s->buffer ? AG_OK : ag_diff_no_memory(err);
}

static ag_status compare_pair(arrays *s, pair *p, size_t from, size_t n, ag_error *err) {
    size_t steps;
    window w = fit(s->source, p, from, n, &steps);
    for (int i = 0; i < 2; i++)
        AG_TRY(make_room(&s->source[i], p->series[i], w, s->c->arena, err));
    const size_t trials = w.n_trials, together = w.n_steps < steps ? w.n_steps : steps;
    for (; w.trial < from + n; w.trial += trials) {
        w.n_trials = from + n - w.trial < trials ? from + n - w.trial : trials;
        for (w.step = 0; w.step < steps; w.step += together) {
            w.n_steps = steps - w.step < together ? steps - w.step : together;
            AG_TRY(compare_window(s, p, w, err));
        }
    }
    return AG_OK;
}

/* --- all of them ------------------------------------------------------------------------------ */

/* What the block's trials have in the log. */
static void find_parts(source *s, size_t from, size_t n) {
    const size_t n_series = (size_t)s->stored.g.n_series;
    memset(s->part, 0, BLOCK * n_series * sizeof *s->part);
    for (size_t i = 0; i < n; i++) {
        const unsigned char *entry = s->stored.leftover.entry[from + i];
        if (!entry) continue;
        ag_entry_reader reader = ag_entry_open(entry);
        const char *axes;
        for (ag_array array; ag_entry_next(&reader, &array, &axes);) {
            ag_diff_box *b =
                &s->part[i * n_series +
                         (size_t)(ag_series_find(&s->stored.g, array.name) - s->stored.g.list)];
            b->data = array.data;
            memcpy(b->size, array.size, sizeof b->size);
        }
    }
}

static void forget_parts(source *s, size_t from, size_t n) {
    for (size_t i = from; i < from + n; i++) {
        const unsigned char *entry = s->stored.leftover.entry[i];
        if (!entry) continue;
        const ag_entry_reader reader = ag_entry_open(entry);
        ag_leftover_was_read(&s->stored.leftover, (size_t)(reader.end - entry), &s->since);
    }
}

static ag_status compare_block(arrays *s, size_t from, size_t n, ag_error *err) {
    for (int i = 0; i < 2; i++)
        find_parts(&s->source[i], from, n);
    for (int k = 0; k < s->n_pairs; k++)
        AG_TRY(compare_pair(s, &s->pair[k], from, n, err));
    for (int i = 0; i < 2; i++)
        forget_parts(&s->source[i], from, n);
    return AG_OK;
}

/* Both lists are in the order of names. */
static ag_status find_pairs(arrays *s, ag_error *err) {
    const ag_gathering *a = &s->source[0].stored.g, *b = &s->source[1].stored.g;
    for (int i = 0, k = 0; i < a->n_series || k < b->n_series;) {
        const int order = i == a->n_series   ? 1
                          : k == b->n_series ? -1
                                             : strcmp(a->list[i].name, b->list[k].name);
        pair *p = &s->pair[s->n_pairs++];
        if (order <= 0) p->series[0] = &a->list[i++];
        if (order >= 0) p->series[1] = &b->list[k++];
        if (order == 0 && p->series[0]->rank != p->series[1]->rank)
            return AG_FAIL(
                err, AG_STORE, AG_NOWHERE,
                "'%.120s' and '%.120s' cannot be compared: their array '%.60s' has %d and"
                " %d axes behind the trial",
                a->old_path, b->old_path, p->series[0]->name, p->series[0]->rank,
                p->series[1]->rank);
        p->array = ag_diff_array_of(any_of(p)->name, any_of(p)->axes, any_of(p)->rank);
    }
    return AG_OK;
}

/* A trial has rows in one store and, there only, arrays, too. */
static ag_status compare_presence(arrays *s, ag_error *err) {
    for (size_t i = 0; i < s->n; i++) {
        bool has[2];
        for (int k = 0; k < 2; k++) {
            const source *x = &s->source[k];
            has[k] = x->stored.leftover.entry[i] || x->stored.g.old_row[i] >= 0;
            s->c->diff->ungathered[k] += x->stored.leftover.entry[i] != NULL;
        }
        const int only = has[0] ? 0 : 1;
        if (has[0] == has[1] || !ag_diff_add(s->c, &s->missing[only], (ptrdiff_t)s->place[i]))
            continue;
        char id[AG_ID_TEXT];
        ag_difference d = ag_diff_at_trial(NULL, s->id[i], id);
        d.only = only;
        AG_TRY(ag_diff_tell(s->c, &s->missing[only], &d, err));
    }
    return AG_OK;
}

static ag_status keep(const arrays *s, ag_error *err) {
    AG_TRY(ag_diff_keep(s->c, s->missing, 2, err));
    for (int k = 0; k < s->n_pairs; k++)
        AG_TRY(ag_diff_keep(s->c, &s->pair[k].array.tally, 1, err));
    if (s->n) s->c->diff->arrays = (size_t)s->n_pairs;
    return AG_OK;
}

/* --- opening ----------------------------------------------------------------------------- */

static ag_status make_parts(source *s, ag_arena *arena, ag_error *err) {
    s->part = AG_NEW_ARRAY(arena, ag_diff_box, BLOCK * (size_t)s->stored.g.n_series + 1);
    return s->part ? AG_OK : ag_diff_no_memory(err);
}

static ag_status compare(arrays *s, ag_error *err) {
    for (int i = 0; i < 2; i++)
        AG_TRY(make_parts(&s->source[i], s->c->arena, err));
    AG_TRY(find_pairs(s, err));
    AG_TRY(compare_presence(s, err));
    const ag_gathering *a = &s->source[0].stored.g, *b = &s->source[1].stored.g;
    const ag_diff_trial_rows rows = {.n = s->n,
                                     .id = s->id,
                                     .place = s->place,
                                     .row = {a->old_row, b->old_row},
                                     .file = {a->old_file, b->old_file},
                                     .path = {a->old_path, b->old_path}};
    AG_TRY(ag_diff_trial_tables(s->c, &rows, err));
    for (size_t from = 0; from < s->n; from += BLOCK)
        AG_TRY(compare_block(s, from, s->n - from < BLOCK ? s->n - from : BLOCK, err));
    return keep(s, err);
}

ag_status ag_diff_arrays(ag_comparison *c, ag_error *err) {
    arrays *s = AG_NEW(c->arena, arrays);
    if (!s) return ag_diff_no_memory(err);
    s->c = c;
    s->id = AG_NEW_ARRAY(c->arena, uint64_t, c->n + 1);
    s->place = AG_NEW_ARRAY(c->arena, size_t, c->n + 1);
    if (!s->id || !s->place) return ag_diff_no_memory(err);
    for (size_t i = 0; i < c->n; i++) {
        if (!c->speaks[0][i] || !c->speaks[1][i]) continue;
        s->id[s->n] = c->id[i];
        s->place[s->n++] = i;
    }
    ag_h5_ear ear;
    ag_h5_listen(&ear, true);
    ag_stored_arrays *a = &s->source[0].stored, *b = &s->source[1].stored;
    ag_status status = ag_stored_arrays_open(a, c->dir[0], s->id, s->n, c->arena, err);
    if (status == AG_OK) {
        status = ag_stored_arrays_open(b, c->dir[1], s->id, s->n, c->arena, err);
        if (status == AG_OK) {
            status = compare(s, err);
            ag_stored_arrays_close(b);
        }
        ag_stored_arrays_close(a);
    }
    ag_h5_stop_listening();
    return status;
}

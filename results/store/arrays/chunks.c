/* The arrays of curves.h5: how they are cut into chunks, and the numbers of each, straight from
 * where they stand into the packed chunk. */
#include "results/store/arrays/crew.h"
#include "results/store/arrays/gather_private.h"
#include "results/store/arrays/squeeze.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>

enum {
    BLOCK_MAX = 64,         /* trials looked at together: a power of two */
    BLOCK_BYTES = 16 << 20, /* and as few as fit into this: they come on top of a run's memory */
    CHUNK_BYTES = 1 << 20,  /* what reading one number of a trial unpacks at most */
    CHUNKS_MAX = 5          /* packed together, each with 2.3 MB of memory */
};

/* A part of one trial's array in the log. */
typedef struct part {
    const float *data; /* NULL: the trial has none */
    size_t size[AG_ARRAY_RANK_MAX];
} part;

/* How an array is cut: into chunks of so many trials and of so many steps of its first axis. */
typedef struct cut {
    size_t trials, steps;
    size_t along; /* numbers of a step */
} cut;

/* One that is being made: of array k, from this trial and step on. */
typedef struct chunk {
    int k;
    size_t trial, step, bytes;
    const void *packed;
    ag_squeezer *squeezer;
} chunk;

typedef struct chunks {
    ag_gathering *g;
    const char *path;
    size_t block;           /* trials at a time */
    part *parts;            /* [block][n_series] of the block */
    cut cut[AG_SERIES_MAX]; /* of each array */
    chunk chunk[CHUNKS_MAX];
    ag_crew *crew; /* packs them */
    float *old;    /* what a chunk has of one trial, from the curves.h5 before */
} chunks;

/* --- cutting ------------------------------------------------------------------------------ */

static size_t count_of(const ag_series *s) {
    size_t count = 1;
    for (int a = 0; a < s->rank; a++)
        count *= s->size[a];
    return count;
}

static void choose_block(chunks *c) {
    size_t bytes = 1;
    for (int i = 0; i < c->g->n_series; i++)
        bytes += count_of(&c->g->list[i]) * sizeof(float);
    c->block = BLOCK_MAX;
    while (c->block > 1 && (c->block * bytes > BLOCK_BYTES || c->block / 2 >= c->g->n))
        c->block /= 2;
}

/* A chunk never reaches over two blocks: each is packed once. */
static cut choose_cut(const chunks *c, const ag_series *s) {
    const size_t count = count_of(s), along = s->size[0] ? count / s->size[0] : 0;
    cut k = {.trials = c->block, .steps = s->size[0], .along = along};
    while (k.trials > 1 && k.trials * count * sizeof(float) > CHUNK_BYTES)
        k.trials /= 2;
    if (k.trials > c->g->n) k.trials = c->g->n;
    while (k.steps > 1 && k.trials * k.steps * along * sizeof(float) > CHUNK_BYTES)
        k.steps = (k.steps + 1) / 2;
    return k;
}

static size_t numbers(cut k) { return k.trials * k.steps * k.along; }

static bool create_series(const ag_gathering *g, ag_series *s, cut k) {
    hsize_t size[AG_ARRAY_RANK_MAX + 1] = {g->n}, piece[AG_ARRAY_RANK_MAX + 1] = {k.trials};
    for (int a = 0; a < s->rank; a++)
        size[a + 1] = s->size[a], piece[a + 1] = a ? s->size[a] : k.steps;
    char axes[AG_H5_NAME];
    snprintf(axes, sizeof axes, "trial, %s",
             strncmp(s->axes, "trial, ", 7) ? s->axes : s->axes + 7);
    if (!ag_h5_make_groups(g->new_file, s->name)) return false;
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    if (numbers(k) > 0) { /* the filters say how to read what squeeze.c packs */
        H5Pset_chunk(creation, s->rank + 1, piece);
        H5Pset_shuffle(creation);
        H5Pset_deflate(creation, 1);
    }
    const hid_t space = H5Screate_simple(s->rank + 1, size, NULL);
    s->new_set =
        H5Dcreate2(g->new_file, s->name, H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(creation);
    return s->new_set >= 0 && ag_h5_put_text(s->new_set, "unit", s->unit) &&
           ag_h5_put_text(s->new_set, "meaning", s->meaning) &&
           ag_h5_put_text(s->new_set, "axes", axes);
}

/* --- filling ------------------------------------------------------------------------------ */

/* An array of `size` goes to number `at` of the chunk, where it has the room of the longest. */
static void place(ag_squeezer *squeezer, size_t at, const float *data, const size_t *size,
                  const size_t *room, int rank) {
    size_t from = 1, to = 1;
    for (int a = 1; a < rank; a++) {
        from *= size[a];
        to *= room[a];
    }
    if (memcmp(size + 1, room + 1, (size_t)(rank - 1) * sizeof *size) == 0) {
        ag_squeeze_put(squeezer, at, data, size[0] * from);
        return;
    }
    for (size_t i = 0; i < size[0]; i++)
        place(squeezer, at + i * to, data + i * from, size + 1, room + 1, rank - 1);
}

/* What trial i has of the chunk, to number `at` of it. */
static bool fill_trial(const chunks *c, const chunk *to, size_t i, size_t at) {
    const ag_gathering *g = c->g;
    const ag_series *s = &g->list[to->k];
    const bool new = g->leftover->entry[i];
    const part *p = &c->parts[i % c->block * (size_t)g->n_series + (size_t)to->k];
    if (new ? !p->data : g->old_row[i] < 0 || s->old_set < 0) return true;
    const size_t *whole = new ? p->size : s->old_size, most = c->cut[to->k].steps;
    if (whole[0] <= to->step) return true;
    size_t size[AG_ARRAY_RANK_MAX], from = to->step;
    memcpy(size, whole, sizeof size);
    size[0] = size[0] - to->step < most ? size[0] - to->step : most;
    for (int a = 1; a < s->rank; a++)
        from *= size[a];
    const ag_slab slab = {g->old_row[i], 1, to->step, size[0]};
    if (!new && !ag_series_read_old(s, slab, c->old)) return false;
    place(to->squeezer, at, new ? p->data + from : c->old, size, s->size, s->rank);
    return true;
}

static bool fill(const chunks *c, const chunk *to) {
    const cut of = c->cut[to->k];
    ag_squeeze_begin(to->squeezer, numbers(of));
    bool good = true;
    for (size_t i = 0; i < of.trials && to->trial + i < c->g->n && good; i++)
        good = fill_trial(c, to, to->trial + i, i * of.steps * of.along);
    return good;
}

/* HDF5 is for one thread: what must be read with it is there before. */
static void pack(void *self, int slot) {
    chunks *c = self;
    chunk *to = &c->chunk[slot];
    if (c->g->old_file < 0) fill(c, to);
    to->packed = ag_squeeze_end(to->squeezer, &to->bytes);
}

/* Writes the chunk that was added first; false: there is none. */
static bool write_chunk(chunks *c, ag_status *status, ag_error *err) {
    const int slot = ag_crew_take(c->crew);
    if (slot < 0) return false;
    const chunk *from = &c->chunk[slot];
    const hsize_t at[AG_ARRAY_RANK_MAX + 1] = {from->trial, from->step};
    if (!from->packed || H5Dwrite_chunk(c->g->list[from->k].new_set, H5P_DEFAULT, 0, at,
                                        from->bytes, from->packed) < 0)
        *status = ag_h5_trouble("write", c->path, "", err);
    return *status == AG_OK;
}

static ag_status add_chunk(chunks *c, int k, size_t trial, size_t step, ag_error *err) {
    ag_status status = AG_OK;
    if (ag_crew_slot(c->crew) < 0 && !write_chunk(c, &status, err)) return status;
    chunk *to = &c->chunk[ag_crew_slot(c->crew)];
    to->k = k;
    to->trial = trial;
    to->step = step;
    if (c->g->old_file >= 0 && !fill(c, to))
        return ag_h5_trouble("read", c->g->old_path, ag_h5_damaged, err);
    ag_crew_give(c->crew);
    return AG_OK;
}

/* One more chunk than threads: while it is written nobody waits. */
static bool make_room(chunks *c, size_t most) {
    int threads = c->g->harvest->n_threads;
    if (threads > CHUNKS_MAX - 1) threads = CHUNKS_MAX - 1;
    const int n = threads > 1 ? threads + 1 : 1;
    for (int i = 0; i < n; i++)
        if (!(c->chunk[i].squeezer = ag_squeezer_new(most, c->g->arena))) return false;
    c->old = AG_NEW_ARRAY(c->g->arena, float, c->g->old_file >= 0 ? most : 1);
    c->parts = AG_NEW_ARRAY(c->g->arena, part, c->block * (size_t)c->g->n_series + 1);
    if (!c->old || !c->parts) return false;
    c->crew = ag_crew_new(threads, n, pack, c, c->g->arena);
    return c->crew;
}

/* --- all of it ---------------------------------------------------------------------------- */

/* Where the arrays of the block's trials stand in the log. */
static void find_parts(chunks *c, size_t from, size_t n) {
    ag_gathering *g = c->g;
    memset(c->parts, 0, c->block * (size_t)g->n_series * sizeof *c->parts);
    for (size_t i = 0; i < n; i++) {
        if (!g->leftover->entry[from + i]) continue;
        ag_entry_reader reader = ag_entry_open(g->leftover->entry[from + i]);
        const char *axes;
        for (ag_array array; ag_entry_next(&reader, &array, &axes);) {
            const ptrdiff_t k = ag_series_find(g, array.name) - g->list;
            part *p = &c->parts[i * (size_t)g->n_series + (size_t)k];
            p->data = array.data;
            memcpy(p->size, array.size, sizeof p->size);
        }
    }
}

static void forget_parts(const chunks *c, size_t from, size_t n) {
    for (size_t i = from; i < from + n; i++) {
        const unsigned char *entry = c->g->leftover->entry[i];
        if (!entry) continue;
        const ag_entry_reader reader = ag_entry_open(entry);
        ag_leftover_was_read(c->g->leftover, (size_t)(reader.end - entry), &c->g->since);
    }
}

static ag_status write_block(chunks *c, size_t from, ag_error *err) {
    const size_t n = c->g->n - from < c->block ? c->g->n - from : c->block;
    find_parts(c, from, n);
    for (int k = 0; k < c->g->n_series; k++) {
        const cut of = c->cut[k];
        for (size_t trial = from; trial < from + n && numbers(of) > 0; trial += of.trials)
            for (size_t step = 0; step < c->g->list[k].size[0]; step += of.steps)
                AG_TRY(add_chunk(c, k, trial, step, err));
    }
    ag_status status = AG_OK;
    while (write_chunk(c, &status, err)) {
    }
    forget_parts(c, from, n);
    return status;
}

ag_status ag_chunks_write(ag_gathering *g, const char *path, ag_error *err) {
    chunks *c = AG_NEW(g->arena, chunks);
    if (!c) return ag_h5_no_memory(err);
    c->g = g;
    c->path = path;
    choose_block(c);
    size_t most = 1;
    for (int k = 0; k < g->n_series; k++) {
        c->cut[k] = choose_cut(c, &g->list[k]);
        if (numbers(c->cut[k]) > most) most = numbers(c->cut[k]);
        if (!create_series(g, &g->list[k], c->cut[k]))
            return ag_h5_trouble("create an array of", path, "", err);
    }
    if (!make_room(c, most)) return ag_h5_no_memory(err);
    ag_status status = AG_OK;
    for (size_t from = 0; from < g->n && status == AG_OK; from += c->block)
        status = write_block(c, from, err);
    ag_crew_close(c->crew);
    return status;
}

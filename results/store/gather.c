/* curves.h5 from pieces and the curves.h5 before, a block of trials at a time. */
#include "harness/base/digest.h"
#include "results/store/arrays_private.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SERIES_MAX = 256,
    BLOCK_MAX = 64,          /* trials gathered at a time: a power of two */
    BLOCK_BYTES = 128 << 20, /* and as few as fit into this */
    CHUNK_BYTES = 1 << 20,   /* what reading one number of a trial decompresses at most */
    DEFLATE = 4              /* 9 is 2 % smaller and three times slower */
};

/* --- what there is --------------------------------------------------------- */

/* One dataset of curves.h5: /<name> [trial, size...]. */
typedef struct series {
    const char *name, *unit, *meaning, *axes; /* axes of one trial's part */
    int rank;                                 /* of that part */
    hsize_t size[AG_ARRAY_RANK_MAX];          /* of the longest trial */
    size_t count;                             /* numbers per trial */
    hid_t old_set, new_set;
    float *block; /* [block][count] */
} series;

typedef struct gathering {
    ag_arena *arena;
    const char *dir;
    const uint64_t *ids;
    const bool *has_piece;
    size_t n;
    int64_t *old_row; /* row of each id in the old file, -1: not there */
    const char *old_path;
    hid_t old_file, new_file;
    series list[SERIES_MAX]; /* by name */
    int n_series;
    size_t block; /* trials at a time */
} gathering;

static series *find_series(gathering *g, const char *name) {
    for (int i = 0; i < g->n_series; i++)
        if (strcmp(g->list[i].name, name) == 0) return &g->list[i];
    return NULL;
}

static series *add_series(gathering *g, hid_t set, const char *name, int rank) {
    char *copy = AG_NEW_ARRAY(g->arena, char, strlen(name) + 1);
    if (!copy || g->n_series == SERIES_MAX) return NULL;
    strcpy(copy, name);
    int at = g->n_series++;
    for (; at > 0 && strcmp(g->list[at - 1].name, name) > 0; at--)
        g->list[at] = g->list[at - 1];
    g->list[at] = (series){.name = copy,
                           .unit = ag_h5_get_text(set, "unit", g->arena),
                           .meaning = ag_h5_get_text(set, "meaning", g->arena),
                           .axes = ag_h5_get_text(set, "axes", g->arena),
                           .rank = rank,
                           .old_set = -1,
                           .new_set = -1};
    return &g->list[at];
}

/* `skip` is 1 in curves.h5, whose first axis is the trial. */
static ag_status survey_set(gathering *g, hid_t set, const char *name, int skip, const char *path,
                            ag_error *err) {
    const hid_t space = H5Dget_space(set);
    hsize_t size[H5S_MAX_RANK] = {0};
    const int rank = H5Sget_simple_extent_dims(space, size, NULL) - skip;
    H5Sclose(space);
    series *s = find_series(g, name);
    if (rank < 1 || rank > AG_ARRAY_RANK_MAX || (s && s->rank != rank))
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s' holds an array '%s' of %d axes, not what this program writes", path,
                       name, rank);
    if (!s) s = add_series(g, set, name, rank);
    if (!s) return ag_h5_no_memory(err);
    for (int a = 0; a < rank; a++)
        if (size[a + skip] > s->size[a]) s->size[a] = size[a + skip];
    return AG_OK;
}

/* Every dataset below `group`, whose own path is `prefix`. */
static ag_status survey(gathering *g, hid_t group, const char *prefix, int skip, const char *path,
                        ag_error *err) {
    H5G_info_t info;
    if (H5Gget_info(group, &info) < 0) return ag_h5_trouble("read", path, ag_h5_damaged, err);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char leaf[AG_H5_NAME / 2], name[AG_H5_NAME];
        if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, leaf, sizeof leaf,
                               H5P_DEFAULT) < 0)
            return ag_h5_trouble("read", path, ag_h5_damaged, err);
        snprintf(name, sizeof name, "%.127s%s%s", prefix, prefix[0] ? "/" : "", leaf);
        if (skip && strcmp(name, "trials") == 0) continue;
        const hid_t object = H5Oopen(group, leaf, H5P_DEFAULT);
        if (object < 0) return ag_h5_trouble("read", path, ag_h5_damaged, err);
        ag_status status = AG_OK;
        if (H5Iget_type(object) == H5I_GROUP)
            status = survey(g, object, name, skip, path, err);
        else if (H5Iget_type(object) == H5I_DATASET)
            status = survey_set(g, object, name, skip, path, err);
        H5Oclose(object);
        if (status != AG_OK) return status;
    }
    return AG_OK;
}

static ag_status survey_pieces(gathering *g, ag_error *err) {
    for (size_t i = 0; i < g->n; i++) {
        if (!g->has_piece[i]) continue;
        const char *path = ag_piece_path(g->dir, g->ids[i], false, g->arena);
        if (!path) return ag_h5_no_memory(err);
        const hid_t file = ag_h5_open(path);
        if (file < 0) return ag_h5_trouble("open", path, ag_h5_damaged, err);
        const ag_status status = survey(g, file, "", 0, path, err);
        H5Fclose(file);
        if (status != AG_OK) return status;
    }
    return AG_OK;
}

/* Where each trial stands in the old file: its trial_id column alone is read. */
static ag_status find_old_rows(gathering *g, ag_error *err) {
    const hid_t set = H5Dopen2(g->old_file, "trials", H5P_DEFAULT);
    const hid_t space = H5Dget_space(set);
    const hssize_t n_old = set >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    if (space >= 0) H5Sclose(space);
    if (n_old < 0) return ag_h5_trouble("read the table of", g->old_path, ag_h5_damaged, err);
    enum { DIGITS = AG_ID_TEXT - 1 };
    char(*id)[DIGITS] = ag_alloc(g->arena, (size_t)n_old, DIGITS);
    const hid_t text = H5Tcopy(H5T_C_S1), column = H5Tcreate(H5T_COMPOUND, DIGITS);
    H5Tset_size(text, DIGITS);
    H5Tset_strpad(text, H5T_STR_NULLPAD);
    H5Tset_cset(text, H5T_CSET_UTF8);
    H5Tinsert(column, "trial_id", 0, text);
    const bool good = id && H5Dread(set, column, H5S_ALL, H5S_ALL, H5P_DEFAULT, id) >= 0;
    H5Tclose(column);
    H5Tclose(text);
    if (!good) return ag_h5_trouble("read the table of", g->old_path, ag_h5_damaged, err);
    hssize_t row = 0; /* both lists ascend */
    for (size_t i = 0; i < g->n; i++) {
        char wanted[AG_ID_TEXT];
        ag_id_text(wanted, g->ids[i]);
        while (row < n_old && memcmp(id[row], wanted, DIGITS) < 0)
            row++;
        g->old_row[i] = row < n_old && memcmp(id[row], wanted, DIGITS) == 0 ? row : -1;
    }
    return AG_OK;
}

static ag_status survey_old(gathering *g, ag_error *err) {
    g->old_row = AG_NEW_ARRAY(g->arena, int64_t, g->n);
    if (!g->old_row) return ag_h5_no_memory(err);
    for (size_t i = 0; i < g->n; i++)
        g->old_row[i] = -1;
    if (access(g->old_path, F_OK) != 0) return AG_OK;
    g->old_file = ag_h5_open(g->old_path);
    if (g->old_file < 0) return ag_h5_trouble("open", g->old_path, ag_h5_damaged, err);
    AG_TRY(find_old_rows(g, err));
    AG_TRY(survey(g, g->old_file, "", 1, g->old_path, err));
    for (int i = 0; i < g->n_series; i++)
        g->list[i].old_set = H5Dopen2(g->old_file, g->list[i].name, H5P_DEFAULT);
    return AG_OK;
}

/* --- the new file ------------------------------------------------------------ */

static void choose_block(gathering *g) {
    size_t bytes = 1;
    for (int i = 0; i < g->n_series; i++) {
        series *s = &g->list[i];
        s->count = 1;
        for (int a = 0; a < s->rank; a++)
            s->count *= (size_t)s->size[a];
        bytes += s->count * sizeof(float);
    }
    g->block = BLOCK_MAX;
    while (g->block > 1 && g->block * bytes > BLOCK_BYTES)
        g->block /= 2;
}

/* A chunk never reaches over two blocks: each is compressed once. */
static void choose_chunk(const gathering *g, const series *s, hsize_t chunk[]) {
    chunk[0] = g->block;
    while (chunk[0] > 1 && chunk[0] * s->count * sizeof(float) > CHUNK_BYTES)
        chunk[0] /= 2;
    if (chunk[0] > g->n) chunk[0] = g->n;
    const size_t along = s->count / (size_t)s->size[0]; /* numbers per step of the first axis */
    chunk[1] = s->size[0];
    while (chunk[1] > 1 && chunk[0] * chunk[1] * along * sizeof(float) > CHUNK_BYTES)
        chunk[1] = (chunk[1] + 1) / 2;
    for (int a = 1; a < s->rank; a++)
        chunk[a + 1] = s->size[a];
}

static bool create_series(gathering *g, series *s) {
    hsize_t size[AG_ARRAY_RANK_MAX + 1] = {g->n}, chunk[AG_ARRAY_RANK_MAX + 1];
    for (int a = 0; a < s->rank; a++)
        size[a + 1] = s->size[a];
    char axes[AG_H5_NAME];
    snprintf(axes, sizeof axes, "trial, %s",
             strncmp(s->axes, "trial, ", 7) ? s->axes : s->axes + 7);
    if (!ag_h5_make_groups(g->new_file, s->name)) return false;
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    if (s->count > 0) {
        choose_chunk(g, s, chunk);
        H5Pset_chunk(creation, s->rank + 1, chunk);
        H5Pset_shuffle(creation);
        H5Pset_deflate(creation, DEFLATE);
    }
    const hid_t space = H5Screate_simple(s->rank + 1, size, NULL);
    s->new_set =
        H5Dcreate2(g->new_file, s->name, H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(creation);
    s->block = AG_NEW_ARRAY(g->arena, float, g->block * s->count);
    return s->block && s->new_set >= 0 && ag_h5_put_text(s->new_set, "unit", s->unit) &&
           ag_h5_put_text(s->new_set, "meaning", s->meaning) &&
           ag_h5_put_text(s->new_set, "axes", axes);
}

/* Reads one trial's part into slot, which has the room of the longest. `row` < 0:
 * a piece; else that row of the old curves.h5. */
static bool read_part(const series *s, hid_t set, int64_t row, float *slot) {
    const int skip = row >= 0;
    const hsize_t zero[AG_ARRAY_RANK_MAX + 1] = {0};
    hsize_t size[AG_ARRAY_RANK_MAX + 1], start[AG_ARRAY_RANK_MAX + 1] = {0};
    const hid_t there = H5Dget_space(set);
    H5Sget_simple_extent_dims(there, size, NULL);
    hid_t here = H5Screate_simple(s->rank, s->size, NULL);
    H5Sselect_hyperslab(here, H5S_SELECT_SET, zero, NULL, size + skip, NULL);
    if (skip) {
        start[0] = (hsize_t)row;
        size[0] = 1;
        H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, size, NULL);
    }
    const bool good = H5Sget_select_npoints(here) == 0 ||
                      H5Dread(set, H5T_NATIVE_FLOAT, here, there, H5P_DEFAULT, slot) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    return good;
}

/* Fills slot `at` of every series' block with trial i. */
static ag_status read_trial(gathering *g, size_t i, size_t at, ag_error *err) {
    const char *path = g->old_path;
    hid_t piece = -1;
    if (g->has_piece[i]) {
        path = ag_piece_path(g->dir, g->ids[i], false, g->arena);
        piece = path ? ag_h5_open(path) : -1;
        if (piece < 0) return ag_h5_trouble("open", path ? path : "a piece", ag_h5_damaged, err);
    }
    bool good = true;
    for (int k = 0; k < g->n_series && good; k++) {
        const series *s = &g->list[k];
        float *slot = s->block + at * s->count;
        for (size_t x = 0; x < s->count; x++)
            slot[x] = (float)NAN;
        if (s->count == 0) continue;
        if (g->has_piece[i]) {
            const hid_t set = H5Dopen2(piece, s->name, H5P_DEFAULT);
            if (set < 0) continue; /* this trial has no such array */
            good = read_part(s, set, -1, slot);
            H5Dclose(set);
        } else if (g->old_row[i] >= 0 && s->old_set >= 0) {
            good = read_part(s, s->old_set, g->old_row[i], slot);
        }
    }
    const ag_status status = good ? AG_OK : ag_h5_trouble("read", path, ag_h5_damaged, err);
    if (piece >= 0) H5Fclose(piece);
    return status;
}

static bool write_block(const series *s, size_t from, size_t n) {
    if (s->count == 0) return true;
    hsize_t start[AG_ARRAY_RANK_MAX + 1] = {from}, size[AG_ARRAY_RANK_MAX + 1] = {n};
    for (int a = 0; a < s->rank; a++)
        size[a + 1] = s->size[a];
    const hid_t there = H5Dget_space(s->new_set), here = H5Screate_simple(s->rank + 1, size, NULL);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, size, NULL);
    const bool good =
        H5Dwrite(s->new_set, H5T_NATIVE_FLOAT, here, there, H5P_DEFAULT, s->block) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    return good;
}

static ag_status write_series(gathering *g, const char *path, ag_error *err) {
    choose_block(g);
    for (int k = 0; k < g->n_series; k++)
        if (!create_series(g, &g->list[k]))
            return ag_h5_trouble("create an array of", path, "", err);
    for (size_t from = 0; from < g->n; from += g->block) {
        const size_t n = g->n - from < g->block ? g->n - from : g->block;
        const ag_mark mark = ag_arena_mark(g->arena);
        for (size_t i = 0; i < n; i++)
            AG_TRY(read_trial(g, from + i, i, err));
        for (int k = 0; k < g->n_series; k++)
            if (!write_block(&g->list[k], from, n)) return ag_h5_trouble("write", path, "", err);
        ag_arena_release(g->arena, mark);
    }
    return AG_OK;
}

static ag_status gather(gathering *g, ag_rows *rows, const char *temporary, ag_error *err) {
    AG_TRY(survey_old(g, err));
    AG_TRY(survey_pieces(g, err));
    g->new_file = ag_h5_create(temporary, false);
    if (g->new_file < 0) return ag_h5_trouble("create", temporary, "", err);
    AG_TRY(ag_h5_put_trials(g->new_file, rows, g->n, temporary, g->arena, err));
    AG_TRY(write_series(g, temporary, err));
    const hid_t file = g->new_file;
    const bool good = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    g->new_file = -1;
    return H5Fclose(file) >= 0 && good ? AG_OK : ag_h5_trouble("write", temporary, "", err);
}

ag_status ag_arrays_check(const char *dir, ag_arena *arena, ag_error *err) {
    const char *path = ag_path_join(arena, dir, "curves.h5");
    if (!path) return ag_h5_no_memory(err);
    if (access(path, F_OK) != 0) return AG_OK;
    char reason[AG_H5_REASON];
    ag_h5_listen(reason);
    const hid_t file = ag_h5_open(path);
    const ag_status status = file < 0 ? ag_h5_trouble("open", path, ag_h5_damaged, err) : AG_OK;
    if (file >= 0) H5Fclose(file);
    ag_h5_stop_listening();
    return status;
}

ag_status ag_arrays_gather(const char *dir, ag_rows *rows, const uint64_t *ids, size_t n,
                           const bool *has_piece, ag_arena *arena, ag_error *err) {
    gathering *g = AG_NEW(arena, gathering);
    const char *final = ag_path_join(arena, dir, "curves.h5");
    const char *temporary = ag_path_join(arena, dir, "curves.h5.tmp");
    if (!g || !final || !temporary) return ag_h5_no_memory(err);
    *g = (gathering){.arena = arena,
                     .dir = dir,
                     .ids = ids,
                     .has_piece = has_piece,
                     .n = n,
                     .old_path = final,
                     .old_file = -1,
                     .new_file = -1};
    char reason[AG_H5_REASON];
    ag_h5_listen(reason);
    ag_status status = gather(g, rows, temporary, err);
    if (g->new_file >= 0) H5Fclose(g->new_file);
    if (g->old_file >= 0) H5Fclose(g->old_file);
    ag_h5_stop_listening();
    if (status == AG_OK) status = ag_file_settle(dir, temporary, final, err);
    if (status != AG_OK) remove(temporary);
    return status;
}

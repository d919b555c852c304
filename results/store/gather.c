/* curves.h5 from arrays.log and the curves.h5 before, a block of trials at a time. */
#include "harness/base/digest.h"
#include "results/store/arrays_private.h"
#include "results/store/log_private.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    SERIES_MAX = 256,
    BLOCK_MAX = 64,         /* trials gathered at a time: a power of two */
    BLOCK_BYTES = 16 << 20, /* and as few as fit into this: it comes on top of a run's memory */
    CHUNK_BYTES = 1 << 20,  /* what reading one number of a trial decompresses at most */
    DEFLATE = 1             /* 4: 0.7 % smaller, and storing takes a tenth more time */
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
    const uint64_t *ids;
    const ag_leftover *leftover;
    size_t n;
    int64_t *old_row; /* row of each id in the old file, -1: not there */
    const char *old_path;
    hid_t old_file, new_file;
    series list[SERIES_MAX]; /* by name */
    int n_series;
    size_t block; /* trials at a time */
    size_t since; /* bytes of arrays.log that were read and are still in memory */
} gathering;

static series *find_series(gathering *g, const char *name) {
    for (int i = 0; i < g->n_series; i++)
        if (strcmp(g->list[i].name, name) == 0) return &g->list[i];
    return NULL;
}

/* Takes its place in the list; NULL: no room. The texts of `s` live as long as the gathering. */
static series *add_series(gathering *g, series s) {
    if (g->n_series == SERIES_MAX) return NULL;
    int at = g->n_series++;
    for (; at > 0 && strcmp(g->list[at - 1].name, s.name) > 0; at--)
        g->list[at] = g->list[at - 1];
    g->list[at] = s;
    g->list[at].old_set = g->list[at].new_set = -1;
    return &g->list[at];
}

static ag_status wrong_rank(const char *path, const char *name, int rank, ag_error *err) {
    return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                   "'%s' holds an array '%s' of %d axes, not what this program writes", path, name,
                   rank);
}

/* A dataset of the old curves.h5, whose first axis is the trial. */
static ag_status survey_set(gathering *g, hid_t set, const char *name, ag_error *err) {
    const hid_t space = H5Dget_space(set);
    hsize_t size[H5S_MAX_RANK] = {0};
    const int rank = H5Sget_simple_extent_dims(space, size, NULL) - 1;
    H5Sclose(space);
    if (rank < 1 || rank > AG_ARRAY_RANK_MAX) return wrong_rank(g->old_path, name, rank, err);
    char *copy = AG_NEW_ARRAY(g->arena, char, strlen(name) + 1);
    series *s = copy ? add_series(g, (series){.name = strcpy(copy, name),
                                              .unit = ag_h5_get_text(set, "unit", g->arena),
                                              .meaning = ag_h5_get_text(set, "meaning", g->arena),
                                              .axes = ag_h5_get_text(set, "axes", g->arena),
                                              .rank = rank})
                     : NULL;
    if (!s) return ag_h5_no_memory(err);
    memcpy(s->size, size + 1, (size_t)rank * sizeof size[0]);
    return AG_OK;
}

/* Every dataset below `group` of the old curves.h5, whose own path is `prefix`. */
static ag_status survey(gathering *g, hid_t group, const char *prefix, ag_error *err) {
    const char *path = g->old_path;
    H5G_info_t info;
    if (H5Gget_info(group, &info) < 0) return ag_h5_trouble("read", path, ag_h5_damaged, err);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char leaf[AG_H5_NAME / 2], name[AG_H5_NAME];
        if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, leaf, sizeof leaf,
                               H5P_DEFAULT) < 0)
            return ag_h5_trouble("read", path, ag_h5_damaged, err);
        snprintf(name, sizeof name, "%.127s%s%s", prefix, prefix[0] ? "/" : "", leaf);
        if (strcmp(name, "trials") == 0) continue;
        const hid_t object = H5Oopen(group, leaf, H5P_DEFAULT);
        if (object < 0) return ag_h5_trouble("read", path, ag_h5_damaged, err);
        ag_status status = AG_OK;
        if (H5Iget_type(object) == H5I_GROUP)
            status = survey(g, object, name, err);
        else if (H5Iget_type(object) == H5I_DATASET)
            status = survey_set(g, object, name, err);
        H5Oclose(object);
        if (status != AG_OK) return status;
    }
    return AG_OK;
}

static ag_status survey_leftover(gathering *g, ag_error *err) {
    for (size_t i = 0; i < g->n; i++) {
        if (!g->leftover->entry[i]) continue;
        ag_entry_reader reader = ag_entry_open(g->leftover->entry[i]);
        const char *axes;
        for (ag_array array; ag_entry_next(&reader, &array, &axes);) {
            series *s = find_series(g, array.name);
            if (s && s->rank != array.rank)
                return wrong_rank("arrays.log", s->name, array.rank, err);
            if (!s)
                s = add_series(g, (series){.name = array.name,
                                           .unit = array.unit,
                                           .meaning = array.meaning,
                                           .axes = axes,
                                           .rank = array.rank});
            if (!s) return ag_h5_no_memory(err);
            for (int a = 0; a < s->rank; a++)
                if (array.size[a] > s->size[a]) s->size[a] = array.size[a];
        }
        if (reader.left > 0)
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'arrays.log' holds what this program does not write: move it away");
        ag_leftover_was_read(g->leftover, (size_t)(reader.end - g->leftover->entry[i]), &g->since);
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
    AG_TRY(survey(g, g->old_file, "", err));
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
    while (g->block > 1 && (g->block * bytes > BLOCK_BYTES || g->block / 2 >= g->n))
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
    /* Each chunk is written once and whole: HDF5 need not keep 1 MB of them for every array. */
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    H5Pset_chunk_cache(access, 1, 0, 1);
    const hid_t space = H5Screate_simple(s->rank + 1, size, NULL);
    s->new_set =
        H5Dcreate2(g->new_file, s->name, H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, access);
    H5Sclose(space);
    H5Pclose(access);
    H5Pclose(creation);
    s->block = AG_NEW_ARRAY(g->arena, float, g->block * s->count);
    return s->block && s->new_set >= 0 && ag_h5_put_text(s->new_set, "unit", s->unit) &&
           ag_h5_put_text(s->new_set, "meaning", s->meaning) &&
           ag_h5_put_text(s->new_set, "axes", axes);
}

/* Reads one trial's part, that row of the old curves.h5, into slot, which has the room of the
 * longest. */
static bool read_old(const series *s, int64_t row, float *slot) {
    const hsize_t zero[AG_ARRAY_RANK_MAX] = {0};
    hsize_t size[AG_ARRAY_RANK_MAX + 1], start[AG_ARRAY_RANK_MAX + 1] = {(hsize_t)row};
    const hid_t there = H5Dget_space(s->old_set);
    H5Sget_simple_extent_dims(there, size, NULL);
    hid_t here = H5Screate_simple(s->rank, s->size, NULL);
    H5Sselect_hyperslab(here, H5S_SELECT_SET, zero, NULL, size + 1, NULL);
    size[0] = 1;
    H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, size, NULL);
    const bool good = H5Sget_select_npoints(here) == 0 ||
                      H5Dread(s->old_set, H5T_NATIVE_FLOAT, here, there, H5P_DEFAULT, slot) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    return good;
}

/* Copies an array into slot, which has the room of the longest; axis by axis. */
static void place(const float *data, const size_t *size, const hsize_t *room, int rank,
                  float *slot) {
    if (rank == 1) {
        if (size[0] > 0) memcpy(slot, data, size[0] * sizeof *data);
        return;
    }
    size_t from = 1, to = 1;
    for (int a = 1; a < rank; a++) {
        from *= size[a];
        to *= (size_t)room[a];
    }
    for (size_t i = 0; i < size[0]; i++)
        place(data + i * from, size + 1, room + 1, rank - 1, slot + i * to);
}

/* Fills slot `at` of every series' block with trial i. */
static ag_status read_trial(gathering *g, size_t i, size_t at, ag_error *err) {
    for (int k = 0; k < g->n_series; k++) {
        const series *s = &g->list[k];
        float *slot = s->block + at * s->count;
        for (size_t x = 0; x < s->count; x++)
            slot[x] = (float)NAN;
        if (s->count == 0 || g->leftover->entry[i] || g->old_row[i] < 0 || s->old_set < 0) continue;
        if (!read_old(s, g->old_row[i], slot))
            return ag_h5_trouble("read", g->old_path, ag_h5_damaged, err);
    }
    if (!g->leftover->entry[i]) return AG_OK;
    ag_entry_reader reader = ag_entry_open(g->leftover->entry[i]);
    const char *axes;
    for (ag_array array; ag_entry_next(&reader, &array, &axes);) {
        const series *s = find_series(g, array.name);
        place(array.data, array.size, s->size, s->rank, s->block + at * s->count);
    }
    ag_leftover_was_read(g->leftover, (size_t)(reader.end - g->leftover->entry[i]), &g->since);
    return AG_OK;
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

/* A trial whose arrays stand nowhere: they may have stood behind the damage. */
static ag_status check_damage(const gathering *g, ag_error *err) {
    for (size_t i = 0; i < g->n && g->leftover->damaged; i++)
        if (!g->leftover->entry[i] && g->old_row[i] < 0)
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'arrays.log' is damaged: move it away and run again, the rows in"
                           " results.sqlite are complete without it");
    return AG_OK;
}

static ag_status gather(gathering *g, ag_rows *rows, const char *temporary, ag_error *err) {
    AG_TRY(survey_old(g, err));
    AG_TRY(check_damage(g, err));
    AG_TRY(survey_leftover(g, err));
    g->new_file = ag_h5_create(temporary);
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
                           const ag_leftover *leftover, ag_arena *arena, ag_error *err) {
    gathering *g = AG_NEW(arena, gathering);
    const char *final = ag_path_join(arena, dir, "curves.h5");
    const char *temporary = ag_path_join(arena, dir, "curves.h5.tmp");
    if (!g || !final || !temporary) return ag_h5_no_memory(err);
    *g = (gathering){.arena = arena,
                     .ids = ids,
                     .leftover = leftover,
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

/* Which arrays the new curves.h5 has: those of arrays.log and of the curves.h5 before, each as long
 * as that of the longest trial. */
#include "results/store/arrays/gather_private.h"

#include "harness/base/digest.h"

#include <hdf5.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Chunks of ours have at most 1 MiB; deflate packs zeros to a thousandth, never to less. */
enum { CHUNK_MAX = 64 << 20, PACKED_MOST = 1032, OVERHEAD = 1 << 16 };

ag_series *ag_series_find(ag_gathering *g, const char *name) {
    for (int i = 0; i < g->n_series; i++)
        if (strcmp(g->list[i].name, name) == 0) return &g->list[i];
    return NULL;
}

/* Takes its place in the list; NULL: no room. The texts of `s` live as long as the gathering. */
static ag_series *add_series(ag_gathering *g, ag_series s) {
    if (g->n_series == AG_SERIES_MAX) return NULL;
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

static ag_status absurd(const char *path, const char *name, ag_error *err) {
    if (ag_h5_cause()) return ag_h5_trouble("read", path, ag_h5_damaged, err);
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "'%s' has no numbers for '%s', or elsewhere%s", path,
                   name, ag_h5_damaged);
}

/* No other file has its numbers. */
static bool is_here(hid_t set) {
    const hid_t list = H5Dget_create_plist(set);
    const H5D_layout_t layout = list >= 0 ? H5Pget_layout(list) : H5D_LAYOUT_ERROR;
    const bool good =
        (layout == H5D_CONTIGUOUS || layout == H5D_COMPACT || layout == H5D_CHUNKED) &&
        H5Pget_external_count(list) == 0;
    if (list >= 0) H5Pclose(list);
    return good;
}

static ag_status too_many(const char *path, const char *name, ag_error *err) {
    return AG_FAIL(
        err, AG_STORE, AG_NOWHERE,
        "'%s': with '%s' there would be more than %d different arrays in curves.h5: store"
        " trials of other kinds elsewhere (-o DIR)",
        path, name, AG_SERIES_MAX);
}

/* A dataset of the old curves.h5, whose first axis is the trial. */
static ag_status survey_set(ag_gathering *g, hid_t set, const char *name, ag_error *err) {
    const hid_t space = H5Dget_space(set);
    hsize_t size[H5S_MAX_RANK] = {0};
    const int rank = H5Sget_simple_extent_dims(space, size, NULL) - 1;
    H5Sclose(space);
    if (rank < 1 || rank > AG_ARRAY_RANK_MAX) return wrong_rank(g->old_path, name, rank, err);
    if (!is_here(set)) return absurd(g->old_path, name, err);
    char *copy = AG_NEW_ARRAY(g->arena, char, strlen(name) + 1);
    if (!copy) return ag_h5_no_memory(err);
    ag_series s = {.name = strcpy(copy, name),
                   .unit = ag_h5_get_text(set, "unit", g->arena),
                   .meaning = ag_h5_get_text(set, "meaning", g->arena),
                   .axes = ag_h5_get_text(set, "axes", g->arena),
                   .rank = rank};
    for (int a = 0; a < rank; a++)
        s.size[a] = s.old_size[a] = (size_t)size[a + 1];
    return add_series(g, s) ? AG_OK : too_many(g->old_path, name, err);
}

/* Every dataset below `group` of the old curves.h5, whose own path is `prefix`. */
static ag_status survey(ag_gathering *g, hid_t group, const char *prefix, ag_error *err) {
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
        H5L_info_t link;
        const bool own = H5Lget_info(group, leaf, &link, H5P_DEFAULT) >= 0 &&
                         link.type == H5L_TYPE_HARD; /* none that leads to another file */
        const hid_t object = own ? H5Oopen(group, leaf, H5P_DEFAULT) : -1;
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

ag_status ag_survey_leftover(ag_gathering *g, ag_error *err) {
    for (size_t i = 0; i < g->n; i++) {
        if (!g->leftover->entry[i]) continue;
        ag_entry_reader reader = ag_entry_open(g->leftover->entry[i]);
        const char *axes;
        for (ag_array array; ag_entry_next(&reader, &array, &axes);) {
            ag_series *s = ag_series_find(g, array.name);
            if (s && s->rank != array.rank)
                return wrong_rank("arrays.log", s->name, array.rank, err);
            if (!s)
                s = add_series(g, (ag_series){.name = array.name,
                                              .unit = array.unit,
                                              .meaning = array.meaning,
                                              .axes = axes,
                                              .rank = array.rank});
            if (!s) return too_many("arrays.log", array.name, err);
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
static ag_status find_old_rows(ag_gathering *g, ag_error *err) {
    const hid_t set = H5Dopen2(g->old_file, "trials", H5P_DEFAULT);
    const hid_t space = H5Dget_space(set);
    const hssize_t n_old = set >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
    if (space >= 0) H5Sclose(space);
    if (n_old < 0) return ag_h5_trouble("read the table of", g->old_path, ag_h5_damaged, err);
    enum { DIGITS = AG_ID_TEXT - 1 };
    if ((hsize_t)n_old > H5Dget_storage_size(set) * PACKED_MOST / DIGITS)
        return absurd(g->old_path, "trials", err);
    char(*id)[DIGITS] = ag_alloc(g->arena, (size_t)n_old, DIGITS);
    if (!id) return ag_h5_no_memory(err);
    const hid_t text = H5Tcopy(H5T_C_S1), column = H5Tcreate(H5T_COMPOUND, DIGITS);
    H5Tset_size(text, DIGITS);
    H5Tset_strpad(text, H5T_STR_NULLPAD);
    H5Tset_cset(text, H5T_CSET_UTF8);
    H5Tinsert(column, "trial_id", 0, text);
    const bool good = H5Dread(set, column, H5S_ALL, H5S_ALL, H5P_DEFAULT, id) >= 0;
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

ag_status ag_survey_old(ag_gathering *g, ag_error *err) {
    g->old_row = AG_NEW_ARRAY(g->arena, int64_t, g->n);
    if (!g->old_row) return ag_h5_no_memory(err);
    for (size_t i = 0; i < g->n; i++)
        g->old_row[i] = -1;
    bool there;
    AG_TRY(ag_file_is_there(g->old_path, &there, err));
    if (!there) return AG_OK;
    g->old_file = ag_h5_open(g->old_path);
    if (g->old_file < 0) return ag_h5_trouble("open", g->old_path, ag_h5_damaged, err);
    AG_TRY(find_old_rows(g, err));
    AG_TRY(survey(g, g->old_file, "", err));
    for (int i = 0; i < g->n_series; i++) {
        g->list[i].old_set = H5Dopen2(g->old_file, g->list[i].name, H5P_DEFAULT);
        if (g->list[i].old_set < 0) return ag_h5_trouble("read", g->old_path, ag_h5_damaged, err);
    }
    return AG_OK;
}

/* --- what stands there ----------------------------------------------------------------------- */

bool ag_series_read_old(const ag_series *s, ag_slab slab, float *to) {
    hsize_t start[AG_ARRAY_RANK_MAX + 1] = {(hsize_t)slab.row, slab.step};
    hsize_t size[AG_ARRAY_RANK_MAX + 1] = {slab.n_rows, slab.n_steps};
    for (int a = 1; a < s->rank; a++)
        size[a + 1] = s->old_size[a];
    const hid_t there = H5Dget_space(s->old_set);
    const hid_t here = H5Screate_simple(s->rank + 1, size, NULL);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, start, NULL, size, NULL);
    const bool good = H5Sget_select_npoints(here) == 0 ||
                      H5Dread(s->old_set, H5T_NATIVE_FLOAT, here, there, H5P_DEFAULT, to) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    return good;
}

static bool is_float(hid_t set) {
    const hid_t type = H5Dget_type(set);
    const bool same = H5Tequal(type, H5T_IEEE_F32LE) > 0;
    H5Tclose(type);
    return same;
}

/* Numbers of a chunk, 0: there are none; *steps: of the first axis of a trial. */
static double chunk_of(hid_t set, size_t *steps) {
    hsize_t chunk[H5S_MAX_RANK] = {0};
    const hid_t creation = H5Dget_create_plist(set);
    const bool chunked = H5Pget_layout(creation) == H5D_CHUNKED;
    const int rank = chunked ? H5Pget_chunk(creation, H5S_MAX_RANK, chunk) : 0;
    H5Pclose(creation);
    double numbers = rank > 0;
    for (int a = 0; a < rank; a++)
        numbers *= (double)chunk[a];
    *steps = rank > 1 ? (size_t)chunk[1] : 1;
    return numbers;
}

ag_status ag_survey_trust(const ag_gathering *g, size_t *chunk_steps, ag_error *err) {
    struct stat file;
    if (g->old_file < 0) return AG_OK;
    if (stat(g->old_path, &file) != 0) return ag_file_trouble("read", g->old_path, err);
    for (int i = 0; i < g->n_series; i++) {
        const ag_series *s = &g->list[i];
        if (s->old_set < 0) continue;
        const hid_t space = H5Dget_space(s->old_set);
        double bytes = sizeof(float) * (double)H5Sget_simple_extent_npoints(space);
        H5Sclose(space);
        const double chunk = sizeof(float) * chunk_of(s->old_set, &chunk_steps[i]);
        if (is_float(s->old_set) && chunk <= CHUNK_MAX && bytes >= 0 &&
            bytes <= PACKED_MOST * (double)file.st_size + OVERHEAD)
            continue;
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%.200s' holds an array '%.100s' that is not as this program writes them",
                       g->old_path, s->name);
    }
    return AG_OK;
}

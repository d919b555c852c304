/* Arrays: pieces/<trial_id>.h5 and curves.h5. The only place that names HDF5.
 *
 * Both are written once, from beginning to end, under a temporary name, and synced
 * here: HDF5 does not, and a file that is changed in place does not survive every
 * power failure. No times are stored, so equal trials make equal bytes. */
#include "harness/base/digest.h"
#include "results/store/store_private.h"

#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum {
    SERIES_MAX = 256,
    BLOCK_MAX = 64,          /* trials gathered at a time: a power of two */
    BLOCK_BYTES = 128 << 20, /* and as few as fit into this */
    CHUNK_BYTES = 1 << 20,   /* what reading one number of a trial decompresses at most */
    DEFLATE = 4,             /* 9 is 2 % smaller and three times slower */
    ROWS_AT_ONCE = 1024,     /* of /trials */
    NAME_BYTES = 256
};

/* --- errors -------------------------------------------------------------------- */

/* HDF5 prints its troubles unless told otherwise, per thread, and forgets them at
 * the next call. While we are inside, the latest reason is kept in the caller's
 * `reason`. */
enum { REASON = 128 };

static herr_t take_innermost(unsigned n, const H5E_error2_t *error, void *reason) {
    if (n == 0 && error->desc) snprintf(reason, REASON, "%s", error->desc);
    return 0;
}

static herr_t remember(hid_t stack, void *reason) {
    return H5Ewalk2(stack, H5E_WALK_UPWARD, take_innermost, reason);
}

static void listen(char reason[REASON]) {
    snprintf(reason, REASON, "no reason given");
    H5Eset_auto2(H5E_DEFAULT, remember, reason);
}

static void stop_listening(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

static ag_status trouble(const char *what, const char *path, const char *advice, ag_error *err) {
    H5E_auto2_t listener;
    void *kept = NULL;
    H5Eget_auto2(H5E_DEFAULT, &listener, &kept);
    char *reason = kept;
    reason[strcspn(reason, "\n")] = '\0';
    return AG_FAIL(err, AG_STORE, AG_NOWHERE, "could not %s '%s' (%s)%s", what, path, reason,
                   advice);
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for curves.h5");
}

static const char *const DAMAGED = "; it is damaged: move it away and run again, the rows in"
                                   " results.sqlite are complete without it";

/* --- creating and opening --------------------------------------------------------- */

static hid_t access_list(void) {
    const hid_t list = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_libver_bounds(list, H5F_LIBVER_V18, H5F_LIBVER_V110);
    H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
    H5Pset_file_locking(list, 0, 1); /* the store has its own lock */
    return list;
}

/* `in_memory`: put together there, and written in one piece when it is closed. */
static hid_t create_file(const char *path, bool in_memory) {
    const hid_t access = access_list(), creation = H5Pcreate(H5P_FILE_CREATE);
    if (in_memory) H5Pset_fapl_core(access, 1 << 16, 1);
    H5Pset_obj_track_times(creation, 0);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
    H5Pclose(creation);
    H5Pclose(access);
    return file;
}

static hid_t open_file(const char *path) {
    const hid_t access = access_list();
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

/* The groups of "a/b/name" that are not there yet. */
static bool make_groups(hid_t file, const char *name) {
    char part[NAME_BYTES];
    const hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_obj_track_times(creation, 0);
    bool good = true;
    for (const char *slash = strchr(name, '/'); good && slash; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - name), name);
        if (H5Lexists(file, part, H5P_DEFAULT) > 0) continue;
        const hid_t group = H5Gcreate2(file, part, H5P_DEFAULT, creation, H5P_DEFAULT);
        good = group >= 0 && H5Gclose(group) >= 0;
    }
    H5Pclose(creation);
    return good;
}

/* Variable length, so that h5py hands out a str. */
static bool put_attribute(hid_t object, const char *name, const char *value) {
    const hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool good = attribute >= 0 && H5Awrite(attribute, type, &value) >= 0;
    if (attribute >= 0) H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return good;
}

static const char *get_attribute(hid_t object, const char *name, ag_arena *arena) {
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), type = H5Tcopy(H5T_C_S1);
    const hid_t space = H5Screate(H5S_SCALAR);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    char *value = NULL, *copy = NULL;
    if (attribute >= 0 && H5Aread(attribute, type, &value) >= 0 && value) {
        copy = AG_NEW_ARRAY(arena, char, strlen(value) + 1);
        if (copy) strcpy(copy, value);
        H5Dvlen_reclaim(type, space, H5P_DEFAULT, &value);
    }
    if (attribute >= 0) H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    return copy ? copy : "";
}

/* --- one trial --------------------------------------------------------------------- */

static bool put_array(hid_t file, const ag_array *array) {
    hsize_t size[AG_ARRAY_RANK_MAX];
    char axes[NAME_BYTES] = "";
    size_t count = 1;
    for (int a = 0; a < array->rank; a++) {
        size[a] = array->size[a];
        count *= array->size[a];
        const size_t used = strlen(axes);
        snprintf(axes + used, sizeof axes - used, "%s%s", a ? ", " : "", array->axes[a]);
    }
    if (!make_groups(file, array->name)) return false;
    const hid_t space = H5Screate_simple(array->rank, size, NULL);
    const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    const hid_t set =
        H5Dcreate2(file, array->name, H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    bool good = set >= 0;
    if (good && count > 0)
        good = H5Dwrite(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, array->data) >= 0;
    good = good && put_attribute(set, "unit", array->unit ? array->unit : "") &&
           put_attribute(set, "meaning", array->meaning ? array->meaning : "") &&
           put_attribute(set, "axes", axes);
    if (set >= 0) H5Dclose(set);
    H5Pclose(creation);
    H5Sclose(space);
    return good;
}

static ag_status write_piece(const char *path, const ag_record *record, ag_error *err) {
    const hid_t file = create_file(path, true);
    bool good = file >= 0;
    for (int i = 0; i < record->n_arrays && good; i++)
        good = put_array(file, &record->arrays[i]);
    const ag_status status = good ? AG_OK : trouble("write", path, "", err);
    const bool closed = file >= 0 && H5Fclose(file) >= 0;
    return status == AG_OK && !closed ? trouble("write", path, "", err) : status;
}

ag_status ag_arrays_put(const char *dir, const ag_record *record, ag_arena *arena, ag_error *err) {
    const char *temporary = ag_piece_path(dir, record->trial->id, true, arena);
    const char *final = ag_piece_path(dir, record->trial->id, false, arena);
    const char *folder = ag_path_join(arena, dir, ag_pieces_folder);
    if (!temporary || !final || !folder) return no_memory(err);
    AG_TRY(ag_folder_make(folder, err));
    char reason[REASON];
    listen(reason);
    ag_status status = write_piece(temporary, record, err);
    stop_listening();
    if (status == AG_OK) status = ag_file_settle(folder, temporary, final, err);
    if (status != AG_OK) remove(temporary);
    return status;
}

/* --- gathering: what there is --------------------------------------------------------- */

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
                           .unit = get_attribute(set, "unit", g->arena),
                           .meaning = get_attribute(set, "meaning", g->arena),
                           .axes = get_attribute(set, "axes", g->arena),
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
    if (!s) return no_memory(err);
    for (int a = 0; a < rank; a++)
        if (size[a + skip] > s->size[a]) s->size[a] = size[a + skip];
    return AG_OK;
}

/* Every dataset below `group`, whose own path is `prefix`. */
static ag_status survey(gathering *g, hid_t group, const char *prefix, int skip, const char *path,
                        ag_error *err) {
    H5G_info_t info;
    if (H5Gget_info(group, &info) < 0) return trouble("read", path, DAMAGED, err);
    for (hsize_t i = 0; i < info.nlinks; i++) {
        char leaf[NAME_BYTES / 2], name[NAME_BYTES];
        if (H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, leaf, sizeof leaf,
                               H5P_DEFAULT) < 0)
            return trouble("read", path, DAMAGED, err);
        snprintf(name, sizeof name, "%.127s%s%s", prefix, prefix[0] ? "/" : "", leaf);
        if (skip && strcmp(name, "trials") == 0) continue;
        const hid_t object = H5Oopen(group, leaf, H5P_DEFAULT);
        if (object < 0) return trouble("read", path, DAMAGED, err);
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
        if (!path) return no_memory(err);
        const hid_t file = open_file(path);
        if (file < 0) return trouble("open", path, DAMAGED, err);
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
    if (n_old < 0) return trouble("read the table of", g->old_path, DAMAGED, err);
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
    if (!good) return trouble("read the table of", g->old_path, DAMAGED, err);
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
    if (!g->old_row) return no_memory(err);
    for (size_t i = 0; i < g->n; i++)
        g->old_row[i] = -1;
    FILE *there = fopen(g->old_path, "rb");
    if (!there) return AG_OK;
    fclose(there);
    g->old_file = open_file(g->old_path);
    if (g->old_file < 0) return trouble("open", g->old_path, DAMAGED, err);
    AG_TRY(find_old_rows(g, err));
    AG_TRY(survey(g, g->old_file, "", 1, g->old_path, err));
    for (int i = 0; i < g->n_series; i++)
        g->list[i].old_set = H5Dopen2(g->old_file, g->list[i].name, H5P_DEFAULT);
    return AG_OK;
}

/* --- gathering: the new file ------------------------------------------------------------ */

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
    char axes[NAME_BYTES];
    snprintf(axes, sizeof axes, "trial, %s",
             strncmp(s->axes, "trial, ", 7) ? s->axes : s->axes + 7);
    if (!make_groups(g->new_file, s->name)) return false;
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
    return s->block && s->new_set >= 0 && put_attribute(s->new_set, "unit", s->unit) &&
           put_attribute(s->new_set, "meaning", s->meaning) &&
           put_attribute(s->new_set, "axes", axes);
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
        piece = path ? open_file(path) : -1;
        if (piece < 0) return trouble("open", path ? path : "a piece", DAMAGED, err);
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
    const ag_status status = good ? AG_OK : trouble("read", path, DAMAGED, err);
    if (piece >= 0) H5Fclose(piece);
    return status;
}

static bool write_block(const gathering *g, const series *s, size_t from, size_t n) {
    if (s->count == 0) return true;
    hsize_t start[AG_ARRAY_RANK_MAX + 1] = {from}, size[AG_ARRAY_RANK_MAX + 1] = {n};
    for (int a = 0; a < s->rank; a++)
        size[a + 1] = s->size[a];
    (void)g;
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
        if (!create_series(g, &g->list[k])) return trouble("create an array of", path, "", err);
    for (size_t from = 0; from < g->n; from += g->block) {
        const size_t n = g->n - from < g->block ? g->n - from : g->block;
        const ag_mark mark = ag_arena_mark(g->arena);
        for (size_t i = 0; i < n; i++)
            AG_TRY(read_trial(g, from + i, i, err));
        for (int k = 0; k < g->n_series; k++)
            if (!write_block(g, &g->list[k], from, n)) return trouble("write", path, "", err);
        ag_arena_release(g->arena, mark);
    }
    return AG_OK;
}

/* --- gathering: the table /trials ---------------------------------------------------------- */

typedef enum kind { TEXT, WHOLE, NATURAL, NUMBER } kind;

/* Columns of /trials, in order; texts have the width of the longest. */
enum {
    ID,
    STATUS,
    DATASET,
    MODEL,
    ACTIVATION,
    INITIALIZER,
    OPTIMIZER,
    DEPTH,
    WIDTH,
    BATCH_SIZE,
    LEARNING_RATE,
    SEED,
    N_COLUMNS
};

static const struct {
    const char *name;
    kind kind;
} columns[N_COLUMNS] = {
    {"trial_id", TEXT},   {"status", TEXT},      {"dataset", TEXT},         {"model", TEXT},
    {"activation", TEXT}, {"initializer", TEXT}, {"optimizer", TEXT},       {"depth", WHOLE},
    {"width", WHOLE},     {"batch_size", WHOLE}, {"learning_rate", NUMBER}, {"seed", NATURAL},
};

typedef struct table {
    size_t width[N_COLUMNS], offset[N_COLUMNS], bytes; /* of a row */
    unsigned char *rows;                               /* [ROWS_AT_ONCE][bytes] */
    size_t n, written;
    hid_t type, set;
    const char *path;
} table;

static const char *text_of(const ag_kept *trial, int column, char id[AG_ID_TEXT]) {
    switch (column) {
    case ID: return ag_id_text(id, trial->id);
    case STATUS: return trial->status;
    case DATASET: return trial->dataset;
    case MODEL: return trial->model;
    case ACTIVATION: return trial->activation;
    case INITIALIZER: return trial->initializer;
    default: return trial->optimizer;
    }
}

static ag_status measure(void *self, const ag_kept *trial, ag_error *err) {
    (void)err;
    table *t = self;
    char id[AG_ID_TEXT];
    for (int c = 0; c < N_COLUMNS; c++) {
        if (columns[c].kind != TEXT) continue;
        const size_t n = strlen(text_of(trial, c, id));
        if (n > t->width[c]) t->width[c] = n;
    }
    return AG_OK;
}

static void lay_out(table *t) {
    for (int c = 0; c < N_COLUMNS; c++) {
        if (columns[c].kind != TEXT) t->width[c] = 8;
        if (t->width[c] == 0) t->width[c] = 1;
        t->offset[c] = t->bytes;
        t->bytes += t->width[c];
    }
    t->type = H5Tcreate(H5T_COMPOUND, t->bytes);
    for (int c = 0; c < N_COLUMNS; c++) {
        if (columns[c].kind != TEXT) {
            const hid_t of[] = {[WHOLE] = H5T_NATIVE_INT64,
                                [NATURAL] = H5T_NATIVE_UINT64,
                                [NUMBER] = H5T_NATIVE_DOUBLE};
            H5Tinsert(t->type, columns[c].name, t->offset[c], of[columns[c].kind]);
            continue;
        }
        const hid_t text = H5Tcopy(H5T_C_S1);
        H5Tset_size(text, t->width[c]);
        H5Tset_strpad(text, H5T_STR_NULLPAD);
        H5Tset_cset(text, H5T_CSET_UTF8);
        H5Tinsert(t->type, columns[c].name, t->offset[c], text);
        H5Tclose(text);
    }
}

static ag_status write_rows(table *t, ag_error *err) {
    const hsize_t start = t->written, size = t->n;
    if (size == 0) return AG_OK;
    const hid_t there = H5Dget_space(t->set), here = H5Screate_simple(1, &size, NULL);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, &start, NULL, &size, NULL);
    const bool good = H5Dwrite(t->set, t->type, here, there, H5P_DEFAULT, t->rows) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    t->written += t->n;
    t->n = 0;
    return good ? AG_OK : trouble("write", t->path, "", err);
}

static ag_status add_row(void *self, const ag_kept *trial, ag_error *err) {
    table *t = self;
    char id[AG_ID_TEXT];
    unsigned char *row = t->rows + t->n * t->bytes;
    memset(row, 0, t->bytes);
    const int64_t whole[] = {trial->depth, trial->width, trial->batch_size};
    for (int c = 0; c < N_COLUMNS; c++) {
        const char *words = columns[c].kind == TEXT ? text_of(trial, c, id) : NULL;
        const void *from = words                        ? (const void *)words
                           : columns[c].kind == WHOLE   ? (const void *)&whole[c - DEPTH]
                           : columns[c].kind == NATURAL ? (const void *)&trial->seed
                                                        : (const void *)&trial->learning_rate;
        memcpy(row + t->offset[c], from, words ? strlen(words) : t->width[c]);
    }
    t->n++;
    return t->n == ROWS_AT_ONCE ? write_rows(t, err) : AG_OK;
}

static ag_status write_table(gathering *g, ag_rows *rows, const char *path, ag_error *err) {
    table t = {.path = path};
    AG_TRY(ag_rows_each(rows, measure, &t, err));
    lay_out(&t);
    const hsize_t n = g->n;
    const hid_t space = H5Screate_simple(1, &n, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    t.set = H5Dcreate2(g->new_file, "trials", t.type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    t.rows = ag_alloc(g->arena, ROWS_AT_ONCE, t.bytes);
    ag_status status = t.set >= 0 && t.rows ? AG_OK : trouble("create the table of", path, "", err);
    if (status == AG_OK) status = ag_rows_each(rows, add_row, &t, err);
    if (status == AG_OK) status = write_rows(&t, err);
    H5Pclose(creation);
    H5Sclose(space);
    H5Tclose(t.type);
    return status;
}

static ag_status gather(gathering *g, ag_rows *rows, const char *temporary, ag_error *err) {
    AG_TRY(survey_old(g, err));
    AG_TRY(survey_pieces(g, err));
    g->new_file = create_file(temporary, false);
    if (g->new_file < 0) return trouble("create", temporary, "", err);
    AG_TRY(write_table(g, rows, temporary, err));
    AG_TRY(write_series(g, temporary, err));
    const hid_t file = g->new_file;
    const bool good = H5Fflush(file, H5F_SCOPE_GLOBAL) >= 0;
    g->new_file = -1;
    return H5Fclose(file) >= 0 && good ? AG_OK : trouble("write", temporary, "", err);
}

ag_status ag_arrays_gather(const char *dir, ag_rows *rows, const uint64_t *ids, size_t n,
                           const bool *has_piece, ag_arena *arena, ag_error *err) {
    gathering *g = AG_NEW(arena, gathering);
    const char *final = ag_path_join(arena, dir, "curves.h5");
    const char *temporary = ag_path_join(arena, dir, "curves.h5.tmp");
    if (!g || !final || !temporary) return no_memory(err);
    *g = (gathering){.arena = arena,
                     .dir = dir,
                     .ids = ids,
                     .has_piece = has_piece,
                     .n = n,
                     .old_path = final,
                     .old_file = -1,
                     .new_file = -1};
    char reason[REASON];
    listen(reason);
    ag_status status = gather(g, rows, temporary, err);
    if (g->new_file >= 0) H5Fclose(g->new_file);
    if (g->old_file >= 0) H5Fclose(g->old_file);
    stop_listening();
    if (status == AG_OK) status = ag_file_settle(dir, temporary, final, err);
    if (status != AG_OK) remove(temporary);
    return status;
}

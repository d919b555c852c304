/* The table /trials of curves.h5: which trial each row of the arrays is. Texts are
 * of fixed length, which every reader of HDF5 takes. */
#include "harness/base/digest.h"
#include "results/store/arrays_private.h"

#include <hdf5.h>
#include <string.h>

enum { ROWS_AT_ONCE = 1024 };

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
    return good ? AG_OK : ag_h5_trouble("write", t->path, "", err);
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

ag_status ag_h5_put_trials(ag_h5 file, ag_rows *rows, size_t n_trials, const char *path,
                           ag_arena *arena, ag_error *err) {
    table t = {.path = path};
    AG_TRY(ag_rows_each(rows, measure, &t, err));
    lay_out(&t);
    const hsize_t n = n_trials;
    const hid_t space = H5Screate_simple(1, &n, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    t.set = H5Dcreate2(file, "trials", t.type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    t.rows = ag_alloc(arena, ROWS_AT_ONCE, t.bytes);
    ag_status status =
        t.set >= 0 && t.rows ? AG_OK : ag_h5_trouble("create the table of", path, "", err);
    if (status == AG_OK) status = ag_rows_each(rows, add_row, &t, err);
    if (status == AG_OK) status = write_rows(&t, err);
    H5Pclose(creation);
    H5Sclose(space);
    H5Tclose(t.type);
    return status;
}

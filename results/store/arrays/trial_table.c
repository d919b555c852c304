/* The table /trials of curves.h5: which trial each row of the arrays is. Texts are
 * of fixed length, which every reader of HDF5 takes. */
#include "harness/base/digest.h"
#include "results/store/arrays/arrays_private.h"

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
_Static_assert((int)N_COLUMNS == (int)AG_TRIAL_COLUMNS, "as arrays_private.h says");

static const struct {
    const char *name;
    kind kind;
} columns[N_COLUMNS] = {
    {"trial_id", TEXT},   {"status", TEXT},      {"dataset", TEXT},         {"model", TEXT},
    {"activation", TEXT}, {"initializer", TEXT}, {"optimizer", TEXT},       {"depth", WHOLE},
    {"width", WHOLE},     {"batch_size", WHOLE}, {"learning_rate", NUMBER}, {"seed", NATURAL},
};

typedef struct table {
    ag_trial_table is;
    unsigned char *rows; /* [ROWS_AT_ONCE][bytes] */
    size_t n, written;
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
        if (n > t->is.width[c]) t->is.width[c] = n;
    }
    return AG_OK;
}

static void lay_out(ag_trial_table *t) {
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
    const hid_t there = H5Dget_space(t->is.set), here = H5Screate_simple(1, &size, NULL);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, &start, NULL, &size, NULL);
    const bool good = H5Dwrite(t->is.set, t->is.type, here, there, H5P_DEFAULT, t->rows) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    t->written += t->n;
    t->n = 0;
    return good ? AG_OK : ag_h5_trouble("write", t->path, "", err);
}

static ag_status add_row(void *self, const ag_kept *trial, ag_error *err) {
    table *t = self;
    char id[AG_ID_TEXT];
    unsigned char *row = t->rows + t->n * t->is.bytes;
    memset(row, 0, t->is.bytes);
    const int64_t whole[] = {trial->depth, trial->width, trial->batch_size};
    for (int c = 0; c < N_COLUMNS; c++) {
        const char *words = columns[c].kind == TEXT ? text_of(trial, c, id) : NULL;
        const void *from = words                        ? (const void *)words
                           : columns[c].kind == WHOLE   ? (const void *)&whole[c - DEPTH]
                           : columns[c].kind == NATURAL ? (const void *)&trial->seed
                                                        : (const void *)&trial->learning_rate;
        memcpy(row + t->is.offset[c], from, words ? strlen(words) : t->is.width[c]);
    }
    t->n++;
    return t->n == ROWS_AT_ONCE ? write_rows(t, err) : AG_OK;
}

ag_status ag_h5_put_trials(ag_h5 file, ag_rows *rows, size_t n_trials, const char *path,
                           ag_arena *arena, ag_error *err) {
    table t = {.path = path};
    AG_TRY(ag_rows_each(rows, measure, &t, err));
    lay_out(&t.is);
    const hsize_t n = n_trials;
    const hid_t space = H5Screate_simple(1, &n, NULL), creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_obj_track_times(creation, 0);
    t.is.set = H5Dcreate2(file, "trials", t.is.type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    t.rows = ag_alloc(arena, ROWS_AT_ONCE, t.is.bytes);
    ag_status status =
        t.is.set >= 0 && t.rows ? AG_OK : ag_h5_trouble("create the table of", path, "", err);
    if (status == AG_OK) status = ag_rows_each(rows, add_row, &t, err);
    if (status == AG_OK) status = write_rows(&t, err);
    H5Pclose(creation);
    H5Sclose(space);
    H5Tclose(t.is.type);
    return status;
}

/* --- reading ------------------------------------------------------------------------------- */

enum { TEXT_MAX = 1 << 16 };

const char *ag_trial_column(int column) { return columns[column].name; }

bool ag_trial_table_open(hid_t file, ag_trial_table *t) {
    *t = (ag_trial_table){.set = H5Dopen2(file, "trials", H5P_DEFAULT)};
    const hid_t there = t->set >= 0 ? H5Dget_type(t->set) : -1;
    bool good = there >= 0 && H5Tget_class(there) == H5T_COMPOUND;
    for (int c = 0; c < N_COLUMNS && good; c++) {
        const int at = H5Tget_member_index(there, columns[c].name);
        const hid_t member = at >= 0 ? H5Tget_member_type(there, (unsigned)at) : -1;
        good = member >= 0 && (columns[c].kind != TEXT || H5Tget_class(member) == H5T_STRING) &&
               H5Tis_variable_str(member) <= 0 && H5Tget_size(member) <= TEXT_MAX;
        if (good) t->width[c] = H5Tget_size(member);
        if (member >= 0) H5Tclose(member);
    }
    if (there >= 0) H5Tclose(there);
    if (good) lay_out(t);
    return good && t->type >= 0;
}

bool ag_trial_table_read(const ag_trial_table *t, int64_t row, void *to) {
    const hsize_t start = (hsize_t)row, size = 1;
    const hid_t there = H5Dget_space(t->set), here = H5Screate_simple(1, &size, NULL);
    H5Sselect_hyperslab(there, H5S_SELECT_SET, &start, NULL, &size, NULL);
    const bool good = H5Dread(t->set, t->type, here, there, H5P_DEFAULT, to) >= 0;
    H5Sclose(here);
    H5Sclose(there);
    return good;
}

ag_sql_value ag_trial_value(const ag_trial_table *t, const void *row, int column) {
    const char *at = (const char *)row + t->offset[column];
    ag_sql_value x = {.kind = AG_SQL_WHOLE};
    if (columns[column].kind == TEXT)
        return (ag_sql_value){.kind = AG_SQL_TEXT, .text = at, .n = strnlen(at, t->width[column])};
    if (columns[column].kind == NUMBER) {
        x.kind = AG_SQL_REAL;
        memcpy(&x.real, at, sizeof x.real);
    } else {
        memcpy(&x.whole, at, sizeof x.whole);
    }
    return x;
}

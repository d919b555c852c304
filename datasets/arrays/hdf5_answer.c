#include "datasets/arrays/hdf5_answer.h"

#include "harness/base/apart.h"

#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 160, NAME_MAX_SHOWN = 60, DEFLATE_RATIO = 1032, BLOCK_BYTES = 1 << 20 };

/* --- names ------------------------------------------------------------------- */

typedef struct names {
    char text[NAMES_MAX];
    size_t used;
} names;

static herr_t add_name(hid_t group, const char *name, const H5L_info_t *info, void *self) {
    names *n = self;
    (void)group, (void)info;
    if (n->used < NAMES_MAX)
        n->used += (size_t)snprintf(n->text + n->used, NAMES_MAX - n->used, "%s%.*s",
                                    n->used ? ", " : "", NAME_MAX_SHOWN, name);
    return 0;
}

static ag_status no_such(hid_t file, const char *path, const char *name, ag_error *err) {
    names n = {.text = ""};
    H5Literate(file, H5_INDEX_NAME, H5_ITER_INC, NULL, add_name, &n);
    return AG_FAIL(err, AG_NOTFOUND, AG_NOWHERE, "%.100s has no dataset '%.60s'; it has %s", path,
                   name, n.used ? n.text : "nothing");
}

/* Every step of "group/x" must be there, and none may lead to another file. */
static ag_status check_links(hid_t file, const char *path, const char *name, ag_error *err) {
    char step[1024];
    if (strlen(name) >= sizeof step || !name[0]) return no_such(file, path, name, err);
    for (size_t i = 1; i <= strlen(name); i++) {
        H5L_info_t info;
        if (name[i] != '/' && name[i] != 0) continue;
        memcpy(step, name, i);
        step[i] = 0;
        if (H5Lget_info(file, step, &info, H5P_DEFAULT) < 0) return no_such(file, path, name, err);
        if (info.type != H5L_TYPE_HARD && info.type != H5L_TYPE_SOFT)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s of %s is a link to another file, which is not followed", step, path);
    }
    return AG_OK;
}

/* Called by the library when a link leads to another file, also behind a soft one. */
static herr_t refuse_link(const char *from, const char *group, const char *to, const char *object,
                          unsigned *flags, hid_t access, void *self) {
    (void)from, (void)group, (void)to, (void)object, (void)flags, (void)access, (void)self;
    return -1;
}

/* --- what is in a dataset ------------------------------------------------------- */

/* How h5py writes numpy's bool: names for 0 and 1. */
static bool is_truth(hid_t type) {
    int8_t value = -1;
    bool fine = H5Tget_size(type) == 1 && H5Tget_nmembers(type) == 2;
    for (unsigned i = 0; i < 2 && fine; i++) {
        char *name = H5Tget_member_name(type, i);
        int8_t v = -1;
        fine = name && H5Tget_member_value(type, i, &v) >= 0 && v != value && (v == 0 || v == 1) &&
               strcmp(name, v ? "TRUE" : "FALSE") == 0;
        value = v;
        H5free_memory(name);
    }
    return fine;
}

static bool kind_of(hid_t type, ag_ndarray *a) {
    const size_t size = H5Tget_size(type);
    const bool power = size == 1 || size == 2 || size == 4 || size == 8;
    a->size = size;
    switch (H5Tget_class(type)) {
    case H5T_INTEGER:
        a->kind = H5Tget_sign(type) == H5T_SGN_NONE ? AG_NUMBER_UNSIGNED : AG_NUMBER_SIGNED;
        return power;
    case H5T_FLOAT:
        a->kind = AG_NUMBER_FLOAT;
        a->size = size < 4 ? 4 : size; /* the library makes 16 bits 32 */
        return power && size > 1;
    case H5T_ENUM: a->kind = AG_NUMBER_BOOL; return is_truth(type);
    default: return false;
    }
}

/* What the library is to make of the numbers: the same in this machine's order of bytes.
 * Of a bool nothing, it is one byte. */
static hid_t memory_type(hid_t type, const ag_ndarray *a) {
    const bool is_signed = a->kind == AG_NUMBER_SIGNED;
    switch (a->kind) {
    case AG_NUMBER_BOOL: return type;
    case AG_NUMBER_FLOAT: return a->size == 8 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT;
    case AG_NUMBER_SIGNED:
    case AG_NUMBER_UNSIGNED: break;
    }
    switch (a->size) {
    case 1: return is_signed ? H5T_NATIVE_INT8 : H5T_NATIVE_UINT8;
    case 2: return is_signed ? H5T_NATIVE_INT16 : H5T_NATIVE_UINT16;
    case 4: return is_signed ? H5T_NATIVE_INT32 : H5T_NATIVE_UINT32;
    default: return is_signed ? H5T_NATIVE_INT64 : H5T_NATIVE_UINT64;
    }
}

static ag_status read_shape(hid_t space, ag_ndarray *a, ag_error *err) {
    const int n_dims = H5Sget_simple_extent_ndims(space);
    hsize_t dim[H5S_MAX_RANK];
    if (H5Sget_simple_extent_type(space) != H5S_SIMPLE || n_dims < 1)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is a single number, must be an array",
                       a->name);
    if (n_dims > AG_NDARRAY_DIMS_MAX)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has more than %d dimensions", a->name,
                       AG_NDARRAY_DIMS_MAX);
    if (H5Sget_simple_extent_dims(space, dim, NULL) < 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: it has no shape", a->name);
    a->n_dims = n_dims;
    for (int d = 0; d < n_dims; d++)
        a->dim[d] = (size_t)dim[d];
    return AG_OK;
}

/* Numbers in this very file, by filters that are there. *packed: by some filter. */
static ag_status check_storage(hid_t list, const char *name, bool *packed, ag_error *err) {
    const int n_filters = H5Pget_nfilters(list);
    const H5D_layout_t layout = H5Pget_layout(list);
    *packed = n_filters > 0;
    if (layout == H5D_VIRTUAL || H5Pget_external_count(list) > 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s keeps its numbers in other files, which are not followed", name);
    if (layout < 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: it has no layout", name);
    for (int i = 0; i < n_filters; i++) {
        unsigned flags, config;
        size_t n_values = 0;
        char filter[64] = "";
        const H5Z_filter_t id = H5Pget_filter2(list, (unsigned)i, &flags, &n_values, NULL,
                                               sizeof filter, filter, &config);
        const bool known = id > 0 && id < H5Z_FILTER_RESERVED; /* others come as plug-ins */
        if (!known || H5Zfilter_avail(id) <= 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "%s is packed by the filter %d (%.40s), which this HDF5 library does "
                           "not have: write it with gzip or without",
                           name, (int)id, filter);
    }
    return AG_OK;
}

/* The library takes memory for whole chunks. */
static bool chunk_fits(hid_t list, size_t type_size, uint64_t limit) {
    hsize_t dim[H5S_MAX_RANK];
    if (H5Pget_layout(list) != H5D_CHUNKED) return true;
    const int n_dims = H5Pget_chunk(list, H5S_MAX_RANK, dim);
    uint64_t left = limit / type_size;
    for (int d = 0; d < n_dims; d++) {
        if (dim[d] == 0 || dim[d] > left) return false;
        left /= dim[d];
    }
    return n_dims > 0;
}

/* The bytes of all numbers; what `stored` bytes of the file hold is at most `limit`. */
static ag_status content_size(const ag_ndarray *a, size_t file_type_size, uint64_t stored,
                              uint64_t limit, size_t *size, ag_error *err) {
    char shape[AG_NDARRAY_PLACE_MAX], type[16];
    uint64_t n = 1;
    bool absurd = false;
    for (int d = 0; d < a->n_dims; d++) {
        absurd |= n && a->dim[d] > limit / n;
        n = absurd ? 1 : n * a->dim[d];
    }
    for (int d = 0; d < a->n_dims; d++)
        if (a->dim[d] == 0) n = 0;
    if (n && (absurd || n > limit / file_type_size))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is damaged or was never written in full: %s of %s cannot be in the "
                       "%llu bytes that the file has for it",
                       a->name, ag_ndarray_shape(shape, a), ag_ndarray_type(type, a),
                       (unsigned long long)stored);
    *size = (size_t)n * a->size;
    return AG_OK;
}

/* What is open of a dataset; below 0: not yet. */
typedef struct handles {
    hid_t set, type, space, list;
} handles;

static ag_status open_parts(handles *h, const char *name, ag_error *err) {
    h->type = H5Dget_type(h->set);
    h->space = H5Dget_space(h->set);
    h->list = H5Dget_create_plist(h->set);
    if (h->type >= 0 && h->space >= 0 && h->list >= 0) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: what it holds cannot be read", name);
}

/* --- answers ------------------------------------------------------------------- */

/* Everything about the numbers but the numbers. */
static ag_status examine(handles *h, const ag_hdf5_request *q, ag_hdf5_reply *r, ag_error *err) {
    ag_ndarray *a = &r->array;
    const char *name = q->full;
    bool packed = false;
    a->name = name;
    AG_TRY(open_parts(h, name, err));
    if (!kind_of(h->type, a))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s holds no numbers of a usual type: must be bool, whole numbers of 8 to "
                       "64 bits or floats of 16 to 64 bits",
                       name);
    AG_TRY(read_shape(h->space, a, err));
    AG_TRY(check_storage(h->list, name, &packed, err));
    const uint64_t stored = (uint64_t)H5Dget_storage_size(h->set);
    const uint64_t limit = packed ? stored * DEFLATE_RATIO : stored;
    if (stored > (uint64_t)q->file_size)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is truncated or damaged: %llu bytes of a file of %lld", name,
                       (unsigned long long)stored, (long long)q->file_size);
    AG_TRY(content_size(a, H5Tget_size(h->type), stored, limit, &r->n_bytes, err));
    if (r->n_bytes && !chunk_fits(h->list, H5Tget_size(h->type), limit))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is damaged: its chunks are too large", name);
    return AG_OK;
}

static ag_status open_set(hid_t file, const ag_hdf5_request *q, handles *h, ag_error *err) {
    AG_TRY(check_links(file, q->path, q->name, err));
    const hid_t access = H5Pcreate(H5P_DATASET_ACCESS);
    if (access < 0 || H5Pset_elink_cb(access, refuse_link, NULL) < 0)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "the HDF5 library has no memory");
    h->set = H5Dopen2(file, q->name, access);
    if (h->set >= 0) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                   "%s is no dataset: it is a group, damaged, or a link that leads nowhere or to "
                   "another file",
                   q->full);
}

/* Rows at a time: whole chunks, or about BLOCK_BYTES. */
static hsize_t rows_of_block(const handles *h, const ag_ndarray *a) {
    hsize_t chunk[H5S_MAX_RANK] = {0};
    const size_t row = ag_ndarray_row_size(a) * a->size;
    if (H5Pget_layout(h->list) == H5D_CHUNKED && H5Pget_chunk(h->list, H5S_MAX_RANK, chunk) > 0)
        return chunk[0];
    return row < BLOCK_BYTES ? BLOCK_BYTES / row : 1;
}

/* All numbers, in their order. */
static void send_numbers(const handles *h, const ag_ndarray *a, int out) {
    const size_t row = ag_ndarray_row_size(a) * a->size;
    hsize_t step = rows_of_block(h, a), start[AG_NDARRAY_DIMS_MAX] = {0};
    hsize_t count[AG_NDARRAY_DIMS_MAX];
    if (step > a->dim[0]) step = a->dim[0];
    uint8_t *block = malloc((size_t)step * row);
    for (int d = 0; d < a->n_dims; d++)
        count[d] = a->dim[d];
    bool fine = block != NULL;
    for (; start[0] < a->dim[0] && fine; start[0] += step) {
        count[0] = step < a->dim[0] - start[0] ? step : a->dim[0] - start[0];
        const hid_t memory = H5Screate_simple(a->n_dims, count, NULL);
        fine =
            H5Sselect_hyperslab(h->space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
            H5Dread(h->set, memory_type(h->type, a), memory, h->space, H5P_DEFAULT, block) >= 0 &&
            ag_apart_write(out, block, (size_t)count[0] * row);
        H5Sclose(memory);
    }
    free(block);
}

static hid_t open_file(const char *path, ag_status *status, ag_error *err) {
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* one sentence of ours, not the library's pages */
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0)
        *status =
            AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is no HDF5 file, truncated or damaged", path);
    return file;
}

/* Handles stay open: they end with the process. */
void ag_hdf5_answer(void *request, int out) {
    const ag_hdf5_request *q = request;
    handles h = {-1, -1, -1, -1};
    ag_error err = {0};
    ag_hdf5_reply r = {.status = AG_OK};
    const hid_t file = open_file(q->path, &r.status, &err);
    if (r.status == AG_OK) r.status = open_set(file, q, &h, &err);
    if (r.status == AG_OK) r.status = examine(&h, q, &r, &err);
    memcpy(r.text, err.text, sizeof r.text);
    if (ag_apart_write(out, &r, sizeof r) && r.status == AG_OK && !q->shape_only && r.n_bytes)
        send_numbers(&h, &r.array, out);
}

/* A name and its zero byte. */
static herr_t send_name(hid_t group, const char *name, const H5O_info_t *info, void *self) {
    const int *out = self;
    (void)group;
    if (info->type != H5O_TYPE_DATASET || strlen(name) >= AG_HDF5_NAME_ROOM) return 0;
    return ag_apart_write(*out, name, strlen(name) + 1) ? 0 : -1;
}

/* An empty name ends the list: the library came through. */
void ag_hdf5_answer_names(void *request, int out) {
    const ag_hdf5_request *q = request;
    ag_error err = {0};
    ag_hdf5_reply r = {.status = AG_OK};
    const hid_t file = open_file(q->path, &r.status, &err);
    memcpy(r.text, err.text, sizeof r.text);
    if (ag_apart_write(out, &r, sizeof r) && r.status == AG_OK &&
        H5Ovisit(file, H5_INDEX_NAME, H5_ITER_INC, send_name, &out) >= 0)
        ag_apart_write(out, "", 1);
}

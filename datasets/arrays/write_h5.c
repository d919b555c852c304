/* HDF5 files of exported data sets. */
#include "datasets/arrays/arrays.h"

#include <hdf5.h>

enum { CHUNK_BYTES = 1 << 18 };

static hsize_t rows_per_chunk(const ag_array *a) {
    const hsize_t rows = CHUNK_BYTES / (8 * a->columns) + 1;
    return rows < a->part->n ? rows : a->part->n;
}

/* The array's dimensions, but so many rows. */
static void extent(const ag_array *a, hsize_t rows, hsize_t dim[AG_ARRAY_DIMS_MAX]) {
    for (int d = 0; d < a->n_dims; d++)
        dim[d] = d ? a->dim[d] : rows;
}

/* Level 1, as in .npz; shuffling the bytes makes pixels pack three times worse. An
 * empty array has no chunks. */
static hid_t storage(const ag_array *a) {
    const hid_t list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t chunk[AG_ARRAY_DIMS_MAX];
    extent(a, rows_per_chunk(a), chunk);
    H5Pset_obj_track_times(list, false); /* the same data give the same file */
    if (list < 0 || !a->part->n) return list;
    H5Pset_chunk(list, a->n_dims, chunk);
    H5Pset_deflate(list, 1);
    return list;
}

/* Chunk by chunk through `block`, which holds one. */
static bool write_rows(const ag_array *a, hid_t set, hid_t space, uint8_t *block) {
    const hid_t type = a->integers ? H5T_NATIVE_INT64 : H5T_NATIVE_DOUBLE;
    const hsize_t most = rows_per_chunk(a);
    bool fine = true;
    for (hsize_t at = 0; at < a->part->n && fine; at += most) {
        const hsize_t rows = most < a->part->n - at ? most : a->part->n - at;
        hsize_t start[AG_ARRAY_DIMS_MAX] = {at}, count[AG_ARRAY_DIMS_MAX];
        extent(a, rows, count);
        for (hsize_t i = 0; i < rows; i++)
            ag_array_row(a, (size_t)(at + i), block + i * a->columns * 8);
        const hid_t memory = H5Screate_simple(a->n_dims, count, NULL);
        fine = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL) >= 0 &&
               H5Dwrite(set, type, memory, space, H5P_DEFAULT, block) >= 0;
        H5Sclose(memory);
    }
    return fine;
}

static bool write_array(const ag_array *a, hid_t file, uint8_t *block) {
    hsize_t size[AG_ARRAY_DIMS_MAX];
    extent(a, a->part->n, size);
    const hid_t space = H5Screate_simple(a->n_dims, size, NULL), list = storage(a);
    const hid_t set = H5Dcreate2(file, a->name, a->integers ? H5T_STD_I64LE : H5T_IEEE_F64LE, space,
                                 H5P_DEFAULT, list, H5P_DEFAULT);
    bool fine = set >= 0 && write_rows(a, set, space, block);
    if (set >= 0) fine = H5Dclose(set) >= 0 && fine;
    H5Pclose(list);
    H5Sclose(space);
    return fine;
}

ag_status ag_write_h5(const ag_array array[AG_ARRAYS], const ag_file_draft *draft, ag_arena *arena,
                      ag_error *err) {
    size_t most = 0;
    for (int i = 0; i < AG_ARRAYS; i++) {
        const size_t bytes = (size_t)rows_per_chunk(&array[i]) * array[i].columns * 8;
        most = bytes > most ? bytes : most;
    }
    uint8_t *block = AG_NEW_ARRAY(arena, uint8_t, most);
    if (!block) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to write %s", draft->path);

    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* the one sentence below, not the library's pages */
    const hid_t file = H5Fcreate(draft->temporary, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    bool fine = file >= 0;
    for (int i = 0; i < AG_ARRAYS && fine; i++)
        fine = write_array(&array[i], file, block);
    if (file >= 0) fine = H5Fclose(file) >= 0 && fine;
    if (!fine)
        return AG_FAIL(err, AG_IO, AG_NOWHERE,
                       "cannot write %s: the HDF5 library refused; is the "
                       "disk full?",
                       draft->path);
    return AG_OK;
}

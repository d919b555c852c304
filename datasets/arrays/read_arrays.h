/* Arrays of numbers from the files that other programs write. What is read lies in the
 * arena; no memory is taken before the file's own size says that it can be that much.
 * AG_DATA names the file, the array and what is wrong. */
#ifndef AG_READ_ARRAYS_H
#define AG_READ_ARRAYS_H

#include "datasets/arrays/ndarray.h"

/* Reads array `name` of the file at `path`. shape_only: array->bytes stays NULL. AG_NOTFOUND,
 * with the names there are, if the file has none of that name. */
typedef ag_status (*ag_array_reader)(const char *path, const char *name, bool shape_only,
                                     ag_arena *arena, ag_ndarray *array, ag_error *err);

/* What a file has; more than AG_ARRAY_NAMES_MAX are left out. */
enum { AG_ARRAY_NAMES_MAX = 200 };
typedef struct ag_array_names {
    int n, left_out;
    const char *name[AG_ARRAY_NAMES_MAX];
} ag_array_names;

ag_status ag_list_npz(const char *path, ag_arena *arena, ag_array_names *names, ag_error *err);
/* Of HDF5: all datasets, with the groups they are in. */
ag_status ag_list_hdf5(const char *path, ag_arena *arena, ag_array_names *names, ag_error *err);

ag_status ag_read_npy(const char *path, const char *name, bool shape_only, ag_arena *arena,
                      ag_ndarray *array, ag_error *err); /* the file's only one: any name */
ag_status ag_read_npz(const char *path, const char *name, bool shape_only, ag_arena *arena,
                      ag_ndarray *array, ag_error *err);
ag_status ag_read_hdf5(const char *path, const char *name, bool shape_only, ag_arena *arena,
                       ag_ndarray *array, ag_error *err);

#endif

/* Arrays of numbers from the files that other programs write. What is read lies in the
 * arena; no memory is taken before the file's own size says that it can be that much.
 * AG_DATA names the file, the array and what is wrong. */
#ifndef AG_READ_ARRAYS_H
#define AG_READ_ARRAYS_H

#include "datasets/core/ndarray.h"

/* Reads array `name` of the file at `path`. shape_only: array->bytes stays NULL. AG_NOTFOUND,
 * with the names there are, if the file has none of that name. */
typedef ag_status (*ag_array_reader)(const char *path, const char *name, bool shape_only,
                                     ag_arena *arena, ag_ndarray *array, ag_error *err);

ag_status ag_read_npy(const char *path, const char *name, bool shape_only, ag_arena *arena,
                      ag_ndarray *array, ag_error *err); /* the file's only one: any name */
ag_status ag_read_npz(const char *path, const char *name, bool shape_only, ag_arena *arena,
                      ag_ndarray *array, ag_error *err);
ag_status ag_read_hdf5(const char *path, const char *name, bool shape_only, ag_arena *arena,
                       ag_ndarray *array, ag_error *err);

#endif

/* What the HDF5 library says of a file. It reads whatever a file points to: other files
 * (external links, external and virtual storage) and plug-ins for unknown filters; none of
 * that is followed here. And it crashes on damaged files (1.10.8: one wrong byte in the
 * index of a group is enough): it answers from a process of its own, see apart.h. */
#ifndef AG_HDF5_ANSWER_H
#define AG_HDF5_ANSWER_H

#include "datasets/arrays/ndarray.h"

enum { AG_HDF5_NAME_ROOM = 1024 };

/* What is asked. */
typedef struct ag_hdf5_request {
    const char *path, *name, *full; /* full: "x of data.h5" */
    int64_t file_size;
    bool shape_only;
} ag_hdf5_request;

/* The answer; numbers or names follow it. */
typedef struct ag_hdf5_reply {
    ag_status status;
    char text[sizeof((ag_error *)0)->text];
    ag_ndarray array; /* without pointers */
    size_t n_bytes;
} ag_hdf5_reply;

/* Writes to `out` the reply and, unless shape_only, the numbers in their order. */
void ag_hdf5_answer(void *request, int out);

/* Writes the reply and the names of all datasets, each with its zero byte; an empty one ends
 * them. */
void ag_hdf5_answer_names(void *request, int out);

#endif

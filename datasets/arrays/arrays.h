/* The four arrays of an exported data set. Rows are made one at a time: the whole of
 * MNIST as float64 would be 440 MB. */
#ifndef AG_ARRAYS_H
#define AG_ARRAYS_H

#include "datasets/dataset.h"
#include "harness/base/file_draft.h"

enum { AG_ARRAYS = 4, AG_ARRAY_DIMS_MAX = 4 };

typedef struct ag_array {
    const char *name; /* "x", "y", "x_test", "y_test" */
    const ag_source *source;
    const struct ag_source_part *part;
    bool answers;   /* labels or targets */
    bool integers;  /* int64 [part->n]; else float64 [part->n][columns] */
    size_t columns; /* 1 for integers; an element has 8 bytes either way */
    int n_dims;     /* images and signals of several channels: [part->n, c, h, w] */
    size_t dim[AG_ARRAY_DIMS_MAX];
} ag_array;

void ag_arrays_of(const ag_source *source, ag_array array[AG_ARRAYS]);

/* Row i: `columns` doubles, or one int64. */
void ag_array_row(const ag_array *array, size_t i, void *out);

/* Write them to draft->temporary. AG_IO. */
ag_status ag_write_npz(const ag_array array[AG_ARRAYS], const ag_file_draft *draft, ag_arena *arena,
                       ag_error *err);
ag_status ag_write_h5(const ag_array array[AG_ARRAYS], const ag_file_draft *draft, ag_arena *arena,
                      ag_error *err);

#endif

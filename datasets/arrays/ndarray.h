/* Arrays of numbers as files hold them: any type, either order of bytes, any order of
 * dimensions. Values become double where they are used. */
#ifndef AG_NDARRAY_H
#define AG_NDARRAY_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AG_NDARRAY_DIMS_MAX = 8, AG_NDARRAY_PLACE_MAX = 192 };

typedef enum ag_number_kind {
    AG_NUMBER_BOOL, /* a byte: 0 is 0, all else 1 */
    AG_NUMBER_SIGNED,
    AG_NUMBER_UNSIGNED,
    AG_NUMBER_FLOAT /* IEEE 754: 2, 4 or 8 bytes */
} ag_number_kind;

typedef struct ag_ndarray {
    const char *name; /* for messages: "x of data.npz" */
    ag_number_kind kind;
    size_t size;  /* bytes of a number: 1, 2, 4 or 8 */
    bool swapped; /* bytes in the order that is not this machine's */
    int n_dims;   /* 1 or more; dimension 0 counts the examples */
    size_t dim[AG_NDARRAY_DIMS_MAX];
    size_t stride[AG_NDARRAY_DIMS_MAX]; /* bytes from one to the next */
    const uint8_t *bytes;               /* NULL: only the shape was read */
} ag_ndarray;

/* Strides of numbers that lie densely: the last dimension fastest, or (Fortran) the first. */
void ag_ndarray_lay_out(ag_ndarray *a, bool fortran);

/* Numbers of one example: the product of all dimensions but the first. */
size_t ag_ndarray_row_size(const ag_ndarray *a);

/* The numbers of example i, last dimension fastest: out[row size]. Four dimensions at
 * most. */
void ag_ndarray_row(const ag_ndarray *a, size_t i, double *out);

/* "x of data.npz"; NULL: no memory. */
const char *ag_ndarray_name(const char *name, const char *file, ag_arena *arena);

/* Number k of example i, counted as above: "x of data.npz: [17, 2, 0, 31]". Returns text. */
const char *ag_ndarray_place(char text[AG_NDARRAY_PLACE_MAX], const ag_ndarray *a, size_t i,
                             size_t k);

/* "[60000, 28, 28]". Returns text. */
const char *ag_ndarray_shape(char text[AG_NDARRAY_PLACE_MAX], const ag_ndarray *a);

/* "int64", "float32", "bool". Returns text. */
const char *ag_ndarray_type(char text[16], const ag_ndarray *a);

/* AG_DATA with the place of the first number that is not finite; `row` has room for one
 * example. */
ag_status ag_ndarray_finite(const ag_ndarray *a, double *row, ag_error *err);

#endif

/* The shape of one example, or of what one layer makes of it. */
#ifndef AG_SHAPE_H
#define AG_SHAPE_H

#include <stddef.h>

/* n numbers without geometry: {n, 1, 1}. A signal of length n: {channels, 1, n}. */
typedef struct ag_shape {
    int channels, rows, columns;
} ag_shape;

static inline size_t ag_shape_size(ag_shape s) {
    return (size_t)s.channels * (size_t)s.rows * (size_t)s.columns;
}

#endif

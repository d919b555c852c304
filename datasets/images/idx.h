/* IDX, the format of MNIST (http://yann.lecun.com/exdb/mnist):
 *
 *     byte 0, 1   0
 *     byte 2      type of a number; 0x08, unsigned byte, is the only one read here
 *     byte 3      number of dimensions
 *     then        that many sizes, 32 bits each, big-endian
 *     then        the numbers, last dimension fastest
 *
 * Plain or packed with gzip. A file that is not exactly this, to the last byte, is
 * refused: AG_DATA, with its name and what is wrong.
 */
#ifndef AG_IDX_H
#define AG_IDX_H

#include "datasets/dataset.h"

enum { AG_IDX_DIMS_MAX = 4 };

typedef struct ag_idx {
    int n_dims;
    uint32_t dim[AG_IDX_DIMS_MAX];
    const uint8_t *bytes; /* [dim[0]][dim[1]]... */
} ag_idx;

/* `bytes` is the file's content; `file` its name for messages. n_dims is what the
 * file must have. The sizes are compared with what the file can hold before memory
 * is taken for them. */
ag_status ag_idx_decode(const char *file, const uint8_t *bytes, size_t n, int n_dims,
                        ag_arena *arena, ag_idx *idx, ag_error *err);

/* A file. n_dims 0: as many as it says. */
ag_status ag_idx_read(const char *path, int n_dims, ag_arena *arena, ag_idx *idx, ag_error *err);

/* Images with their labels, 0 to n_classes - 1, from two files into one part. The
 * images must be of `shape`, of one channel. */
ag_status ag_idx_read_pair(const char *images, const char *labels, ag_shape shape, int n_classes,
                           ag_arena *arena, struct ag_source_part *part, ag_error *err);

/* ag_dataset.load for sets of four such files: training images, training labels,
 * test images, test labels. */
ag_status ag_idx_load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err);

#endif

/* The binary version of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html): records of
 *
 *     1 byte       class, 0 to 9
 *     1024 bytes   red, 32 rows of 32, the upper left first
 *     1024 bytes   green, 1024 bytes blue
 *
 * one behind the other, without a header. Plain or packed with gzip. Whatever is not
 * exactly that is refused: AG_DATA, with the file's name and what is wrong.
 */
#ifndef AG_CIFAR_H
#define AG_CIFAR_H

#include "datasets/dataset.h"

enum {
    AG_CIFAR_CLASSES = 10,
    AG_CIFAR_CHANNELS = 3,
    AG_CIFAR_SIDE = 32,
    AG_CIFAR_PIXELS = AG_CIFAR_CHANNELS * AG_CIFAR_SIDE * AG_CIFAR_SIDE,
    AG_CIFAR_RECORD = 1 + AG_CIFAR_PIXELS
};

extern const char *const ag_cifar_class_names[]; /* [AG_CIFAR_CLASSES], then NULL */

typedef struct ag_cifar {
    size_t n;
    const uint8_t *records; /* [n][AG_CIFAR_RECORD] */
} ag_cifar;

/* `bytes` is a file's content, `file` its name for messages; records of plain files lie
 * in `bytes`. n_records: how many there must be; 0: as many as there are. What the file
 * can hold is known before memory is taken. */
ag_status ag_cifar_decode(const char *file, const uint8_t *bytes, size_t n, size_t n_records,
                          ag_arena *arena, ag_cifar *cifar, ag_error *err);

/* x8[n][AG_CIFAR_PIXELS], label[n] */
void ag_cifar_copy(const ag_cifar *cifar, uint8_t *x8, int32_t *label);

#endif

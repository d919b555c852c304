/* The shape of one example, or of what one layer makes of it, and how its numbers lie
 * in memory. */
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

/* Places of one channel. */
static inline size_t ag_shape_area(ag_shape s) { return (size_t)s.rows * (size_t)s.columns; }

/* Channels come in groups of `block`, which divides their number. Group after group;
 * in a group place after place; at a place the group's channels side by side:
 *
 *     index(channel, place) = (channel / block) area block + place block + channel % block
 *
 *     block = 1           channels first, NCHW: as data sets come
 *     block = channels    channels last, NHWC
 *     block = 16 or 8     what convolutions want on a processor with such vectors
 *
 * Flat shapes (area 1) lie the same way for every block; theirs is `channels`. */
static inline size_t ag_shape_index(ag_shape s, int block, int channel, size_t place) {
    const size_t c = (size_t)channel, b = (size_t)block;
    return c / b * ag_shape_area(s) * b + place * b + c % b;
}

#endif

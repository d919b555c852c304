/* The numbers of one chunk of curves.h5 as HDF5's filters shuffle and deflate leave them, made
 * without HDF5 in a fraction of the time (squeeze.c says how). Any reader of HDF5 unpacks them. */
#ifndef AG_SQUEEZE_H
#define AG_SQUEEZE_H

#include "harness/base/arena.h"

#include <stddef.h>

typedef struct ag_squeezer ag_squeezer;

/* For chunks of at most so many floats; lives in the arena. NULL: out of memory. */
ag_squeezer *ag_squeezer_new(size_t most, ag_arena *arena);

/* A chunk of n numbers begins: all are NaN. */
void ag_squeeze_begin(ag_squeezer *s, size_t n);

/* Numbers `at` to at + n - 1 of it. */
void ag_squeeze_put(ag_squeezer *s, size_t at, const float *x, size_t n);

/* The chunk, packed: `bytes` of them, valid until the next begins. NULL: zlib gave up. */
const void *ag_squeeze_end(ag_squeezer *s, size_t *bytes);

#endif

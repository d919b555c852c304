/* The different texts of a column, each once, with how often it came. */
#ifndef AG_DISTINCT_H
#define AG_DISTINCT_H

#include "harness/base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ag_distinct {
    size_t n, room;
    const char **text; /* [n] in the order of their first appearance */
    size_t *count;     /* [n] */
    uint32_t *slot;    /* private: hash table of places + 1; 2 room of them */
} ag_distinct;

/* Adds a text, or counts it once more. False: out of memory. */
bool ag_distinct_add(ag_distinct *d, const char *text, ag_arena *arena);

/* Place of a text, -1 if it is not there. */
long ag_distinct_find(const ag_distinct *d, const char *text);

#endif

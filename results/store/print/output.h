/* Text on its way to a stream, put together in a buffer: a call of stdio for each piece takes
 * longer than everything else. */
#ifndef AG_OUTPUT_H
#define AG_OUTPUT_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdio.h>
#include <string.h>

enum { AG_OUTPUT_BYTES = 1 << 16 };

typedef struct ag_output {
    FILE *out;
    char *buffer; /* [AG_OUTPUT_BYTES] */
    size_t used;
    bool new_file; /* `out` is one, and nobody else's: may be set after _begin */
    size_t written, reserved;
} ag_output;

/* False: out of memory. */
bool ag_output_begin(ag_output *o, FILE *out, ag_arena *arena);

void ag_output_flush(ag_output *o);

/* What does not fit into what is left of the buffer. */
void ag_output_more(ag_output *o, const char *text, size_t n);

static inline void ag_output_text(ag_output *o, const char *text, size_t n) {
    if (n > AG_OUTPUT_BYTES - o->used) {
        ag_output_more(o, text, n);
        return;
    }
    memcpy(o->buffer + o->used, text, n);
    o->used += n;
}

static inline void ag_output_char(ag_output *o, char c) {
    if (o->used == AG_OUTPUT_BYTES) ag_output_flush(o);
    o->buffer[o->used++] = c;
}

/* c, n times; nothing if n is negative. */
void ag_output_repeat(ag_output *o, char c, int n);

/* Sees to it that all arrived. */
ag_status ag_output_end(ag_output *o, ag_error *err);

#endif

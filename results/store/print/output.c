#define _GNU_SOURCE /* fallocate */
#include "results/store/print/output.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { RESERVED_AT_ONCE = 64 << 20 };

bool ag_output_begin(ag_output *o, FILE *out, ag_arena *arena) {
    *o = (ag_output){.out = out, .buffer = AG_NEW_ARRAY(arena, char, AG_OUTPUT_BYTES)};
    return o->buffer;
}

/* Asks for the blocks of a large file in large pieces, before they are written: found one by one
 * as the kernel gets to them, they took longer than all else that is done for a file of gigabytes
 * (ext4: 2 s a GB instead of 0.2). Where that cannot be had nothing is lost. */
static void write_out(ag_output *o, const char *text, size_t n) {
    if (o->new_file && o->written + n > o->reserved && o->written + n > RESERVED_AT_ONCE / 16) {
        o->new_file = fallocate(fileno(o->out), FALLOC_FL_KEEP_SIZE, (off_t)o->reserved,
                                RESERVED_AT_ONCE) == 0;
        o->reserved += o->new_file ? RESERVED_AT_ONCE : 0;
    }
    fwrite(text, 1, n, o->out);
    o->written += n;
}

void ag_output_flush(ag_output *o) {
    write_out(o, o->buffer, o->used);
    o->used = 0;
}

void ag_output_more(ag_output *o, const char *text, size_t n) {
    ag_output_flush(o);
    if (n > AG_OUTPUT_BYTES)
        write_out(o, text, n);
    else
        ag_output_text(o, text, n);
}

void ag_output_repeat(ag_output *o, char c, int n) {
    for (; n > 0; n--)
        ag_output_char(o, c);
}

ag_status ag_output_end(ag_output *o, ag_error *err) {
    ag_output_flush(o);
    const bool good = fflush(o->out) == 0 && !ferror(o->out);
    const bool trimmed = o->reserved == 0 || ftruncate(fileno(o->out), (off_t)o->written) == 0;
    if (good && trimmed) return AG_OK;
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write the result: %s",
                   strerror(errno ? errno : EIO));
}

#include "datasets/files/tar.h"

#include <errno.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT = 1 << 16, DECODER_MEMORY = 256 << 20 };

typedef struct stream {
    const char *path;
    FILE *file;
    lzma_stream lzma;
    uint8_t input[INPUT];
} stream;

/* The next n bytes of the archive. */
static ag_status take(void *self, uint8_t *out, size_t n, ag_error *err) {
    stream *s = self;
    s->lzma.next_out = out;
    s->lzma.avail_out = n;
    while (s->lzma.avail_out) {
        if (!s->lzma.avail_in) {
            s->lzma.next_in = s->input;
            s->lzma.avail_in = fread(s->input, 1, INPUT, s->file);
            if (ferror(s->file))
                return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", s->path,
                               strerror(errno));
        }
        const lzma_ret ret = lzma_code(&s->lzma, s->lzma.avail_in ? LZMA_RUN : LZMA_FINISH);
        if (ret == LZMA_MEM_ERROR || ret == LZMA_MEMLIMIT_ERROR)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to unpack %s", s->path);
        if (ret != LZMA_OK && !(ret == LZMA_STREAM_END && !s->lzma.avail_out))
            return ag_tar_damaged(s->path, "its xz stream cannot be unpacked to its end", err);
    }
    return AG_OK;
}

ag_status ag_tar_xz_read(const char *path, const ag_tar_visitor *visitor, ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    stream *s = AG_NEW(&arena, stream);
    if (!s) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to unpack %s", path);
    s->path = path;
    s->lzma = (lzma_stream)LZMA_STREAM_INIT;
    s->file = fopen(path, "rb");
    ag_status status = AG_OK;
    if (!s->file)
        status = AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path, strerror(errno));
    else if (lzma_stream_decoder(&s->lzma, DECODER_MEMORY, 0) != LZMA_OK)
        status = AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to unpack %s", path);
    else
        status = ag_tar_read(&(ag_tar){path, s, take}, visitor, err);
    lzma_end(&s->lzma);
    if (s->file) fclose(s->file);
    ag_arena_close(&arena);
    return status;
}

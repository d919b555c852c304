#include "datasets/core/tar_xz.h"

#include <errno.h>
#include <lzma.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A tar archive is a row of blocks: of each file a header, then its bytes, filled up to
 * whole blocks. Blocks of zeros end it. (POSIX.1-1988, "ustar".) */
enum { BLOCK = 512, FILE_MAX = 64 << 20, INPUT = 1 << 16, DECODER_MEMORY = 256 << 20 };
enum { NAME_SIZE = 100, SIZE_AT = 124, SIZE_SIZE = 12, SUM_AT = 148, SUM_SIZE = 8, TYPE_AT = 156 };
enum { PREFIX_AT = 345, PREFIX_SIZE = 155, PATH_SIZE = PREFIX_SIZE + NAME_SIZE + 2 };

typedef struct stream {
    const char *path;
    FILE *file;
    lzma_stream lzma;
    uint8_t input[INPUT];
} stream;

static ag_status damaged(const stream *s, const char *how, ag_error *err) {
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated or damaged: %s", s->path, how);
}

/* The next n bytes of the archive. */
static ag_status take(stream *s, uint8_t *out, size_t n, ag_error *err) {
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
            return damaged(s, "its xz stream cannot be unpacked to its end", err);
    }
    return AG_OK;
}

static ag_status skip(stream *s, uint64_t n, ag_error *err) {
    uint8_t block[BLOCK];
    for (; n; n -= BLOCK)
        AG_TRY(take(s, block, BLOCK, err));
    return AG_OK;
}

/* An octal number with spaces or zeros around; false if it is none. */
static bool octal(const uint8_t *field, size_t n, uint64_t *value) {
    size_t i = 0;
    *value = 0;
    while (i < n && field[i] == ' ')
        i++;
    for (; i < n && field[i] >= '0' && field[i] <= '7'; i++)
        *value = *value << 3 | (uint64_t)(field[i] - '0');
    return i < n && (field[i] == 0 || field[i] == ' ');
}

/* The sum of a header's bytes, its own field read as spaces, stands in it. */
static bool sum_is_right(const uint8_t header[BLOCK]) {
    uint64_t sum = 0, wanted;
    for (size_t i = 0; i < BLOCK; i++)
        sum += i >= SUM_AT && i < SUM_AT + SUM_SIZE ? ' ' : header[i];
    return octal(header + SUM_AT, SUM_SIZE, &wanted) && sum == wanted;
}

static void path_of(const uint8_t header[BLOCK], char path[PATH_SIZE]) {
    const char *name = (const char *)header, *prefix = (const char *)header + PREFIX_AT;
    const bool has_prefix = memcmp(header + 257, "ustar", 6) == 0 && prefix[0];
    snprintf(path, PATH_SIZE, "%.*s%s%.*s", has_prefix ? PREFIX_SIZE : 0, prefix,
             has_prefix ? "/" : "", NAME_SIZE, name);
}

static ag_status visit(stream *s, const ag_tar_visitor *visitor, const char *name, uint64_t size,
                       uint64_t padded, ag_error *err) {
    if (size > FILE_MAX) return damaged(s, "a file in it is larger than 64 MiB", err);
    ag_arena arena = AG_ARENA_EMPTY;
    uint8_t *bytes = AG_NEW_ARRAY(&arena, uint8_t, (size_t)padded + 1);
    ag_status status = bytes ? take(s, bytes, (size_t)padded, err)
                             : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %s", name);
    if (status == AG_OK) status = visitor->visit(visitor->self, name, bytes, (size_t)size, err);
    ag_arena_close(&arena);
    return status;
}

static ag_status read_all(stream *s, const ag_tar_visitor *visitor, ag_error *err) {
    static const uint8_t zeros[BLOCK];
    for (;;) {
        uint8_t header[BLOCK];
        char name[PATH_SIZE];
        uint64_t size;
        AG_TRY(take(s, header, BLOCK, err));
        if (memcmp(header, zeros, BLOCK) == 0) return AG_OK;
        if (!sum_is_right(header) || !octal(header + SIZE_AT, SIZE_SIZE, &size))
            return damaged(s, "a header in it is none of tar's", err);
        const uint64_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
        path_of(header, name);
        const bool regular = header[TYPE_AT] == '0' || header[TYPE_AT] == 0;
        if (regular && visitor->wants(visitor->self, name))
            AG_TRY(visit(s, visitor, name, size, padded, err));
        else
            AG_TRY(skip(s, padded, err));
    }
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
        status = read_all(s, visitor, err);
    lzma_end(&s->lzma);
    if (s->file) fclose(s->file);
    ag_arena_close(&arena);
    return status;
}

#include "datasets/files/tar.h"

#include <stdio.h>
#include <string.h>

/* A tar archive is a row of blocks: of each file a header, then its bytes, filled up to
 * whole blocks. Blocks of zeros end it. (POSIX.1-1988, "ustar".) */
enum { BLOCK = 512, FILE_MAX = 64 << 20 };
enum { NAME_SIZE = 100, SIZE_AT = 124, SIZE_SIZE = 12, SUM_AT = 148, SUM_SIZE = 8, TYPE_AT = 156 };
enum { PREFIX_AT = 345, PREFIX_SIZE = 155, PATH_SIZE = PREFIX_SIZE + NAME_SIZE + 2 };

ag_status ag_tar_damaged(const char *path, const char *how, ag_error *err) {
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated or damaged: %s", path, how);
}

static ag_status skip(const ag_tar *tar, uint64_t n, ag_error *err) {
    uint8_t block[BLOCK];
    for (; n; n -= BLOCK)
        AG_TRY(tar->take(tar->self, block, BLOCK, err));
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

static ag_status visit(const ag_tar *tar, const ag_tar_visitor *visitor, const char *name,
                       uint64_t size, uint64_t padded, ag_error *err) {
    if (size > FILE_MAX)
        return ag_tar_damaged(tar->path, "a file in it is larger than 64 MiB", err);
    ag_arena arena = AG_ARENA_EMPTY;
    uint8_t *bytes = AG_NEW_ARRAY(&arena, uint8_t, (size_t)padded + 1);
    ag_status status = bytes ? tar->take(tar->self, bytes, (size_t)padded, err)
                             : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %s", name);
    if (status == AG_OK) status = visitor->visit(visitor->self, name, bytes, (size_t)size, err);
    ag_arena_close(&arena);
    return status;
}

ag_status ag_tar_read(const ag_tar *tar, const ag_tar_visitor *visitor, ag_error *err) {
    static const uint8_t zeros[BLOCK];
    for (;;) {
        uint8_t header[BLOCK];
        char name[PATH_SIZE];
        uint64_t size;
        AG_TRY(tar->take(tar->self, header, BLOCK, err));
        if (memcmp(header, zeros, BLOCK) == 0) return AG_OK;
        if (!sum_is_right(header) || !octal(header + SIZE_AT, SIZE_SIZE, &size))
            return ag_tar_damaged(tar->path, "a header in it is none of tar's", err);
        const uint64_t padded = (size + BLOCK - 1) / BLOCK * BLOCK;
        path_of(header, name);
        const bool regular = header[TYPE_AT] == '0' || header[TYPE_AT] == 0;
        if (regular && visitor->wants(visitor->self, name))
            AG_TRY(visit(tar, visitor, name, size, padded, err));
        else
            AG_TRY(skip(tar, padded, err));
    }
}

#include "datasets/files/unpack.h"

#include <limits.h>
#include <string.h>
#define ZLIB_CONST /* zlib does not write to its input */
#include <zlib.h>

enum { DEFLATE_RATIO = 1032, GZIP_WINDOW = 16 + MAX_WBITS };

bool ag_is_gzip(const uint8_t *bytes, size_t n) {
    return n >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

uint64_t ag_unpack_limit(const uint8_t *bytes, size_t n) {
    return ag_is_gzip(bytes, n) ? (uint64_t)n * DEFLATE_RATIO : (uint64_t)n;
}

/* zlib counts in 32 bits. */
static uInt portion(size_t n) { return n > UINT_MAX / 2 ? UINT_MAX / 2 : (uInt)n; }

static ag_unpacked inflate_some(z_stream *z, size_t n, uint8_t *out, size_t room, size_t *got,
                                bool *more) {
    const uint8_t *const end = z->next_in + n;
    uint8_t spill; /* receives the first byte that has no room */
    int status = Z_OK;
    while (status == Z_OK) {
        z->avail_in = portion((size_t)(end - z->next_in));
        z->next_out = *got < room ? out + *got : &spill;
        z->avail_out = *got < room ? portion(room - *got) : 1;
        const uInt before = z->avail_out;
        status = inflate(z, Z_NO_FLUSH);
        const size_t made = before - z->avail_out;
        if (*got < room)
            *got += made;
        else if (made) {
            *more = true;
            return AG_UNPACK_OK;
        }
    }
    *more = z->next_in < end;
    switch (status) {
    case Z_STREAM_END: return AG_UNPACK_OK;
    case Z_BUF_ERROR: return AG_UNPACK_CUT;
    case Z_MEM_ERROR: return AG_UNPACK_NOMEM;
    default: return AG_UNPACK_DAMAGED;
    }
}

ag_unpacked ag_unpack(const uint8_t *bytes, size_t n, uint8_t *out, size_t room, size_t *got,
                      bool *more) {
    if (!ag_is_gzip(bytes, n)) {
        *got = n < room ? n : room;
        *more = n > room;
        if (*got) memcpy(out, bytes, *got);
        return AG_UNPACK_OK;
    }
    *got = 0;
    *more = false;
    z_stream z = {.next_in = bytes};
    if (inflateInit2(&z, GZIP_WINDOW) != Z_OK) return AG_UNPACK_NOMEM;
    const ag_unpacked result = inflate_some(&z, n, out, room, got, more);
    inflateEnd(&z);
    return result;
}

ag_status ag_unpack_check(const char *file, ag_unpacked result, ag_error *err) {
    switch (result) {
    case AG_UNPACK_OK: return AG_OK;
    case AG_UNPACK_CUT:
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated: its gzip stream has no end",
                       file);
    case AG_UNPACK_DAMAGED:
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is damaged: its gzip stream cannot be unpacked", file);
    case AG_UNPACK_NOMEM: break;
    }
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to unpack %s", file);
}

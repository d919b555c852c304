#include "datasets/files/tar.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

enum { PIECE = 1 << 20 }; /* zlib counts in int */

typedef struct stream {
    const char *path;
    gzFile file;
} stream;

static ag_status take(void *self, uint8_t *out, size_t n, ag_error *err) {
    const stream *s = self;
    for (size_t done = 0; done < n;) {
        const int got =
            gzread(s->file, out + done, (unsigned)(n - done < PIECE ? n - done : PIECE));
        if (got <= 0)
            return ag_tar_damaged(s->path, "its gzip stream cannot be unpacked to its end", err);
        done += (size_t)got;
    }
    return AG_OK;
}

ag_status ag_tar_gz_read(const char *path, const ag_tar_visitor *visitor, ag_error *err) {
    stream s = {.path = path, .file = gzopen(path, "rb")};
    if (!s.file)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "cannot read %s: %s", path,
                       errno ? strerror(errno) : "out of memory");
    const ag_status status = ag_tar_read(&(ag_tar){path, &s, take}, visitor, err);
    gzclose(s.file);
    return status;
}

/* Files out of a tar archive that is packed with xz or gzip, one after the other, without
 * unpacking all of it into memory. */
#ifndef AG_TAR_H
#define AG_TAR_H

#include "harness/base/arena.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdint.h>

typedef struct ag_tar_visitor {
    const void *self;
    bool (*wants)(const void *self, const char *name);
    /* Bytes of a file that was wanted, until it returns. */
    ag_status (*visit)(const void *self, const char *name, const uint8_t *bytes, size_t n,
                       ag_error *err);
} ag_tar_visitor;

/* Goes through the regular files of the archive. AG_DATA where it is damaged; a wanted file
 * may have 64 MiB. */
ag_status ag_tar_xz_read(const char *path, const ag_tar_visitor *visitor, ag_error *err);
ag_status ag_tar_gz_read(const char *path, const ag_tar_visitor *visitor, ag_error *err);

/* An archive that is being unpacked. */
typedef struct ag_tar {
    const char *path; /* for messages */
    void *self;
    /* The next n bytes of the archive. */
    ag_status (*take)(void *self, uint8_t *out, size_t n, ag_error *err);
} ag_tar;

/* For the two above. */
ag_status ag_tar_read(const ag_tar *tar, const ag_tar_visitor *visitor, ag_error *err);
ag_status ag_tar_damaged(const char *path, const char *how, ag_error *err);

#endif

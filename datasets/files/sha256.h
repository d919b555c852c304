/* Checksums: whether files are the published ones. */
#ifndef AG_SHA256_H
#define AG_SHA256_H

#include "harness/base/status.h"

#include <stddef.h>
#include <stdint.h>

enum { AG_SHA256_TEXT = 65, AG_GIT_SHA1_TEXT = 41 };

/* 64 lower-case hex digits of the file's content. AG_DATA if it cannot be read. */
ag_status ag_sha256_file(const char *path, char text[AG_SHA256_TEXT], ag_error *err);

/* 40 lower-case hex digits: what `git hash-object` prints for these bytes, the SHA-1 of
 * "blob <n>", a zero byte and the bytes. */
ag_status ag_git_sha1(const uint8_t *bytes, size_t n, char text[AG_GIT_SHA1_TEXT], ag_error *err);

#endif

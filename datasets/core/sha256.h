/* SHA-256 of files: whether they are the published ones. */
#ifndef AG_SHA256_H
#define AG_SHA256_H

#include "harness/base/status.h"

enum { AG_SHA256_TEXT = 65 };

/* 64 lower-case hex digits of the file's content. AG_DATA if it cannot be read. */
ag_status ag_sha256_file(const char *path, char text[AG_SHA256_TEXT], ag_error *err);

#endif

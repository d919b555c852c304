/* The bytes of a file in memory that may be packed with gzip. */
#ifndef AG_UNPACK_H
#define AG_UNPACK_H

#include "harness/base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ag_unpacked {
    AG_UNPACK_OK,
    AG_UNPACK_CUT,     /* the packed bytes end too early */
    AG_UNPACK_DAMAGED, /* not what gzip writes, or its own checksum differs */
    AG_UNPACK_NOMEM
} ag_unpacked;

bool ag_is_gzip(const uint8_t *bytes, size_t n);

/* No packed stream of n bytes holds more than this (deflate's limit is 1032 to 1). */
uint64_t ag_unpack_limit(const uint8_t *bytes, size_t n);

/* Unpacks, or copies what is not packed: the first `room` bytes at most. *got: how
 * many came. *more: there is something behind them, or behind the packed stream. */
ag_unpacked ag_unpack(const uint8_t *bytes, size_t n, uint8_t *out, size_t room, size_t *got,
                      bool *more);

/* What is wrong with a file that could not be unpacked: AG_DATA or AG_NOMEM. */
ag_status ag_unpack_check(const char *file, ag_unpacked result, ag_error *err);

#endif

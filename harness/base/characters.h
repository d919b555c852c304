/* Are these bytes text that we accept? UTF-8 without zero bytes and control
 * characters (tab and line ends are fine). */
#ifndef AG_CHARACTERS_H
#define AG_CHARACTERS_H

#include "harness/base/status.h"

#include <stddef.h>

/* `bad` with the place (columns count characters) of the first byte that is not
 * acceptable. */
ag_status ag_characters_check(const char *file, const char *bytes, size_t n, ag_status bad,
                              ag_error *err);

#endif

#include "harness/base/digest.h"

#include <inttypes.h>
#include <stdio.h>
#include <xxhash.h>

uint64_t ag_digest(const void *bytes, size_t n, uint64_t start) {
    return XXH3_64bits_withSeed(bytes, n, start);
}

const char *ag_id_text(char text[AG_ID_TEXT], uint64_t id) {
    snprintf(text, AG_ID_TEXT, "%016" PRIx64, id);
    return text;
}

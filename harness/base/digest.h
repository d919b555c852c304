/* 64-bit hashes for ids and for saying that two arrays hold the same bits:
 * XXH3 (xxHash). Not for files from elsewhere: those have SHA-256. */
#ifndef AG_DIGEST_H
#define AG_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* Hash of n bytes; `start` chains one call to the next. */
uint64_t ag_digest(const void *bytes, size_t n, uint64_t start);

enum { AG_ID_TEXT = 17 };

/* 16 lower-case hex digits. Returns text. */
const char *ag_id_text(char text[AG_ID_TEXT], uint64_t id);

#endif

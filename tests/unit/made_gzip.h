/* gzip without compression ("stored"), by hand, so that the readers' library is not
 * tested against itself: RFC 1951 and 1952. */
#ifndef AG_MADE_GZIP_H
#define AG_MADE_GZIP_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { MADE_GZIP_HEAD = 15, MADE_GZIP_MORE = MADE_GZIP_HEAD + 8 };

static inline uint32_t made_crc(const uint8_t *bytes, size_t n) {
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < n; i++) {
        crc ^= bytes[i];
        for (int b = 0; b < 8; b++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0u);
    }
    return ~crc;
}

static inline size_t made_put(uint8_t *out, size_t at, uint32_t v, int n_bytes) {
    for (int i = 0; i < n_bytes; i++)
        out[at++] = (uint8_t)(v >> 8 * i);
    return at;
}

/* n below 65536; out[n + MADE_GZIP_MORE]. Returns how many bytes that is. */
static inline size_t made_gzip(const uint8_t *bytes, size_t n, uint8_t *out) {
    static const uint8_t head[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    memcpy(out, head, sizeof head);
    size_t at = sizeof head;
    out[at++] = 1; /* last block, stored */
    at = made_put(out, at, (uint32_t)n, 2);
    at = made_put(out, at, ~(uint32_t)n, 2);
    memcpy(out + at, bytes, n);
    at = made_put(out, at + n, made_crc(bytes, n), 4);
    return made_put(out, at, (uint32_t)n, 4);
}

#endif

#include "harness/base/characters.h"

#include <stdint.h>

/* Length of the UTF-8 sequence at s (n bytes left) and its code point; 0 if it is
 * not one: wrong continuation, overlong, a surrogate, beyond U+10FFFF. */
static size_t decode(const unsigned char *s, size_t n, uint32_t *code) {
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    const size_t length = s[0] < 0x80               ? 1
                          : (s[0] & 0xe0u) == 0xc0u ? 2
                          : (s[0] & 0xf0u) == 0xe0u ? 3
                          : (s[0] & 0xf8u) == 0xf0u ? 4
                                                    : 0;
    if (!length || length > n) return 0;
    *code = length == 1 ? s[0] : s[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((s[i] & 0xc0u) != 0x80u) return 0;
        *code = *code << 6 | (s[i] & 0x3fu);
    }
    if (*code < least[length] || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000)) return 0;
    return length;
}

ag_status ag_characters_check(const char *file, const char *bytes, size_t n, ag_status bad,
                              ag_error *err) {
    const unsigned char *s = (const unsigned char *)bytes;
    ag_place place = {file, 1, 1};
    for (size_t i = 0; i < n;) {
        uint32_t code = 0;
        const size_t length = decode(s + i, n - i, &code);
        if (!length) return AG_FAIL(err, bad, place, "byte 0x%02x is not UTF-8 text", s[i]);
        if (code == 0) return AG_FAIL(err, bad, place, "a zero byte inside the text");
        const int blank = code == '\t' || code == '\n' || code == '\r' || code == 0x85;
        if ((!blank && (code < 0x20 || (code >= 0x7f && code < 0xa0))) || code == 0xfeff ||
            code == 0xfffe || code == 0xffff)
            return AG_FAIL(err, bad, place, "a control character (0x%02x) inside the text",
                           (unsigned)code);
        i += length;
        place.column++;
        if (code == '\n' || (code == '\r' && (i == n || s[i] != '\n'))) {
            place.line++;
            place.column = 1;
        }
    }
    return AG_OK;
}

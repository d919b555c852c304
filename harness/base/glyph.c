#include "harness/base/glyph.h"

#include <string.h>

typedef struct range {
    unsigned from, to;
} range;

/* Unicode 15, the parts that appear in names: combining marks and invisible joiners. */
static const range narrow[] = {{0x300, 0x36f},   {0x483, 0x489},   {0x591, 0x5bd},
                               {0x610, 0x61a},   {0x64b, 0x65f},   {0x1ab0, 0x1aff},
                               {0x1dc0, 0x1dff}, {0x200b, 0x200d}, {0x2060, 0x2060},
                               {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}};

/* East Asian Width W and F, and emoji. */
static const range wide[] = {{0x1100, 0x115f},   {0x2e80, 0x303e},   {0x3041, 0x33ff},
                             {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xa000, 0xa4cf},
                             {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe30, 0xfe4f},
                             {0xff00, 0xff60},   {0xffe0, 0xffe6},   {0x1f300, 0x1f64f},
                             {0x1f680, 0x1f6ff}, {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};

/* Controls of C0 and C1, line separators, and marks and overrides of direction. */
static const range hidden[] = {{0x0, 0x1f},      {0x7f, 0x9f},      {0x61c, 0x61c},
                               {0x200e, 0x200f}, {0x2028, 0x202e},  {0x2066, 0x2069},
                               {0xfeff, 0xfeff}, {0xe0000, 0xe007f}};

static bool within(unsigned code, const range *ranges, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (code >= ranges[i].from && code <= ranges[i].to) return true;
    return false;
}

#define WITHIN(code, ranges) within((code), (ranges), sizeof(ranges) / sizeof(ranges)[0])

/* Bytes of a well-formed character, 0 if it is not: no overlong forms, no
 * surrogates, nothing above U+10FFFF. */
static int decode(const unsigned char *b, size_t n, unsigned *code) {
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    *code = b[0];
    if (b[0] < 0x80) return 1;
    const int length = b[0] >= 0xf0 ? 4 : b[0] >= 0xe0 ? 3 : 2;
    if (b[0] < 0xc2 || b[0] > 0xf4 || n < (size_t)length) return 0;
    unsigned c = b[0] & (0xffU >> (length + 1));
    for (int i = 1; i < length; i++) {
        if ((b[i] & 0xc0) != 0x80) return 0;
        c = c << 6 | (b[i] & 0x3f);
    }
    if (c < least[length] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) return 0;
    *code = c;
    return length;
}

ag_glyph ag_glyph_read(const char *text, size_t n) {
    ag_glyph glyph = {.bytes = 1};
    const int length = decode((const unsigned char *)text, n, &glyph.code);
    if (length == 0) return glyph;
    glyph.bytes = length;
    glyph.valid = true;
    glyph.visible = !WITHIN(glyph.code, hidden);
    glyph.width = WITHIN(glyph.code, narrow) ? 0 : WITHIN(glyph.code, wide) ? 2 : 1;
    return glyph;
}

int ag_glyph_show(const ag_glyph *glyph, const char *bytes, char shown[AG_GLYPH_SHOWN]) {
    static const char letters[] = "abtnvfr"; /* of the codes 7 to 13 */
    if (glyph->visible && glyph->valid) {
        memcpy(shown, bytes, (size_t)glyph->bytes);
        shown[glyph->bytes] = '\0';
        return glyph->width;
    }
    if (glyph->code >= 7 && glyph->code <= 13 && glyph->valid)
        return snprintf(shown, AG_GLYPH_SHOWN, "\\%c", letters[glyph->code - 7]);
    if (glyph->code > 0xff) return snprintf(shown, AG_GLYPH_SHOWN, "\\u%04x", glyph->code);
    return snprintf(shown, AG_GLYPH_SHOWN, "\\x%02x", glyph->code);
}

int ag_glyph_show_next(const char **text, char shown[AG_GLYPH_SHOWN]) {
    const ag_glyph glyph = ag_glyph_read(*text, strnlen(*text, 4));
    const int width = ag_glyph_show(&glyph, *text, shown);
    *text += glyph.bytes;
    return width;
}

/* Bytes that are shown as they are. */
static size_t visible_length(const char *text) {
    size_t at = 0;
    for (size_t n = strlen(text); at < n;) {
        const ag_glyph glyph = ag_glyph_read(text + at, n - at);
        if (!glyph.visible || !glyph.valid) break;
        at += (size_t)glyph.bytes;
    }
    return at;
}

void ag_print_visible(FILE *out, const char *text) {
    for (;;) {
        const size_t n = visible_length(text);
        fwrite(text, 1, n, out);
        text += n;
        if (!*text) return;
        char shown[AG_GLYPH_SHOWN];
        ag_glyph_show_next(&text, shown);
        fputs(shown, out);
    }
}

const char *ag_visible(const char *text, ag_arena *arena) {
    const size_t n = strlen(text);
    if (visible_length(text) == n) return text;
    char *all = AG_NEW_ARRAY(arena, char, n *(AG_GLYPH_SHOWN / 2) + 1), *to = all;
    while (all && *text) {
        ag_glyph_show_next(&text, to);
        to += strlen(to);
    }
    return all;
}

#include "harness/cli/json.h"

#include "harness/base/text.h"
#include "results/store/print/table.h"

#include <math.h>
#include <string.h>

int ag_utf8_length(const unsigned char *s) {
    if (s[0] < 0x80) return 1;
    const int n = s[0] >= 0xc2 && s[0] < 0xe0   ? 2
                  : s[0] >= 0xe0 && s[0] < 0xf0 ? 3
                  : s[0] >= 0xf0 && s[0] < 0xf5 ? 4
                                                : 0;
    for (int i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80) return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f)) return 0;
    if ((s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f)) return 0;
    return n;
}

void ag_json_text(FILE *out, const char *text) {
    if (!text) {
        fputs("null", out);
        return;
    }
    ag_print_json_text(out, text, strlen(text));
}

void ag_json_whole(FILE *out, const char *json) {
    for (size_t n = strlen(json); n > 0;) {
        char shown[AG_GLYPH_SHOWN];
        const ag_glyph glyph = ag_glyph_read(json, n);
        const bool hidden = !glyph.valid || (!glyph.visible && glyph.code > 0x7f);
        if (hidden)
            fwrite(shown, 1, ag_json_glyph(shown, &glyph, json), out);
        else
            fwrite(json, 1, (size_t)glyph.bytes, out);
        json += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
}

void ag_json_number(FILE *out, double x) {
    char text[AG_NUMBER_MAX];
    fputs(isfinite(x) ? ag_format_number(text, x) : "null", out);
}

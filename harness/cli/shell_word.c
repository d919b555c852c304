#include "harness/cli/shell_word.h"

#include "harness/base/glyph.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char SAFE[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:=@%+,-";

/* Lines are no harm. */
static bool is_harmless(const char *text) {
    for (size_t n = strlen(text); n > 0;) {
        const ag_glyph glyph = ag_glyph_read(text, n);
        if ((!glyph.valid || !glyph.visible) && glyph.code != '\n') return false;
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    return true;
}

/* Inside of the single quotes. */
static char *put_quoted(char *to, char c) {
    if (c != '\'') {
        *to = c;
        return to + 1;
    }
    return strcpy(to, "'\\''") + 4;
}

/* "$(printf '\033[31m')", which takes the ends of lines off the end. */
static void put_printed(char *to, const char *text, bool option) {
    size_t n = strlen(text), lines = 0;
    for (; n > 0 && text[n - 1] == '\n'; lines++)
        n--;
    to = strcpy(to, "\"$(printf '") + 11;
    if (option) to = strcpy(to, "./") + 2;
    for (size_t i = 0; i < n; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c == '%' || c == '\\') *to++ = (char)c;
        if (c >= ' ' && c < 0x7f)
            to = put_quoted(to, (char)c);
        else
            to += sprintf(to, "\\%03o", c);
    }
    to = strcpy(to, "')\"") + 3;
    if (lines > 0) {
        *to++ = '\'';
        memset(to, '\n', lines);
        strcpy(to + lines, "'");
    }
}

const char *ag_shell_word(const char *text, ag_arena *arena) {
    const bool option = text[0] == '-', safe = text[0] && text[strspn(text, SAFE)] == '\0';
    if (safe && !option) return text;
    char *word = AG_NEW_ARRAY(arena, char, 4 * strlen(text) + 24), *to = word;
    if (!word) return NULL;
    const bool quoted = !safe && is_harmless(text);
    if (quoted) *to++ = '\'';
    if (!safe && !quoted) {
        put_printed(to, text, option);
        return word;
    }
    if (option) to = strcpy(to, "./") + 2;
    for (const char *from = text; *from; from++)
        to = put_quoted(to, *from);
    if (quoted) *to++ = '\'';
    *to = '\0';
    return word;
}

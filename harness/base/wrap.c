#include "harness/base/wrap.h"

#include <string.h>

/* UTF-8: without the bytes that continue a character. */
static int columns_of(const char *text, int bytes) {
    int columns = 0;
    for (int i = 0; i < bytes; i++)
        columns += (text[i] & 0xc0) != 0x80;
    return columns;
}

/* Bytes of the next word; of one that fits on no line, as a formula, what ends behind an operator
 * and does. */
static int word_length(const char *text, int room) {
    const int bytes = (int)strcspn(text, " ");
    if (columns_of(text, bytes) <= room) return bytes;
    int fits = 0;
    for (int i = 1; i <= room && i < bytes; i++)
        if (strchr("+-*/,", text[i - 1])) fits = i;
    return fits ? fits : bytes;
}

int ag_print_wrapped(FILE *out, const char *text, int column, int indent, int width) {
    const char *before = NULL;
    for (const char *word = text + strspn(text, " "); *word;) {
        const int bytes = word_length(word, width - indent), columns = columns_of(word, bytes);
        const int blank = before && before[-1] == ' ';
        if (before && column + blank + columns > width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (blank) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", bytes, word);
        column += columns;
        word += bytes;
        word += strspn(word, " ");
        before = word;
    }
    return column;
}

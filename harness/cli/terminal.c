#include "harness/cli/terminal.h"

#include "harness/base/catalogue.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool ag_terminal_color(FILE *stream) {
    const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
    if (no_color && *no_color) return false;
    return term && *term && strcmp(term, "dumb") != 0 && isatty(fileno(stream));
}

bool ag_terminal_utf8(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (int i = 0; i < AG_COUNT(names); i++) {
        const char *locale = getenv(names[i]);
        if (!locale || !*locale) continue;
        return strstr(locale, "UTF-8") || strstr(locale, "utf8") || strstr(locale, "UTF8") ||
               strstr(locale, "utf-8");
    }
    return false;
}

int ag_terminal_columns(FILE *stream) {
    struct winsize size;
    const bool known = ioctl(fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

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

void ag_print_bold(FILE *stream, const char *text) {
    const bool color = ag_terminal_color(stream);
    fprintf(stream, "%s%s%s", color ? "\033[1m" : "", text, color ? "\033[0m" : "");
}

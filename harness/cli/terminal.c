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

void ag_print_bold(FILE *stream, const char *text) {
    const bool color = ag_terminal_color(stream);
    fprintf(stream, "%s%s%s", color ? "\033[1m" : "", text, color ? "\033[0m" : "");
}

/* What the stream at the other end can show. */
#ifndef AG_TERMINAL_H
#define AG_TERMINAL_H

#include <stdbool.h>
#include <stdio.h>

/* Colours and bold: on a terminal that is not "dumb", unless NO_COLOR is set and
 * not empty (no-color.org). */
bool ag_terminal_color(FILE *stream);

/* The locale of the environment is one of UTF-8: LC_ALL, LC_CTYPE, LANG, the first that is
 * set and not empty. */
bool ag_terminal_utf8(void);

/* Characters per line; 80 if the stream cannot tell. */
int ag_terminal_columns(FILE *stream);

/* Prints text in bold where the stream can show it, plain elsewhere. */
void ag_print_bold(FILE *stream, const char *text);

#endif

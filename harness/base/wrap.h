/* Text in lines. */
#ifndef AG_WRAP_H
#define AG_WRAP_H

#include <stdio.h>

/* No line of a help is wider. */
enum { AG_HELP_COLUMNS = 80 };

/* Prints text from `column` on, with line breaks between words where a line would be longer
 * than `width`; what follows is indented. Returns the column behind the text. */
int ag_print_wrapped(FILE *out, const char *text, int column, int indent, int width);

#endif

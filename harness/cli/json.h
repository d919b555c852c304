/* The few pieces of JSON that commands print themselves (RFC 8259). */
#ifndef AG_JSON_H
#define AG_JSON_H

#include <stdio.h>

/* "text" in quotes, escaped; bytes that are not UTF-8 become U+FFFD. NULL: null. */
void ag_json_text(FILE *out, const char *text);

/* The shortest number that reads back as x; null if x is not finite. */
void ag_json_number(FILE *out, double x);

#endif

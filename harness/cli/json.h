/* The few pieces of JSON that commands print themselves (RFC 8259). */
#ifndef AG_JSON_H
#define AG_JSON_H

#include <stdio.h>

/* "text" in quotes, escaped; bytes that are not UTF-8 become U+FFFD. NULL: null. */
void ag_json_text(FILE *out, const char *text);

/* JSON as it is; characters that would be hidden on a terminal, which stand in its texts, as
 * \uXXXX. */
void ag_json_whole(FILE *out, const char *json);

/* The shortest number that reads back as x; null if x is not finite. */
void ag_json_number(FILE *out, double x);

/* Length of the UTF-8 character at s, 0 if the bytes are none (RFC 3629: no
 * overlong forms, no surrogates, nothing above U+10FFFF). */
int ag_utf8_length(const unsigned char *s);

#endif

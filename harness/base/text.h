/* Words and numbers as people read and write them. */
#ifndef AG_TEXT_H
#define AG_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Edits (insert, delete, change, swap of neighbours) that turn a into b, upper
 * and lower case alike. Words longer than 32 characters are far from everything. */
int ag_word_distance(const char *a, const char *b);

/* Parses the whole of text as a finite number: "0.1", "1e-3", "-5". Not "nan",
 * not hexadecimal, nothing behind it. */
bool ag_parse_number(const char *text, double *x);

enum { AG_NUMBER_MAX = 32, AG_HUMAN_MAX = 32 };

/* The shortest decimal that reads back as exactly x, in the C locale: 0.1,
 * 1e-05, 128. Returns text. */
const char *ag_format_number(char text[AG_NUMBER_MAX], double x);

/* "2 h 05 min", "3 min 20 s", "4.2 s", "310 ms". Returns text. */
const char *ag_format_seconds(char text[AG_HUMAN_MAX], double seconds);

/* "12.3 M", "812 k", "40": with SI prefixes. Returns text. */
const char *ag_format_count(char text[AG_HUMAN_MAX], double count);

#endif

/* CSV text as cells: RFC 4180, and what people write besides.
 *
 * Cells are separated by one character (or by runs of spaces and tabs), records by
 * LF, CRLF or CR. Spaces around a cell do not count. A cell that begins with a double
 * quote goes on to the closing one, over separators and line ends; "" inside is one
 * quote. Empty lines are no records.
 */
#ifndef AG_CSV_SCAN_H
#define AG_CSV_SCAN_H

#include "harness/base/status.h"

#include <stdbool.h>
#include <stddef.h>

enum { AG_CSV_CELL_MAX = 65535 };

typedef struct ag_csv_text {
    const char *file;  /* for messages */
    const char *bytes; /* UTF-8, no zero bytes, no byte order mark */
    size_t n;
    char separator; /* ' ': runs of spaces and tabs */
    bool comments;  /* lines that begin with # are no records */
    long skipped;   /* lines in front of `bytes`, for messages */
} ag_csv_text;

typedef struct ag_csv_cell {
    size_t at, n; /* bytes of the text, without quotes and spaces around */
    bool doubled; /* "" inside stands for " */
    bool last;    /* of its record */
    long line;    /* where it begins, from 1 */
} ag_csv_cell;

typedef struct ag_csv_scan {
    const ag_csv_text *text;
    size_t at;
    long line;
    bool inside; /* a record has begun and goes on */
} ag_csv_scan;

ag_csv_scan ag_csv_begin(const ag_csv_text *text);

/* The next cell; *more false behind the last. AG_DATA with the place. */
ag_status ag_csv_next(ag_csv_scan *scan, ag_csv_cell *cell, bool *more, ag_error *err);

/* The cell's text, quotes undoubled, ended by 0. room[cell->n + 1]. Returns room. */
const char *ag_csv_copy(const ag_csv_text *text, const ag_csv_cell *cell, char *room);

/* Where the cell begins; columns count characters. */
ag_place ag_csv_place(const ag_csv_text *text, const ag_csv_cell *cell);

/* The separator that gives the first records equally many cells, more than one: a tab,
 * semicolon, bar, comma or space, looked for in this order, because commas also stand in
 * numbers and spaces in texts. ',' if none does. */
char ag_csv_find_separator(const ag_csv_text *text);

#endif

/* Printing a table: aligned text, CSV (quoting of RFC 4180, lines end in \n), JSON
 * (array of objects), JSON lines, Markdown.
 *
 * NULL is "-" in text and Markdown, nothing in CSV (an empty text is ""), null in
 * JSON. An infinite number is inf, in JSON 1e999, which every reader takes for it.
 * Text and Markdown are for people: reals have 6 significant digits; in text, a cell
 * wider than 100 characters is cut unless it stands alone in its row. The others are
 * for programs and give everything.
 * Control characters are made visible in text and Markdown (a newline is \n),
 * escaped in JSON, kept in CSV. Bytes that are no UTF-8 become \xNN in text and
 * Markdown, U+FFFD in JSON.
 */
#ifndef AG_TABLE_H
#define AG_TABLE_H

#include "harness/base/glyph.h"
#include "results/store/print/output.h"
#include "results/store/store.h"

#include <stdio.h>

typedef enum ag_format {
    AG_FORMAT_TABLE,
    AG_FORMAT_CSV,
    AG_FORMAT_JSON,
    AG_FORMAT_JSONL,
    AG_FORMAT_MD
} ag_format;

extern const char *const ag_format_names[]; /* "table", "csv", "json", "jsonl", "md", NULL */

/* AG_IO when the file could not be written. */
ag_status ag_table_print(FILE *out, const ag_table *table, ag_format format, ag_error *err);

/* Aligned text without the names of the columns: a list of labels and values. */
ag_status ag_table_print_list(FILE *out, const ag_table *table, ag_error *err);

/* filled[c]: a row has something in column c, or there are no rows. */
void ag_table_filled(const ag_table *table, bool *filled);

/* The columns with keep[c] and the first rows_max rows; the texts stay where they are. */
ag_status ag_table_pick(const ag_table *from, const bool *keep, size_t rows_max, ag_arena *arena,
                        ag_table *to, ag_error *err);

/* What stands before a value in JSON: `, "name": `. */
typedef struct ag_printer_key {
    const char *text;
    size_t n;
} ag_printer_key;

/* Prints rows as they come, in memory for one: CSV, JSON or JSON lines. */
typedef struct ag_printer {
    FILE *out;
    ag_format format;
    ag_arena *arena; /* for the columns' names and the buffer */
    bool new_file;   /* `out` is one, and nobody else's */
    int n_columns;
    size_t n_rows;
    const ag_printer_key *keys;
    ag_output output;
} ag_printer;

ag_row_sink ag_printer_sink(ag_printer *printer);

/* What stands behind the last row; then sees to it that all arrived. */
ag_status ag_printer_end(ag_printer *printer, ag_error *err);

/* Writes all rows of a table or view of the store into a new file, as CSV, JSON or JSON lines;
 * until it is complete it has ".part-" and a number behind its name. A file that is there is not
 * replaced. */
ag_status ag_table_export(ag_reader *reader, const char *table, ag_format format, const char *path,
                          size_t *n_rows, ag_error *err);

/* Whether Markdown takes this character, which is none that ends a text, for its own: a backslash
 * before it says that it is meant. */
bool ag_is_markdown(char c);

/* One character of a JSON string; returns its length. */
size_t ag_json_glyph(char to[AG_GLYPH_SHOWN], const ag_glyph *glyph, const char *bytes);

/* One text as a JSON string, in quotes. */
void ag_print_json_text(FILE *out, const char *text, size_t n);

#endif

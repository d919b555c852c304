/* Printing a table: aligned text, CSV (RFC 4180), JSON (array of objects), JSON
 * lines, Markdown. Control characters of cells are made visible in text and
 * Markdown, escaped in JSON. */
#ifndef AG_TABLE_H
#define AG_TABLE_H

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

#endif

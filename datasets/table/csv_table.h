/* A CSV file as a table: names of columns, number of rows, and what stands in each
 * column. The cells stay text in the file's bytes; who wants them goes through the rows. */
#ifndef AG_CSV_TABLE_H
#define AG_CSV_TABLE_H

#include "datasets/core/distinct.h"
#include "datasets/table/csv_scan.h"

enum { AG_CSV_COLUMNS_MAX = 100000, AG_CSV_DISTINCT_MAX = 10000 };

typedef enum ag_csv_header {
    AG_CSV_HEADER_AUTO,
    AG_CSV_HEADER_TRUE,
    AG_CSV_HEADER_FALSE
} ag_csv_header;

/* How the file is written. */
typedef struct ag_csv_format {
    ag_csv_header header; /* auto: see ag_csv_open */
    char separator;       /* 0: ag_csv_find_separator */
    bool decimal_comma;
    bool comments;
    bool skip_first; /* the first line is not looked at */
} ag_csv_format;

typedef enum ag_csv_role {
    AG_CSV_FEATURE,
    AG_CSV_CATEGORY, /* a feature whose values are categories even if they are numbers */
    AG_CSV_TARGET,
    AG_CSV_IGNORED
} ag_csv_role;

typedef struct ag_csv_column {
    const char *name;  /* of the header; else "column 3" */
    ag_csv_cell title; /* where the header names it, or has nothing */
    bool unnamed;      /* there is a header, but it has nothing */
    ag_csv_role role;
    /* What ag_csv_survey finds, in the rows that are kept. */
    size_t n_numbers, n_texts, n_missing;
    ag_csv_cell missing, text; /* the first of each */
    bool whole;                /* all numbers are */
    bool comma_numbers;        /* all texts are numbers with a decimal comma */
    double least, most;
    ag_distinct distinct; /* of targets and categories all values, else the texts; the first
                             ... */
    size_t distinct_max;  /* ... so many, and one more */
} ag_csv_column;

typedef struct ag_csv_table {
    ag_csv_text text;
    bool header, decimal_comma;
    size_t n_columns;
    ag_csv_column *columns;
    size_t n_rows;  /* without the header */
    size_t n_kept;  /* without rows that miss a value, if these are to be dropped */
    size_t longest; /* cell */
} ag_csv_table;

/* Reads the structure: every record must have as many cells as the first. `bytes` must
 * outlive the table. A first record is a header if `named` is one of its cells; or if
 * none of its cells is empty (but the first may be: pandas and R write row numbers so),
 * twice there or a number, but the next record has a number. Where both are only texts, or
 * the first counts 0, 1, 2, ... (names that pandas gives), AG_CONFIG says that the user must
 * say. named NULL, or a number: no name is known. Gzip is not unpacked here. */
ag_status ag_csv_open(const char *file, const char *bytes, size_t n, const ag_csv_format *format,
                      const char *named, ag_arena *arena, ag_csv_table *table, ag_error *err);

/* Reads a file, unpacks it if it is packed with gzip. */
ag_status ag_csv_bytes(const char *path, ag_arena *arena, const char **bytes, size_t *n,
                       ag_error *err);

/* Fills the columns that are not ignored. drop: rows in which one of these has no value
 * do not count. */
ag_status ag_csv_survey(ag_csv_table *table, bool drop, ag_arena *arena, ag_error *err);

/* Going through the rows; see ag_csv_rows_next. */
typedef struct ag_csv_rows {
    const ag_csv_table *table;
    ag_csv_scan scan;
    ag_csv_cell *cell; /* [n_columns] of this row */
    char *room;        /* for one cell's text */
    bool drop;
} ag_csv_rows;

ag_status ag_csv_rows_begin(const ag_csv_table *table, bool drop, ag_arena *arena,
                            ag_csv_rows *rows, ag_error *err);
/* The next row; with `drop`, the next one without missing values. */
ag_status ag_csv_rows_next(ag_csv_rows *rows, bool *more, ag_error *err);
/* Text of a cell of this row, until the next call. */
const char *ag_csv_rows_text(ag_csv_rows *rows, size_t column);

/* Empty, NA, N/A, NaN, ? or null, in upper or lower case, quoted or not. */
bool ag_csv_is_missing(const char *text);

/* A finite decimal number, with the table's decimal sign; nothing else in the text. */
bool ag_csv_number(const ag_csv_table *table, const char *text, double *x);

/* The column with this name, or of this number: from 1, or from -1 for the last. */
enum { AG_CSV_NONE = -1, AG_CSV_BOTH = -2 }; /* BOTH: one's name and another's number */
long ag_csv_find(const ag_csv_table *table, const char *name);

#endif

/* What a file holds, whatever its format: for `actgrid datasets info FILE`.
 *
 * One file per format in datasets/formats. A format is found by a file's content, not by
 * its name.
 */
#ifndef AG_FILE_FORMAT_H
#define AG_FILE_FORMAT_H

#include "harness/base/arena.h"
#include "harness/base/catalogue.h"
#include "harness/base/status.h"

#include <stdbool.h>
#include <stdint.h>

/* A column of a table, or an array of a file of several. */
typedef struct ag_file_column {
    const char *name;
    const char *type;  /* "number", "text", "float64" */
    const char *shape; /* "60000 x 28 x 28"; NULL: one value for each row */
    size_t n_missing;
    size_t n_distinct;  /* 0: not counted */
    bool more;          /* than n_distinct: counting ended there */
    double least, most; /* NaN: not numbers, or not looked at */
} ag_file_column;

typedef struct ag_file_class {
    const char *name;
    size_t n; /* examples */
} ag_file_class;

/* Texts live in the arena that was given. */
typedef struct ag_file_facts {
    const char *how; /* "fields separated by commas, with a header"; NULL: nothing to add */
    size_t n_rows;   /* or examples; 0: does not apply */
    const ag_file_column *columns;
    size_t n_columns;
    const char *target; /* what would be predicted, and how: one sentence; NULL: not known */
    const ag_file_class *classes;
    size_t n_classes;
    const char *const *warnings;
    int n_warnings;
    const char *use; /* as an experiment file would name it; NULL: no data set reads it */
} ag_file_facts;

/* How a file begins. */
typedef struct ag_file_head {
    const char *path;
    int64_t size;         /* of the file as it lies there */
    const uint8_t *bytes; /* [n] first ones; of the content, if the file is packed with gzip */
    size_t n;
    bool packed;
} ag_file_head;

typedef enum ag_file_likeness {
    AG_FILE_OTHER,   /* it is not this format */
    AG_FILE_PERHAPS, /* nothing speaks against it */
    AG_FILE_CERTAIN  /* it says so itself */
} ag_file_likeness;

typedef struct ag_file_format {
    ag_element about; /* formula: what it is in a few words */
    ag_file_likeness (*recognise)(const ag_file_head *head);
    ag_status (*inspect)(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err);
} ag_file_format;

extern const ag_catalogue ag_file_formats;

/* Finds the format and describes the file. AG_DATA if no format knows it. */
ag_status ag_file_inspect(const char *path, ag_arena *arena, const ag_file_format **format,
                          ag_file_facts *facts, ag_error *err);

/* Whether YAML reads a path or a name as it is: no quotes in a `use` line. */
bool ag_file_word_is_plain(const char *text);

#endif

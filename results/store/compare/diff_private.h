/* What the files that compare two stores share: diff.c (the comparison as a whole), diff_trials.c
 * (which trials both have), diff_schema.c (which tables there are), diff_tables.c (what is
 * compared), diff_rows.c, diff_arrays.c and diff_boxes.c (curves.h5 and arrays.log),
 * diff_trial_table.c (the table in curves.h5), diff_value.c (values as they are said). */
#ifndef AG_DIFF_PRIVATE_H
#define AG_DIFF_PRIVATE_H

#include "harness/base/decimal.h"
#include "harness/base/digest.h"
#include "results/store/compare/diff.h"
#include "results/store/read/reader_private.h"

/* A table or view of one store. */
typedef struct ag_diff_shape {
    const char *name;
    bool is_view;
    int n_columns;
    const char **column;
    int *key; /* place of the column in the primary key, from 1; 0: none */
} ag_diff_shape;

typedef struct ag_diff_schema {
    const ag_diff_shape *shape;
    size_t n;
} ag_diff_schema;

/* By what a row is found. */
typedef enum ag_diff_kind {
    AG_DIFF_OF_TRIAL,
    AG_DIFF_OF_CELL,
    AG_DIFF_OF_PAIR, /* of cells */
    AG_DIFF_OF_CURVE,
    AG_DIFF_OF_OTHER
} ag_diff_kind;

/* A table that both stores have. Each statement gives the keys, then the columns, by the keys. */
typedef struct ag_diff_table {
    const char *name;
    ag_diff_kind kind;
    int n_keys, n_columns;
    const char **key, **column;
    const char *sql[2];
} ag_diff_table;

enum { AG_DIFF_CURVE_KEYS = 7 }; /* columns of `trial`, too */
extern const char *const ag_diff_curve_keys[AG_DIFF_CURVE_KEYS];

/* Hashes, ascending once they are sorted. */
typedef struct ag_diff_hashes {
    uint64_t *hash;
    size_t n, room;
} ag_diff_hashes;

typedef struct ag_comparison {
    ag_arena *arena;
    const char *const *dir;
    const ag_diff_wish *wish;
    ag_reader *reader[2];
    ag_diff_schema schema[2];
    uint64_t *id;    /* [n], ascending: trials that both have */
    bool *speaks[2]; /* [n]: finished or diverged there */
    bool *different; /* [n] */
    size_t n;
    ag_diff_hashes cells, curves; /* of trials that one store has */
    ag_diff *diff;
    ag_diff_count *count; /* these three: of `diff` */
    const char **note;
    ag_diff_fact *fact;
    size_t counts_room, notes_room, facts_room;
} ag_comparison;

/* Differences of one column. */
typedef struct ag_diff_tally {
    ag_diff_count count;
    size_t last; /* trial */
} ag_diff_tally;

enum { AG_DIFF_NO_TRIAL = -1 };

/* Counts a difference of the trial; true: it is to be described with ag_diff_tell. */
bool ag_diff_add(ag_comparison *c, ag_diff_tally *tally, ptrdiff_t trial);
ag_status ag_diff_tell(ag_comparison *c, ag_diff_tally *tally, const ag_difference *difference,
                       ag_error *err);

/* Adds those of n tallies that counted something to the comparison. */
ag_status ag_diff_keep(ag_comparison *c, const ag_diff_tally *tally, size_t n, ag_error *err);

ag_status ag_diff_note(ag_comparison *c, ag_error *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

ag_status ag_diff_no_memory(ag_error *err);

/* --- diff_trials.c -------------------------------------------------------------------- */

/* Finds the trials that both have, and those that one has. */
ag_status ag_diff_trials(ag_comparison *c, ag_error *err);

/* Place of a trial_id among those that both have; -1: it is none of them. */
ptrdiff_t ag_diff_place(const ag_comparison *c, ag_sql_value trial_id);

/* Whether the text is the hash of a cell of a trial that one store has, and likewise of a curve. */
bool ag_diff_is_lone_cell(const ag_comparison *c, ag_sql_value cell);
bool ag_diff_is_lone_curve(const ag_comparison *c, uint64_t hash);

/* Of the n values of a cursor from `column` on. */
uint64_t ag_diff_hash(const ag_cursor *cursor, int column, int n);

/* --- diff_schema.c, diff_tables.c, diff_rows.c, diff_arrays.c --------------------------------- */

ag_status ag_diff_read_schema(ag_reader *reader, ag_arena *arena, ag_diff_schema *schema,
                              ag_error *err);
const ag_diff_shape *ag_diff_find_shape(const ag_diff_schema *schema, const char *name);
int ag_diff_find_column(const ag_diff_shape *shape, const char *column); /* -1: none */
bool ag_diff_has_column(const ag_diff_schema *schema, const char *table, const char *column);

/* Of a text; NULL: out of memory. */
char *ag_diff_copy(ag_arena *arena, ag_sql_value text);

/* What is compared; notes what is not. */
ag_status ag_diff_plan(ag_comparison *c, ag_diff_table **tables, size_t *n, ag_error *err);

ag_status ag_diff_rows(ag_comparison *c, const ag_diff_table *table, ag_error *err);
ag_status ag_diff_arrays(ag_comparison *c, ag_error *err);

/* --- diff_boxes.c ------------------------------------------------------------------------- */

/* A trial's array, or some steps of it. */
typedef struct ag_diff_box {
    const float *data; /* NULL: none, or nothing of these steps */
    size_t size[AG_ARRAY_RANK_MAX];
} ag_diff_box;

enum { AG_DIFF_AXIS = 32 };

/* An array that one of two stores has at least. */
typedef struct ag_diff_array {
    const char *name;
    int rank; /* of a trial's part */
    char axis[AG_ARRAY_RANK_MAX][AG_DIFF_AXIS];
    ag_diff_tally tally;
} ag_diff_array;

/* `axes`: "trial, step, layer", or without the trial. */
ag_diff_array ag_diff_array_of(const char *name, const char *axes, int rank);

/* Where boxes stand: in which trial, from which step on. */
typedef struct ag_diff_spot {
    ag_diff_array *array;
    uint64_t id;
    ptrdiff_t place; /* of the trial, among those that both have */
    size_t step;
} ag_diff_spot;

/* One box goes on with the NaN of curves.h5 where only the other has numbers. */
ag_status ag_diff_boxes(ag_comparison *c, const ag_diff_spot *spot, const ag_diff_box *a,
                        const ag_diff_box *b, ag_error *err);

size_t ag_diff_numbers(const size_t *size, int rank);

/* Without values; array NULL: all of them. */
ag_difference ag_diff_at_trial(const char *array, uint64_t id, char text[AG_ID_TEXT]);

/* --- diff_trial_table.c ---------------------------------------------------------------------- */

/* The n trials of which arrays are compared. */
typedef struct ag_diff_trial_rows {
    size_t n;
    const uint64_t *id;
    const size_t *place;   /* among those that both have */
    const int64_t *row[2]; /* in curves.h5; -1: not there */
    int64_t file[2];       /* HDF5's handle; -1: no file */
    const char *path[2];
} ag_diff_trial_rows;

ag_status ag_diff_trial_tables(ag_comparison *c, const ag_diff_trial_rows *rows, ag_error *err);

/* --- diff_value.c -------------------------------------------------------------------------- */

/* As SQLite orders them: NULL, numbers, texts. */
int ag_sql_order(const ag_sql_value *a, const ag_sql_value *b);
/* The same kind and the same bits. */
bool ag_sql_same(const ag_sql_value *a, const ag_sql_value *b);

enum { AG_DIFF_SHOWN = 512 };

/* A value as it is said: numbers in full, long texts from shortly before where they part. */
ag_cell ag_diff_key_cell(const ag_sql_value *value, char text[AG_DIFF_SHOWN]);
void ag_diff_values(ag_difference *difference, const ag_sql_value *a, const ag_sql_value *b,
                    char text[2][AG_DIFF_SHOWN]);
void ag_diff_floats(ag_difference *difference, float a, float b, char text[2][AG_DIFF_SHOWN]);

#endif

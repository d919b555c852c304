/* How samples are read: what sample_read.c, sample_where.c and sample_label.c share. */
#ifndef AG_SAMPLE_PRIVATE_H
#define AG_SAMPLE_PRIVATE_H

#include "harness/config/writer.h"
#include "results/report/sample.h"

#include <string.h>

/* SQL over a row `t` of `trial`. */
typedef struct ag_sample_sql {
    const char *phase;      /* "final" */
    const char *where;      /* of the trials that are asked for */
    const char *of_cells;   /* of one of each cell: the least trial_id */
    const char *block;      /* JSON of what the trials of a block share */
    const char *tuned;      /* "learning_rate=0.03" */
    const char *activation; /* JSON */
} ag_sample_sql;

ag_status ag_sample_sql_make(ag_reader *reader, const ag_sample_query *query, ag_arena *arena,
                             ag_sample_sql *sql, ag_error *err);

/* Keys whose values differ between blocks, the values of each block (by its settings), labels, and
 * the order: blocks are sorted. n_blocks >= 1. */
ag_status ag_sample_label_blocks(ag_reader *reader, const ag_sample_sql *sql, int n_blocks,
                                 ag_block_sample *blocks, ag_arena *arena, ag_varying *varying,
                                 ag_error *err);

/* Whether the store says what a tuning chose: the table `selection`, since format 8. */
ag_status ag_selection_kept(ag_reader *reader, ag_arena *arena, bool *kept, ag_error *err);

/* SQL: the value of a key in t.settings; of one that has a name (initializer: {name: ...}) the
 * name. */
void ag_sample_write_value(ag_writer *w, const char *key);

/* A text as SQL has it, in single quotes. NULL: out of memory. */
const char *ag_sql_quoted(ag_arena *arena, const char *text);

/* Words joined by dots: what may stand in a JSON path as it is. */
bool ag_is_json_path(const char *key);

/* learning_rate of optimizer.learning_rate. */
static inline const char *ag_last_word(const char *key) {
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

/* For an ag_row_sink that knows its columns. */
ag_status ag_columns_ignored(void *self, int n_columns, const char *const *columns, ag_error *err);

static inline ag_status ag_samples_no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a comparison");
}

#endif

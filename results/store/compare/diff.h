/* Are two stores equal, bit for bit, but for times?
 *
 * Rows are found by their keys, those of a trial by its trial_id, arrays likewise: the order in
 * which trials arrived is no part of it. Numbers are equal if their bits are; NaN too. What is
 * left out, because it says when, how fast or where and not what came out: diff_tables.c.
 */
#ifndef AG_DIFF_H
#define AG_DIFF_H

#include "results/store/store.h"

enum { AG_DIFF_KEYS_MAX = 10, AG_DIFF_NAMED = 5 };

/* Part of the place of a difference: trial_id, epoch, layer; indexes of an array count from 0. */
typedef struct ag_diff_key {
    const char *name;
    ag_cell value;
} ag_diff_key;

typedef struct ag_difference {
    const char *table;  /* as in SQL: "epoch"; "curves.h5" */
    const char *column; /* or the array: "step/loss"; NULL: a whole row, which one store has */
    int only;           /* of a row: which store has it, 0 or 1; of a value -1 */
    int n_keys;
    ag_diff_key key[AG_DIFF_KEYS_MAX];
    ag_cell value[2]; /* AG_CELL_NULL of a row that is not there */
    bool has_ulps;    /* both are finite numbers of one type */
    uint64_t ulps;    /* numbers of that type from one to the other */
} ag_difference;

/* All differences of one column (or of whole rows) of a table. */
typedef struct ag_diff_count {
    ag_difference first;
    size_t cells;  /* or rows */
    size_t trials; /* that they belong to; 0 in tables of cells */
} ag_diff_count;

/* A trial that one store has. */
typedef struct ag_diff_lone {
    const char *trial_id;
    const char *words; /* its settings, in short */
} ag_diff_lone;

/* A fact of `environment` that is not the same: no difference of numbers. */
typedef struct ag_diff_fact {
    const char *key, *value[2]; /* NULL: not said; several values are joined by ", " */
} ag_diff_fact;

typedef struct ag_diff_wish {
    bool only_common; /* trials that one store has are no difference, unless both have no other */
    /* Each difference as it is found, trials of one store among them (table "trial", column NULL,
     * value: the settings in short); NULL: only counted. */
    ag_status (*each)(void *self, const ag_difference *difference, ag_error *err);
    void *self;
} ag_diff_wish;

typedef struct ag_diff {
    bool equal;
    size_t trials;    /* in both */
    size_t different; /* of these */
    size_t rows, arrays;
    size_t n_lone[2];
    ag_diff_lone lone[2][AG_DIFF_NAMED]; /* the first */
    const ag_diff_count *count;          /* in the order of the tables */
    size_t n_counts;
    const ag_diff_fact *fact;
    size_t n_facts;
    size_t ungathered[2]; /* trials compared whose arrays were read from arrays.log */
    int format[2];
    size_t left_out; /* rows: means over trials of which a store has some that the other lacks */
    const char *const *note; /* what else was left out, a sentence each */
    size_t n_notes;
} ag_diff;

/* Columns, of whatever table, and tables (column NULL) that are no part of the comparison. */
typedef struct ag_diff_omission {
    const char *table, *column, *reason;
} ag_diff_omission;
extern const ag_diff_omission ag_diff_omissions[];
extern const int ag_n_diff_omissions;

/* Compares the stores in two folders as they are at this moment, in memory that does not grow with
 * what a trial holds. Other than AG_OK: one could not be read. */
ag_status ag_store_diff(const char *const dir[2], const ag_diff_wish *wish, ag_arena *arena,
                        ag_diff *diff, ag_error *err);

#endif

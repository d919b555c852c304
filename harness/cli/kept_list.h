/* What DIR/checkpoints of a store has, for `status`. */
#ifndef AG_KEPT_LIST_H
#define AG_KEPT_LIST_H

#include "results/store/print/table.h"

typedef struct ag_kept_list {
    const ag_checkpoint_file *file; /* [n] trials that are not finished */
    bool *ours;                     /* [n] of the plan; NULL: not known */
    size_t n;
    double done; /* of ours: trials, each counted by its share of steps */
    size_t n_finals;
    uint64_t final_bytes;
} ag_kept_list;

/* `resolved` is the experiment whose checkpoints are ours, as the store has it. */
ag_status ag_kept_list_make(const char *dir, const char *resolved, ag_arena *arena,
                            ag_kept_list *list, ag_error *err);

/* `, "checkpoints": [...], "final_states": {...}` */
void ag_kept_list_print_json(const ag_kept_list *list);

/* Rows of a label and a value behind those of the table, at most AG_KEPT_ROWS_MAX; the table's
 * cells are at `cells`. */
enum { AG_KEPT_ROWS_MAX = 18 };
ag_status ag_kept_list_add(const ag_kept_list *list, ag_table *table, const char **cells,
                           ag_arena *arena, ag_error *err);

#endif

/* The table /trials of two curves.h5: what each says of the trials that both have. */
#include "results/store/arrays/arrays_private.h"
#include "results/store/compare/diff_private.h"

#include <stdio.h>

static const char PREFIX[] = "trials."; /* "curves.h5 trials.activation" */

static ag_status tell(ag_comparison *c, ag_diff_tally *tally, uint64_t id, const char *column,
                      const ag_sql_value x[2], ag_error *err) {
    char text[AG_ID_TEXT], value[2][AG_DIFF_SHOWN];
    ag_difference d = ag_diff_at_trial(column, id, text);
    ag_diff_values(&d, &x[0], &x[1], value);
    return ag_diff_tell(c, tally, &d, err);
}

static const char *name_of(ag_comparison *c, int column) {
    enum { NAME_MAX_BYTES = 64 };
    char *name = AG_NEW_ARRAY(c->arena, char, NAME_MAX_BYTES);
    if (name) snprintf(name, NAME_MAX_BYTES, "%s%s", PREFIX, ag_trial_column(column));
    return name;
}

static ag_status compare(ag_comparison *c, const ag_diff_trial_rows *r, const ag_trial_table t[2],
                         unsigned char *const row[2], ag_diff_tally *tally, ag_error *err) {
    const char *name[AG_TRIAL_COLUMNS];
    for (int k = 0; k < AG_TRIAL_COLUMNS; k++)
        if (!(name[k] = name_of(c, k))) return ag_diff_no_memory(err);
    for (size_t i = 0; i < r->n; i++) {
        if (r->row[0][i] < 0 || r->row[1][i] < 0) continue;
        for (int side = 0; side < 2; side++)
            if (!ag_trial_table_read(&t[side], r->row[side][i], row[side]))
                return ag_h5_trouble("read", r->path[side], ag_h5_damaged, err);
        for (int k = 0; k < AG_TRIAL_COLUMNS; k++) {
            const ag_sql_value x[2] = {ag_trial_value(&t[0], row[0], k),
                                       ag_trial_value(&t[1], row[1], k)};
            if (ag_sql_same(&x[0], &x[1]) || !ag_diff_add(c, &tally[k], (ptrdiff_t)r->place[i]))
                continue;
            AG_TRY(tell(c, &tally[k], r->id[i], name[k], x, err));
        }
    }
    return AG_OK;
}

ag_status ag_diff_trial_tables(ag_comparison *c, const ag_diff_trial_rows *rows, ag_error *err) {
    ag_trial_table table[2];
    unsigned char *row[2];
    ag_diff_tally *tally = AG_NEW_ARRAY(c->arena, ag_diff_tally, AG_TRIAL_COLUMNS);
    if (!tally) return ag_diff_no_memory(err);
    for (int i = 0; i < 2; i++) {
        if (rows->file[i] < 0) return AG_OK; /* one has none: arrays.log has no such table */
        if (!ag_trial_table_open(rows->file[i], &table[i]))
            return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                           "'%.200s' holds a table 'trials' that is not as this program writes it",
                           rows->path[i]);
        row[i] = AG_NEW_ARRAY(c->arena, unsigned char, table[i].bytes);
        if (!row[i]) return ag_diff_no_memory(err);
    }
    AG_TRY(compare(c, rows, table, row, tally, err));
    return ag_diff_keep(c, tally, AG_TRIAL_COLUMNS, err);
}

/* The rows of a table in two stores, side by side: both come in the order of their keys. */
#include "results/store/compare/diff_private.h"

#include <string.h>

/* One store's rows. */
typedef struct stream {
    ag_cursor cursor;
    char id[AG_ID_TEXT]; /* of the row before */
    ptrdiff_t trial;     /* its place among those that both have */
} stream;

typedef struct merge {
    ag_comparison *c;
    const ag_diff_table *table;
    stream stream[2];
    ag_diff_tally *tally; /* [n_columns + 2]: of each column; of rows that one store has */
} merge;

/* --- which rows -------------------------------------------------------------------------- */

/* Rows of a trial come together: it is looked for once. */
static bool of_common_trial(const ag_comparison *c, stream *s) {
    const ag_sql_value id = ag_cursor_value(&s->cursor, 0);
    if (id.n != sizeof s->id - 1) return false;
    if (memcmp(id.text, s->id, id.n) != 0) {
        memcpy(s->id, id.text, id.n);
        s->trial = ag_diff_place(c, id);
    }
    return s->trial != AG_DIFF_NO_TRIAL;
}

/* Means are compared where they are of the same trials: else they differ for that reason. */
static bool of_common_trials(const merge *m, const ag_cursor *row) {
    const ag_comparison *c = m->c;
    switch (m->table->kind) {
    case AG_DIFF_OF_CELL: return !ag_diff_is_lone_cell(c, ag_cursor_value(row, 0));
    case AG_DIFF_OF_PAIR:
        return !ag_diff_is_lone_cell(c, ag_cursor_value(row, 0)) &&
               !ag_diff_is_lone_cell(c, ag_cursor_value(row, 1));
    case AG_DIFF_OF_CURVE:
        return !ag_diff_is_lone_curve(c, ag_diff_hash(row, 0, AG_DIFF_CURVE_KEYS));
    default: return true;
    }
}

/* To the next row that is compared. */
static ag_status advance(merge *m, stream *s, ag_error *err) {
    for (;;) {
        AG_TRY(ag_cursor_next(&s->cursor, err));
        if (!s->cursor.row) return AG_OK;
        if (m->table->kind == AG_DIFF_OF_TRIAL) {
            if (of_common_trial(m->c, s)) return AG_OK;
        } else if (of_common_trials(m, &s->cursor)) {
            return AG_OK;
        } else {
            m->c->diff->left_out++;
        }
    }
}

/* --- what differs -------------------------------------------------------------------------- */

static ptrdiff_t trial_of(const merge *m, int side) {
    return m->table->kind == AG_DIFF_OF_TRIAL ? m->stream[side].trial : AG_DIFF_NO_TRIAL;
}

/* The place of the row that `side` is at. */
static ag_difference place_of(const merge *m, int side,
                              char text[AG_DIFF_KEYS_MAX][AG_DIFF_SHOWN]) {
    ag_difference d = {.table = m->table->name, .only = -1, .n_keys = m->table->n_keys};
    for (int i = 0; i < d.n_keys; i++) {
        const ag_sql_value key = ag_cursor_value(&m->stream[side].cursor, i);
        d.key[i] = (ag_diff_key){m->table->key[i], ag_diff_key_cell(&key, text[i])};
    }
    return d;
}

static ag_status only_one(merge *m, int side, ag_error *err) {
    ag_diff_tally *tally = &m->tally[m->table->n_columns + side];
    if (!ag_diff_add(m->c, tally, trial_of(m, side))) return AG_OK;
    char text[AG_DIFF_KEYS_MAX][AG_DIFF_SHOWN];
    ag_difference d = place_of(m, side, text);
    d.only = side;
    return ag_diff_tell(m->c, tally, &d, err);
}

static ag_status tell_value(merge *m, int column, const ag_sql_value *a, const ag_sql_value *b,
                            ag_error *err) {
    char text[AG_DIFF_KEYS_MAX][AG_DIFF_SHOWN], value[2][AG_DIFF_SHOWN];
    ag_difference d = place_of(m, 0, text);
    d.column = m->table->column[column];
    ag_diff_values(&d, a, b, value);
    return ag_diff_tell(m->c, &m->tally[column], &d, err);
}

static ag_status compare_row(merge *m, ag_error *err) {
    const ag_diff_table *t = m->table;
    for (int i = 0; i < t->n_columns; i++) {
        const ag_sql_value a = ag_cursor_value(&m->stream[0].cursor, t->n_keys + i);
        const ag_sql_value b = ag_cursor_value(&m->stream[1].cursor, t->n_keys + i);
        if (ag_sql_same(&a, &b) || !ag_diff_add(m->c, &m->tally[i], trial_of(m, 0))) continue;
        AG_TRY(tell_value(m, i, &a, &b, err));
    }
    m->c->diff->rows++;
    return AG_OK;
}

static int order_of_keys(const merge *m) {
    for (int i = 0; i < m->table->n_keys; i++) {
        const ag_sql_value a = ag_cursor_value(&m->stream[0].cursor, i);
        const ag_sql_value b = ag_cursor_value(&m->stream[1].cursor, i);
        const int order = ag_sql_order(&a, &b);
        if (order != 0) return order;
    }
    return 0;
}

static ag_status walk(merge *m, ag_error *err) {
    stream *a = &m->stream[0], *b = &m->stream[1];
    AG_TRY(advance(m, a, err));
    AG_TRY(advance(m, b, err));
    while (a->cursor.row || b->cursor.row) {
        const int order = !a->cursor.row ? 1 : !b->cursor.row ? -1 : order_of_keys(m);
        if (order == 0)
            AG_TRY(compare_row(m, err));
        else
            AG_TRY(only_one(m, order > 0, err));
        if (order <= 0) AG_TRY(advance(m, a, err));
        if (order >= 0) AG_TRY(advance(m, b, err));
    }
    return AG_OK;
}

ag_status ag_diff_rows(ag_comparison *c, const ag_diff_table *table, ag_error *err) {
    merge m = {.c = c, .table = table};
    const size_t n = (size_t)table->n_columns + 2;
    m.tally = AG_NEW_ARRAY(c->arena, ag_diff_tally, n);
    if (!m.tally) return ag_diff_no_memory(err);
    ag_status status = AG_OK;
    for (int i = 0; i < 2 && status == AG_OK; i++)
        status = ag_cursor_open(c->reader[i], table->sql[i], &m.stream[i].cursor, err);
    if (status == AG_OK) status = walk(&m, err);
    for (int i = 0; i < 2; i++)
        ag_cursor_close(&m.stream[i].cursor);
    return status == AG_OK ? ag_diff_keep(c, m.tally, n, err) : status;
}

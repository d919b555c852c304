/* Which tables and views a store has, as the database itself says. */
#include "results/store/compare/diff_private.h"

#include <string.h>

/* Views are not looked into: what they ask for may not be there. */
static const char *const COLUMNS =
    "SELECT t.name, t.type = 'view', c.name, c.pk, count(*) OVER (PARTITION BY t.rowid),"
    " row_number() OVER (PARTITION BY t.rowid ORDER BY c.cid)"
    " FROM sqlite_schema t LEFT JOIN pragma_table_info(iif(t.type = 'table', t.name, NULL)) c"
    " WHERE t.type IN ('table', 'view') AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    " ORDER BY t.rowid, 6";

char *ag_diff_copy(ag_arena *arena, ag_sql_value x) {
    char *text = AG_NEW_ARRAY(arena, char, x.n + 1);
    return text ? memcpy(text, x.text ? x.text : "", x.n) : NULL;
}

/* The shape whose column the cursor is at, a new one with its first; NULL: out of memory. Names
 * alone do not tell them apart: nobody vouches for those of a file from elsewhere. */
static ag_diff_shape *shape_at(const ag_cursor *cursor, ag_diff_shape *shapes, size_t *n,
                               ag_arena *arena) {
    if (*n > 0 && ag_cursor_value(cursor, 5).whole > 1) return &shapes[*n - 1];
    const size_t columns = (size_t)ag_cursor_value(cursor, 4).whole;
    ag_diff_shape *s = &shapes[*n];
    s->name = ag_diff_copy(arena, ag_cursor_value(cursor, 0));
    s->is_view = ag_cursor_value(cursor, 1).whole == 1;
    s->column = AG_NEW_ARRAY(arena, const char *, columns);
    s->key = AG_NEW_ARRAY(arena, int, columns);
    if (!s->name || !s->column || !s->key) return NULL;
    ++*n;
    return s;
}

static ag_status read_shapes(ag_cursor *cursor, ag_diff_shape *shapes, size_t room, size_t *n,
                             ag_arena *arena, ag_error *err) {
    for (;;) {
        AG_TRY(ag_cursor_next(cursor, err));
        if (!cursor->row || *n == room) return AG_OK;
        ag_diff_shape *s = shape_at(cursor, shapes, n, arena);
        char *name = s ? ag_diff_copy(arena, ag_cursor_value(cursor, 2)) : NULL;
        if (!name) return ag_diff_no_memory(err);
        if (s->is_view) continue;
        s->key[s->n_columns] = (int)ag_cursor_value(cursor, 3).whole;
        s->column[s->n_columns++] = name;
    }
}

ag_status ag_diff_read_schema(ag_reader *reader, ag_arena *arena, ag_diff_schema *schema,
                              ag_error *err) {
    ag_cursor cursor;
    AG_TRY(ag_cursor_open(reader, "SELECT count(*) + 1 FROM sqlite_schema", &cursor, err));
    ag_status status = ag_cursor_next(&cursor, err);
    const size_t room = status == AG_OK ? (size_t)ag_cursor_value(&cursor, 0).whole : 0;
    ag_cursor_close(&cursor);
    if (status != AG_OK) return status;
    ag_diff_shape *shapes = AG_NEW_ARRAY(arena, ag_diff_shape, room);
    if (!shapes) return ag_diff_no_memory(err);
    AG_TRY(ag_cursor_open(reader, COLUMNS, &cursor, err));
    schema->shape = shapes;
    status = read_shapes(&cursor, shapes, room, &schema->n, arena, err);
    ag_cursor_close(&cursor);
    return status;
}

const ag_diff_shape *ag_diff_find_shape(const ag_diff_schema *schema, const char *name) {
    for (size_t i = 0; i < schema->n; i++)
        if (strcmp(schema->shape[i].name, name) == 0) return &schema->shape[i];
    return NULL;
}

int ag_diff_find_column(const ag_diff_shape *s, const char *column) {
    for (int i = 0; i < s->n_columns; i++)
        if (strcmp(s->column[i], column) == 0) return i;
    return -1;
}

bool ag_diff_has_column(const ag_diff_schema *schema, const char *table, const char *column) {
    const ag_diff_shape *s = ag_diff_find_shape(schema, table);
    return s && ag_diff_find_column(s, column) >= 0;
}

/* Some of a table's columns. */
#include "results/store/print/table.h"

void ag_table_filled(const ag_table *table, bool *filled) {
    const size_t n = (size_t)table->n_columns;
    for (size_t c = 0; c < n; c++) {
        filled[c] = table->n_rows == 0;
        for (size_t r = 0; r < table->n_rows; r++)
            filled[c] |= table->cells[r * n + c] != NULL;
    }
}

ag_status ag_table_pick(const ag_table *from, const bool *keep, size_t rows_max, ag_arena *arena,
                        ag_table *to, ag_error *err) {
    const size_t n = (size_t)from->n_columns;
    const size_t rows = from->n_rows < rows_max ? from->n_rows : rows_max;
    const char **columns = AG_NEW_ARRAY(arena, const char *, n + 1);
    const char **cells = AG_NEW_ARRAY(arena, const char *, n *rows + 1);
    bool *numeric = AG_NEW_ARRAY(arena, bool, n + 1);
    if (!columns || !cells || !numeric)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a table");
    int kept = 0;
    for (size_t c = 0; c < n; c++) {
        if (!keep[c]) continue;
        columns[kept] = from->columns[c];
        numeric[kept++] = from->numeric[c];
    }
    const char **next = cells;
    for (size_t r = 0; r < rows; r++)
        for (size_t c = 0; c < n; c++)
            if (keep[c]) *next++ = from->cells[r * n + c];
    *to = (ag_table){kept, columns, rows, cells, numeric};
    return AG_OK;
}

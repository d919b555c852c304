/* A whole result in memory: ag_store_query on top of ag_reader_select. */
#include "results/store/store_private.h"

#include <string.h>

typedef struct collector {
    ag_arena *arena;
    ag_table *table;
    const char **cells; /* room for `room` rows */
    bool *numeric;
    size_t room, bytes;
    char *text; /* where the next cell's text goes; `left` bytes */
    size_t left;
} collector;

enum { TEXT_BLOCK = 1 << 16 };

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a query's result");
}

/* Many small texts share a block: an arena rounds every piece up. */
static char *keep(collector *k, const char *text, size_t n) {
    if (k->left < n + 1) {
        k->left = n + 1 > TEXT_BLOCK ? n + 1 : TEXT_BLOCK;
        k->text = ag_alloc(k->arena, k->left, 1);
        k->bytes += k->left;
        if (!k->text) return NULL;
    }
    char *copy = k->text;
    memcpy(copy, text, n);
    copy[n] = '\0';
    k->text += n + 1;
    k->left -= n + 1;
    return copy;
}

static ag_status begin(void *self, int n_columns, const char *const *columns, ag_error *err) {
    collector *k = self;
    const char **names = AG_NEW_ARRAY(k->arena, const char *, (size_t)n_columns);
    k->numeric = AG_NEW_ARRAY(k->arena, bool, (size_t)n_columns);
    if (!names || !k->numeric) return no_memory(err);
    for (int c = 0; c < n_columns; c++) {
        names[c] = keep(k, columns[c], strlen(columns[c]));
        k->numeric[c] = true;
        if (!names[c]) return no_memory(err);
    }
    *k->table = (ag_table){.n_columns = n_columns, .columns = names, .numeric = k->numeric};
    return AG_OK;
}

static bool make_room(collector *k) {
    const size_t row = (size_t)k->table->n_columns * sizeof *k->cells;
    k->cells = ag_grow(k->arena, k->cells, k->table->n_rows, &k->room, row);
    k->bytes += k->room * row;
    return k->cells;
}

static ag_status row(void *self, const ag_cell *cells, ag_error *err) {
    collector *k = self;
    ag_table *table = k->table;
    if (k->bytes > AG_TABLE_BYTES_MAX)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "the result is larger than memory should hold (%zu rows so far): use LIMIT,"
                       " or a format that streams (csv, json, jsonl)",
                       table->n_rows);
    if (table->n_rows == k->room && !make_room(k)) return no_memory(err);
    const char **to = k->cells + table->n_rows * (size_t)table->n_columns;
    for (int c = 0; c < table->n_columns; c++) {
        to[c] = cells[c].text ? keep(k, cells[c].text, cells[c].n) : NULL;
        if (cells[c].text && !to[c]) return no_memory(err);
        if (cells[c].kind == AG_CELL_TEXT) k->numeric[c] = false;
    }
    table->n_rows++;
    table->cells = k->cells;
    return AG_OK;
}

ag_status ag_reader_query(ag_reader *reader, const char *sql, double seconds, ag_arena *arena,
                          ag_table *table, ag_error *err) {
    collector k = {.arena = arena, .table = table};
    *table = (ag_table){0};
    return ag_reader_select(reader, sql, seconds, (ag_row_sink){begin, row, &k}, err);
}

ag_status ag_store_query(const char *dir, const char *sql, double seconds, ag_arena *arena,
                         ag_table *table, ag_error *err) {
    ag_reader *reader;
    *table = (ag_table){0};
    AG_TRY(ag_reader_open(dir, arena, &reader, err));
    const ag_status status = ag_reader_query(reader, sql, seconds, arena, table, err);
    ag_reader_close(reader);
    return status;
}

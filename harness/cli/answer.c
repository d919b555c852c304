#include "harness/cli/answer.h"

#include "harness/cli/shell_word.h"
#include "results/store/table.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Longer boards are cut here; `actgrid query` prints all of it. */
enum { ROWS_MAX = 30, QUERY_SECONDS = 30 };

static const char *cell(const ag_table *t, size_t row, int column) {
    const char *text = t->cells[row * (size_t)t->n_columns + (size_t)column];
    return text ? text : "";
}

static bool same_everywhere(const ag_table *t, int column) {
    if (t->n_rows < 2 || (t->numeric[column] && strcmp(t->columns[column], "failed") != 0))
        return false;
    for (size_t r = 1; r < t->n_rows; r++)
        if (strcmp(cell(t, r, column), cell(t, 0, column)) != 0) return false;
    return true;
}

/* The table without those columns; the same text pointers. */
static ag_status shorten(const ag_table *from, ag_arena *arena, ag_table *to, bool *dropped,
                         ag_error *err) {
    const size_t n = (size_t)from->n_columns;
    const char **columns = AG_NEW_ARRAY(arena, const char *, n);
    const char **cells = AG_NEW_ARRAY(arena, const char *, n * from->n_rows + 1);
    bool *numeric = AG_NEW_ARRAY(arena, bool, n);
    if (!columns || !cells || !numeric) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    int kept = 0;
    for (int c = 0; c < from->n_columns; c++) {
        dropped[c] = same_everywhere(from, c);
        if (dropped[c]) continue;
        columns[kept] = from->columns[c];
        numeric[kept++] = from->numeric[c];
    }
    const size_t rows = from->n_rows < ROWS_MAX ? from->n_rows : ROWS_MAX;
    const char **next = cells;
    for (size_t r = 0; r < rows; r++)
        for (int c = 0; c < from->n_columns; c++)
            if (!dropped[c]) *next++ = from->cells[r * n + (size_t)c];
    *to = (ag_table){kept, columns, rows, cells, numeric};
    return AG_OK;
}

static void print_dropped(const ag_table *board, const bool *dropped) {
    const char *before = "in every row: ";
    for (int c = 0; c < board->n_columns; c++) {
        if (!dropped[c] || board->numeric[c]) continue;
        fprintf(stderr, "%s%s %s", before, board->columns[c], cell(board, 0, c));
        before = ", ";
    }
    if (before[0] == ',') fputc('\n', stderr);
}

/* How to call this program from here: scripts/run leaves a link in build/, and only
 * an installed one is found by its bare name. */
static const char *program(void) {
    return access("build/actgrid", X_OK) == 0 ? "build/actgrid" : "actgrid";
}

static void print_next(const char *folder, const char *word) {
    const char *call = program();
    fprintf(stderr,
            "\nThe store is %s: results.sqlite (rows) and curves.h5 (arrays). Ask next:\n"
            "    %s query %s @gradient_decay\n"
            "    %s query %s @dead_units\n"
            "    %s query %s \"select activation, depth, n, val_accuracy_mean from "
            "leaderboard\"\n",
            folder, call, word, call, word, call, word);
}

ag_status ag_answer_print(const char *folder, bool quiet, ag_arena *arena, ag_error *err) {
    ag_table board, brief;
    AG_TRY(ag_store_query(folder, "@leaderboard", QUERY_SECONDS, arena, &board, err));
    bool *dropped = AG_NEW_ARRAY(arena, bool, (size_t)board.n_columns);
    const char *word = ag_shell_word(folder, arena);
    if (!dropped || !word) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    AG_TRY(shorten(&board, arena, &brief, dropped, err));
    AG_TRY(ag_table_print(stdout, &brief, AG_FORMAT_TABLE, err));
    fflush(stdout);
    if (quiet) return AG_OK;
    if (board.n_rows > brief.n_rows)
        fprintf(stderr, "... and %zu rows more: %s query %s @leaderboard\n",
                board.n_rows - brief.n_rows, program(), word);
    print_dropped(&board, dropped);
    print_next(folder, word);
    return AG_OK;
}

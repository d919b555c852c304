#include "harness/cli/answer.h"

#include "harness/base/glyph.h"
#include "harness/cli/shell_word.h"
#include "results/store/print/table.h"

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

/* keep[c]: column c says something, and not the same in every row. */
static void choose(const ag_table *t, const bool *filled, bool *keep) {
    for (int c = 0; c < t->n_columns; c++)
        keep[c] = filled[c] && !same_everywhere(t, c);
}

static void print_dropped(const ag_table *board, const bool *filled, const bool *keep) {
    const char *before = "in every row: ";
    for (int c = 0; c < board->n_columns; c++) {
        if (keep[c] || !filled[c] || board->numeric[c]) continue;
        fprintf(stderr, "%s%s ", before, board->columns[c]);
        ag_print_visible(stderr, cell(board, 0, c));
        before = ", ";
    }
    if (before[0] == ',') fputc('\n', stderr);
}

static bool has(const ag_table *t, const bool *filled, const char *column) {
    for (int c = 0; c < t->n_columns; c++)
        if (strcmp(t->columns[c], column) == 0) return filled[c];
    return false;
}

const char *ag_program_name(void) {
    return access("build/actgrid", X_OK) == 0 ? "build/actgrid" : "actgrid";
}

static bool some_diverged(const ag_table *board) {
    for (int c = 0; c < board->n_columns; c++)
        for (size_t r = 0; strcmp(board->columns[c], "diverged") == 0 && r < board->n_rows; r++)
            if (strcmp(cell(board, r, c), "0") != 0) return true;
    return false;
}

/* `metric` is a mean that the store has: not every one has accuracies, or a validation part. */
static void print_next(const char *word, const char *metric, bool diverged) {
    const char *call = ag_program_name();
    fprintf(stderr,
            "\nThe store is %s: results.sqlite (rows) and curves.h5 (arrays). Ask next:\n"
            "    %s compare %s\n"
            "    %s plot %s\n"
            "    %s query %s @gradient_decay\n"
            "    %s query %s \"select activation, depth, n, %s from leaderboard\"\n",
            word, call, word, call, word, call, word, call, word, metric);
    if (diverged) fprintf(stderr, "    %s why %s\n", call, word);
}

ag_status ag_answer_print(const char *folder, bool quiet, ag_arena *arena, ag_error *err) {
    ag_table board, brief;
    AG_TRY(ag_store_query(folder, "@leaderboard", QUERY_SECONDS, arena, &board, err));
    bool *filled = AG_NEW_ARRAY(arena, bool, (size_t)board.n_columns);
    bool *keep = AG_NEW_ARRAY(arena, bool, (size_t)board.n_columns);
    const char *word = ag_shell_word(folder, arena);
    if (!filled || !keep || !word) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory");
    ag_table_filled(&board, filled);
    choose(&board, filled, keep);
    AG_TRY(ag_table_pick(&board, keep, ROWS_MAX, arena, &brief, err));
    AG_TRY(ag_table_print(stdout, &brief, AG_FORMAT_TABLE, err));
    fflush(stdout);
    if (quiet) return AG_OK;
    if (board.n_rows > brief.n_rows)
        fprintf(stderr, "... and %zu rows more: %s query %s @leaderboard\n",
                board.n_rows - brief.n_rows, ag_program_name(), word);
    print_dropped(&board, filled, keep);
    print_next(word,
               has(&board, filled, "val_accuracy") ? "val_accuracy_mean"
               : has(&board, filled, "val_r2")     ? "val_r2_mean"
                                                   : "train_loss_mean",
               some_diverged(&board));
    return AG_OK;
}

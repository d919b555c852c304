/* Tables for people: aligned text, Markdown. */
#include "results/store/print/table.h"

#include "harness/base/text.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>

const char *const ag_format_names[] = {"table", "csv", "json", "jsonl", "md", NULL};

/* --- text made visible --------------------------------------------------------- */

/* How many bytes of the text are ASCII that is shown as it is. */
static size_t plain_length(const char *text) {
    size_t n = 0;
    while (text[n] >= ' ' && text[n] < 0x7f)
        n++;
    return n;
}

static int width_of(const char *text) {
    const size_t plain = plain_length(text);
    int width = (int)plain;
    text += plain;
    for (char shown[AG_GLYPH_SHOWN]; *text;)
        width += ag_glyph_show_next(&text, shown);
    return width;
}

/* As much of the text as fits into `room`. */
static void put_visible(ag_output *o, const char *text, int room) {
    const size_t plain = plain_length(text), fits = plain < (size_t)room ? plain : (size_t)room;
    ag_output_text(o, text, fits);
    room -= (int)fits;
    text += fits;
    for (char shown[AG_GLYPH_SHOWN]; *text;) {
        room -= ag_glyph_show_next(&text, shown);
        if (room < 0) return;
        ag_output_text(o, shown, strlen(shown));
    }
}

bool ag_is_markdown(char c) { return strchr("|<&*_`[", c) != NULL; }

static void put_markdown(ag_output *o, const char *text) {
    for (char shown[AG_GLYPH_SHOWN]; *text;) {
        if (ag_is_markdown(*text)) ag_output_char(o, '\\');
        ag_glyph_show_next(&text, shown);
        ag_output_text(o, shown, strlen(shown));
    }
}

/* --- cells for people --------------------------------------------------------------- */

enum { ROUNDED_MAX = 32, SHOWN_DIGITS = 6 };

/* Whether a number has few enough digits already: as %.6g would print it, from 0.0001 to 999999. */
static bool is_short(const char *number) {
    int digits = 0, leading = 0; /* zeros behind "0." */
    for (const char *c = number + (*number == '-' || *number == '+'); *c; c++) {
        if (*c == '.') continue;
        if (*c < '0' || *c > '9') return false;
        if (digits == 0 && *c == '0')
            leading++;
        else
            digits++;
    }
    return digits <= SHOWN_DIGITS && leading <= 4;
}

/* A cell of text or Markdown. Reals have 6 significant digits, or all digits before
 * the point if those are more; whole numbers stay as they are. */
static const char *cell_at(const ag_table *table, size_t row, int column,
                           char rounded[ROUNDED_MAX]) {
    const char *cell = table->cells[row * (size_t)table->n_columns + (size_t)column];
    if (!cell) return "-";
    double x;
    if (!table->numeric[column] || is_short(cell) || !strpbrk(cell, ".e") ||
        !ag_parse_number(cell, &x))
        return cell;
    snprintf(rounded, ROUNDED_MAX, fabs(x) >= 1e6 && fabs(x) < 1e15 ? "%.0f" : "%.6g", x);
    return rounded;
}

/* --- aligned text ------------------------------------------------------------------ */

/* Wider text would push the columns behind it out of sight. A column that stands
 * alone is never cut. */
enum { TEXT_WIDTH_MAX = 100 };

static int column_width(const ag_table *table, int column, int limit) {
    char rounded[ROUNDED_MAX];
    int width = width_of(table->columns[column]);
    for (size_t r = 0; r < table->n_rows; r++) {
        const int w = width_of(cell_at(table, r, column, rounded));
        if (w > width) width = w;
    }
    return width < limit ? width : limit;
}

/* Numbers to the right; nothing trails behind the last column of text. What is wider
 * than the column ends in "...". */
static void put_aligned(ag_output *o, const char *text, int width, bool right, bool last) {
    const int all = width_of(text), gap = all > width ? 0 : width - all;
    if (right) ag_output_repeat(o, ' ', gap);
    put_visible(o, text, all > width ? width - 3 : width);
    if (all > width) ag_output_text(o, "...", 3);
    if (last)
        ag_output_char(o, '\n');
    else
        ag_output_repeat(o, ' ', right ? 2 : gap + 2);
}

enum { COLUMNS_MAX = 2000 }; /* SQLite's own limit */

static void put_body(ag_output *o, const ag_table *table, const int width[]) {
    const int n = table->n_columns;
    char rounded[ROUNDED_MAX];
    for (size_t r = 0; r < table->n_rows; r++)
        for (int c = 0; c < n; c++)
            put_aligned(o, cell_at(table, r, c, rounded), width[c], table->numeric[c], c == n - 1);
}

static void measure(const ag_table *table, int limit, int width[]) {
    for (int c = 0; c < table->n_columns; c++)
        width[c] = column_width(table, c, limit);
}

static void put_table(ag_output *o, const ag_table *table) {
    int width[COLUMNS_MAX];
    const int n = table->n_columns;
    measure(table, n > 1 ? TEXT_WIDTH_MAX : INT_MAX, width);
    for (int c = 0; c < n; c++)
        put_aligned(o, table->columns[c], width[c], table->numeric[c], c == n - 1);
    for (int c = 0; c < n; c++) {
        ag_output_repeat(o, '-', width[c]);
        ag_output_text(o, c == n - 1 ? "\n" : "  ", c == n - 1 ? 1 : 2);
    }
    put_body(o, table, width);
}

static void put_list(ag_output *o, const ag_table *table) {
    int width[COLUMNS_MAX];
    measure(table, INT_MAX, width);
    put_body(o, table, width);
}

static void put_markdown_table(ag_output *o, const ag_table *table) {
    char rounded[ROUNDED_MAX];
    ag_output_char(o, '|');
    for (int c = 0; c < table->n_columns; c++) {
        ag_output_char(o, ' ');
        put_markdown(o, table->columns[c]);
        ag_output_text(o, " |", 2);
    }
    ag_output_text(o, "\n|", 2);
    for (int c = 0; c < table->n_columns; c++)
        ag_output_text(o, table->numeric[c] ? " ---: |" : " --- |", table->numeric[c] ? 7 : 6);
    ag_output_char(o, '\n');
    for (size_t r = 0; r < table->n_rows; r++) {
        ag_output_char(o, '|');
        for (int c = 0; c < table->n_columns; c++) {
            ag_output_char(o, ' ');
            put_markdown(o, cell_at(table, r, c, rounded));
            ag_output_text(o, " |", 2);
        }
        ag_output_char(o, '\n');
    }
}

static ag_status put_whole(FILE *out, const ag_table *table,
                           void (*put)(ag_output *o, const ag_table *table), ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_output output;
    ag_status status = AG_OK;
    if (ag_output_begin(&output, out, &arena)) {
        put(&output, table);
        status = ag_output_end(&output, err);
    } else {
        status = AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    }
    ag_arena_close(&arena);
    return status;
}

ag_status ag_table_print_list(FILE *out, const ag_table *table, ag_error *err) {
    errno = 0;
    return put_whole(out, table, put_list, err);
}

/* --- CSV, JSON, JSON lines ------------------------------------------------------------- */

/* Through the printer of rows. */
static ag_status print_rows(FILE *out, const ag_table *table, ag_format format, ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_printer printer = {.out = out, .format = format, .arena = &arena};
    ag_cell *cells = AG_NEW_ARRAY(&arena, ag_cell, (size_t)table->n_columns + 1);
    const ag_row_sink sink = ag_printer_sink(&printer);
    ag_status status = cells ? sink.begin(sink.self, table->n_columns, table->columns, err)
                             : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    for (size_t r = 0; r < table->n_rows && status == AG_OK; r++) {
        for (int c = 0; c < table->n_columns; c++) {
            const char *text = table->cells[r * (size_t)table->n_columns + (size_t)c];
            const ag_cell_kind kind = table->numeric[c] ? AG_CELL_NUMBER : AG_CELL_TEXT;
            cells[c] = (ag_cell){text ? kind : AG_CELL_NULL, text, text ? strlen(text) : 0};
        }
        status = sink.row(sink.self, cells, err);
    }
    if (status == AG_OK) status = ag_printer_end(&printer, err);
    ag_arena_close(&arena);
    return status;
}

ag_status ag_table_print(FILE *out, const ag_table *table, ag_format format, ag_error *err) {
    errno = 0;
    if (table->n_columns > COLUMNS_MAX)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a table of %d columns, must be at most %d",
                       table->n_columns, COLUMNS_MAX);
    switch (format) {
    case AG_FORMAT_TABLE: return put_whole(out, table, put_table, err);
    case AG_FORMAT_MD: return put_whole(out, table, put_markdown_table, err);
    default: return print_rows(out, table, format, err);
    }
}

#include "results/store/table.h"

#include "harness/base/text.h"
#include "results/store/glyph.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <string.h>

const char *const ag_format_names[] = {"table", "csv", "json", "jsonl", "md", NULL};

static ag_status check_written(FILE *out, ag_error *err) {
    if (fflush(out) == 0 && !ferror(out)) return AG_OK;
    return AG_FAIL(err, AG_IO, AG_NOWHERE, "could not write the result: %s",
                   strerror(errno ? errno : EIO));
}

/* --- text made visible --------------------------------------------------------- */

enum { SHOWN_MAX = 16 };

/* How a character is shown: itself, \n, \x1b or \u202e. Returns its width. */
static int show(const ag_glyph *glyph, const char *bytes, char shown[SHOWN_MAX]) {
    static const char letters[] = "abtnvfr"; /* of the codes 7 to 13 */
    if (glyph->visible && glyph->valid) {
        memcpy(shown, bytes, (size_t)glyph->bytes);
        shown[glyph->bytes] = '\0';
        return glyph->width;
    }
    if (glyph->code >= 7 && glyph->code <= 13 && glyph->valid)
        return snprintf(shown, SHOWN_MAX, "\\%c", letters[glyph->code - 7]);
    if (glyph->code > 0xff) return snprintf(shown, SHOWN_MAX, "\\u%04x", glyph->code);
    return snprintf(shown, SHOWN_MAX, "\\x%02x", glyph->code);
}

static int width_of(const char *text) {
    int width = 0;
    for (size_t n = strlen(text); n > 0;) {
        char shown[SHOWN_MAX];
        const ag_glyph glyph = ag_glyph_read(text, n);
        width += show(&glyph, text, shown);
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    return width;
}

/* As much of the text as fits into `room`; Markdown's own characters are escaped. */
static void print_visible(FILE *out, const char *text, int room, bool markdown) {
    for (size_t n = strlen(text); n > 0;) {
        char shown[SHOWN_MAX];
        const ag_glyph glyph = ag_glyph_read(text, n);
        room -= show(&glyph, text, shown);
        if (room < 0) return;
        if (markdown && strchr("|<&*_`[", *text)) fputc('\\', out);
        fputs(shown, out);
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
}

/* --- cells for people --------------------------------------------------------------- */

enum { ROUNDED_MAX = 32 };

/* A cell of text or Markdown. Reals have 6 significant digits, or all digits before
 * the point if those are more; whole numbers stay as they are. */
static const char *cell_at(const ag_table *table, size_t row, int column,
                           char rounded[ROUNDED_MAX]) {
    const char *cell = table->cells[row * (size_t)table->n_columns + (size_t)column];
    if (!cell) return "-";
    double x;
    if (!table->numeric[column] || !strpbrk(cell, ".e") || !ag_parse_number(cell, &x)) return cell;
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
static void print_aligned(FILE *out, const char *text, int width, bool right, bool last) {
    const bool cut = width_of(text) > width;
    const int gap = cut ? 0 : width - width_of(text);
    if (right) fprintf(out, "%*s", gap, "");
    print_visible(out, text, cut ? width - 3 : width, false);
    if (cut) fputs("...", out);
    if (last)
        fputc('\n', out);
    else
        fprintf(out, "%*s", right ? 2 : gap + 2, "");
}

enum { COLUMNS_MAX = 2000 }; /* SQLite's own limit */

static void print_body(FILE *out, const ag_table *table, const int width[]) {
    const int n = table->n_columns;
    char rounded[ROUNDED_MAX];
    for (size_t r = 0; r < table->n_rows; r++)
        for (int c = 0; c < n; c++)
            print_aligned(out, cell_at(table, r, c, rounded), width[c], table->numeric[c],
                          c == n - 1);
}

static void measure(const ag_table *table, int limit, int width[]) {
    for (int c = 0; c < table->n_columns; c++)
        width[c] = column_width(table, c, limit);
}

static ag_status print_text(FILE *out, const ag_table *table, ag_error *err) {
    int width[COLUMNS_MAX];
    const int n = table->n_columns;
    measure(table, n > 1 ? TEXT_WIDTH_MAX : INT_MAX, width);
    for (int c = 0; c < n; c++)
        print_aligned(out, table->columns[c], width[c], table->numeric[c], c == n - 1);
    for (int c = 0; c < n; c++) {
        for (int i = 0; i < width[c]; i++)
            fputc('-', out);
        fputs(c == n - 1 ? "\n" : "  ", out);
    }
    print_body(out, table, width);
    return check_written(out, err);
}

ag_status ag_table_print_list(FILE *out, const ag_table *table, ag_error *err) {
    int width[COLUMNS_MAX];
    errno = 0;
    measure(table, INT_MAX, width);
    print_body(out, table, width);
    return check_written(out, err);
}

static ag_status print_markdown(FILE *out, const ag_table *table, ag_error *err) {
    char rounded[ROUNDED_MAX];
    fputc('|', out);
    for (int c = 0; c < table->n_columns; c++) {
        fputc(' ', out);
        print_visible(out, table->columns[c], INT_MAX, true);
        fputs(" |", out);
    }
    fputs("\n|", out);
    for (int c = 0; c < table->n_columns; c++)
        fputs(table->numeric[c] ? " ---: |" : " --- |", out);
    fputc('\n', out);
    for (size_t r = 0; r < table->n_rows; r++) {
        fputc('|', out);
        for (int c = 0; c < table->n_columns; c++) {
            fputc(' ', out);
            print_visible(out, cell_at(table, r, c, rounded), INT_MAX, true);
            fputs(" |", out);
        }
        fputc('\n', out);
    }
    return check_written(out, err);
}

/* --- row by row: CSV, JSON, JSON lines -------------------------------------------------- */

/* Cells are put together in the printer's buffer: calls of stdio for each of them took longer
 * than everything else. */
enum { BUFFER = 1 << 16 };

static void flush(ag_printer *p) {
    fwrite(p->buffer, 1, p->used, p->out);
    p->used = 0;
}

static void put(ag_printer *p, const char *text, size_t n) {
    if (n > BUFFER - p->used) flush(p);
    if (n > BUFFER) {
        fwrite(text, 1, n, p->out);
        return;
    }
    memcpy(p->buffer + p->used, text, n);
    p->used += n;
}

static void put_char(ag_printer *p, char c) {
    if (p->used == BUFFER) flush(p);
    p->buffer[p->used++] = c;
}

static void put_csv_text(ag_printer *p, const char *text, size_t n) {
    bool plain = n > 0;
    for (size_t i = 0; i < n && plain; i++)
        plain = text[i] != ',' && text[i] != '"' && text[i] != '\n' && text[i] != '\r';
    if (plain) {
        put(p, text, n);
        return;
    }
    put_char(p, '"');
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"') put_char(p, '"');
        put_char(p, text[i]);
    }
    put_char(p, '"');
}

/* One character of a JSON string; returns its length. */
static size_t write_json_glyph(char to[SHOWN_MAX], const ag_glyph *glyph, const char *bytes) {
    if (!glyph->valid) return (size_t)snprintf(to, SHOWN_MAX, "\\ufffd");
    if (glyph->code == '"' || glyph->code == '\\')
        return (size_t)snprintf(to, SHOWN_MAX, "\\%c", (int)glyph->code);
    if (glyph->code == '\n') return (size_t)snprintf(to, SHOWN_MAX, "\\n");
    if (!glyph->visible && glyph->code <= 0xffff)
        return (size_t)snprintf(to, SHOWN_MAX, "\\u%04x", glyph->code);
    memcpy(to, bytes, (size_t)glyph->bytes);
    return (size_t)glyph->bytes;
}

void ag_print_json_text(FILE *out, const char *text, size_t n) {
    fputc('"', out);
    while (n > 0) {
        char shown[SHOWN_MAX];
        const ag_glyph glyph = ag_glyph_read(text, n);
        fwrite(shown, 1, write_json_glyph(shown, &glyph, text), out);
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    fputc('"', out);
}

static void put_json_text(ag_printer *p, const char *text, size_t n) {
    put_char(p, '"');
    while (n > 0) {
        char shown[SHOWN_MAX];
        size_t plain = 0; /* ASCII that stands for itself */
        while (plain < n && text[plain] >= ' ' && text[plain] < 0x7f && text[plain] != '"' &&
               text[plain] != '\\')
            plain++;
        put(p, text, plain);
        text += plain;
        n -= plain;
        if (n == 0) break;
        const ag_glyph glyph = ag_glyph_read(text, n);
        put(p, shown, write_json_glyph(shown, &glyph, text));
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    put_char(p, '"');
}

static void put_json_cell(ag_printer *p, const ag_cell *cell) {
    if (cell->kind == AG_CELL_TEXT)
        put_json_text(p, cell->text, cell->n);
    else if (cell->kind == AG_CELL_NULL)
        put(p, "null", 4);
    else if (strcmp(cell->text, "inf") == 0)
        put(p, "1e999", 5);
    else if (strcmp(cell->text, "-inf") == 0)
        put(p, "-1e999", 6);
    else
        put(p, cell->text, cell->n);
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
}

/* `{"name": ` of the first column, `, "name": ` of the others. */
static char *make_key(ag_printer *p, const char *name, bool first) {
    const size_t n = strlen(name);
    char *key = AG_NEW_ARRAY(p->arena, char, 6 * n + 8);
    if (!key) return NULL;
    p->used = 0;
    put(p, first ? "{" : ", ", first ? 1 : 2);
    put_json_text(p, name, n);
    put(p, ": ", 2);
    memcpy(key, p->buffer, p->used);
    p->used = 0;
    return key;
}

static ag_status begin(void *self, int n_columns, const char *const *columns, ag_error *err) {
    ag_printer *p = self;
    const char **names = AG_NEW_ARRAY(p->arena, const char *, (size_t)n_columns);
    const char **keys = AG_NEW_ARRAY(p->arena, const char *, (size_t)n_columns);
    p->buffer = AG_NEW_ARRAY(p->arena, char, BUFFER);
    if (!names || !keys || !p->buffer) return no_memory(err);
    p->n_columns = n_columns;
    p->columns = names;
    p->keys = keys;
    for (int c = 0; c < n_columns; c++) {
        const size_t n = strlen(columns[c]);
        if (n > BUFFER / 8)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a column's name is %zu bytes long", n);
        char *copy = AG_NEW_ARRAY(p->arena, char, n + 1);
        if (!copy) return no_memory(err);
        names[c] = strcpy(copy, columns[c]);
        keys[c] = make_key(p, columns[c], c == 0);
        if (!keys[c]) return no_memory(err);
    }
    if (p->format == AG_FORMAT_JSON) put_char(p, '[');
    for (int c = 0; p->format == AG_FORMAT_CSV && c < n_columns; c++) {
        put_csv_text(p, columns[c], strlen(columns[c]));
        put_char(p, c == n_columns - 1 ? '\n' : ',');
    }
    return AG_OK;
}

static void put_csv_row(ag_printer *p, const ag_cell *cells) {
    for (int c = 0; c < p->n_columns; c++) {
        if (cells[c].kind == AG_CELL_NUMBER)
            put(p, cells[c].text, cells[c].n);
        else if (cells[c].kind == AG_CELL_TEXT)
            put_csv_text(p, cells[c].text, cells[c].n);
        put_char(p, c == p->n_columns - 1 ? '\n' : ',');
    }
}

static void put_json_row(ag_printer *p, const ag_cell *cells) {
    if (p->format == AG_FORMAT_JSON) put(p, p->n_rows ? ",\n " : "\n ", p->n_rows ? 3 : 2);
    for (int c = 0; c < p->n_columns; c++) {
        put(p, p->keys[c], strlen(p->keys[c]));
        put_json_cell(p, &cells[c]);
    }
    put_char(p, '}');
    if (p->format == AG_FORMAT_JSONL) put_char(p, '\n');
}

static ag_status print_row(void *self, const ag_cell *cells, ag_error *err) {
    ag_printer *p = self;
    if (p->format == AG_FORMAT_CSV)
        put_csv_row(p, cells);
    else
        put_json_row(p, cells);
    p->n_rows++;
    return ferror(p->out) ? check_written(p->out, err) : AG_OK;
}

ag_row_sink ag_printer_sink(ag_printer *printer) {
    return (ag_row_sink){begin, print_row, printer};
}

ag_status ag_printer_end(ag_printer *p, ag_error *err) {
    if (p->format == AG_FORMAT_JSON) put(p, p->n_rows ? "\n]\n" : "]\n", p->n_rows ? 3 : 2);
    flush(p);
    return check_written(p->out, err);
}

/* The same through a table in memory. */
static ag_status print_rows(FILE *out, const ag_table *table, ag_format format, ag_error *err) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_printer printer = {.out = out, .format = format, .arena = &arena};
    ag_cell *cells = AG_NEW_ARRAY(&arena, ag_cell, (size_t)table->n_columns + 1);
    ag_status status = cells ? begin(&printer, table->n_columns, table->columns, err)
                             : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
    for (size_t r = 0; r < table->n_rows && status == AG_OK; r++) {
        for (int c = 0; c < table->n_columns; c++) {
            const char *text = table->cells[r * (size_t)table->n_columns + (size_t)c];
            const ag_cell_kind kind = table->numeric[c] ? AG_CELL_NUMBER : AG_CELL_TEXT;
            cells[c] = (ag_cell){text ? kind : AG_CELL_NULL, text, text ? strlen(text) : 0};
        }
        status = print_row(&printer, cells, err);
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
    case AG_FORMAT_TABLE: return print_text(out, table, err);
    case AG_FORMAT_MD: return print_markdown(out, table, err);
    default: return print_rows(out, table, format, err);
    }
}

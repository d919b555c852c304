/* Rows as they come: CSV, JSON, JSON lines. */
#include "results/store/print/table.h"

static void put_csv_text(ag_output *o, const char *text, size_t n) {
    bool plain = n > 0;
    for (size_t i = 0; i < n && plain; i++)
        plain = text[i] != ',' && text[i] != '"' && text[i] != '\n' && text[i] != '\r';
    if (plain) {
        ag_output_text(o, text, n);
        return;
    }
    ag_output_char(o, '"');
    for (size_t i = 0; i < n; i++) {
        if (text[i] == '"') ag_output_char(o, '"');
        ag_output_char(o, text[i]);
    }
    ag_output_char(o, '"');
}

size_t ag_json_glyph(char to[AG_GLYPH_SHOWN], const ag_glyph *glyph, const char *bytes) {
    if (!glyph->valid) return (size_t)snprintf(to, AG_GLYPH_SHOWN, "\\ufffd");
    if (glyph->code == '"' || glyph->code == '\\')
        return (size_t)snprintf(to, AG_GLYPH_SHOWN, "\\%c", (int)glyph->code);
    if (glyph->code == '\n') return (size_t)snprintf(to, AG_GLYPH_SHOWN, "\\n");
    if (!glyph->visible && glyph->code <= 0xffff)
        return (size_t)snprintf(to, AG_GLYPH_SHOWN, "\\u%04x", glyph->code);
    if (!glyph->visible) /* as two halves */
        return (size_t)snprintf(to, AG_GLYPH_SHOWN, "\\u%04x\\u%04x",
                                0xd800 + ((glyph->code - 0x10000) >> 10 & 0x3ff),
                                0xdc00 + (glyph->code & 0x3ff));
    memcpy(to, bytes, (size_t)glyph->bytes);
    return (size_t)glyph->bytes;
}

void ag_print_json_text(FILE *out, const char *text, size_t n) {
    fputc('"', out);
    while (n > 0) {
        char shown[AG_GLYPH_SHOWN];
        const ag_glyph glyph = ag_glyph_read(text, n);
        fwrite(shown, 1, ag_json_glyph(shown, &glyph, text), out);
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    fputc('"', out);
}

static void put_json_text(ag_output *o, const char *text, size_t n) {
    ag_output_char(o, '"');
    while (n > 0) {
        char shown[AG_GLYPH_SHOWN];
        size_t plain = 0; /* ASCII that stands for itself */
        while (plain < n && text[plain] >= ' ' && text[plain] < 0x7f && text[plain] != '"' &&
               text[plain] != '\\')
            plain++;
        ag_output_text(o, text, plain);
        text += plain;
        n -= plain;
        if (n == 0) break;
        const ag_glyph glyph = ag_glyph_read(text, n);
        ag_output_text(o, shown, ag_json_glyph(shown, &glyph, text));
        text += glyph.bytes;
        n -= (size_t)glyph.bytes;
    }
    ag_output_char(o, '"');
}

static void put_json_cell(ag_output *o, const ag_cell *cell) {
    if (cell->kind == AG_CELL_TEXT)
        put_json_text(o, cell->text, cell->n);
    else if (cell->kind == AG_CELL_NULL)
        ag_output_text(o, "null", 4);
    else if (cell->text[cell->n - 1] != 'f') /* all but inf and -inf */
        ag_output_text(o, cell->text, cell->n);
    else
        ag_output_text(o, cell->text[0] == '-' ? "-1e999" : "1e999", cell->text[0] == '-' ? 6 : 5);
}

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a result");
}

/* `{"name": ` of the first column, `, "name": ` of the others. False: out of memory. */
static bool make_key(ag_printer *p, const char *name, bool first, ag_printer_key *key) {
    ag_output *o = &p->output;
    o->used = 0;
    ag_output_text(o, first ? "{" : ", ", first ? 1 : 2);
    put_json_text(o, name, strlen(name));
    ag_output_text(o, ": ", 2);
    char *copy = AG_NEW_ARRAY(p->arena, char, o->used);
    if (!copy) return false;
    memcpy(copy, o->buffer, o->used);
    *key = (ag_printer_key){copy, o->used};
    o->used = 0;
    return true;
}

static ag_status begin(void *self, int n_columns, const char *const *columns, ag_error *err) {
    ag_printer *p = self;
    ag_printer_key *keys = AG_NEW_ARRAY(p->arena, ag_printer_key, (size_t)n_columns + 1);
    if (!keys || !ag_output_begin(&p->output, p->out, p->arena)) return no_memory(err);
    p->output.new_file = p->new_file;
    p->n_columns = n_columns;
    p->keys = keys;
    for (int c = 0; c < n_columns; c++) {
        const size_t n = strlen(columns[c]);
        if (n > AG_OUTPUT_BYTES / 8)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "a column's name is %zu bytes long", n);
        if (!make_key(p, columns[c], c == 0, &keys[c])) return no_memory(err);
    }
    if (p->format == AG_FORMAT_JSON) ag_output_char(&p->output, '[');
    for (int c = 0; p->format == AG_FORMAT_CSV && c < n_columns; c++) {
        put_csv_text(&p->output, columns[c], strlen(columns[c]));
        ag_output_char(&p->output, c == n_columns - 1 ? '\n' : ',');
    }
    return AG_OK;
}

static void put_csv_row(ag_output *o, const ag_cell *cells, int n) {
    for (int c = 0; c < n; c++) {
        if (cells[c].kind == AG_CELL_NUMBER)
            ag_output_text(o, cells[c].text, cells[c].n);
        else if (cells[c].kind == AG_CELL_TEXT)
            put_csv_text(o, cells[c].text, cells[c].n);
        ag_output_char(o, c == n - 1 ? '\n' : ',');
    }
}

static void put_json_row(ag_printer *p, const ag_cell *cells) {
    ag_output *o = &p->output;
    if (p->format == AG_FORMAT_JSON)
        ag_output_text(o, p->n_rows ? ",\n " : "\n ", p->n_rows ? 3 : 2);
    for (int c = 0; c < p->n_columns; c++) {
        ag_output_text(o, p->keys[c].text, p->keys[c].n);
        put_json_cell(o, &cells[c]);
    }
    ag_output_char(o, '}');
    if (p->format == AG_FORMAT_JSONL) ag_output_char(o, '\n');
}

static ag_status print_row(void *self, const ag_cell *cells, ag_error *err) {
    ag_printer *p = self;
    if (p->format == AG_FORMAT_CSV)
        put_csv_row(&p->output, cells, p->n_columns);
    else
        put_json_row(p, cells);
    p->n_rows++;
    return ferror(p->out) ? ag_output_end(&p->output, err) : AG_OK;
}

ag_row_sink ag_printer_sink(ag_printer *printer) {
    return (ag_row_sink){begin, print_row, printer};
}

ag_status ag_printer_end(ag_printer *p, ag_error *err) {
    if (p->format == AG_FORMAT_JSON)
        ag_output_text(&p->output, p->n_rows ? "\n]\n" : "]\n", p->n_rows ? 3 : 2);
    return ag_output_end(&p->output, err);
}

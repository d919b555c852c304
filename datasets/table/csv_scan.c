#include "datasets/table/csv_scan.h"

#include <string.h>

enum { RECORDS_LOOKED_AT = 100 };

static bool is_end(char c) { return c == '\n' || c == '\r'; }

/* Spaces that do not count. */
static bool is_blank(const ag_csv_text *t, char c) {
    return c == ' ' || (c == '\t' && t->separator != '\t');
}

ag_csv_scan ag_csv_begin(const ag_csv_text *text) {
    return (ag_csv_scan){.text = text, .line = 1 + text->skipped};
}

static void skip_blanks(ag_csv_scan *s) {
    while (s->at < s->text->n && is_blank(s->text, s->text->bytes[s->at]))
        s->at++;
}

/* Over one line end, if there is one here. */
static void skip_end(ag_csv_scan *s) {
    const ag_csv_text *t = s->text;
    if (s->at == t->n || !is_end(t->bytes[s->at])) return;
    const bool pair = t->bytes[s->at] == '\r' && s->at + 1 < t->n && t->bytes[s->at + 1] == '\n';
    s->at += pair ? 2 : 1;
    s->line++;
}

/* To the first cell of the next record; false: there is none. */
static bool begin_record(ag_csv_scan *s) {
    const ag_csv_text *t = s->text;
    for (;;) {
        skip_blanks(s);
        if (s->at == t->n) return false;
        const bool comment = t->comments && t->bytes[s->at] == '#';
        if (!comment && !is_end(t->bytes[s->at])) return true;
        while (s->at < t->n && !is_end(t->bytes[s->at]))
            s->at++;
        skip_end(s);
    }
}

static ag_place place_at(const ag_csv_text *t, size_t at, long line) {
    int column = 1;
    for (size_t i = at; i > 0 && !is_end(t->bytes[i - 1]); i--)
        column += ((unsigned char)t->bytes[i - 1] & 0xc0u) != 0x80u;
    return (ag_place){t->file, (int)line, column};
}

static ag_status read_quoted(ag_csv_scan *s, ag_csv_cell *cell, ag_error *err) {
    const ag_csv_text *t = s->text;
    const size_t open = s->at++;
    cell->at = s->at;
    for (; s->at < t->n; s->at++) {
        const char c = t->bytes[s->at];
        if (c == '\n' || (c == '\r' && (s->at + 1 == t->n || t->bytes[s->at + 1] != '\n')))
            s->line++;
        if (c != '"') continue;
        if (s->at + 1 == t->n || t->bytes[s->at + 1] != '"') break;
        cell->doubled = true;
        s->at++;
    }
    if (s->at == t->n)
        return AG_FAIL(err, AG_DATA, place_at(t, open, cell->line),
                       "a quoted text begins here and never ends");
    cell->n = s->at++ - cell->at;
    const size_t closed = s->at;
    skip_blanks(s);
    const bool separated =
        t->separator == ' ' ? s->at > closed : s->at < t->n && t->bytes[s->at] == t->separator;
    if (s->at < t->n && !is_end(t->bytes[s->at]) && !separated)
        return AG_FAIL(
            err, AG_DATA, place_at(t, s->at, s->line),
            "text behind a closing quote; a quote inside a quoted text is written twice");
    return AG_OK;
}

static void read_plain(ag_csv_scan *s, ag_csv_cell *cell) {
    const ag_csv_text *t = s->text;
    cell->at = s->at;
    for (; s->at < t->n; s->at++) {
        const char c = t->bytes[s->at];
        if (is_end(c) || c == t->separator || (t->separator == ' ' && is_blank(t, c))) break;
    }
    cell->n = s->at - cell->at;
    while (cell->n && is_blank(t, t->bytes[cell->at + cell->n - 1]))
        cell->n--;
}

ag_status ag_csv_next(ag_csv_scan *scan, ag_csv_cell *cell, bool *more, ag_error *err) {
    const ag_csv_text *t = scan->text;
    *more = scan->inside || begin_record(scan);
    if (!*more) return AG_OK;
    skip_blanks(scan);
    *cell = (ag_csv_cell){.line = scan->line};
    if (scan->at < t->n && t->bytes[scan->at] == '"')
        AG_TRY(read_quoted(scan, cell, err));
    else
        read_plain(scan, cell);
    if (cell->n > AG_CSV_CELL_MAX)
        return AG_FAIL(err, AG_DATA, ag_csv_place(t, cell),
                       "a cell of %zu bytes, must be at most %d: a quote too many before it, or "
                       "another separator?",
                       cell->n, AG_CSV_CELL_MAX);
    if (t->separator == ' ') skip_blanks(scan);
    cell->last = scan->at == t->n || is_end(t->bytes[scan->at]);
    scan->inside = !cell->last;
    if (cell->last)
        skip_end(scan);
    else if (t->separator != ' ')
        scan->at++;
    return AG_OK;
}

const char *ag_csv_copy(const ag_csv_text *text, const ag_csv_cell *cell, char *room) {
    const char *from = text->bytes + cell->at;
    if (!cell->doubled) {
        memcpy(room, from, cell->n);
        room[cell->n] = 0;
        return room;
    }
    size_t n = 0;
    for (size_t i = 0; i < cell->n; i++) {
        room[n++] = from[i];
        if (from[i] == '"') i++;
    }
    room[n] = 0;
    return room;
}

ag_place ag_csv_place(const ag_csv_text *text, const ag_csv_cell *cell) {
    return place_at(text, cell->at, cell->line);
}

/* Whether the first records have equally many cells, more than one. */
static bool is_even(const ag_csv_text *text) {
    ag_csv_scan scan = ag_csv_begin(text);
    ag_csv_cell cell;
    ag_error ignored;
    long first = 0, count = 0;
    int records = 0;
    for (bool more = true; records < RECORDS_LOOKED_AT;) {
        if (ag_csv_next(&scan, &cell, &more, &ignored) != AG_OK) return false;
        if (!more) break;
        count++;
        if (!cell.last) continue;
        if (!records++) first = count;
        if (count != first) return false;
        count = 0;
    }
    return first > 1;
}

char ag_csv_find_separator(const ag_csv_text *text) {
    static const char candidates[] = {'\t', ';', '|', ',', ' '};
    ag_csv_text look = *text;
    for (size_t i = 0; i < sizeof candidates; i++) {
        look.separator = candidates[i];
        if (is_even(&look)) return candidates[i];
    }
    return ',';
}

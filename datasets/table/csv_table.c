#include "datasets/table/csv_table.h"

#include "datasets/files/files.h"
#include "datasets/files/unpack.h"
#include "harness/base/characters.h"
#include "harness/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static ag_status no_memory(const ag_csv_table *table, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the columns of %s", table->text.file);
}

/* --- bytes -------------------------------------------------------------------- */

/* A gzip file ends with the size of its content, modulo 2^32. */
static uint32_t packed_size(const uint8_t *bytes, size_t n) {
    const uint8_t *b = bytes + n - 4;
    return (uint32_t)b[3] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[1] << 8 | b[0];
}

ag_status ag_csv_bytes(const char *path, ag_arena *arena, const char **bytes, size_t *n,
                       ag_error *err) {
    const uint8_t *raw = NULL;
    AG_TRY(ag_file_read(path, arena, &raw, n, err));
    *bytes = (const char *)raw;
    if (!ag_is_gzip(raw, *n)) return AG_OK;
    const size_t size = *n < 18 ? 0 : packed_size(raw, *n);
    if (*n < 18 || size > ag_unpack_limit(raw, *n))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated or damaged: no gzip file ends so",
                       path);
    uint8_t *out = AG_NEW_ARRAY(arena, uint8_t, size + 1);
    if (!out)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %zu bytes of %s", size, path);
    size_t got = 0;
    bool more = false;
    const ag_unpacked result = ag_unpack(raw, *n, out, size, &got, &more);
    if (result == AG_UNPACK_NOMEM)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to unpack %s", path);
    if (result != AG_UNPACK_OK || more || got != size)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is truncated or damaged: its gzip stream %s",
                       path, result == AG_UNPACK_CUT ? "has no end" : "cannot be unpacked");
    *bytes = (const char *)out;
    *n = size;
    return AG_OK;
}

/* Past a byte order mark; what else is no UTF-8 is refused. */
static ag_status check_bytes(ag_csv_text *text, ag_error *err) {
    static const char mark[] = "\xef\xbb\xbf";
    const unsigned char *b = (const unsigned char *)text->bytes;
    if (text->n >= 2 && ((b[0] == 0xff && b[1] == 0xfe) || (b[0] == 0xfe && b[1] == 0xff)))
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is UTF-16, must be UTF-8: iconv -f UTF-16 -t UTF-8 turns it",
                       text->file);
    if (text->n >= 3 && memcmp(b, mark, 3) == 0) {
        text->bytes += 3;
        text->n -= 3;
    }
    return ag_characters_check(text->file, text->bytes, text->n, AG_DATA, err);
}

static void skip_line(ag_csv_text *text) {
    const char *end = text->n ? memchr(text->bytes, '\n', text->n) : NULL;
    const size_t length = end ? (size_t)(end - text->bytes) + 1 : text->n;
    text->bytes += length;
    text->n -= length;
    text->skipped = 1;
}

/* --- words -------------------------------------------------------------------- */

bool ag_csv_is_missing(const char *text) {
    static const char *const words[] = {"", "NA", "N/A", "NaN", "?", "null"};
    if (text[0] && !strchr("nN?", text[0])) return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcasecmp(text, words[i]) == 0) return true;
    return false;
}

static bool comma_number(const char *text, double *x) {
    char point[64];
    const size_t n = strlen(text);
    if (n >= sizeof point || strchr(text, '.')) return false;
    for (size_t i = 0; i <= n; i++)
        point[i] = text[i] == ',' ? '.' : text[i];
    return ag_parse_number(point, x);
}

bool ag_csv_number(const ag_csv_table *table, const char *text, double *x) {
    return table->decimal_comma ? comma_number(text, x) : ag_parse_number(text, x);
}

long ag_csv_find(const ag_csv_table *table, const char *name) {
    double number;
    const double n = (double)table->n_columns;
    long named = AG_CSV_NONE, numbered = AG_CSV_NONE;
    for (size_t c = 0; table->header && c < table->n_columns && named < 0; c++)
        if (!table->columns[c].unnamed && strcmp(table->columns[c].name, name) == 0)
            named = (long)c;
    if (ag_parse_number(name, &number) && number == floor(number) && number != 0.0 &&
        fabs(number) <= n)
        numbered = (long)(number > 0.0 ? number - 1.0 : n + number);
    if (named >= 0 && numbered >= 0 && named != numbered) return AG_CSV_BOTH;
    return named >= 0 ? named : numbered;
}

/* --- rows --------------------------------------------------------------------- */

/* One record into `cell`. */
static ag_status read_record(const ag_csv_table *table, ag_csv_scan *scan, ag_csv_cell *cell,
                             bool *more, ag_error *err) {
    size_t n = 0;
    for (;;) {
        ag_csv_cell next;
        AG_TRY(ag_csv_next(scan, &next, more, err));
        if (!*more) return AG_OK;
        if (n < table->n_columns) cell[n] = next;
        n++;
        if (next.last) break;
    }
    if (n == table->n_columns) return AG_OK;
    return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &cell[0]),
                   "a row of %zu fields, must be %zu as in the first line", n, table->n_columns);
}

ag_status ag_csv_rows_begin(const ag_csv_table *table, bool drop, ag_arena *arena,
                            ag_csv_rows *rows, ag_error *err) {
    *rows = (ag_csv_rows){.table = table,
                          .scan = ag_csv_begin(&table->text),
                          .cell = AG_NEW_ARRAY(arena, ag_csv_cell, table->n_columns),
                          .room = AG_NEW_ARRAY(arena, char, table->longest + 1),
                          .drop = drop};
    if (!rows->cell || !rows->room) return no_memory(table, err);
    bool more;
    return table->header ? read_record(table, &rows->scan, rows->cell, &more, err) : AG_OK;
}

const char *ag_csv_rows_text(ag_csv_rows *rows, size_t column) {
    return ag_csv_copy(&rows->table->text, &rows->cell[column], rows->room);
}

static bool misses_a_value(ag_csv_rows *rows) {
    for (size_t c = 0; c < rows->table->n_columns; c++)
        if (rows->table->columns[c].role != AG_CSV_IGNORED &&
            ag_csv_is_missing(ag_csv_rows_text(rows, c)))
            return true;
    return false;
}

ag_status ag_csv_rows_next(ag_csv_rows *rows, bool *more, ag_error *err) {
    do
        AG_TRY(read_record(rows->table, &rows->scan, rows->cell, more, err));
    while (*more && rows->drop && misses_a_value(rows));
    return AG_OK;
}

/* --- structure ---------------------------------------------------------------- */

/* Columns of the first record, and the longest cell. */
static ag_status count_columns(ag_csv_table *table, ag_error *err) {
    ag_csv_scan scan = ag_csv_begin(&table->text);
    ag_csv_cell cell = {.last = false};
    bool more;
    while (!cell.last) {
        AG_TRY(ag_csv_next(&scan, &cell, &more, err));
        if (!more)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is empty: there is no row in it",
                           table->text.file);
        if (++table->n_columns > AG_CSV_COLUMNS_MAX)
            return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &cell), "more than %d columns",
                           AG_CSV_COLUMNS_MAX);
    }
    return AG_OK;
}

static ag_status count_rows(ag_csv_table *table, ag_csv_cell *cell, ag_error *err) {
    ag_csv_scan scan = ag_csv_begin(&table->text);
    for (bool more = true;; table->n_rows++) {
        AG_TRY(read_record(table, &scan, cell, &more, err));
        if (!more) return AG_OK;
        for (size_t c = 0; c < table->n_columns; c++)
            if (cell[c].n > table->longest) table->longest = cell[c].n;
    }
}

/* Fewer columns may well hold 0 and 1. */
enum { COUNTED_MIN = 3 };

/* What the cells of a record say about it. */
typedef struct record_words {
    size_t numbers, blanks, n;
    bool named;       /* one of them is the name that was asked for */
    bool first_empty; /* the first one */
    bool counted;     /* they are 0, 1, 2, ... */
} record_words;

static ag_status look_at_record(ag_csv_rows *rows, const char *named, record_words *words,
                                ag_error *err) {
    bool more;
    double x;
    const bool name_known = named && !ag_parse_number(named, &x);
    *words = (record_words){.n = rows->table->n_columns, .counted = true};
    AG_TRY(ag_csv_rows_next(rows, &more, err));
    for (size_t c = 0; more && c < words->n; c++) {
        const char *text = ag_csv_rows_text(rows, c);
        const bool number = ag_csv_number(rows->table, text, &x);
        words->numbers += number;
        words->blanks += ag_csv_is_missing(text);
        words->named |= name_known && strcmp(text, named) == 0;
        words->first_empty |= c == 0 && !text[0];
        words->counted &= number && x == (double)c;
    }
    return AG_OK;
}

static ag_status find_header(ag_csv_table *table, const char *named, ag_arena *arena,
                             ag_error *err) {
    ag_csv_rows rows;
    record_words first, second;
    AG_TRY(ag_csv_rows_begin(table, false, arena, &rows, err));
    AG_TRY(look_at_record(&rows, named, &first, err));
    AG_TRY(look_at_record(&rows, NULL, &second, err));
    if (first.named) {
        table->header = true;
        return AG_OK;
    }
    if (first.counted && first.n >= COUNTED_MIN && !second.counted)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "the first line of %s counts from 0: say 'header: true' if these are the "
                       "names of the columns, else 'header: false'",
                       table->text.file);
    if (first.numbers || first.blanks > first.first_empty) return AG_OK;
    if (second.numbers == 0)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "the first two lines of %s are texts only: say 'header: true' if the first "
                       "one holds the names of the columns, else 'header: false'",
                       table->text.file);
    table->header = true;
    return AG_OK;
}

static const char *keep(const char *text, ag_arena *arena) {
    const size_t size = strlen(text) + 1;
    char *copy = AG_NEW_ARRAY(arena, char, size);
    return copy ? memcpy(copy, text, size) : NULL;
}

static ag_status check_name(const ag_csv_table *table, const ag_csv_cell *cell, const char *name,
                            ag_distinct *names, ag_arena *arena, ag_error *err) {
    if (ag_distinct_find(names, name) >= 0)
        return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, cell),
                       "two columns are named '%.60s'", name);
    return ag_distinct_add(names, name, arena) ? AG_OK : no_memory(table, err);
}

static ag_status name_columns(ag_csv_table *table, ag_arena *arena, ag_error *err) {
    ag_csv_rows rows;
    ag_distinct names = {0};
    table->columns = AG_NEW_ARRAY(arena, ag_csv_column, table->n_columns);
    if (!table->columns) return no_memory(table, err);
    AG_TRY(ag_csv_rows_begin(table, false, arena, &rows, err)); /* the header is in rows.cell */
    for (size_t c = 0; c < table->n_columns; c++) {
        char number[32];
        snprintf(number, sizeof number, "column %zu", c + 1);
        ag_csv_column *column = &table->columns[c];
        const char *name = table->header ? ag_csv_rows_text(&rows, c) : number;
        column->title = rows.cell[c];
        column->unnamed = !name[0];
        if (column->unnamed) name = number;
        if (table->header) AG_TRY(check_name(table, &rows.cell[c], name, &names, arena, err));
        column->name = keep(name, arena);
        if (!column->name) return no_memory(table, err);
    }
    return AG_OK;
}

ag_status ag_csv_open(const char *file, const char *bytes, size_t n, const ag_csv_format *format,
                      const char *named, ag_arena *arena, ag_csv_table *table, ag_error *err) {
    ag_csv_table made = {
        .text = {.file = file, .bytes = bytes, .n = n, .comments = format->comments},
        .decimal_comma = format->decimal_comma};
    AG_TRY(check_bytes(&made.text, err));
    if (format->skip_first) skip_line(&made.text);
    made.text.separator = format->separator ? format->separator : ag_csv_find_separator(&made.text);
    AG_TRY(count_columns(&made, err));
    ag_csv_cell *cell = AG_NEW_ARRAY(arena, ag_csv_cell, made.n_columns);
    if (!cell) return no_memory(&made, err);
    AG_TRY(count_rows(&made, cell, err));
    made.header = format->header == AG_CSV_HEADER_TRUE;
    if (format->header == AG_CSV_HEADER_AUTO) AG_TRY(find_header(&made, named, arena, err));
    AG_TRY(name_columns(&made, arena, err));
    made.n_rows -= made.header;
    if (!made.n_rows) return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has a header and no row", file);
    *table = made;
    return AG_OK;
}

/* --- survey ------------------------------------------------------------------- */

static ag_status survey_cell(const ag_csv_table *table, ag_csv_column *column,
                             const ag_csv_cell *cell, const char *text, ag_arena *arena,
                             ag_error *err) {
    double x;
    bool number = false;
    if (ag_csv_is_missing(text)) {
        if (!column->n_missing++) column->missing = *cell;
        return AG_OK;
    }
    if (ag_csv_number(table, text, &x)) {
        number = true;
        column->least = column->n_numbers ? fmin(column->least, x) : x;
        column->most = column->n_numbers ? fmax(column->most, x) : x;
        column->whole = (column->whole || !column->n_numbers) && x == floor(x);
        column->n_numbers++;
    } else {
        if (!column->n_texts) column->text = *cell;
        column->comma_numbers =
            (column->comma_numbers || !column->n_texts) && comma_number(text, &x);
        column->n_texts++;
    }
    if (number && column->role == AG_CSV_FEATURE) return AG_OK;
    if (column->distinct.n > column->distinct_max) return AG_OK;
    return ag_distinct_add(&column->distinct, text, arena) ? AG_OK : no_memory(table, err);
}

ag_status ag_csv_survey(ag_csv_table *table, bool drop, ag_arena *arena, ag_error *err) {
    ag_csv_rows rows;
    AG_TRY(ag_csv_rows_begin(table, drop, arena, &rows, err));
    for (bool more = true;; table->n_kept++) {
        AG_TRY(ag_csv_rows_next(&rows, &more, err));
        if (!more) return AG_OK;
        for (size_t c = 0; c < table->n_columns; c++) {
            ag_csv_column *column = &table->columns[c];
            if (column->role == AG_CSV_IGNORED) continue;
            AG_TRY(
                survey_cell(table, column, &rows.cell[c], ag_csv_rows_text(&rows, c), arena, err));
        }
    }
}

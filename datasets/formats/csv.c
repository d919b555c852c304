/* CSV: text with equally many fields in every line. */
#include "datasets/file_format.h"
#include "datasets/table/csv_examples.h"
#include "harness/base/characters.h"
#include "harness/base/digest.h"
#include "harness/base/sorted.h"
#include "harness/base/text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { DISTINCT_MAX = 1000, WARNINGS_MAX = 20, TEXT_MAX = 320, CATEGORIES_MAX = 100 };

static ag_status no_memory(const char *path, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to describe %s", path);
}

/* Any text may be one, but says so nowhere. The head may end inside a character. */
static ag_file_likeness recognise(const ag_file_head *head) {
    static const char marks[3][4] = {"\xef\xbb\xbf", "\xff\xfe", "\xfe\xff"};
    size_t n = head->n;
    const char *bytes = (const char *)head->bytes;
    ag_error ignored;
    for (int m = 0; m < 3; m++)
        if (n >= strlen(marks[m]) && memcmp(bytes, marks[m], strlen(marks[m])) == 0)
            return AG_FILE_PERHAPS;
    for (int i = 0; i < 3 && n && ((unsigned char)bytes[n - 1] & 0x80u); i++)
        n--;
    return ag_characters_check("", bytes, n, AG_DATA, &ignored) == AG_OK ? AG_FILE_PERHAPS
                                                                         : AG_FILE_OTHER;
}

/* What is being gathered. */
typedef struct survey {
    ag_arena *arena;
    ag_csv_table table;
    const char **warnings;
    int n_warnings;
    size_t left_out; /* warnings for which there is no room */
    bool guessed;    /* that there is a header */
    bool failed;     /* memory */
} survey;

static const char *print(survey *s, const char *format, ...) __attribute__((format(printf, 2, 3)));
static const char *print(survey *s, const char *format, ...) {
    char *text = AG_NEW_ARRAY(s->arena, char, TEXT_MAX);
    s->failed |= !text;
    if (!text) return "";
    va_list args;
    va_start(args, format);
    vsnprintf(text, TEXT_MAX, format, args);
    va_end(args);
    return text;
}

static void warn(survey *s, const char *text) {
    if (s->n_warnings < WARNINGS_MAX)
        s->warnings[s->n_warnings++] = text;
    else
        s->left_out++;
}

/* --- the table ----------------------------------------------------------------- */

static ag_status open_table(const char *path, survey *s, ag_error *err) {
    const char *bytes = NULL;
    size_t n = 0;
    ag_csv_format format = {.header = AG_CSV_HEADER_AUTO};
    ag_error inner;
    AG_TRY(ag_csv_bytes(path, s->arena, &bytes, &n, err));
    const ag_status status =
        ag_csv_open(path, bytes, n, &format, NULL, s->arena, &s->table, &inner);
    if (status == AG_CONFIG) {
        s->guessed = true;
        warn(s,
             "the first line may be a header or values: taken for a header; say 'header: true' or "
             "'false'");
        format.header = AG_CSV_HEADER_TRUE;
        AG_TRY(ag_csv_open(path, bytes, n, &format, NULL, s->arena, &s->table, err));
    } else if (status) {
        *err = inner;
        return ag_pass(err, status, __FILE__, __LINE__);
    }
    for (size_t c = 0; c < s->table.n_columns; c++) {
        s->table.columns[c].role = AG_CSV_CATEGORY;
        s->table.columns[c].distinct_max = DISTINCT_MAX;
    }
    return ag_csv_survey(&s->table, false, s->arena, err);
}

static const char *how_text(survey *s) {
    const char separator = s->table.text.separator;
    return print(s, "fields separated by %s, %s header",
                 separator == ','    ? "commas"
                 : separator == ';'  ? "semicolons"
                 : separator == '|'  ? "bars"
                 : separator == '\t' ? "tabs"
                                     : "spaces",
                 s->table.header ? "with a" : "no");
}

static const char *type_of(const ag_csv_column *column) {
    if (column->n_numbers && column->n_texts) return "numbers and texts";
    if (column->n_numbers) return column->whole ? "whole number" : "number";
    return column->n_texts ? "text" : "empty";
}

static ag_file_column fact_of(const ag_csv_column *column) {
    const bool numbers = column->n_numbers && !column->n_texts;
    const bool more = column->distinct.n > DISTINCT_MAX;
    return (ag_file_column){.name = column->name,
                            .type = type_of(column),
                            .n_missing = column->n_missing,
                            .n_distinct = more ? DISTINCT_MAX : column->distinct.n,
                            .more = more,
                            .least = numbers ? column->least : (double)NAN,
                            .most = numbers ? column->most : (double)NAN};
}

/* --- warnings ------------------------------------------------------------------- */

static ag_status count_copies(survey *s, size_t *copies, ag_error *err) {
    const ag_csv_table *table = &s->table;
    uint64_t *digest = AG_NEW_ARRAY(s->arena, uint64_t, table->n_rows);
    ag_csv_rows rows;
    bool more = true;
    if (!digest) return no_memory(table->text.file, err);
    AG_TRY(ag_csv_rows_begin(table, false, s->arena, &rows, err));
    for (size_t r = 0; r < table->n_rows; r++) {
        AG_TRY(ag_csv_rows_next(&rows, &more, err));
        for (size_t c = 0; more && c < table->n_columns; c++) {
            const char *text = ag_csv_rows_text(&rows, c);
            digest[r] = ag_digest(text, strlen(text) + 1, digest[r]);
        }
    }
    ag_sorted_make(digest, table->n_rows);
    *copies = 0;
    for (size_t r = 1; r < table->n_rows; r++)
        *copies += digest[r] == digest[r - 1];
    return AG_OK;
}

static void warn_of_column(survey *s, const ag_csv_column *column) {
    const size_t n = column->distinct.n;
    const size_t values = column->n_numbers + column->n_texts;
    if (column->unnamed)
        warn(s, print(s, "'%.60s' has no name, as row numbers have it: ignore it", column->name));
    else if (!values)
        warn(s, print(s, "'%.60s' has no value in any row: ignore it", column->name));
    else if (column->n_numbers && column->n_texts)
        warn(s, print(s, "'%.60s' has %zu numbers and %zu texts, the first in line %ld",
                      column->name, column->n_numbers, column->n_texts, column->text.line));
    else if (column->comma_numbers && column->n_texts)
        warn(s, print(s, "'%.60s' has numbers with a comma: 'decimal: comma'?", column->name));
    else if (n == 1 && !column->n_missing)
        warn(s, print(s, "'%.60s' is the same in every row", column->name));
    else if (column->n_texts && n == values && n > 2)
        warn(s, print(s, "'%.60s' is another text in every row: ignore it", column->name));
    else if (column->n_texts && n > CATEGORIES_MAX)
        warn(s, print(s, "'%.60s' has more than %d different texts, each would be a feature",
                      column->name, CATEGORIES_MAX));
}

static ag_status find_warnings(survey *s, ag_error *err) {
    size_t copies = 0, missing = 0, columns = 0;
    for (size_t c = 0; c < s->table.n_columns; c++) {
        missing += s->table.columns[c].n_missing;
        columns += s->table.columns[c].n_missing > 0;
    }
    if (missing)
        warn(s, print(s, "%zu values are missing, in %zu column%s: 'missing: drop' or 'mean'",
                      missing, columns, columns == 1 ? "" : "s"));
    AG_TRY(count_copies(s, &copies, err));
    if (copies)
        warn(s, print(s, "%zu row%s of another: they may stand in training and test", copies,
                      copies == 1 ? " is a copy" : "s are copies"));
    for (size_t c = 0; c < s->table.n_columns; c++)
        warn_of_column(s, &s->table.columns[c]);
    return AG_OK;
}

/* --- the last column as target ---------------------------------------------------- */

static ag_status list_classes(survey *s, const ag_csv_column *target, const ag_csv_codes *codes,
                              ag_file_facts *facts, ag_error *err) {
    ag_file_class *classes = AG_NEW_ARRAY(s->arena, ag_file_class, codes->n);
    if (!classes) return no_memory(s->table.text.file, err);
    size_t lonely = 0;
    for (size_t i = 0; i < codes->n; i++)
        classes[i].name = codes->name[i];
    for (size_t i = 0; i < target->distinct.n; i++)
        classes[codes->code[i]].n += target->distinct.count[i];
    for (size_t i = 0; i < codes->n; i++)
        lonely += classes[i].n < 2;
    if (lonely)
        warn(s, print(s, "%zu class%s of one row only: in training or in test, never in both",
                      lonely, lonely == 1 ? " is" : "es are"));
    facts->classes = classes;
    facts->n_classes = codes->n;
    return AG_OK;
}

static ag_status describe_target(survey *s, ag_file_facts *facts, ag_error *err) {
    const ag_csv_column *target = &s->table.columns[s->table.n_columns - 1];
    const bool many = target->distinct.n > DISTINCT_MAX;
    const bool numbers = target->n_numbers && !target->n_texts;
    ag_csv_codes codes = {0};
    if (!target->n_numbers && !target->n_texts) return AG_OK;
    if (!many) AG_TRY(ag_csv_code_column(&s->table, target, s->arena, &codes, err));
    const bool classes =
        !many && (!numbers || (target->whole && ag_csv_are_classes(codes.n, s->table.n_rows)));
    if (numbers && !classes)
        facts->target =
            print(s, "with the last column as target: regression of '%.60s'", target->name);
    else if (many)
        facts->target = print(s, "the last column, '%.60s', has more than %d different texts",
                              target->name, DISTINCT_MAX);
    else
        facts->target =
            print(s, "with the last column as target: classification, %zu classes of '%.60s'",
                  codes.n, target->name);
    return classes ? list_classes(s, target, &codes, facts, err) : AG_OK;
}

/* What the line must say about empty cells: only rows with the answer can be learned from. */
static const char *missing_text(const ag_csv_table *table) {
    if (table->columns[table->n_columns - 1].n_missing) return ", missing: drop";
    for (size_t c = 0; c < table->n_columns; c++)
        if (table->columns[c].n_missing) return ", missing: mean";
    return "";
}

static const char *use_text(survey *s, const char *path) {
    double x;
    const ag_csv_column *first = s->table.columns, *last = first + s->table.n_columns - 1;
    const bool named = s->table.header && !last->unnamed && !ag_parse_number(last->name, &x);
    const char *name = named ? last->name : "-1";
    const char *p = ag_file_word_is_plain(path) ? "" : "'",
               *t = ag_file_word_is_plain(name) || !named ? "" : "'";
    return print(s, "dataset: {name: csv, path: %s%.120s%s, target: %s%.80s%s%s%s%s}", p, path, p,
                 t, name, t, first->unnamed && first != last ? ", ignore: 1" : "",
                 s->guessed && !named ? ", header: true" : "", missing_text(&s->table));
}

static ag_status inspect(const char *path, ag_arena *arena, ag_file_facts *facts, ag_error *err) {
    survey s = {.arena = arena, .warnings = AG_NEW_ARRAY(arena, const char *, WARNINGS_MAX + 1)};
    if (!s.warnings) return no_memory(path, err);
    AG_TRY(open_table(path, &s, err));
    ag_file_column *columns = AG_NEW_ARRAY(arena, ag_file_column, s.table.n_columns);
    if (!columns) return no_memory(path, err);
    for (size_t c = 0; c < s.table.n_columns; c++)
        columns[c] = fact_of(&s.table.columns[c]);
    ag_file_facts made = {.how = how_text(&s),
                          .n_rows = s.table.n_rows,
                          .columns = columns,
                          .n_columns = s.table.n_columns,
                          .use = use_text(&s, path)};
    AG_TRY(describe_target(&s, &made, err));
    AG_TRY(find_warnings(&s, err));
    if (s.left_out) s.warnings[s.n_warnings++] = print(&s, "... and %zu more", s.left_out);
    if (s.failed) return no_memory(path, err);
    made.warnings = s.warnings;
    made.n_warnings = s.n_warnings;
    *facts = made;
    return AG_OK;
}

const ag_file_format ag_format_csv = {
    .about = {.name = "csv",
              .formula = "CSV, a table as text",
              .paper = "Y. Shafranovich, 2005, RFC 4180"},
    .recognise = recognise,
    .inspect = inspect,
};

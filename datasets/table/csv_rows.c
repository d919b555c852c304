/* The rows of a CSV file as examples. */
#include "datasets/table/csv_examples.h"

#include <math.h>

static ag_status refuse(const ag_csv_table *table, ag_csv_rows *rows, size_t column,
                        const char *what, ag_error *err) {
    return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &rows->cell[column]), "'%.60s' is %s",
                   table->columns[column].name, what);
}

/* The number that stands for a text; -1 with AG_DATA if the training file does not have it. */
static ag_status code_of(const ag_csv_coding *coding, const ag_csv_table *table, ag_csv_rows *rows,
                         size_t column, long *code, ag_error *err) {
    const ag_csv_codes *codes = &coding->codes[column];
    const ag_csv_column *known = &coding->table->columns[column];
    const char *text = ag_csv_rows_text(rows, column);
    if (ag_csv_is_missing(text)) {
        if (codes->missing < 0)
            return refuse(table, rows, column,
                          "without a value here, which the training file never is", err);
        *code = codes->missing;
        return AG_OK;
    }
    long place = ag_distinct_find(&known->distinct, text);
    double x, y;
    if (place < 0 && !known->n_texts && ag_csv_number(table, text, &x)) /* 1.0 for 1 */
        for (size_t i = 0; i < known->distinct.n && place < 0; i++)
            if (ag_csv_number(table, known->distinct.text[i], &y) && x == y) place = (long)i;
    if (place < 0)
        return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &rows->cell[column]),
                       "'%.60s' is '%.60s' here, which is nowhere in %s",
                       table->columns[column].name, text, coding->table->text.file);
    *code = codes->code[place];
    return AG_OK;
}

static ag_status number_of(const ag_csv_table *table, ag_csv_rows *rows, size_t column,
                           bool may_miss, double *x, ag_error *err) {
    const char *text = ag_csv_rows_text(rows, column);
    *x = (double)NAN;
    if (ag_csv_number(table, text, x)) return AG_OK;
    if (!ag_csv_is_missing(text))
        return refuse(table, rows, column, "no finite decimal number here, as in the training file",
                      err);
    return may_miss ? AG_OK : refuse(table, rows, column, "without a value here", err);
}

static ag_status read_row(const ag_csv_coding *coding, const ag_csv_table *table, ag_csv_rows *rows,
                          size_t row, struct ag_source_part *part, ag_error *err) {
    double *x = part->x + row * coding->n_features;
    double *target = part->target ? part->target + row * coding->n_targets : NULL;
    const bool may_miss = coding->wishes.missing == AG_CSV_MISSING_MEAN;
    for (size_t c = 0; c < table->n_columns; c++) {
        const ag_csv_role role = coding->table->columns[c].role;
        const ag_csv_codes *codes = &coding->codes[c];
        long code = 0;
        if (role == AG_CSV_IGNORED) continue;
        if (codes->n) AG_TRY(code_of(coding, table, rows, c, &code, err));
        if (role == AG_CSV_TARGET && codes->n)
            part->label[row] = (int32_t)code;
        else if (role == AG_CSV_TARGET)
            AG_TRY(number_of(table, rows, c, false, target++, err));
        else if (codes->n) {
            x[code] = 1.0;
            x += codes->n;
        } else
            AG_TRY(number_of(table, rows, c, may_miss, x++, err));
    }
    return AG_OK;
}

ag_status ag_csv_examples(const ag_csv_coding *coding, const ag_csv_table *table, ag_arena *arena,
                          struct ag_source_part *part, ag_error *err) {
    const size_t n = table->n_kept;
    struct ag_source_part made = {.n = n, .x = AG_NEW_ARRAY(arena, double, n * coding->n_features)};
    if (coding->regression)
        made.target = AG_NEW_ARRAY(arena, double, n * coding->n_targets);
    else
        made.label = AG_NEW_ARRAY(arena, int32_t, n);
    if (!made.x || !(made.target || made.label))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu examples of %zu features", n,
                       coding->n_features);
    ag_csv_rows rows;
    bool more = true;
    AG_TRY(
        ag_csv_rows_begin(table, coding->wishes.missing == AG_CSV_MISSING_DROP, arena, &rows, err));
    for (size_t row = 0; row < n && more; row++) {
        AG_TRY(ag_csv_rows_next(&rows, &more, err));
        AG_TRY(read_row(coding, table, &rows, row, &made, err));
    }
    *part = made;
    return AG_OK;
}

ag_status ag_csv_read(const char *path, const ag_csv_format *format, const ag_csv_wishes *wishes,
                      ag_arena *arena, ag_csv_coding *coding, struct ag_source_part *part,
                      ag_error *err) {
    const char *bytes = NULL;
    size_t n = 0;
    ag_csv_table *table = AG_NEW(arena, ag_csv_table);
    if (!table) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the columns of %s", path);
    AG_TRY(ag_csv_bytes(path, arena, &bytes, &n, err));
    AG_TRY(ag_csv_open(path, bytes, n, format, NULL, arena, table, err));
    if (coding->table && table->n_columns != coding->table->n_columns)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has %zu columns, must have %zu as %s", path,
                       table->n_columns, coding->table->n_columns, coding->table->text.file);
    AG_TRY(ag_csv_assign(wishes, table, err));
    AG_TRY(ag_csv_survey(table, wishes->missing == AG_CSV_MISSING_DROP, arena, err));
    if (!coding->table) AG_TRY(ag_csv_code(wishes, table, arena, coding, err));
    return ag_csv_examples(coding, table, arena, part, err);
}

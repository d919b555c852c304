#include "datasets/table/csv_examples.h"

#include "harness/base/nearest.h"
#include "harness/base/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h> /* qsort */
#include <string.h>

enum { LIST_ITEM_MAX = 1024 };

/* More than this as double is not taken for one file: 4 GiB. */
static const double NUMBERS_MAX = 536870912.0;

static ag_status no_memory(const ag_csv_table *table, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the examples of %s", table->text.file);
}

/* --- roles -------------------------------------------------------------------- */

static ag_status no_such_column(const ag_csv_table *table, const char *param, const char *name,
                                ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (size_t c = 0; table->header && c < table->n_columns; c++)
        ag_nearest_offer(&nearest, table->columns[c].name);
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                   "%s is '%.60s', must be a column of %s: %s (1 to %zu, or -1 for the last)%s",
                   param, name, table->text.file,
                   table->header ? "its name or number" : "its number, as there is no header",
                   table->n_columns, ag_nearest_hint(hint, &nearest, ""));
}

static ag_status two_such_columns(const ag_csv_table *table, const char *param, const char *name,
                                  ag_error *err) {
    size_t named = 0;
    while (strcmp(table->columns[named].name, name) != 0)
        named++;
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                   "%s is '%.60s', which is the name of column %zu of %s and the number of "
                   "another: say -%zu for the one of this name, counted from the last",
                   param, name, named + 1, table->text.file, table->n_columns - named);
}

/* Takes the next item off a list; false at its end. */
static bool next_item(const char **list, char item[LIST_ITEM_MAX]) {
    const char *from = *list + strspn(*list, ", ");
    if (!*from) return false;
    const size_t length = strcspn(from, ",");
    size_t n = length;
    while (n && from[n - 1] == ' ')
        n--;
    snprintf(item, LIST_ITEM_MAX, "%.*s", (int)n, from);
    *list = from + length;
    return true;
}

static ag_status assign(ag_csv_table *table, const char *param, const char *list, ag_csv_role role,
                        ag_error *err) {
    char item[LIST_ITEM_MAX];
    while (next_item(&list, item)) {
        const long c = ag_csv_find(table, item);
        if (c == AG_CSV_BOTH) return two_such_columns(table, param, item, err);
        if (c < 0) return no_such_column(table, param, item, err);
        ag_csv_column *column = &table->columns[c];
        if (column->role != AG_CSV_FEATURE)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "'%.60s' is in %s, but was named before: a column has one use", item,
                           param);
        column->role = role;
    }
    return AG_OK;
}

ag_status ag_csv_assign(const ag_csv_wishes *wishes, ag_csv_table *table, ag_error *err) {
    AG_TRY(assign(table, "target", wishes->target, AG_CSV_TARGET, err));
    AG_TRY(assign(table, "ignore", wishes->ignore, AG_CSV_IGNORED, err));
    AG_TRY(assign(table, "categorical", wishes->categorical, AG_CSV_CATEGORY, err));
    size_t features = 0, targets = 0;
    for (size_t c = 0; c < table->n_columns; c++) {
        ag_csv_column *column = &table->columns[c];
        if (column->unnamed && column->role == AG_CSV_FEATURE)
            return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &column->title),
                           "a column without a name, as row numbers have it: 'ignore: %zu' leaves "
                           "it out; 'header: false' if this line holds values",
                           c + 1);
        targets += column->role == AG_CSV_TARGET;
        features += column->role == AG_CSV_FEATURE || column->role == AG_CSV_CATEGORY;
        column->distinct_max =
            column->role == AG_CSV_TARGET ? AG_CSV_DISTINCT_MAX : wishes->categories_max;
    }
    if (!targets)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "target is empty, must name a column of %s",
                       table->text.file);
    if (!features)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s has %zu column%s and none is left as a feature; is its separator "
                       "another?",
                       table->text.file, table->n_columns, table->n_columns == 1 ? "" : "s");
    return AG_OK;
}

/* --- what does not fit -------------------------------------------------------- */

static ag_status refuse_missing(const ag_csv_wishes *wishes, const ag_csv_table *table,
                                ag_error *err) {
    const ag_csv_column *first = NULL;
    size_t n = 0;
    for (size_t c = 0; c < table->n_columns; c++) {
        const ag_csv_column *column = &table->columns[c];
        const bool filled = wishes->missing == AG_CSV_MISSING_MEAN && column->role != AG_CSV_TARGET;
        if (!column->n_missing || filled) continue;
        n += column->n_missing;
        if (!first || column->missing.at < first->missing.at) first = column;
    }
    if (!first) return AG_OK;
    const bool target = first->role == AG_CSV_TARGET;
    return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &first->missing),
                   "'%.60s' has no value here (%zu are missing in all): 'missing: drop' leaves "
                   "such rows out%s",
                   first->name, n,
                   target ? "" : ", 'missing: mean' fills them in, 'ignore' leaves the column out");
}

/* A column of numbers and texts: somewhere must be a mistake. */
static ag_status refuse_mixed(const ag_csv_table *table, const ag_csv_column *column,
                              ag_arena *arena, ag_error *err) {
    const bool target = column->role == AG_CSV_TARGET;
    char *room = AG_NEW_ARRAY(arena, char, column->text.n + 1);
    if (!room) return no_memory(table, err);
    return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &column->text),
                   "'%.60s' is '%.60s' here, but a finite decimal number in %zu rows: must be one "
                   "or the other; %s if its values are %s",
                   column->name, ag_csv_copy(&table->text, &column->text, room), column->n_numbers,
                   target ? "'task: classification'" : "name it in 'categorical'",
                   target ? "classes" : "categories");
}

static ag_status check_feature(const ag_csv_table *table, const ag_csv_column *column,
                               size_t categories_max, ag_arena *arena, ag_error *err) {
    if (column->n_numbers && column->n_texts && column->role == AG_CSV_FEATURE)
        return refuse_mixed(table, column, arena, err);
    if (!column->n_numbers && !column->n_texts)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "'%.60s' of %s has no value in any row; ignore it",
                       column->name, table->text.file);
    if (column->comma_numbers && !table->decimal_comma && column->role == AG_CSV_FEATURE)
        return AG_FAIL(err, AG_DATA, ag_csv_place(&table->text, &column->text),
                       "'%.60s' has numbers with a comma: 'decimal: comma' if that is the decimal "
                       "sign; commas between thousands are not understood",
                       column->name);
    if (column->distinct.n > categories_max)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "'%.60s' of %s has more than %zu different %s; ignore it, or allow more "
                       "with 'categories'",
                       column->name, table->text.file, categories_max,
                       column->n_texts ? "texts" : "values");
    return AG_OK;
}

/* --- codes -------------------------------------------------------------------- */

typedef struct value {
    double number; /* all 0 where texts are compared */
    const char *text;
    size_t place; /* in the column's distinct texts */
} value;

static int by_value(const void *a, const void *b) {
    const value *x = a, *y = b;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    const int order = strcmp(x->text, y->text);
    return order ? order : (x->place > y->place) - (x->place < y->place);
}

ag_status ag_csv_code_column(const ag_csv_table *table, const ag_csv_column *column,
                             ag_arena *arena, ag_csv_codes *codes, ag_error *err) {
    const size_t n = column->distinct.n;
    value *values = AG_NEW_ARRAY(arena, value, n);
    codes->code = AG_NEW_ARRAY(arena, int32_t, n);
    codes->name = AG_NEW_ARRAY(arena, const char *, n + 1);
    if (!values || !codes->code || !codes->name) return no_memory(table, err);
    for (size_t i = 0; i < n; i++) {
        values[i] = (value){.text = column->distinct.text[i], .place = i};
        if (!column->n_texts) (void)ag_csv_number(table, values[i].text, &values[i].number);
    }
    qsort(values, n, sizeof *values, by_value);
    for (size_t i = 0; i < n; i++) {
        const bool again = i && !column->n_texts && values[i].number == values[i - 1].number;
        if (!again) codes->name[codes->n++] = values[i].text;
        codes->code[values[i].place] = (int32_t)codes->n - 1;
    }
    return AG_OK;
}

static ag_status code_features(ag_csv_coding *coding, ag_arena *arena, ag_error *err) {
    const ag_csv_table *table = coding->table;
    for (size_t c = 0; c < table->n_columns; c++) {
        const ag_csv_column *column = &table->columns[c];
        ag_csv_codes *codes = &coding->codes[c];
        if (column->role == AG_CSV_TARGET || column->role == AG_CSV_IGNORED) continue;
        AG_TRY(check_feature(table, column, coding->wishes.categories_max, arena, err));
        if (column->role == AG_CSV_CATEGORY || column->n_texts) {
            AG_TRY(ag_csv_code_column(table, column, arena, codes, err));
            if (column->n_missing) codes->missing = (long)codes->n++;
        }
        coding->n_features += codes->n ? codes->n : 1;
    }
    if ((double)coding->n_features * (double)table->n_kept <= NUMBERS_MAX) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                   "%s comes to %zu rows of %zu features, must be at most %.0f numbers together; "
                   "ignore columns",
                   table->text.file, table->n_kept, coding->n_features, NUMBERS_MAX);
}

/* --- what is predicted -------------------------------------------------------- */

/* The one target of a classification; NULL for several targets. */
static const ag_csv_column *only_target(const ag_csv_coding *coding) {
    const ag_csv_column *target = NULL;
    for (size_t c = 0; c < coding->table->n_columns; c++)
        if (coding->table->columns[c].role == AG_CSV_TARGET && coding->n_targets == 1)
            target = &coding->table->columns[c];
    return target;
}

bool ag_csv_are_classes(size_t n_distinct, size_t n_rows) {
    return n_distinct <= AG_CSV_CLASSES_AUTO && n_rows >= AG_CSV_ROWS_PER_CLASS * n_distinct;
}

/* What auto decides for a target of numbers, and says. */
static ag_status decide(ag_csv_coding *coding, const ag_csv_column *target, ag_arena *arena,
                        ag_error *err) {
    const bool many = target->distinct.n > target->distinct_max;
    ag_csv_codes values = {0}; /* by value: 1.0 is 1 */
    if (!many) AG_TRY(ag_csv_code_column(coding->table, target, arena, &values, err));
    const size_t n = many ? target->distinct_max : values.n;
    const bool classes = target->whole && !many && ag_csv_are_classes(n, coding->table->n_kept);
    snprintf(coding->note, AG_CSV_NOTE_MAX,
             "taken for %s: '%.60s' has %s%zu different%s numbers in %zu rows; 'task: %s' "
             "would make it the other",
             classes ? "classification" : "regression", target->name, many ? "more than " : "", n,
             target->whole ? " whole" : "", coding->table->n_kept,
             classes ? "regression" : "classification");
    coding->regression = !classes;
    return AG_OK;
}

static ag_status choose_task(ag_csv_coding *coding, ag_arena *arena, ag_error *err) {
    const ag_csv_column *target = only_target(coding);
    coding->regression = coding->wishes.task == AG_CSV_TASK_REGRESSION;
    if (!target) {
        if (coding->wishes.task == AG_CSV_TASK_CLASSIFICATION)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "target names %zu columns, must be one for classification",
                           coding->n_targets);
        coding->regression = true;
        return AG_OK;
    }
    if (coding->wishes.task != AG_CSV_TASK_AUTO) return AG_OK;
    if (target->n_texts && target->n_numbers)
        return refuse_mixed(coding->table, target, arena, err);
    return target->n_texts ? AG_OK : decide(coding, target, arena, err);
}

static ag_status code_classes(ag_csv_coding *coding, ag_arena *arena, ag_error *err) {
    const ag_csv_column *target = only_target(coding);
    ag_csv_codes *codes = &coding->codes[target - coding->table->columns];
    if (target->distinct.n > target->distinct_max)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "'%.60s' of %s has more than %zu classes; 'task: regression', or another "
                       "target?",
                       target->name, coding->table->text.file, target->distinct_max);
    AG_TRY(ag_csv_code_column(coding->table, target, arena, codes, err));
    if (codes->n < 2)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "'%.60s' of %s has %zu class%s, must have 2 at least", target->name,
                       coding->table->text.file, codes->n, codes->n == 1 ? " only" : "es");
    coding->n_classes = codes->n;
    coding->class_names = codes->name;
    coding->n_targets = 0;
    return AG_OK;
}

static ag_status check_numbers(const ag_csv_coding *coding, ag_error *err) {
    for (size_t c = 0; c < coding->table->n_columns; c++) {
        const ag_csv_column *column = &coding->table->columns[c];
        if (column->role == AG_CSV_TARGET && column->n_texts)
            return AG_FAIL(err, AG_DATA, ag_csv_place(&coding->table->text, &column->text),
                           "'%.60s' is a text here, must be a finite decimal number to be "
                           "predicted by regression",
                           column->name);
    }
    return AG_OK;
}

void ag_csv_note_missing(ag_csv_coding *coding, const ag_csv_table *table) {
    const char *part = table == coding->table ? "" : " of the test file";
    const size_t used = strlen(coding->note);
    const char *between = used ? "; " : "";
    size_t filled = 0;
    for (size_t c = 0; c < table->n_columns; c++)
        filled += table->columns[c].n_missing;
    if (table->n_kept < table->n_rows)
        snprintf(coding->note + used, AG_CSV_NOTE_MAX - used,
                 "%s%zu of %zu rows%s dropped for missing values", between,
                 table->n_rows - table->n_kept, table->n_rows, part);
    else if (filled)
        snprintf(coding->note + used, AG_CSV_NOTE_MAX - used, "%s%zu missing values%s filled in",
                 between, filled, part);
}

ag_status ag_csv_code(const ag_csv_wishes *wishes, const ag_csv_table *table, ag_arena *arena,
                      ag_csv_coding *coding, ag_error *err) {
    ag_csv_coding made = {.wishes = *wishes,
                          .table = table,
                          .codes = AG_NEW_ARRAY(arena, ag_csv_codes, table->n_columns)};
    if (!made.codes) return no_memory(table, err);
    for (size_t c = 0; c < table->n_columns; c++) {
        made.codes[c].missing = -1;
        made.n_targets += table->columns[c].role == AG_CSV_TARGET;
    }
    if (!table->n_kept)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has no row without a missing value",
                       table->text.file);
    AG_TRY(refuse_missing(wishes, table, err));
    AG_TRY(choose_task(&made, arena, err));
    AG_TRY(made.regression ? check_numbers(&made, err) : code_classes(&made, arena, err));
    AG_TRY(code_features(&made, arena, err));
    ag_csv_note_missing(&made, table);
    *coding = made;
    return AG_OK;
}

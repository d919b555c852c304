/* CSV: a table of the user's own. */
#include "datasets/files/user_file.h"
#include "datasets/table/csv_examples.h"

#include <string.h>

static const char *const task_words[] = {"auto", "classification", "regression", NULL};
static const char *const header_words[] = {"auto", "true", "false", NULL};
static const char *const separator_words[] = {"auto", "comma", "semicolon", "tab",
                                              "bar",  "space", NULL};
static const char separators[] = {0, ',', ';', '\t', '|', ' '};
static const char *const decimal_words[] = {"point", "comma", NULL};
static const char *const missing_words[] = {"error", "drop", "mean", NULL};

/* What describe leaves to load. */
typedef struct csv_found {
    ag_csv_table train, test; /* test.n_kept 0: there is none */
    ag_csv_coding coding;
} csv_found;

static const char *text_of(const ag_choice *choice, const char *param) {
    return choice->text[ag_element_param(choice->element, param)];
}

static ag_csv_format format_of(const ag_choice *choice) {
    return (ag_csv_format){
        .header = (ag_csv_header)ag_choice_number(choice, "header", 0),
        .separator = separators[(int)ag_choice_number(choice, "separator", 0)],
        .decimal_comma = ag_choice_number(choice, "decimal", 0) != 0,
        .comments = ag_choice_number(choice, "comments", 0) != 0,
    };
}

static ag_csv_wishes wishes_of(const ag_choice *choice) {
    return (ag_csv_wishes){
        .target = text_of(choice, "target"),
        .ignore = text_of(choice, "ignore"),
        .categorical = text_of(choice, "categorical"),
        .task = (ag_csv_task)ag_choice_number(choice, "task", 0),
        .missing = (ag_csv_missing)ag_choice_number(choice, "missing", 0),
        .categories_max = (size_t)ag_choice_number(choice, "categories", 100),
    };
}

static ag_status open_table(const ag_choice *choice, const char *name, const ag_csv_format *format,
                            ag_arena *arena, ag_csv_table *table, ag_error *err) {
    const char *path = NULL, *bytes = NULL;
    size_t n = 0;
    AG_TRY(ag_user_file(choice, name, arena, &path, err));
    AG_TRY(ag_csv_bytes(path, arena, &bytes, &n, err));
    return ag_csv_open(path, bytes, n, format, text_of(choice, "target"), arena, table, err);
}

/* The test file is read as the training file was, and must have its columns. */
static ag_status open_test(const ag_choice *choice, const ag_csv_table *train, ag_arena *arena,
                           ag_csv_table *test, ag_error *err) {
    ag_csv_format format = format_of(choice);
    const int held_out = ag_element_param(choice->element, "test");
    if (choice->number[held_out] != choice->element->params[held_out].standard)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "test of csv is given and test_path too, must be one of them");
    format.header = train->header ? AG_CSV_HEADER_TRUE : AG_CSV_HEADER_FALSE;
    format.separator = train->text.separator;
    AG_TRY(open_table(choice, text_of(choice, "test_path"), &format, arena, test, err));
    if (test->n_columns != train->n_columns)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has %zu columns, must have %zu as %s",
                       test->text.file, test->n_columns, train->n_columns, train->text.file);
    for (size_t c = 0; c < train->n_columns; c++) {
        if (strcmp(test->columns[c].name, train->columns[c].name) != 0)
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "column %zu of %s is '%.60s', must be '%.60s' as in %s", c + 1,
                           test->text.file, test->columns[c].name, train->columns[c].name,
                           train->text.file);
        test->columns[c].role = train->columns[c].role;
        test->columns[c].distinct_max = train->columns[c].distinct_max;
    }
    AG_TRY(ag_csv_survey(test, ag_choice_number(choice, "missing", 0) == AG_CSV_MISSING_DROP, arena,
                         err));
    if (test->n_kept) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has no row without a missing value",
                   test->text.file);
}

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    const ag_csv_format format = format_of(choice);
    const ag_csv_wishes wishes = wishes_of(choice);
    csv_found *found = AG_NEW(arena, csv_found);
    if (!found) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a CSV file");
    AG_TRY(open_table(choice, text_of(choice, "path"), &format, arena, &found->train, err));
    AG_TRY(ag_csv_assign(&wishes, &found->train, err));
    AG_TRY(ag_csv_survey(&found->train, wishes.missing == AG_CSV_MISSING_DROP, arena, err));
    AG_TRY(ag_csv_code(&wishes, &found->train, arena, &found->coding, err));
    if (text_of(choice, "test_path")[0]) {
        AG_TRY(open_test(choice, &found->train, arena, &found->test, err));
        ag_csv_note_missing(&found->coding, &found->test);
    }
    const ag_csv_coding *coding = &found->coding;
    source->shape = (ag_shape){(int)coding->n_features, 1, 1};
    source->regression = coding->regression;
    source->n_classes = (int)coding->n_classes;
    source->n_targets = (int)coding->n_targets;
    source->class_names = coding->class_names;
    source->train.n = found->train.n_kept;
    source->test.n = found->test.n_kept;
    if (coding->note[0]) source->note = coding->note;
    source->found = found;
    return AG_OK;
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    const csv_found *found = source->found;
    source->missing = ag_choice_number(choice, "missing", 0) == AG_CSV_MISSING_MEAN;
    AG_TRY(ag_csv_examples(&found->coding, &found->train, arena, &source->train, err));
    if (!found->test.n_kept) return AG_OK;
    return ag_csv_examples(&found->coding, &found->test, arena, &source->test, err);
}

static const ag_param params[] = {
    {.name = "path",
     .kind = AG_PARAM_TEXT,
     .meaning = "the file, plain or .gz; relative to the experiment file's folder, else to the "
                "current one, else to those of ACTGRID_DATA"},
    {.name = "target",
     .kind = AG_PARAM_TEXT,
     .meaning = "column to predict: name, or number from 1 (-1: the last); \"a, b\" for several"},
    {.name = "test_path",
     .kind = AG_PARAM_TEXT,
     .standard_text = "",
     .meaning = "a file of the same columns for the final test; none: 'test' rows are held out"},
    {.name = "task",
     .kind = AG_PARAM_WORD,
     .words = task_words,
     .meaning = "auto: classification for texts, and for at most 20 different whole numbers with "
                "2 rows each on average; else regression"},
    {.name = "ignore",
     .kind = AG_PARAM_TEXT,
     .standard_text = "",
     .meaning = "columns that are not read: \"id, date\""},
    {.name = "categorical",
     .kind = AG_PARAM_TEXT,
     .standard_text = "",
     .meaning = "columns of numbers that are categories; texts are always: one feature (0 or 1) "
                "for each different text, in sorted order"},
    {.name = "categories",
     .kind = AG_PARAM_INT,
     .standard = 100,
     .min = 1,
     .max = AG_CSV_DISTINCT_MAX,
     .meaning = "different texts that a column of categories may have"},
    {.name = "missing",
     .kind = AG_PARAM_WORD,
     .words = missing_words,
     .meaning = "empty, NA, N/A, NaN, ? or null: an error; drop the row; or the mean of the "
                "training examples, for texts a category of their own"},
    {.name = "header",
     .kind = AG_PARAM_WORD,
     .words = header_words,
     .meaning = "auto: the first line is one if it has the target's name, or no number while the "
                "second has one"},
    {.name = "separator",
     .kind = AG_PARAM_WORD,
     .words = separator_words,
     .meaning = "auto: what gives the first 100 lines equally many fields"},
    {.name = "decimal", .kind = AG_PARAM_WORD, .words = decimal_words, .meaning = "1.5 or 1,5"},
    {.name = "comments",
     .kind = AG_PARAM_FLAG,
     .meaning = "true: lines that begin with # are left out"},
    AG_DATASET_TARGET_PARAM(1),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_csv = {
    .about = {.name = "csv",
              .formula = "a table of your own: {name: csv, path: my.csv, target: label}",
              .paper = "Y. Shafranovich, 2005, RFC 4180",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "as the file's",
    .own_files = true,
    .describe = describe,
    .load = load,
};

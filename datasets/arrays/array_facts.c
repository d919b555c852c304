#include "datasets/arrays/array_facts.h"

#include "datasets/arrays/array_answers.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_MAX = 400, WARNINGS_MAX = AG_ARRAY_NAMES_MAX + 8 };

/* What is being gathered. */
typedef struct survey {
    const char *path;
    ag_arena *arena;
    ag_ndarray array[AG_ARRAY_NAMES_MAX]; /* shapes; of answers the numbers too */
    const char *name[AG_ARRAY_NAMES_MAX];
    ag_file_column *columns;
    const char **warnings;
    int n, n_warnings;
    bool failed; /* memory */
} survey;

static ag_status no_memory(const char *path, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory to describe %s", path);
}

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
    if (s->n_warnings < WARNINGS_MAX) s->warnings[s->n_warnings++] = text;
}

/* --- one array ------------------------------------------------------------------- */

static const char *shape_text(survey *s, const ag_ndarray *a) {
    char text[AG_NDARRAY_PLACE_MAX] = "";
    for (int d = 0; d < a->n_dims; d++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%zu", d ? " x " : "", a->dim[d]);
    }
    return print(s, "%s", text);
}

/* Least, most and what is not finite, over all numbers. */
static void look_at_numbers(survey *s, const ag_ndarray *a, double *row, ag_file_column *column) {
    const size_t n = ag_ndarray_row_size(a);
    size_t infinite = 0;
    for (size_t i = 0; i < a->dim[0]; i++) {
        ag_ndarray_row(a, i, row);
        for (size_t k = 0; k < n; k++) {
            column->n_missing += isnan(row[k]) != 0;
            infinite += isinf(row[k]) != 0;
            column->least = fmin(column->least, row[k]);
            column->most = fmax(column->most, row[k]);
        }
    }
    if (column->n_missing)
        warn(s, print(s, "'%.60s' has %zu numbers that are nan: it cannot be trained on",
                      column->name, column->n_missing));
    if (infinite)
        warn(s, print(s, "'%.60s' has %zu infinite numbers: it cannot be trained on", column->name,
                      infinite));
    if (n && a->dim[0] > 1 && column->least == column->most)
        warn(s, print(s, "'%.60s' is the same number everywhere", column->name));
}

/* The numbers are looked at and given back; their shape stays. */
static ag_status add_array(survey *s, const char *name, ag_array_reader reader, ag_error *err) {
    ag_error trouble = {0};
    ag_arena scratch = {.fail_after = s->arena->fail_after};
    ag_ndarray a;
    char type[16];
    ag_status status = reader(s->path, name, false, &scratch, &a, &trouble);
    if (status == AG_OK) {
        double *row = AG_NEW_ARRAY(&scratch, double, ag_ndarray_row_size(&a));
        ag_file_column *column = &s->columns[s->n];
        *column = (ag_file_column){.name = name,
                                   .type = print(s, "%s", ag_ndarray_type(type, &a)),
                                   .shape = shape_text(s, &a),
                                   .least = (double)NAN,
                                   .most = (double)NAN};
        if (row && a.n_dims <= 4) look_at_numbers(s, &a, row, column);
        if (!row) status = no_memory(s->path, &trouble);
        a.name = NULL; /* these end here */
        a.bytes = NULL;
        s->name[s->n] = name;
        s->array[s->n++] = a;
    }
    ag_arena_close(&scratch);
    if (status == AG_DATA) {
        warn(s, print(s, "%s", trouble.text));
        return AG_OK;
    }
    if (status != AG_OK) *err = trouble;
    return status;
}

/* --- examples and answers ------------------------------------------------------------ */

static int find(const survey *s, const char *name) {
    for (int i = 0; i < s->n; i++)
        if (strcmp(s->name[i], name) == 0) return i;
    return -1;
}

/* Places of examples and answers, -1 if there is none. */
static void find_pair(const survey *s, int *x, int *y) {
    *x = find(s, "x");
    *y = find(s, "y");
    if (*x >= 0 && *y >= 0) return;
    *x = *y = -1;
    for (int i = 0; i < s->n && *x < 0; i++)
        if (s->array[i].n_dims >= 2 && s->array[i].n_dims <= 4) *x = i;
    for (int i = 0; i < s->n && *x >= 0 && *y < 0; i++)
        if (i != *x && s->array[i].n_dims <= 2 && s->array[i].dim[0] == s->array[*x].dim[0]) *y = i;
}

static ag_status list_classes(survey *s, const ag_answers *answers, const ag_ndarray *y,
                              ag_file_facts *facts, ag_error *err) {
    ag_file_class *classes = AG_NEW_ARRAY(s->arena, ag_file_class, answers->n);
    struct ag_source_part part = {.n = y->dim[0]};
    if (!classes) return no_memory(s->path, err);
    AG_TRY(ag_answers_read(answers, y, s->arena, &part, err));
    for (size_t c = 0; c < answers->n; c++)
        classes[c].name = answers->names ? answers->names[c] : print(s, "%zu", c);
    for (size_t i = 0; i < part.n; i++)
        classes[part.label[i]].n++;
    size_t lonely = 0;
    for (size_t c = 0; c < answers->n; c++)
        lonely += classes[c].n < 2;
    if (lonely)
        warn(s, print(s, "%zu class%s of one example only, or of none", lonely,
                      lonely == 1 ? " is" : "es are"));
    facts->classes = classes;
    facts->n_classes = answers->n;
    return AG_OK;
}

/* What auto would make of these answers; those it cannot are a warning. */
static ag_status describe_answers(survey *s, const char *name, ag_array_reader reader,
                                  ag_file_facts *facts, ag_error *err) {
    ag_ndarray y;
    ag_answers answers;
    ag_error trouble = {0};
    ag_status status = reader(s->path, name, false, s->arena, &y, &trouble);
    const bool fits = status == AG_OK && y.n_dims <= 2 && ag_ndarray_row_size(&y) && y.dim[0];
    if (status == AG_OK && !fits) return AG_OK;
    if (fits) status = ag_answers_decide(AG_ARRAY_TASK_AUTO, &y, s->arena, &answers, &trouble);
    if (status == AG_DATA) {
        warn(s, print(s, "%s", trouble.text));
        return AG_OK;
    }
    if (status != AG_OK) {
        *err = trouble;
        return status;
    }
    const char *colon = answers.because ? strchr(answers.because, ':') : NULL;
    const char *why = colon ? colon + 2 : "floats in columns";
    facts->target = answers.regression
                        ? print(s, "with '%.60s' as answers: regression, %zu target%s (%s)", name,
                                answers.n, answers.n == 1 ? "" : "s", why)
                        : print(s, "with '%.60s' as answers: classification, %zu classes (%s)",
                                name, answers.n, why);
    return answers.regression ? AG_OK : list_classes(s, &answers, &y, facts, err);
}

static const char *use_text(survey *s, const char *set, int x, int y) {
    const char *quote = ag_file_word_is_plain(s->path) ? "" : "'";
    const char *a = ag_file_word_is_plain(s->name[x]) ? "" : "'",
               *b = ag_file_word_is_plain(s->name[y]) ? "" : "'";
    if (strcmp(s->name[x], "x") == 0 && strcmp(s->name[y], "y") == 0)
        return print(s, "dataset: {name: %s, path: %s%.120s%s}", set, quote, s->path, quote);
    return print(s, "dataset: {name: %s, path: %s%.120s%s, x: %s%.60s%s, y: %s%.60s%s}", set, quote,
                 s->path, quote, a, s->name[x], a, b, s->name[y], b);
}

ag_status ag_array_facts(const char *path, const char *set, const ag_array_names *names,
                         ag_array_reader reader, ag_arena *arena, ag_file_facts *facts,
                         ag_error *err) {
    survey *s = AG_NEW(arena, survey);
    if (!s) return no_memory(path, err);
    s->path = path;
    s->arena = arena;
    s->columns = AG_NEW_ARRAY(arena, ag_file_column, (size_t)names->n + 1);
    s->warnings = AG_NEW_ARRAY(arena, const char *, WARNINGS_MAX);
    if (!s->columns || !s->warnings) return no_memory(path, err);
    for (int i = 0; i < names->n; i++)
        AG_TRY(add_array(s, names->name[i], reader, err));
    if (names->left_out) warn(s, print(s, "%d more arrays are left out", names->left_out));
    int x, y;
    ag_file_facts made = {.columns = s->columns, .n_columns = (size_t)s->n};
    find_pair(s, &x, &y);
    if (x >= 0) made.n_rows = s->array[x].dim[0];
    if (s->n == 1 && s->array[0].n_dims == 1) y = 0; /* an array of answers only */
    if (y >= 0) AG_TRY(describe_answers(s, s->name[y], reader, &made, err));
    if (x >= 0 && y >= 0) made.use = use_text(s, set, x, y);
    if (s->failed) return no_memory(path, err);
    made.warnings = s->warnings;
    made.n_warnings = s->n_warnings;
    *facts = made;
    return AG_OK;
}

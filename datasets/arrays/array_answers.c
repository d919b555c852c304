#include "datasets/arrays/array_answers.h"

#include "harness/base/text.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Above this neighbouring whole numbers are one double. */
static const double WHOLE_MAX = 9007199254740992.0;

static ag_status no_memory(const ag_ndarray *y, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the %zu answers of %s", y->dim[0],
                   y->name);
}

/* --- one-hot ------------------------------------------------------------------ */

/* Column of the 1 among zeros; -1: the row is none such. */
static long column_of_one(const double *row, size_t n) {
    long column = -1;
    for (size_t k = 0; k < n; k++) {
        if (row[k] == 0.0) continue;
        if (row[k] != 1.0 || column >= 0) return -1;
        column = (long)k;
    }
    return column;
}

/* The first row that is not one-hot; dim[0]: all are. */
static size_t first_not_one_hot(const ag_ndarray *y, double *row) {
    const size_t n = ag_ndarray_row_size(y);
    for (size_t i = 0; i < y->dim[0]; i++) {
        ag_ndarray_row(y, i, row);
        if (column_of_one(row, n) < 0) return i;
    }
    return y->dim[0];
}

static ag_status decide_wide(ag_array_task task, const ag_ndarray *y, double *row,
                             ag_answers *answers, ag_error *err) {
    const size_t wrong = task == AG_ARRAY_TASK_REGRESSION ? 0 : first_not_one_hot(y, row);
    const bool one_hot = task != AG_ARRAY_TASK_REGRESSION && wrong == y->dim[0];
    if (task == AG_ARRAY_TASK_CLASSIFICATION && !one_hot)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "row %zu of %s (counted from 0) is not a single 1 among zeros, as classes "
                       "in %zu columns must be; numbers to predict are task: regression",
                       wrong, y->name, answers->n);
    answers->one_hot = one_hot;
    answers->regression = !one_hot;
    if (task == AG_ARRAY_TASK_AUTO)
        answers->because = one_hot ? "classes: every row is a single 1 among zeros"
                                   : "numbers to predict: not every row is a single 1 among zeros";
    return AG_OK;
}

/* --- whole numbers --------------------------------------------------------------- */

static int compare(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* All answers, ascending and each once. */
static ag_status distinct_of(const ag_ndarray *y, ag_arena *arena, double **value, size_t *n,
                             ag_error *err) {
    double *all = AG_NEW_ARRAY(arena, double, y->dim[0]);
    if (!all) return no_memory(y, err);
    for (size_t i = 0; i < y->dim[0]; i++)
        ag_ndarray_row(y, i, &all[i]);
    qsort(all, y->dim[0], sizeof *all, compare);
    *n = 0;
    for (size_t i = 0; i < y->dim[0]; i++)
        if (*n == 0 || all[i] != all[*n - 1]) all[(*n)++] = all[i];
    *value = all;
    return AG_OK;
}

/* The first of the values that cannot number a class; n: all can. */
static size_t first_not_whole(const double *value, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (value[i] != floor(value[i]) || fabs(value[i]) >= WHOLE_MAX) return i;
    return n;
}

static ag_status name_classes(const ag_ndarray *y, ag_arena *arena, ag_answers *answers,
                              ag_error *err) {
    bool plain = true;
    for (size_t i = 0; i < answers->n; i++)
        plain &= answers->value[i] == (double)i;
    if (plain) return AG_OK;
    answers->names = AG_NEW_ARRAY(arena, const char *, answers->n + 1);
    if (!answers->names) return no_memory(y, err);
    for (size_t i = 0; i < answers->n; i++) {
        char *name = AG_NEW_ARRAY(arena, char, AG_NUMBER_MAX);
        if (!name) return no_memory(y, err);
        answers->names[i] = ag_format_number(name, answers->value[i]);
    }
    return AG_OK;
}

/* What auto makes of n different numbers, whole or not. */
static bool looks_like_classes(const ag_ndarray *y, size_t n, bool whole, const char **because) {
    const bool typed = y->kind != AG_NUMBER_FLOAT;
    const bool few = n >= 2 && n <= y->dim[0] / AG_ANSWERS_ROWS_PER_CLASS &&
                     (typed || n <= AG_ANSWERS_FLOAT_CLASSES_MAX);
    if (!typed && y->n_dims > 1) {
        *because = NULL; /* [n, 1] of floats is how numbers to predict are written */
        return false;
    }
    *because = !whole ? "numbers to predict: not all are whole"
               : few  ? "classes: few different whole numbers"
                      : "numbers to predict: too many different ones for classes";
    return whole && few;
}

static ag_status decide_narrow(ag_array_task task, const ag_ndarray *y, ag_arena *arena,
                               ag_answers *answers, ag_error *err) {
    char number[AG_NUMBER_MAX];
    size_t n = 0;
    if (task == AG_ARRAY_TASK_REGRESSION) {
        answers->regression = true;
        return AG_OK;
    }
    AG_TRY(distinct_of(y, arena, &answers->value, &n, err));
    const size_t wrong = first_not_whole(answers->value, n);
    if (task == AG_ARRAY_TASK_AUTO)
        answers->regression = !looks_like_classes(y, n, wrong == n, &answers->because);
    if (answers->regression) return AG_OK;
    if (wrong < n)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s has the answer %s, which is no class: must be whole; numbers to "
                       "predict are task: regression",
                       y->name, ag_format_number(number, answers->value[wrong]));
    if (n < 2)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has the class %s only, must have two or more",
                       y->name, ag_format_number(number, answers->value[0]));
    answers->n = n;
    return name_classes(y, arena, answers, err);
}

ag_status ag_answers_decide(ag_array_task task, const ag_ndarray *y, ag_arena *arena,
                            ag_answers *answers, ag_error *err) {
    ag_answers decided = {.n = ag_ndarray_row_size(y)};
    double *row = AG_NEW_ARRAY(arena, double, decided.n);
    if (!row) return no_memory(y, err);
    AG_TRY(ag_ndarray_finite(y, row, err));
    if (decided.n > 1)
        AG_TRY(decide_wide(task, y, row, &decided, err));
    else
        AG_TRY(decide_narrow(task, y, arena, &decided, err));
    if (decided.n > INT_MAX)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has %zu %s, which are too many", y->name,
                       decided.n, decided.regression ? "targets" : "classes");
    *answers = decided;
    return AG_OK;
}

/* --- reading --------------------------------------------------------------------- */

static ag_status read_targets(const ag_answers *answers, const ag_ndarray *y, ag_arena *arena,
                              struct ag_source_part *part, ag_error *err) {
    part->target = AG_NEW_ARRAY(arena, double, y->dim[0] * answers->n);
    if (!part->target) return no_memory(y, err);
    for (size_t i = 0; i < y->dim[0]; i++)
        ag_ndarray_row(y, i, part->target + i * answers->n);
    return AG_OK;
}

static ag_status class_of(const ag_answers *answers, const ag_ndarray *y, size_t i,
                          const double *row, int32_t *label, ag_error *err) {
    char number[AG_NUMBER_MAX], place[AG_NDARRAY_PLACE_MAX];
    if (answers->one_hot) {
        *label = (int32_t)column_of_one(row, answers->n);
        if (*label >= 0) return AG_OK;
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "row %zu of %s (counted from 0) is not a single 1 among zeros", i, y->name);
    }
    const double *found = bsearch(row, answers->value, answers->n, sizeof *row, compare);
    if (!found)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is %s, which is no class of the training examples",
                       ag_ndarray_place(place, y, i, 0), ag_format_number(number, row[0]));
    *label = (int32_t)(found - answers->value);
    return AG_OK;
}

ag_status ag_answers_read(const ag_answers *answers, const ag_ndarray *y, ag_arena *arena,
                          struct ag_source_part *part, ag_error *err) {
    const size_t columns = ag_ndarray_row_size(y);
    double *row = AG_NEW_ARRAY(arena, double, columns);
    if (!row) return no_memory(y, err);
    AG_TRY(ag_ndarray_finite(y, row, err));
    if (answers->regression) return read_targets(answers, y, arena, part, err);
    part->label = AG_NEW_ARRAY(arena, int32_t, y->dim[0]);
    if (!part->label) return no_memory(y, err);
    for (size_t i = 0; i < y->dim[0]; i++) {
        ag_ndarray_row(y, i, row);
        AG_TRY(class_of(answers, y, i, row, &part->label[i], err));
    }
    return AG_OK;
}

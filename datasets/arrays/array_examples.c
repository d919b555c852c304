#include "datasets/arrays/array_examples.h"

#include "datasets/files/user_file.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { LAYOUT_AUTO, LAYOUT_CHANNELS_FIRST, LAYOUT_CHANNELS_LAST };
const char *const ag_array_layout_words[] = {"auto", "channels_first", "channels_last", NULL};
const char *const ag_array_task_words[] = {"auto", "classification", "regression", NULL};

enum { NOTE_MAX = 384 };

/* What describe leaves to load. */
typedef struct found {
    ag_ndarray x, y, x_test, y_test; /* those of x without numbers */
    bool test, channels_last;
    ag_answers answers;
} found;

static const char *text_of(const ag_choice *choice, const char *param) {
    return choice->text[ag_element_param(choice->element, param)];
}

/* --- finding arrays -------------------------------------------------------------- */

static ag_status read_array(const ag_choice *choice, ag_array_reader reader, const char *param,
                            bool shape_only, ag_arena *arena, ag_ndarray *array, ag_error *err) {
    const char *name = text_of(choice, param), *path = NULL;
    const bool one_file = ag_element_param(choice->element, "path") >= 0;
    AG_TRY(ag_user_file(choice, one_file ? text_of(choice, "path") : name, arena, &path, err));
    return reader(path, name, shape_only, arena, array, err);
}

/* An array that may be missing. *there: it is not. */
static ag_status read_test_array(const ag_choice *choice, ag_array_reader reader, const char *param,
                                 bool shape_only, ag_arena *arena, ag_ndarray *array, bool *there,
                                 ag_error *err) {
    const char *name = text_of(choice, param);
    const ag_param *p = &choice->element->params[ag_element_param(choice->element, param)];
    const bool standard = strcmp(name, p->standard_text) == 0;
    *there = false;
    if (!name[0]) return AG_OK;
    ag_error trouble = {0};
    const ag_status status = read_array(choice, reader, param, shape_only, arena, array, &trouble);
    if (status == AG_NOTFOUND && standard) return AG_OK;
    *there = status == AG_OK;
    if (status == AG_OK) return AG_OK;
    *err = trouble;
    return ag_pass(err, status, __FILE__, __LINE__);
}

/* --- shapes ---------------------------------------------------------------------- */

static bool usual_channels(size_t n) { return n == 1 || n == 3 || n == 4; }

static ag_status decide_layout(int layout, const ag_ndarray *x, bool *last, ag_error *err) {
    char shape[AG_NDARRAY_PLACE_MAX];
    *last = layout == LAYOUT_CHANNELS_LAST;
    if (x->n_dims < 2 || x->n_dims > 4)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is %s, must be [n, features], [n, h, w] or have channels too", x->name,
                       ag_ndarray_shape(shape, x));
    if (x->n_dims == 2 && layout != LAYOUT_AUTO)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "layout is '%s', but %s is %s: it has no channels",
                       ag_array_layout_words[layout], x->name, ag_ndarray_shape(shape, x));
    if (x->n_dims < 4 || layout != LAYOUT_AUTO) return AG_OK;
    *last = usual_channels(x->dim[3]);
    if (*last != usual_channels(x->dim[1])) return AG_OK;
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                   "%s is %s: set layout to channels_first or channels_last", x->name,
                   ag_ndarray_shape(shape, x));
}

/* [n, h, w, c] seen as [n, c, h, w] */
static void channels_to_front(ag_ndarray *x) {
    const int last = x->n_dims - 1;
    const size_t dim = x->dim[last], stride = x->stride[last];
    for (int d = last; d > 1; d--) {
        x->dim[d] = x->dim[d - 1];
        x->stride[d] = x->stride[d - 1];
    }
    x->dim[1] = dim;
    x->stride[1] = stride;
}

static ag_shape shape_of(int layout, const ag_ndarray *x) {
    const int a = (int)x->dim[1], b = x->n_dims > 2 ? (int)x->dim[2] : 1;
    if (x->n_dims == 4) return (ag_shape){a, b, (int)x->dim[3]};
    if (x->n_dims == 2) return (ag_shape){a, 1, 1};
    return layout == LAYOUT_AUTO ? (ag_shape){1, a, b} : (ag_shape){a, 1, b};
}

static ag_status check_sizes(const ag_ndarray *x, ag_error *err) {
    char shape[AG_NDARRAY_PLACE_MAX];
    double features = 1;
    for (int d = 1; d < x->n_dims; d++)
        features *= (double)x->dim[d];
    if (x->dim[0] == 0 || features == 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is %s: it holds no numbers", x->name,
                       ag_ndarray_shape(shape, x));
    if (features > INT_MAX)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                       "%s is %s: an example must have below 2^31 numbers", x->name,
                       ag_ndarray_shape(shape, x));
    return AG_OK;
}

static ag_status check_pair(const ag_ndarray *x, const ag_ndarray *y, ag_error *err) {
    char shape[AG_NDARRAY_PLACE_MAX];
    if (x->dim[0] != y->dim[0])
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s has %zu examples, but %s has %zu answers",
                       x->name, x->dim[0], y->name, y->dim[0]);
    if (y->n_dims > 2 || ag_ndarray_row_size(y) == 0)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is %s, must be [n] or [n, columns]", y->name,
                       ag_ndarray_shape(shape, y));
    return AG_OK;
}

/* The test part's examples must be as the training part's. */
static ag_status check_alike(const ag_ndarray *a, const ag_ndarray *b, ag_error *err) {
    char is[AG_NDARRAY_PLACE_MAX], must[AG_NDARRAY_PLACE_MAX];
    bool alike = a->n_dims == b->n_dims;
    for (int d = 1; d < a->n_dims && alike; d++)
        alike = a->dim[d] == b->dim[d];
    if (alike) return AG_OK;
    return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                   "%s is %s, must have the dimensions of %s behind the first: %s", b->name,
                   ag_ndarray_shape(is, b), a->name, ag_ndarray_shape(must, a));
}

/* --- describe --------------------------------------------------------------------- */

static ag_status describe_test(const ag_choice *choice, ag_array_reader reader, ag_arena *arena,
                               found *f, ag_error *err) {
    bool x = false, y = false;
    const int held_out = ag_element_param(choice->element, "test");
    AG_TRY(read_test_array(choice, reader, "x_test", true, arena, &f->x_test, &x, err));
    AG_TRY(read_test_array(choice, reader, "y_test", false, arena, &f->y_test, &y, err));
    if (x != y)
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s is there, but its %s are not",
                       x ? f->x_test.name : f->y_test.name, x ? "answers" : "examples");
    if (!x) return AG_OK;
    AG_TRY(check_pair(&f->x_test, &f->y_test, err));
    f->test = f->x_test.dim[0] > 0; /* export writes empty ones */
    if (!f->test) return AG_OK;
    AG_TRY(check_alike(&f->x, &f->x_test, err));
    if (choice->number[held_out] != choice->element->params[held_out].standard)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "test of %s is given, but %s is there for the test: must be one of them "
                       "(x_test: \"\" leaves it out)",
                       choice->element->name, f->x_test.name);
    if (ag_ndarray_row_size(&f->y) == ag_ndarray_row_size(&f->y_test)) return AG_OK;
    return check_alike(&f->y, &f->y_test, err);
}

/* What was decided for the user. */
static ag_status note(const ag_choice *choice, const found *f, ag_arena *arena, ag_source *source,
                      ag_error *err) {
    const bool automatic = ag_choice_number(choice, "layout", 0) == LAYOUT_AUTO;
    const char *layout = !automatic || f->x.n_dims == 2 ? NULL
                         : f->x.n_dims == 3             ? "x is [n, rows, columns] of one channel"
                         : f->channels_last             ? "x has its channels last"
                                                        : "x has its channels first";
    if (!layout && !f->answers.because) return AG_OK;
    char *text = AG_NEW_ARRAY(arena, char, NOTE_MAX);
    if (!text) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for a note");
    snprintf(text, NOTE_MAX, "%s%s%s%s%s", layout ? layout : "", layout ? " (layout: auto)" : "",
             layout && f->answers.because ? "; " : "", f->answers.because ? "y is taken for " : "",
             f->answers.because ? f->answers.because : "");
    if (f->answers.because) strcat(text, " (task: auto)");
    source->note = text;
    return AG_OK;
}

ag_status ag_arrays_describe(const ag_choice *choice, ag_array_reader reader, ag_arena *arena,
                             ag_source *source, ag_error *err) {
    const int layout = (int)ag_choice_number(choice, "layout", LAYOUT_AUTO);
    const ag_array_task task = (ag_array_task)ag_choice_number(choice, "task", AG_ARRAY_TASK_AUTO);
    found *f = AG_NEW(arena, found);
    if (!f) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for arrays");
    AG_TRY(read_array(choice, reader, "x", true, arena, &f->x, err));
    AG_TRY(check_sizes(&f->x, err));
    AG_TRY(decide_layout(layout, &f->x, &f->channels_last, err));
    AG_TRY(read_array(choice, reader, "y", false, arena, &f->y, err));
    AG_TRY(check_pair(&f->x, &f->y, err));
    AG_TRY(ag_answers_decide(task, &f->y, arena, &f->answers, err));
    AG_TRY(describe_test(choice, reader, arena, f, err));
    ag_ndarray seen = f->x;
    if (f->channels_last) channels_to_front(&seen);
    const int n = (int)f->answers.n;
    source->shape = shape_of(layout, &seen);
    source->regression = f->answers.regression;
    source->n_classes = f->answers.regression ? 0 : n;
    source->n_targets = f->answers.regression ? n : 0;
    source->class_names = f->answers.names;
    source->train.n = f->x.dim[0];
    source->test.n = f->test ? f->x_test.dim[0] : 0;
    source->found = f;
    return note(choice, f, arena, source, err);
}

/* --- load ------------------------------------------------------------------------- */

static ag_status load_part(const found *f, const ag_ndarray *x, const ag_ndarray *y,
                           ag_arena *arena, struct ag_source_part *part, ag_error *err) {
    ag_ndarray *seen = AG_NEW(arena, ag_ndarray);
    double *row = AG_NEW_ARRAY(arena, double, ag_ndarray_row_size(x));
    if (!seen || !row) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for arrays");
    AG_TRY(ag_ndarray_finite(x, row, err)); /* in the file's own order: places are its */
    *seen = *x;
    if (f->channels_last) channels_to_front(seen);
    *part = (struct ag_source_part){.n = x->dim[0], .array = seen};
    return ag_answers_read(&f->answers, y, arena, part, err);
}

/* The file may be another by now: what describe said must still hold. */
static ag_status read_numbers(const ag_choice *choice, ag_array_reader reader, const char *param,
                              const ag_ndarray *described, ag_arena *arena, ag_ndarray *x,
                              ag_error *err) {
    AG_TRY(read_array(choice, reader, param, false, arena, x, err));
    if (x->dim[0] != described->dim[0])
        return AG_FAIL(err, AG_DATA, AG_NOWHERE, "%s changed while it was read", x->name);
    return check_alike(described, x, err);
}

ag_status ag_arrays_load(const ag_choice *choice, ag_array_reader reader, ag_arena *arena,
                         ag_source *source, ag_error *err) {
    const found *f = source->found;
    ag_ndarray x;
    AG_TRY(read_numbers(choice, reader, "x", &f->x, arena, &x, err));
    AG_TRY(load_part(f, &x, &f->y, arena, &source->train, err));
    if (!f->test) return AG_OK;
    AG_TRY(read_numbers(choice, reader, "x_test", &f->x_test, arena, &x, err));
    return load_part(f, &x, &f->y_test, arena, &source->test, err);
}

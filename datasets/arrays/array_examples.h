/* From arrays of a user's file to examples: x and y, and x_test and y_test where the file has
 * an official test part. */
#ifndef AG_ARRAY_EXAMPLES_H
#define AG_ARRAY_EXAMPLES_H

#include "datasets/arrays/array_answers.h"
#include "datasets/arrays/read_arrays.h"
#include "datasets/dataset.h"

/* ag_dataset.describe and load of a format with this reader. Parameters: `path` and names of
 * arrays in x, y, x_test, y_test; without a parameter `path` these are files. A test array
 * that is not there under its standard name is left out. Then those of AG_ARRAY_PARAMS and
 * AG_DATASET_TEST_PARAM. */
ag_status ag_arrays_describe(const ag_choice *choice, ag_array_reader reader, ag_arena *arena,
                             ag_source *source, ag_error *err);
ag_status ag_arrays_load(const ag_choice *choice, ag_array_reader reader, ag_arena *arena,
                         ag_source *source, ag_error *err);

extern const char *const ag_array_layout_words[], *const ag_array_task_words[];
#define AG_ARRAY_PARAMS                                                                            \
    {.name = "layout",                                                                             \
     .kind = AG_PARAM_WORD,                                                                        \
     .words = ag_array_layout_words,                                                               \
     .meaning = "where the channels of x are: [n, c, h, w] or [n, h, w, c], [n, c, length] or "    \
                "[n, length, c]; auto: where 1, 3 or 4 stands, [n, h, w] has none"},               \
    {                                                                                              \
        .name = "task", .kind = AG_PARAM_WORD, .words = ag_array_task_words,                       \
        .meaning = "auto: classification for one-hot rows and for few different whole numbers, "   \
                   "else regression; what it decided is printed"                                   \
    }

/* Names of arrays in a file, as `datasets export` writes them. */
#define AG_ARRAY_NAME_PARAMS                                                                       \
    {.name = "x",                                                                                  \
     .kind = AG_PARAM_TEXT,                                                                        \
     .standard_text = "x",                                                                         \
     .meaning = "the array of examples: [n, features], [n, h, w] or as layout says"},              \
        {.name = "y",                                                                              \
         .kind = AG_PARAM_TEXT,                                                                    \
         .standard_text = "y",                                                                     \
         .meaning = "the array of answers: classes [n], one-hot or numbers [n, k]"},               \
        {.name = "x_test",                                                                         \
         .kind = AG_PARAM_TEXT,                                                                    \
         .standard_text = "x_test",                                                                \
         .meaning = "examples for the test; not there: 'test' of x are held out"},                 \
    {                                                                                              \
        .name = "y_test", .kind = AG_PARAM_TEXT, .standard_text = "y_test",                        \
        .meaning = "their answers"                                                                 \
    }

#endif

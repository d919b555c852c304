/* Arrays of your own in .npy files, one for each. */
#include "datasets/arrays/array_examples.h"

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    return ag_arrays_describe(choice, ag_read_npy, arena, source, err);
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    return ag_arrays_load(choice, ag_read_npy, arena, source, err);
}

static const ag_param params[] = {
    {.name = "x",
     .kind = AG_PARAM_TEXT,
     .meaning = "file of examples: [n, features], [n, h, w] or as layout says; relative to the "
                "experiment file's folder, else to the current one, else to those of "
                "ACTGRID_DATA"},
    {.name = "y",
     .kind = AG_PARAM_TEXT,
     .meaning = "file of answers: classes [n], one-hot or numbers [n, k]"},
    {.name = "x_test",
     .kind = AG_PARAM_TEXT,
     .standard_text = "",
     .meaning = "file of examples for the test; none: 'test' of x are held out"},
    {.name = "y_test", .kind = AG_PARAM_TEXT, .standard_text = "", .meaning = "their answers"},
    AG_ARRAY_PARAMS,
    AG_DATASET_TARGET_PARAM(1),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_npy = {
    .about = {.name = "npy",
              .formula = "numpy arrays of your own: {name: npy, x: x.npy, y: y.npy}",
              .paper = "numpy.lib.format, "
                       "https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "as the file's",
    .own_files = true,
    .describe = describe,
    .load = load,
};

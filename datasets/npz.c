/* Arrays of your own in a .npz file, as numpy and `datasets export` write it. */
#include "datasets/arrays/array_examples.h"

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    return ag_arrays_describe(choice, ag_read_npz, arena, source, err);
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    return ag_arrays_load(choice, ag_read_npz, arena, source, err);
}

static const ag_param params[] = {
    {.name = "path",
     .kind = AG_PARAM_TEXT,
     .meaning = "the file; relative to the experiment file's folder, else to the current one, "
                "else to those of ACTGRID_DATA"},
    AG_ARRAY_NAME_PARAMS,
    AG_ARRAY_PARAMS,
    AG_DATASET_TARGET_PARAM(1),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_npz = {
    .about = {.name = "npz",
              .formula = "numpy arrays of your own: {name: npz, path: my.npz}",
              .paper = "numpy.lib.format, "
                       "https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "as the file's",
    .own_files = true,
    .describe = describe,
    .load = load,
};

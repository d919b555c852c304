/* XOR: the four corners (+-1, +-1), class 1 where the signs differ, each example a
 * corner plus normal noise. What one linear layer cannot learn (Minsky and Papert). */
#include "datasets/dataset.h"
#include "harness/base/random.h"

static const char *const class_names[] = {"same signs", "signs differ", NULL};

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    (void)err;
    source->train.n = (size_t)ag_choice_number(choice, "samples", 0);
    return AG_OK;
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    const size_t n = source->train.n;
    const double noise = ag_choice_number(choice, "noise", 0);
    ag_stream random =
        ag_stream_open((uint64_t)ag_choice_number(choice, "seed", 0), AG_RANDOM_DATA, 0);
    double *x = AG_NEW_ARRAY(arena, double, n * 2);
    int32_t *label = AG_NEW_ARRAY(arena, int32_t, n);
    if (!x || !label)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu examples of xor", n);
    for (size_t i = 0; i < n; i++) { /* the corners in turn: as many of each */
        const bool right = i & 1, up = i & 2;
        x[2 * i] = (right ? 1.0 : -1.0) + noise * ag_random_normal(&random);
        x[2 * i + 1] = (up ? 1.0 : -1.0) + noise * ag_random_normal(&random);
        label[i] = right != up;
    }
    source->train.x = x;
    source->train.label = label;
    return AG_OK;
}

static const ag_param params[] = {
    {.name = "samples",
     .kind = AG_PARAM_INT,
     .standard = 1000,
     .min = 4,
     .max = 1e7,
     .meaning = "examples, training and test together"},
    {.name = "noise",
     .kind = AG_PARAM_REAL,
     .standard = 0.3,
     .max = 1e3,
     .meaning = "standard deviation around a corner; corners are 2 apart"},
    {.name = "seed",
     .kind = AG_PARAM_INT,
     .standard = 0,
     .max = 4294967295.0,
     .meaning = "of the noise"},
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 0),
};

const ag_dataset ag_data_xor = {
    .about = {.name = "xor",
              .formula = "four noisy corners, class by whether the signs differ, generated",
              .paper = "M. Minsky, S. Papert, 1969, Perceptrons, MIT Press",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {2, 1, 1},
    .n_classes = 2,
    .class_names = class_names,
    .n_train = 1000,
    .describe = describe,
    .load = load,
};

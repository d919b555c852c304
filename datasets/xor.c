/* XOR: the four corners (+-1, +-1), class 1 where the signs differ, each example a
 * corner plus normal noise. What one linear layer cannot learn (Minsky and Papert). */
#include "datasets/core/generated.h"

static const char *const class_names[] = {"same signs", "signs differ", NULL};

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    double *x = source->train.x;
    const double noise = ag_choice_number(choice, "noise", 0);
    ag_stream random = ag_generated_stream(choice, 0);
    for (size_t i = 0; i < source->train.n; i++) { /* the corners in turn: as many of each */
        const bool right = i & 1, up = i & 2;
        x[2 * i] = (right ? 1.0 : -1.0) + noise * ag_random_normal(&random);
        x[2 * i + 1] = (up ? 1.0 : -1.0) + noise * ag_random_normal(&random);
        source->train.label[i] = right != up;
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(1000, ""),
    AG_GENERATED_NOISE(0.3, "around a corner; corners are 2 apart"),
    AG_GENERATED_SEED("of the noise"),
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
    .describe = ag_generated_describe,
    .load = load,
};

/* Blobs: one normal cloud per class, its centre drawn uniformly from the cube
 * [-10, 10]^features. The easiest thing a network can be asked. */
#include "datasets/core/generated.h"

enum { FEATURES_MAX = 10000, CLASSES_MAX = 1000 };

/* Streams of AG_RANDOM_DATA: more samples leave the centres where they are. */
enum { CENTRES = 0, POINTS = 1 };

static const double HALF_SIDE = 10.0;

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    const double samples = ag_choice_number(choice, "samples", 0);
    const double features = ag_choice_number(choice, "features", 1);
    const double classes = ag_choice_number(choice, "classes", 1);
    if (samples < classes)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "samples of blobs is %.0f, must be at least its classes (%.0f)", samples,
                       classes);
    source->n_classes = (int)classes;
    return ag_generated_size(choice, samples, features, source, err);
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const size_t features = ag_shape_size(source->shape);
    const size_t classes = (size_t)source->n_classes;
    const double spread = ag_choice_number(choice, "spread", 1);
    double *x = source->train.x;
    double *centre = AG_NEW_ARRAY(arena, double, classes *features);
    if (!centre)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu classes of blobs", classes);
    ag_stream random = ag_generated_stream(choice, CENTRES);
    for (size_t i = 0; i < classes * features; i++)
        centre[i] = HALF_SIDE * (2.0 * ag_random_uniform(&random) - 1.0);
    random = ag_generated_stream(choice, POINTS);
    for (size_t i = 0; i < source->train.n; i++) { /* the classes in turn */
        source->train.label[i] = (int32_t)(i % classes);
        for (size_t f = 0; f < features; f++)
            x[i * features + f] =
                centre[i % classes * features + f] + spread * ag_random_normal(&random);
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(1000, ""),
    {.name = "features",
     .kind = AG_PARAM_INT,
     .standard = 2,
     .min = 1,
     .max = FEATURES_MAX,
     .meaning = "numbers of an example"},
    {.name = "classes",
     .kind = AG_PARAM_INT,
     .standard = 3,
     .min = 2,
     .max = CLASSES_MAX,
     .meaning = "clouds"},
    {.name = "spread",
     .kind = AG_PARAM_REAL,
     .standard = 1,
     .max = 1e3,
     .meaning = "standard deviation of a cloud; centres lie within -10 and 10"},
    AG_GENERATED_SEED("of centres and clouds"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_blobs = {
    .about = {.name = "blobs",
              .formula = "one normal cloud per class, generated",
              .paper = "folklore",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {2, 1, 1},
    .n_classes = 3,
    .n_train = 1000,
    .describe = describe,
    .load = load,
};

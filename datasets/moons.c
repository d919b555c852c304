/* Two moons: half circles of radius 1 that reach into each other, as scikit-learn's
 * make_moons places them.
 *
 *     upper  (cos t, sin t)                 class 0
 *     lower  (1 - cos t, 1/2 - sin t)       class 1
 *
 * t in equal steps from 0 to pi, both ends included; of an odd number of examples the
 * lower moon has one more. Not shuffled; the noise is from our own streams. */
#include "datasets/core/generated.h"

#include <math.h>

static const double PI = 3.14159265358979323846;

static const char *const class_names[] = {"upper", "lower", NULL};

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const size_t n = source->train.n, n_upper = n / 2, n_lower = n - n_upper;
    const double noise = ag_choice_number(choice, "noise", 0);
    ag_stream random = ag_generated_stream(choice, 0);
    double *x = source->train.x;
    for (size_t i = 0; i < n; i++, x += 2) { /* the moons in turn, from their first ends */
        const size_t place = i / 2;
        const bool lower = i % 2 || place == n_upper;
        const double t = PI * (double)place / (double)((lower ? n_lower : n_upper) - 1);
        x[0] = (lower ? 1.0 - cos(t) : cos(t)) + noise * ag_random_normal(&random);
        x[1] = (lower ? 0.5 - sin(t) : sin(t)) + noise * ag_random_normal(&random);
        source->train.label[i] = lower;
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(1000, ""),
    AG_GENERATED_NOISE(0.1, "around a half circle, whose radius is 1"),
    AG_GENERATED_SEED("of the noise"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_moons = {
    .about = {.name = "moons",
              .formula = "two half circles that reach into each other, generated",
              .paper = "F. Pedregosa et al., 2011, Scikit-learn, JMLR 12:2825; make_moons",
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

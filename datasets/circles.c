/* Two circles, one inside the other, as scikit-learn's make_circles places them.
 *
 *     outer  (cos t, sin t)                 class 0
 *     inner  factor (cos t, sin t)          class 1
 *
 * t in equal steps from 0 to 2 pi, without the end; of an odd number of examples the
 * inner circle has one more. Not shuffled; the noise is from our own streams. */
#include "datasets/core/generated.h"

#include <math.h>

static const double TWO_PI = 6.28318530717958647693;

static const char *const class_names[] = {"outer", "inner", NULL};

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const size_t n = source->train.n, n_outer = n / 2, n_inner = n - n_outer;
    const double noise = ag_choice_number(choice, "noise", 0);
    const double factor = ag_choice_number(choice, "factor", 1);
    ag_stream random = ag_generated_stream(choice, 0);
    double *x = source->train.x;
    for (size_t i = 0; i < n; i++, x += 2) { /* the circles in turn, counter-clockwise */
        const size_t place = i / 2;
        const bool inner = i % 2 || place == n_outer;
        const double t = TWO_PI * (double)place / (double)(inner ? n_inner : n_outer);
        const double radius = inner ? factor : 1.0;
        x[0] = radius * cos(t) + noise * ag_random_normal(&random);
        x[1] = radius * sin(t) + noise * ag_random_normal(&random);
        source->train.label[i] = inner;
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(1000, ""),
    AG_GENERATED_NOISE(0.1, "around a circle; the outer one's radius is 1"),
    {.name = "factor",
     .kind = AG_PARAM_REAL,
     .standard = 0.5,
     .max = 1,
     .meaning = "radius of the inner circle; 0.8 in scikit-learn"},
    AG_GENERATED_SEED("of the noise"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_circles = {
    .about = {.name = "circles",
              .formula = "two circles, one inside the other, generated",
              .paper = "F. Pedregosa et al., 2011, Scikit-learn, JMLR 12:2825; make_circles",
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

/* Friedman's first function: five features count, the others are noise.
 *
 *     y = 10 sin(pi x1 x2) + 20 (x3 - 1/2)^2 + 10 x4 + 5 x5 + noise
 *
 * all x uniform in [0, 1). Without noise y has mean 14.413 and variance 23.83. */
#include "datasets/core/generated.h"

#include <math.h>

/* Streams of AG_RANDOM_DATA: the same points for every noise. */
enum { POINTS = 0, NOISE = 1 };

static const double PI = 3.14159265358979323846;

static double function(const double *x) {
    return 10.0 * sin(PI * x[0] * x[1]) + 20.0 * (x[2] - 0.5) * (x[2] - 0.5) + 10.0 * x[3] +
           5.0 * x[4];
}

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    return ag_generated_size(choice, ag_choice_number(choice, "samples", 0),
                             ag_choice_number(choice, "features", 0), source, err);
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const size_t features = ag_shape_size(source->shape);
    const double noise = ag_choice_number(choice, "noise", 0);
    ag_stream points = ag_generated_stream(choice, POINTS);
    ag_stream errors = ag_generated_stream(choice, NOISE);
    double *x = source->train.x;
    for (size_t i = 0; i < source->train.n; i++, x += features) {
        for (size_t f = 0; f < features; f++)
            x[f] = ag_random_uniform(&points);
        source->train.target[i] = function(x) + noise * ag_random_normal(&errors);
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(1000, ""),
    {.name = "features",
     .kind = AG_PARAM_INT,
     .standard = 10,
     .min = 5,
     .max = 10000,
     .meaning = "numbers of an example; the first five count"},
    AG_GENERATED_NOISE(1, "of the error added to the target; 1 in the paper"),
    AG_GENERATED_SEED("of points and errors"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_TARGET_PARAM(1),
    AG_DATASET_PARAMS(0.2, 2),
};

const ag_dataset ag_data_friedman1 = {
    .about = {.name = "friedman1",
              .formula = "10 sin(pi x1 x2) + 20 (x3 - 0.5)^2 + 10 x4 + 5 x5 + noise, generated",
              .paper = "J. Friedman, 1991, Multivariate adaptive regression splines, "
                       "Ann. Stat. 19:1, 10.1214/aos/1176347963",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {10, 1, 1},
    .n_train = 1000,
    .describe = describe,
    .load = load,
};

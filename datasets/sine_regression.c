/* A sine wave on an interval: y = sin(frequency x) + noise, x uniform. How fast a net
 * learns it falls with the frequency. */
#include "datasets/core/generated.h"

#include <math.h>

/* Streams of AG_RANDOM_DATA: the same points for every noise. */
enum { POINTS = 0, NOISE = 1 };

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    const double low = ag_choice_number(choice, "low", 0);
    const double high = ag_choice_number(choice, "high", 0);
    if (!(low < high))
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "low of sine_regression is %g, must be below high (%g)", low, high);
    return ag_generated_describe(choice, arena, source, err);
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const double low = ag_choice_number(choice, "low", 0);
    const double width = ag_choice_number(choice, "high", 0) - low;
    const double frequency = ag_choice_number(choice, "frequency", 1);
    const double noise = ag_choice_number(choice, "noise", 0);
    ag_stream points = ag_generated_stream(choice, POINTS);
    ag_stream errors = ag_generated_stream(choice, NOISE);
    for (size_t i = 0; i < source->train.n; i++) {
        const double x = low + width * ag_random_uniform(&points);
        source->train.x[i] = x;
        source->train.target[i] = sin(frequency * x) + noise * ag_random_normal(&errors);
    }
    return AG_OK;
}

static const ag_param params[] = {
    AG_GENERATED_SAMPLES(1000, ""),
    {.name = "frequency",
     .kind = AG_PARAM_REAL,
     .standard = 5,
     .max = 1e6,
     .meaning = "radians per unit of x"},
    {.name = "low",
     .kind = AG_PARAM_REAL,
     .standard = -1,
     .min = -1e6,
     .max = 1e6,
     .meaning = "where the interval of x begins"},
    {.name = "high",
     .kind = AG_PARAM_REAL,
     .standard = 1,
     .min = -1e6,
     .max = 1e6,
     .meaning = "where it ends"},
    AG_GENERATED_NOISE(0.1, "of the error added to the target"),
    AG_GENERATED_SEED("of points and errors"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_TARGET_PARAM(0),
    AG_DATASET_PARAMS(0.2, 0),
};

const ag_dataset ag_data_sine_regression = {
    .about = {.name = "sine_regression",
              .formula = "y = sin(frequency x) + noise on an interval, generated",
              .paper = "after N. Rahaman et al., 2019, On the spectral bias of neural networks, "
                       "arXiv:1806.08734",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {1, 1, 1},
    .n_train = 1000,
    .describe = describe,
    .load = load,
};

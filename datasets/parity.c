/* Parity: is the number of ones among n bits odd? Every bit matters, and none of them
 * tells anything without all the others. A bit is -1 or 1; patterns are drawn without
 * repetition. */
#include "datasets/core/generated.h"

#include <math.h>

enum { BITS_MAX = 40, SAMPLES_MAX = 10000000 };

static const char *const class_names[] = {"even", "odd", NULL};

static ag_status describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                          ag_error *err) {
    (void)arena;
    const double bits = ag_choice_number(choice, "bits", 0), all = exp2(bits);
    double samples = ag_choice_number(choice, "samples", 0);
    if (samples > all)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "samples of parity is %.0f, must be at most the %.0f patterns of %.0f bits",
                       samples, all, bits);
    if (samples == 0) samples = all;
    if (samples > SAMPLES_MAX)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "parity of all %.0f patterns of %.0f bits is too large; samples must be 1 "
                       "to %d",
                       all, bits, SAMPLES_MAX);
    return ag_generated_size(choice, samples, bits, source, err);
}

/* Patterns that were drawn, open addressing: slot[mask + 1] holds pattern + 1, 0 is free. */
typedef struct patterns {
    uint64_t *slot;
    size_t mask;
} patterns;

static bool patterns_add(const patterns *seen, uint64_t pattern) {
    size_t i = (size_t)(pattern * UINT64_C(0x9E3779B97F4A7C15) >> 20) & seen->mask;
    while (seen->slot[i]) {
        if (seen->slot[i] == pattern + 1) return false;
        i = (i + 1) & seen->mask;
    }
    seen->slot[i] = pattern + 1;
    return true;
}

static uint64_t draw(const patterns *seen, int bits, ag_stream *random) {
    for (;;) {
        const uint64_t low = ag_random_bits(random), high = ag_random_bits(random);
        const uint64_t pattern = (low | high << 32) & ((UINT64_C(1) << bits) - 1);
        if (patterns_add(seen, pattern)) return pattern;
    }
}

static ag_status load(const ag_choice *choice, const char *const *paths, ag_arena *arena,
                      ag_source *source, ag_error *err) {
    (void)paths;
    AG_TRY(ag_generated_begin(choice, arena, source, err));
    const int bits = (int)ag_shape_size(source->shape);
    size_t size = 2;
    while (size < 2 * source->train.n)
        size *= 2;
    const patterns seen = {.slot = AG_NEW_ARRAY(arena, uint64_t, size), .mask = size - 1};
    if (!seen.slot)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu patterns", source->train.n);
    ag_stream random = ag_generated_stream(choice, 0);
    double *x = source->train.x;
    for (size_t i = 0; i < source->train.n; i++, x += bits) {
        const uint64_t pattern = draw(&seen, bits, &random);
        int ones = 0;
        for (int b = 0; b < bits; b++) {
            const bool one = pattern >> b & 1;
            ones += one;
            x[b] = one ? 1.0 : -1.0;
        }
        source->train.label[i] = ones % 2;
    }
    return AG_OK;
}

static const ag_param params[] = {
    {.name = "samples",
     .kind = AG_PARAM_INT,
     .standard = 0,
     .max = SAMPLES_MAX,
     .meaning = "different patterns, training and test together; 0: all of them"},
    {.name = "bits",
     .kind = AG_PARAM_INT,
     .standard = 10,
     .min = 2,
     .max = BITS_MAX,
     .meaning = "numbers of an example, each -1 or 1"},
    AG_GENERATED_SEED("of which patterns, in which order"),
    AG_DATASET_TEST_PARAM(0.2),
    AG_DATASET_PARAMS(0.2, 0),
};

const ag_dataset ag_data_parity = {
    .about = {.name = "parity",
              .formula = "is the number of ones among n bits odd? generated",
              .paper = "M. Minsky, S. Papert, 1969, Perceptrons, MIT Press",
              .params = params,
              .n_params = AG_COUNT(params)},
    .licence = "none needed: generated",
    .shape = {10, 1, 1},
    .n_classes = 2,
    .class_names = class_names,
    .n_train = 1024,
    .describe = describe,
    .load = load,
};

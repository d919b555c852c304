/* What generated data sets share: parameters, size, memory and random numbers. */
#ifndef AG_GENERATED_H
#define AG_GENERATED_H

#include "datasets/dataset.h"
#include "harness/base/random.h"

/* Numbers of all examples together, at most: 2 GiB of doubles. */
enum { AG_GENERATED_MAX = 1 << 28 };

/* Parameters. `note` ends the meaning of samples; `of` says what is drawn. */
#define AG_GENERATED_SAMPLES(standard_samples, note)                                               \
    {                                                                                              \
        .name = "samples", .kind = AG_PARAM_INT, .standard = (standard_samples), .min = 4,         \
        .max = 1e7, .meaning = "examples, training and test together" note                         \
    }
#define AG_GENERATED_NOISE(standard_noise, of)                                                     \
    {                                                                                              \
        .name = "noise", .kind = AG_PARAM_REAL, .standard = (standard_noise), .max = 1e3,          \
        .meaning = "standard deviation " of                                                        \
    }
#define AG_GENERATED_SEED(of)                                                                      \
    { .name = "seed", .kind = AG_PARAM_INT, .standard = 0, .max = 4294967295.0, .meaning = of }

/* The describe of a set whose features do not depend on its parameters. */
ag_status ag_generated_describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                                ag_error *err);

/* `samples` examples of so many features, in one training part. AG_CONFIG if that is
 * more than AG_GENERATED_MAX numbers. */
ag_status ag_generated_size(const ag_choice *choice, double samples, double features,
                            ag_source *source, ag_error *err);

/* Memory for what describe promised: x, and label or target. */
ag_status ag_generated_begin(const ag_choice *choice, ag_arena *arena, ag_source *source,
                             ag_error *err);

/* Stream `index` of the set's own `seed`. Sets that draw example by example keep the
 * first ones when there are more samples. */
ag_stream ag_generated_stream(const ag_choice *choice, uint32_t index);

#endif

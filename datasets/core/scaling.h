/* Mean 0 and variance 1, or a range: measured on some examples, applied to any. */
#ifndef AG_SCALING_H
#define AG_SCALING_H

#include "datasets/core/split.h"
#include "datasets/dataset.h"

typedef enum ag_standardize { /* places in ag_standardize_words */
                              AG_STANDARDIZE_NONE,
                              AG_STANDARDIZE_GLOBAL,
                              AG_STANDARDIZE_FEATURE,
                              AG_STANDARDIZE_CHANNEL,
                              AG_STANDARDIZE_RANGE
} ag_standardize;

/* x becomes (x - mean) / deviation, per feature. Of a range these are its middle and its width:
 * x comes to lie in -0.5 to 0.5. */
typedef struct ag_scaling {
    const char *what; /* "feature" or "target", for messages; given to ag_scaling_measure */
    size_t features;
    double *mean, *deviation; /* [features]; global, range: all alike; channel: alike
                                within each channel of the shape; none: 0 and 1 */
} ag_scaling;

/* From the examples `from` of the part. Population deviations, in two passes in
 * double; where all values are equal the deviation is 1 and they become 0. AG_DATA where
 * squares are beyond double. */
ag_status ag_scaling_measure(ag_standardize kind, const struct ag_source_part *part, ag_shape shape,
                             const ag_subset *from, ag_arena *arena, ag_scaling *scaling,
                             ag_error *err);

/* Examples `which` of the part, scaled and rounded to float once: out[which->n][features].
 * AG_DATA where that is not finite. */
ag_status ag_scaling_apply(const ag_scaling *scaling, const struct ag_source_part *part,
                           const ag_subset *which, ag_arena *scratch, float *out, ag_error *err);

#endif

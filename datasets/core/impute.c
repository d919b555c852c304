#include "datasets/core/impute.h"

#include <math.h>

static void fill(const double *mean, size_t features, struct ag_source_part *part) {
    for (size_t i = 0; i < part->n * features; i++)
        if (isnan(part->x[i])) part->x[i] = mean[i % features];
}

ag_status ag_impute(const ag_subset *train, ag_arena *scratch, ag_source *source, ag_error *err) {
    const size_t features = ag_shape_size(source->shape);
    double *mean = AG_NEW_ARRAY(scratch, double, features);
    size_t *n = AG_NEW_ARRAY(scratch, size_t, features);
    if (!mean || !n)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for the means of %zu features",
                       features);
    for (size_t e = 0; e < train->n; e++) {
        const double *x = source->train.x + train->index[e] * features;
        for (size_t f = 0; f < features; f++) {
            if (isnan(x[f])) continue;
            mean[f] += x[f];
            n[f]++;
        }
    }
    for (size_t f = 0; f < features; f++) {
        if (!n[f])
            return AG_FAIL(err, AG_DATA, AG_NOWHERE,
                           "feature %zu has no value in any of the %zu training examples: there is "
                           "no mean to fill in; ignore its column",
                           f + 1, train->n);
        mean[f] /= (double)n[f];
    }
    fill(mean, features, &source->train);
    fill(mean, features, &source->test);
    return AG_OK;
}

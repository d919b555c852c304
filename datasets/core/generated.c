#include "datasets/core/generated.h"

ag_status ag_generated_size(const ag_choice *choice, double samples, double features,
                            ag_source *source, ag_error *err) {
    if (samples * features > AG_GENERATED_MAX)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s of %.0f samples with %.0f features are too large, must be at most %d "
                       "numbers together",
                       choice->element->name, samples, features, AG_GENERATED_MAX);
    source->train.n = (size_t)samples;
    source->shape = (ag_shape){(int)features, 1, 1};
    return AG_OK;
}

ag_status ag_generated_describe(const ag_choice *choice, ag_arena *arena, ag_source *source,
                                ag_error *err) {
    (void)arena;
    return ag_generated_size(choice, ag_choice_number(choice, "samples", 0),
                             (double)ag_shape_size(source->shape), source, err);
}

ag_status ag_generated_begin(const ag_choice *choice, ag_arena *arena, ag_source *source,
                             ag_error *err) {
    struct ag_source_part *part = &source->train;
    part->x = AG_NEW_ARRAY(arena, double, part->n *ag_shape_size(source->shape));
    if (source->regression)
        part->target = AG_NEW_ARRAY(arena, double, part->n *(size_t)source->n_targets);
    else
        part->label = AG_NEW_ARRAY(arena, int32_t, part->n);
    if (!part->x || (!part->target && !part->label))
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "no memory for %zu examples of %s", part->n,
                       choice->element->name);
    return AG_OK;
}

ag_stream ag_generated_stream(const ag_choice *choice, uint32_t index) {
    return ag_stream_open((uint64_t)ag_choice_number(choice, "seed", 0), AG_RANDOM_DATA, index);
}

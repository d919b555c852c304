/* How examples become mini-batches, steps and epochs.
 *
 *     mini-batch   what goes through the net together
 *     step         `accumulate` mini-batches and one update of the weights; the last one of
 *                  an epoch may have fewer
 *     epoch        all training examples, without the last short mini-batch if drop_last
 */
#ifndef AG_LENGTHS_H
#define AG_LENGTHS_H

#include "harness/plan/settings.h"

typedef struct ag_lengths {
    long batch, per_step, per_epoch; /* examples; of a full mini-batch and a full step */
    long steps_per_epoch, total_steps, total_epochs;
} ag_lengths;

/* n training examples, at least 1. */
ag_lengths ag_lengths_of(const ag_training *training, size_t n);

#endif

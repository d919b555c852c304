/* Losses of one output at a time: a function of gap = z - y, mean over the units of an
 * example, so that the mean over a batch is the mean over all its numbers, as PyTorch
 * has it. For classes y is 1 at the label and 0 elsewhere. In double: the square of a
 * large float is no finite float. */
#ifndef AG_POINTWISE_H
#define AG_POINTWISE_H

#include "models/core/argmax.h"
#include "models/loss.h"

/* The loss of a gap, its derivative into *slope. */
typedef double ag_gap_loss(double gap, const double *param, double *slope);

static inline int ag_pointwise_units(ag_task task, int n_classes, int n_targets) {
    return task == AG_TASK_CLASSES ? n_classes : n_targets;
}

/* The evaluate of such a loss. Inline, so that `of` is part of the loop. */
static inline double ag_pointwise_evaluate(ag_gap_loss of, const double *param,
                                           const ag_loss_batch *b, long *correct) {
    double sum = 0.0;
    for (int e = 0; e < b->rows; e++) {
        const size_t row = (size_t)e * (size_t)b->units;
        for (int u = 0; u < b->units; u++) {
            const size_t at = row + (size_t)u;
            const double y = b->target ? (double)b->target[at] : (u == b->label[e] ? 1.0 : 0.0);
            double slope;
            sum += of((double)b->z[at] - y, param, &slope);
            if (b->dz) b->dz[at] = (ag_real)(b->scale * slope / b->units);
        }
        if (!b->target) *correct += ag_argmax_is(b->units, b->z + row, b->label[e]);
    }
    return sum / b->units;
}

#endif

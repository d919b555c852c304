/* A loss, together with the output it stands on: softmax with cross-entropy,
 * sigmoid with binary cross-entropy, linear with mean squared error. One file
 * each in models/losses/. */
#ifndef AG_LOSS_H
#define AG_LOSS_H

#include "harness/base/catalogue.h"
#include "harness/num/real.h"

#include <stdint.h>

/* What a data set asks for. */
typedef enum ag_task {
    AG_TASK_CLASSES,   /* one of n_classes >= 2; label 0 .. n_classes-1 */
    AG_TASK_REGRESSION /* n_targets real numbers */
} ag_task;

/* What is to be predicted. */
typedef struct ag_aim {
    ag_task task;
    int n_classes, n_targets; /* 0 where they do not apply */
} ag_aim;

/* Outputs of a linear last layer, and what they should be. */
typedef struct ag_loss_batch {
    int rows, units;
    const ag_real *z;     /* [rows][units]: logits, or predictions */
    const int32_t *label; /* [rows], for classes; NULL otherwise */
    const float *target;  /* [rows][units], for regression; NULL otherwise. With labels and no
                             targets, a loss for regression takes one-hot targets. */
    double scale;
    ag_real *dz; /* [rows][units] receives scale * dLoss_sum/dz; NULL: not wanted */
} ag_loss_batch;

typedef struct ag_loss {
    ag_element about;
    const char *contains; /* what it does to the outputs by itself: "softmax"; NULL: nothing */

    /* Output units for this task, 0 if the loss does not fit it. */
    int (*units)(ag_task task, int n_classes, int n_targets);

    /* Sum of the loss over the examples. `correct` is increased by the number of rows
     * classified right; for regression it is left alone. Finite for every finite z. NaN
     * in, NaN out. */
    double (*evaluate)(const double *param, const ag_loss_batch *batch, long *correct);
} ag_loss;

extern const ag_catalogue ag_losses;

static inline const ag_loss *ag_loss_of(const ag_choice *choice) {
    return (const ag_loss *)(const void *)choice->element;
}

/* What `loss: auto` means: two classes binary_cross_entropy, more classes
 * cross_entropy, regression mean_squared_error. */
const ag_loss *ag_loss_for(ag_task task, int n_classes);

/* The loss that results show for one that is minimised: without label smoothing, so that
 * results with different smoothing can be compared, and training with validation. */
ag_choice ag_loss_reported(const ag_choice *minimised);

#endif

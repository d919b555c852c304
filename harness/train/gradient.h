/* The gradient of a step: the mean over its examples, from one mini-batch or gathered
 * from several, with augmentation and noise on the way in. */
#ifndef AG_GRADIENT_H
#define AG_GRADIENT_H

#include "harness/train/train.h"

/* Buffers that the settings ask for. */
ag_status ag_gradient_open(ag_training_run *run, ag_error *err);
size_t ag_gradient_bytes(const ag_training *training, size_t features, size_t n_parameters);

/* Gradients of the mean loss of the training examples index[0 .. n-1], n at least 1.
 * `learns`: this is the step run->step of training; otherwise a look at the net as it is,
 * with neither noise nor augmentation, which running statistics do not take in.
 * Returns the mean loss, adds to *correct. *rows: of the last mini-batch, which is what
 * lies in the net's buffers. A loss that is not finite ends it there, and so does being asked to
 * stop. */
double ag_gradient_take(ag_training_run *run, const uint32_t *index, long n, bool learns,
                        long *correct, int *rows);

/* Adds the derivative of l1 |w|_1 + l2 |w|^2 / 2 over the weights. */
void ag_gradient_penalize(ag_training_run *run);

#endif

/* A loss, gradient or weight that stopped being finite ends a trial: which step, and
 * which layer was the first. Each of these sets the outcome and says `done`. */
#ifndef AG_DIVERGE_H
#define AG_DIVERGE_H

#include "harness/train/train.h"

/* The loss of the `rows` examples in the net's buffers: the first layer forward whose
 * values are not finite, the output if all are. */
void ag_diverge_loss(ag_training_run *run, int rows);

/* A gradient: the last layer with one, where it began on the way back. */
void ag_diverge_gradient(ag_training_run *run);

/* A weight, after an update: the first layer with one. */
void ag_diverge_weights(ag_training_run *run);

/* A running statistic of a normalization, after a step. */
void ag_diverge_statistics(ag_training_run *run);

/* The loss over a whole part, as evaluated: nothing happens if it is finite, or of no
 * examples. Otherwise the part goes through the net again to find the layer, because
 * what was in the buffers last need not be what was not finite. */
void ag_diverge_part(ag_training_run *run, const ag_examples *part, double loss);

#endif

/* A loss, gradient or weight that stopped being finite ends a trial: which step, and
 * which layer was the first. Each of these but
 * ag_diverge_stage sets the outcome and says `done`. */
#ifndef AG_DIVERGE_H
#define AG_DIVERGE_H

#include "harness/train/train.h"

/* `rows`: examples in the net's buffers, those of the step's last mini-batch.
 *
 * The loss: the first layer forward whose
 * values are not finite, the output if all are. */
void ag_diverge_loss(ag_training_run *run, int rows);

/* A gradient: the last layer with one, where it began on the way back. */
void ag_diverge_gradient(ag_training_run *run, int rows);

/* A weight, after an update: the first layer with one. */
void ag_diverge_weights(ag_training_run *run, int rows);

/* A running statistic of a normalization, after a step. */
void ag_diverge_statistics(ag_training_run *run, int rows);

/* The loss over a whole part, as evaluated: 0 if it is finite, or of no examples. Otherwise the
 * part goes through the net again to find the layer, because what was in the buffers last
 * need not be what was not finite. Changes nothing but what the flight recorder has seen of such
 * a pass, so that it can be left when the run is asked to stop. */
int ag_diverge_stage(ag_training_run *run, const ag_examples *part, double loss);

/* The loss, in this stage; nothing happens if it is 0. */
void ag_diverge_in(ag_training_run *run, int stage);

#endif

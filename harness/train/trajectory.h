/* What becomes of the learned parameters of activations: rows of the table
 * `activation_parameter`, one for each epoch, epoch 0 included, layer and parameter. */
#ifndef AG_TRAJECTORY_H
#define AG_TRAJECTORY_H

#include "harness/train/checkpoint.h"
#include "harness/train/train.h"

/* Rows of one epoch; 0 where nothing of the kind is learned. */
int ag_trajectory_rows(const ag_net *net);

/* Takes memory for all epochs. */
ag_status ag_trajectory_open(ag_training_run *run, ag_error *err);

/* Writes down the parameters as they are, at the end of run->epoch. */
void ag_trajectory_note(ag_training_run *run);

void ag_trajectory_state(ag_training_run *run, ag_transfer *transfer);

#endif

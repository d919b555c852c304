/* Early stopping: training ends when validation has not improved for `patience` epochs,
 * and the weights and running statistics of the best epoch are what is evaluated. Epochs
 * count from 0, the state before the first step. */
#ifndef AG_STOPPING_H
#define AG_STOPPING_H

#include "harness/train/checkpoint.h"
#include "harness/train/train.h"

ag_status ag_stopping_open(ag_training_run *run, ag_error *err);
size_t ag_stopping_bytes(const ag_training *training, const ag_net *net);

/* After the row of an epoch is written: keeps the weights if it is the best one, and decides
 * whether it was the last one: run->done, and run->stopped_early if patience is at its end. Asked
 * again, it says the same. */
void ag_stopping_look(ag_training_run *run);

/* When a run has finished: the best epoch's weights for those of the last one, which training would
 * go on from. Once more: these again. */
void ag_stopping_swap(ag_training_run *run);

void ag_stopping_state(ag_training_run *run, ag_transfer *transfer);

#endif

/* Robustness: the trained net on inputs with noise of several levels. */
#ifndef AG_ROBUSTNESS_H
#define AG_ROBUSTNESS_H

#include "harness/train/train.h"

/* Evaluates the test part, or the validation part where there is no test, once per level
 * of training.robustness, into the record. The noise depends on the seed and the example's
 * place only: it is the same for every trial of a seed, and that of one level is that of
 * another, scaled. */
ag_status ag_robustness_record(ag_training_run *run, ag_record *record, ag_error *err);

#endif

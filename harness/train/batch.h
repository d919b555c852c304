/* Examples on their way into the net, and the answer on its way out. */
#ifndef AG_BATCH_H
#define AG_BATCH_H

#include "harness/train/noise.h"
#include "harness/train/train.h"

/* Examples of one piece of an evaluation: enough for the products to run at full speed,
 * few enough to stay near the processor. From 16 for large pictures to 256. */
int ag_batch_piece(const ag_net *net);

/* Rows the net needs: a batch or a piece. */
int ag_batch_rows_max(const ag_net *net, long batch);

ag_status ag_batch_open(ag_training_run *run, int rows_max, ag_error *err);

/* Examples index[0 .. rows-1] into run->x, label, target. */
void ag_batch_load(ag_training_run *run, const ag_examples *from, const uint32_t *index, int rows);

/* The targets of a net that predicts its input: what lies in run->x now. ag_batch_load has
 * done it; again after augmentation, and not after noise. Nothing for other nets. */
void ag_batch_reconstruct(ag_training_run *run, int rows);

/* The sum of the reported losses of the rows in the net, and, unless dz is NULL, the
 * gradient of the mean minimised loss. Adds to *correct. */
double ag_batch_loss(ag_training_run *run, int rows, ag_real *dz, long *correct);

/* Forward, loss and backward of what was loaded, in a training pass: gradients of the
 * mean loss. `remembers`: running statistics take the batch in. Returns the sum of the
 * losses; adds to *correct. Not finite: no backward. Sets run->finite_gradients. */
double ag_batch_gradient(ag_training_run *run, int rows, bool remembers, long *correct);

/* The piece of `examples` that begins at `first`, loaded, with noise unless that is NULL, and sent
 * forward in an evaluation pass. Returns how many they are: the next piece begins behind them. */
int ag_batch_forward(ag_training_run *run, const ag_examples *examples, size_t first,
                     ag_noise *noise);

/* ag_train_evaluate with noise on the inputs; NULL: none. */
ag_scores ag_batch_evaluate(ag_training_run *run, const ag_examples *examples, ag_noise *noise);

#endif

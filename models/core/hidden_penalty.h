/* Penalty on the values of hidden units (training.activation_l1): the mean over the mini-batch of
 * lambda sum |a|, over all that activations of hidden layers give, before dropout and before
 * normalization behind them.
 *
 *     dLoss/da += lambda sign(a) / rows          0 at a = 0
 *
 * Glorot, Bordes, Bengio 2011, section 3.2. */
#ifndef AG_HIDDEN_PENALTY_H
#define AG_HIDDEN_PENALTY_H

#include "models/net.h"

/* Adds it to self->dy, which is whole by then, if this pass has any and the layer is the
 * activation of a hidden one. */
void ag_hidden_penalty_add(ag_layer *self, int rows);

#endif

/* What an activation that is random in training (rrelu) draws for each value: numbers even in
 * [0, 1), from (seed, step, number of such a layer in the net, place of the value in the
 * mini-batch). Places are counted channels first, as in mask.h: the same on every machine. */
#ifndef AG_DRAWN_H
#define AG_DRAWN_H

#include "models/net.h"

/* Whether this pass draws. */
bool ag_drawn(const ag_layer *self);

/* u[out], in the order of y, for one example of the mini-batch. */
void ag_drawn_fill(const ag_layer *self, size_t example, ag_real *u);

#endif

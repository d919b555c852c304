/* Noise on hidden units (training.noise: {hidden: a}): to what a unit or channel gives, one number
 * even in (-a, a) is added, the same for all examples and places of a mini-batch.
 *
 * From (seed, step, stage, channel): trials of one seed get the same numbers whatever else differs
 * between them. The derivatives are those without it. */
#ifndef AG_HIDDEN_NOISE_H
#define AG_HIDDEN_NOISE_H

#include "models/net.h"

/* Adds it to self->y, if this pass has any and the layer is the activation of a hidden one. */
void ag_hidden_noise_add(ag_layer *self, int rows);

#endif

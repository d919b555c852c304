/* Training examples moved and mirrored at random: crops of an example that has zeros
 * around it, and horizontal flips. Zeros of the prepared data: with standardized data that
 * is the mean, not black. */
#ifndef AG_AUGMENT_H
#define AG_AUGMENT_H

#include "harness/base/random.h"
#include "harness/num/real.h"
#include "harness/num/shape.h"

#include <stdbool.h>

typedef struct ag_augmentation {
    ag_stream stream;
    int crop;  /* zeros on each side, before a piece of the old size is cut out */
    bool flip; /* with probability 1/2 */
    ag_shape shape;
    ag_real *room; /* [ag_shape_size(shape)] */
} ag_augmentation;

/* Changes x [rows][channels][rows of shape][columns] in place. Each example takes three
 * numbers of the stream, whatever is switched on: the crops are the same with and without
 * flips. Shapes of one row are signals: moved along it. */
void ag_augment(ag_augmentation *augmentation, int rows, ag_real *x);

#endif

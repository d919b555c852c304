/* Values for what is missing: the feature's mean over the training examples. */
#ifndef AG_IMPUTE_H
#define AG_IMPUTE_H

#include "datasets/core/split.h"
#include "datasets/dataset.h"

/* NaN in the x of both parts of the source becomes the mean of what the examples `train` of
 * its training part have there. AG_DATA where these have nothing. */
ag_status ag_impute(const ag_subset *train, ag_arena *scratch, ag_source *source, ag_error *err);

#endif

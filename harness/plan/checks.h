/* What concerns several parts of a trial at once. Private to harness/plan. */
#ifndef AG_CHECKS_H
#define AG_CHECKS_H

#include "datasets/dataset.h"
#include "harness/plan/expand.h"

/* A net that has been built for these variants and this many outputs. */
typedef struct ag_checked_net {
    uint32_t model, dataset;
    int outputs, rows_min; /* 0: none yet */
    uint64_t inputs;       /* of the activations' units, as one number */
} ag_checked_net;

typedef struct ag_checks {
    const int *depth;               /* [model variants] hidden layers */
    const ag_data_outline *outline; /* [dataset variants] */
    const unsigned char *known;     /* [dataset variants] the outline is known */
    ag_checked_net *net;            /* [mask + 1] by hash of all but rows_min */
    size_t mask;
    uint64_t told; /* notes on a model's `output`, by the word's number */
} ag_checks;

ag_status ag_checks_open(const ag_draft *d, ag_checks *checks, ag_error *err);

/* One point of the grid: activations for each layer fit the depth, the loss the data,
 * the model the data and the batch. What cannot be known without a data set's files is
 * said when they are opened. */
ag_status ag_checks_point(ag_draft *d, ag_checks *checks, const size_t *combination,
                          const uint32_t *variant, ag_error *err);

#endif

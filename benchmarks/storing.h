/* What storing costs: a sweep on one worker thread, as `actgrid run` does it, with a clock at the
 * store's door. */
#ifndef AG_STORING_H
#define AG_STORING_H

#include "harness/cli/experiment.h"

typedef struct ag_storing {
    double trials, steps;
    double wall, seconds; /* of everything from opening the store to closing it */
    double store_wall;    /* of it: waiting in open, put, finish and close */
    double store_seconds; /* of it: these, and all that other threads do, which are the store's */
} ag_storing;

/* Runs all trials of the experiment into `folder`, which must not exist. */
ag_status ag_storing_measure(ag_experiment *experiment, const char *folder, ag_arena *arena,
                             ag_storing *storing, ag_error *err);

#endif

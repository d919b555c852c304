/* What the net of a trial learns: what it predicts, by which loss, with how many
 * outputs. Follows from model, training and what the data have to answer. */
#ifndef AG_GOAL_H
#define AG_GOAL_H

#include "harness/plan/settings.h"

typedef struct ag_goal {
    ag_aim aim;     /* the answers of the data, or the net's own input */
    ag_choice loss; /* what `auto` stands for */
    int outputs;    /* 0: the loss does not fit */
} ag_goal;

/* regression, n_classes and n_targets as in ag_data; `in` is the shape of an example. */
ag_goal ag_goal_of(const ag_choice *model, const ag_training *training, bool regression,
                   int n_classes, int n_targets, ag_shape in);

#endif

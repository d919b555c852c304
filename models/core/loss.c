#include "models/loss.h"

#include "models/core/smoothing.h"

const ag_loss *ag_loss_for(ag_task task, int n_classes) {
    const char *name = task == AG_TASK_REGRESSION ? "mean_squared_error"
                       : n_classes == 2           ? "binary_cross_entropy"
                                                  : "cross_entropy";
    return (const ag_loss *)(const void *)ag_catalogue_find(&ag_losses, name);
}

ag_choice ag_loss_reported(const ag_choice *minimised) {
    ag_choice reported = *minimised;
    const int smoothing = ag_element_param(minimised->element, AG_SMOOTHING_NAME);
    if (smoothing >= 0) reported.number[smoothing] = 0;
    return reported;
}

#include "models/loss.h"

const ag_loss *ag_loss_for(ag_task task, int n_classes) {
    const char *name = task == AG_TASK_REGRESSION ? "mean_squared_error"
                       : n_classes == 2           ? "binary_cross_entropy"
                                                  : "cross_entropy";
    return (const ag_loss *)(const void *)ag_catalogue_find(&ag_losses, name);
}

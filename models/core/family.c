#include "models/family.h"

ag_aim ag_family_aim(const ag_choice *model, ag_aim data, ag_shape in) {
    if (!ag_family_of(model)->reconstructs) return data;
    return (ag_aim){.task = AG_TASK_REGRESSION, .n_targets = (int)ag_shape_size(in)};
}

#include "harness/plan/goal.h"

ag_goal ag_goal_of(const ag_choice *model, const ag_training *training, bool regression,
                   int n_classes, int n_targets, ag_shape in) {
    const ag_aim answers = {regression ? AG_TASK_REGRESSION : AG_TASK_CLASSES, n_classes,
                            n_targets};
    const ag_aim aim = ag_family_aim(model, answers, in);
    const ag_choice loss = training->loss.element
                               ? training->loss
                               : ag_choice_standard(&ag_loss_for(aim.task, aim.n_classes)->about);
    return (ag_goal){aim, loss, ag_loss_of(&loss)->units(aim.task, aim.n_classes, aim.n_targets)};
}

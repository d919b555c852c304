/* AdamW: Adam with weights that shrink on their own, not by way of the gradient.
 *
 *     w = (1 - r d) w - ...             d the weight decay, not scaled by the mean square
 *
 * The rest of the step: models/core/adam.h. */
#include "models/core/adam.h"

static const ag_param params[] = {
    AG_ADAM_PARAMS(0.01, "times learning_rate, the share a weight loses at each step"),
};

static ag_update_squares step(const ag_update *update) {
    return ag_adam_step(update,
                        (ag_adam_decay){.weights = update->learning_rate * update->weight_decay});
}

/* The first step is the learning rate and its share of the decay. */
static const ag_optimizer_point points[] = {{1, 0.89900000099999999},
                                            {2, 0.79851902818877885},
                                            {3, 0.69891118471569336},
                                            {10, 0.071695502074564571},
                                            {100, 0.003012929220501588}};

const ag_optimizer ag_opt_adamw = {
    .about = {.name = "adamw",
              .formula = "w = (1 - r d) w, then the step of adam with d = 0",
              .paper = "I. Loshchilov, F. Hutter, 2017, arXiv:1711.05101; as in PyTorch",
              .params = params,
              .n_params = AG_COUNT(params)},
    .n_state = 2,
    .step = step,
    .points = points,
    .n_points = AG_COUNT(points),
};

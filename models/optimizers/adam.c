/* Adam: steps along the mean gradient, divided by the root of the mean squared one.
 * Weight decay acts by way of the gradient. The step itself: models/core/adam.h. */
#include "models/core/adam.h"

static const ag_param params[] = {
    AG_ADAM_PARAMS(0, "times the weight, added to its gradient"),
};

static ag_update_squares step(const ag_update *update) {
    return ag_adam_step(update, (ag_adam_decay){.gradient = update->weight_decay});
}

/* The first step is the learning rate, whatever the gradient. */
static const ag_optimizer_point points[] = {{1, 0.90000000099999999},
                                            {2, 0.80041222971233816},
                                            {3, 0.70158627450441502},
                                            {10, 0.076249160619755327},
                                            {100, 0.0029366750032917212}};

const ag_optimizer ag_opt_adam = {
    .about =
        {.name = "adam",
         .formula =
             "m, s means of g, g^2 freed of their start at 0; w = w - r m / (sqrt s + epsilon)",
         .paper = "D. Kingma, J. Ba, 2014, arXiv:1412.6980; as in PyTorch",
         .params = params,
         .n_params = AG_COUNT(params)},
    .n_state = 2,
    .step = step,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Mean squared error:  Loss = gap^2,  dLoss/dz = 2 gap,  gap = z - y. */
#include "models/core/pointwise.h"

static double squared(double gap, const double *param, double *slope) {
    (void)param;
    *slope = 2.0 * gap;
    return gap * gap;
}

static double evaluate(const double *param, const ag_loss_batch *batch, long *correct) {
    return ag_pointwise_evaluate(squared, param, batch, correct);
}

const ag_loss ag_loss_mean_squared_error = {
    .about = {.name = "mean_squared_error",
              .formula = "(z - y)^2, mean over units and examples; y one-hot for classes",
              .paper = "C. F. Gauss, 1809; torch.nn.MSELoss",
              .aliases = (const char *const[]){"mse", NULL}},
    .units = ag_pointwise_units,
    .evaluate = evaluate,
};

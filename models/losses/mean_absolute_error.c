/* Mean absolute error:  Loss = |gap|,  dLoss/dz = sign gap, 0 at 0,  gap = z - y. */
#include "models/core/pointwise.h"

#include <math.h>

static double absolute(double gap, const double *param, double *slope) {
    (void)param;
    *slope = gap > 0.0 ? 1.0 : gap < 0.0 ? -1.0 : gap; /* the last: 0, or NaN */
    return fabs(gap);
}

static double evaluate(const double *param, const ag_loss_batch *batch, long *correct) {
    return ag_pointwise_evaluate(absolute, param, batch, correct);
}

const ag_loss ag_loss_mean_absolute_error = {
    .about = {.name = "mean_absolute_error",
              .formula = "|z - y|, mean over units and examples; y one-hot for classes",
              .paper = "P.-S. Laplace, 1774; torch.nn.L1Loss",
              .aliases = (const char *const[]){"mae", NULL}},
    .units = ag_pointwise_units,
    .evaluate = evaluate,
};

/* Huber's loss: a parabola for small gaps, lines for large ones, gap = z - y.
 *
 *     |gap| <= delta   Loss = gap^2 / 2                   dLoss/dz = gap
 *     beyond           Loss = delta (|gap| - delta / 2)   dLoss/dz = delta sign gap
 */
#include "models/core/pointwise.h"

#include <math.h>

enum { DELTA };

static double huber(double gap, const double *param, double *slope) {
    const double delta = param[DELTA];
    if (fabs(gap) > delta) {
        *slope = gap > 0.0 ? delta : -delta;
        return delta * (fabs(gap) - 0.5 * delta);
    }
    *slope = gap; /* NaN too */
    return 0.5 * gap * gap;
}

static double evaluate(const double *param, const ag_loss_batch *batch, long *correct) {
    return ag_pointwise_evaluate(huber, param, batch, correct);
}

static const ag_param params[] = {{.name = "delta",
                                   .kind = AG_PARAM_REAL,
                                   .standard = 1,
                                   .min = 1e-9,
                                   .max = 1e9,
                                   .meaning = "size of a gap from which on the loss is linear"}};

const ag_loss ag_loss_huber = {
    .about = {.name = "huber",
              .formula = "(z - y)^2 / 2 up to delta, delta (|z - y| - delta / 2) beyond, mean over "
                         "units and examples; y one-hot for classes",
              .paper = "P. Huber, 1964, Ann. Math. Stat. 35:73, 10.1214/aoms/1177703732; "
                       "torch.nn.HuberLoss",
              .params = params,
              .n_params = AG_COUNT(params)},
    .units = ag_pointwise_units,
    .evaluate = evaluate,
};

/* Mean squared error: the mean over the units of an example, so that the mean over
 * a batch is the mean over all its numbers, as PyTorch's MSELoss.
 *
 *     Loss       = sum_u (z_u - y_u)^2 / units
 *     dLoss/dz_u = 2 (z_u - y_u) / units
 *
 * For classes y is 1 at the label and 0 elsewhere. In double: the square of a
 * large float is no finite float. */
#include "models/core/argmax.h"
#include "models/loss.h"

static int units(ag_task task, int n_classes, int n_targets) {
    return task == AG_TASK_CLASSES ? n_classes : n_targets;
}

static double evaluate(int rows, int n, const ag_real *z, const int32_t *label, const float *target,
                       double scale, ag_real *dz, long *correct) {
    double sum = 0.0;
    for (int e = 0; e < rows; e++, z += n) {
        for (int u = 0; u < n; u++) {
            const size_t at = (size_t)e * (size_t)n + (size_t)u;
            const double y = target ? (double)target[at] : (u == label[e] ? 1.0 : 0.0);
            const double gap = (double)z[u] - y;
            sum += gap * gap;
            if (dz) dz[at] = (ag_real)(scale * 2.0 * gap / n);
        }
        if (!target) *correct += ag_argmax_is(n, z, label[e]);
    }
    return sum / n;
}

const ag_loss ag_loss_mean_squared_error = {
    .about = {.name = "mean_squared_error",
              .formula = "(z - y)^2, mean over units and examples; y one-hot for classes",
              .paper = "C. F. Gauss, 1809; torch.nn.MSELoss",
              .aliases = (const char *const[]){"mse", NULL}},
    .units = units,
    .evaluate = evaluate,
};

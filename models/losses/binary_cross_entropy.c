/* Sigmoid with binary cross-entropy: one logit z for two classes, y = 0 or 1.
 *
 *     Loss     = max(z, 0) - z y + log(1 + exp -|z|)
 *     dLoss/dz = sigmoid(z) - y
 *
 * All in double: one exponential and one logarithm per example cost nothing. */
#include "models/loss.h"

#include <math.h>

static int units(ag_task task, int n_classes, int n_targets) {
    (void)n_targets;
    return task == AG_TASK_CLASSES && n_classes == 2 ? 1 : 0;
}

/* 1 / (1 + exp -x), right to the last digits on both tails. */
static double sigmoid(double x) {
    if (x < 0.0) {
        const double power = exp(x);
        return power / (1.0 + power);
    }
    return 1.0 / (1.0 + exp(-x));
}

static double evaluate(int rows, int n, const ag_real *z, const int32_t *label, const float *target,
                       double scale, ag_real *dz, long *correct) {
    (void)n, (void)target;
    double loss = 0.0;
    for (int e = 0; e < rows; e++) {
        /* The logit of the class that is not right: Loss = log(1 + exp wrong). */
        const double wrong = label[e] ? -(double)z[e] : (double)z[e];
        loss += (wrong < 0.0 ? 0.0 : wrong) + log1p(exp(-fabs(wrong)));
        *correct += label[e] ? wrong < 0.0 : wrong <= 0.0; /* a tie is class 0 */
        if (dz) dz[e] = (ag_real)(scale * (label[e] ? -sigmoid(wrong) : sigmoid(wrong)));
    }
    return loss;
}

const ag_loss ag_loss_binary_cross_entropy = {
    .about = {.name = "binary_cross_entropy",
              .formula = "-log sigmoid(z) for class 1, -log sigmoid(-z) for class 0, "
                         "mean over examples",
              .paper = "D. Cox, 1958, J. R. Stat. Soc. B 20:215; torch.nn.BCEWithLogitsLoss"},
    .units = units,
    .evaluate = evaluate,
};

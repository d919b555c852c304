/* Sigmoid with binary cross-entropy: one logit z for two classes, y = 0 or 1.
 *
 *     Loss     = max(z, 0) - z y + log(1 + exp -|z|)
 *     dLoss/dz = sigmoid(z) - y
 *
 * With label smoothing s, y is s / 2 or 1 - s / 2.
 *
 * All in double: one exponential and one logarithm per example cost nothing. */
#include "models/core/smoothing.h"
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

static double evaluate(const double *param, const ag_loss_batch *b, long *correct) {
    const double half = 0.5 * param[AG_SMOOTHING]; /* what the wrong class gets */
    double loss = 0.0;
    for (int e = 0; e < b->rows; e++) {
        const bool one = b->label[e];
        /* The logit of the class that is not right: Loss = log(1 + exp wrong). */
        const double wrong = one ? -(double)b->z[e] : (double)b->z[e];
        loss += (wrong < 0.0 ? 0.0 : wrong) + log1p(exp(-fabs(wrong)));
        *correct += one ? wrong < 0.0 : wrong <= 0.0; /* a tie is class 0 */
        double slope = sigmoid(wrong);
        if (half > 0.0) {
            loss -= half * wrong;
            slope -= half;
        }
        if (b->dz) b->dz[e] = (ag_real)(b->scale * (one ? -slope : slope));
    }
    return loss;
}

static const ag_param params[] = {AG_SMOOTHING_PARAM};

const ag_loss ag_loss_binary_cross_entropy = {
    .about = {.name = "binary_cross_entropy",
              .formula = "-log sigmoid(z) for class 1, -log sigmoid(-z) for class 0, "
                         "mean over examples",
              .paper = "D. Cox, 1958, J. R. Stat. Soc. B 20:215; torch.nn.BCEWithLogitsLoss",
              .params = params,
              .n_params = AG_COUNT(params)},
    .contains = "sigmoid",
    .units = units,
    .evaluate = evaluate,
};

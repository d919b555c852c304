/* Step: fires from zero on.
 *
 *     f(x)  = 0 for x < 0, 1 for x >= 0        (Heaviside; McCulloch and Pitts let a
 *     f'(x) = 0                                 cell fire when its sum reaches the threshold)
 *
 * Nothing in front of it can learn by gradients: it is here to be compared with.
 */
#include "activations/activation.h"

static double value(double x, const double *param) {
    (void)param;
    return x < 0.0 ? 0.0 : x != x ? x : 1.0;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        y[i] = x < 0.0f ? 0.0f : x != x ? x : 1.0f;
        dydz[i] = x != x ? x : 0.0f;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0}, {-1e-08, 0.0, 0.0}, {0.0, 1.0, 0.0}, {1e-08, 1.0, 0.0}, {2.25, 1.0, 0.0},
};

static const char *const aliases[] = {"heaviside", NULL};

const ag_activation ag_act_step = {
    .about =
        {
            .name = "step",
            .formula = "0 if x < 0, 1 otherwise",
            .paper = "W. McCulloch, W. Pitts, 1943, doi:10.1007/BF02478259",
            .aliases = aliases,
        },
    .derivative_text = "0",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
    .forward_only = true,
};

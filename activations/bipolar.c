/* Bipolar step: says which side of zero it is on.
 *
 *     f(x)  = -1 for x < 0, 1 for x >= 0
 *     f'(x) = 0
 *
 * Nothing in front of it can learn by gradients: it is here to be compared with.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static double value(double x, const double *param) {
    (void)param;
    return x < 0.0 ? -1.0 : x != x ? x : 1.0;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        y[i] = x < 0.0f ? -1.0f : x != x ? x : 1.0f;
        dydz[i] = x != x ? x : 0.0f;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, -1.0, 0.0}, {-1e-08, -1.0, 0.0}, {0.0, 1.0, 0.0}, {1e-08, 1.0, 0.0}, {2.25, 1.0, 0.0},
};

static const char *const aliases[] = {"sign", NULL};

const ag_activation ag_act_bipolar = {
    .about =
        {
            .name = "bipolar",
            .formula = "-1 if x < 0, 1 otherwise",
            .paper = "B. Widrow, M. Hoff, 1960, IRE WESCON, Adaptive switching circuits",
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

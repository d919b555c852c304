/* Squared ReLU: zero, or the square.
 *
 *     f(x)  = max(0, x)^2
 *     f'(x) = 2 max(0, x)
 */
#include "activations/activation.h"

static double value(double x, const double *param) {
    (void)param;
    return x < 0.0 ? 0.0 : x * x;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x < 0.0 ? 0.0 : 2.0 * x;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], above = x < 0.0f ? 0.0f : x;
        y[i] = above * above;
        dydz[i] = above + above;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0}, {-3.5, 0.0, 0.0},
    {0.0, 0.0, 0.0},     {1e-08, 1.00000000000000004e-16, 2.00000000000000004e-8},
    {2.25, 5.0625, 4.5}, {80.0, 6400.0, 160.0},
};

static const char *const aliases[] = {"squared_relu", "relu2", NULL};

const ag_activation ag_act_relu_squared = {
    .about =
        {
            .name = "relu_squared",
            .formula = "max(0, x)^2",
            .paper = "D. So and others, 2021, arXiv:2109.08668",
            .aliases = aliases,
        },
    .derivative_text = "2*relu(x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

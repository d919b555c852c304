/* Sparseplus: ReLU whose corner is a parabola between -1 and 1.
 *
 *     f(x)  = 0 for x <= -1,   (x + 1)^2 / 4 up to 1,   x above
 *     f'(x) = 0 for x <= -1,   (x + 1) / 2 up to 1,     1 above
 */
#include "activations/activation.h"

static double value(double x, const double *param) {
    (void)param;
    return x <= -1.0 ? 0.0 : x > 1.0 ? x : 0.25 * ((x + 1.0) * (x + 1.0));
}

static double derivative(double x, const double *param) {
    (void)param;
    return x <= -1.0 ? 0.0 : x > 1.0 ? 1.0 : 0.5 * (x + 1.0);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], above = (x < -1.0f ? -1.0f : x) + 1.0f, half = 0.5f * above;
        y[i] = x > 1.0f ? x : half * half;
        dydz[i] = x > 1.0f ? 1.0f : half;
    }
}

static const double seams[] = {-1.0, 1.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},     {-0.75, 0.015625, 0.125},
    {0.0, 0.25, 0.5},        {1e-08, 0.250000005000000025, 0.500000005},
    {0.75, 0.765625, 0.875}, {2.0, 2.0, 1.0},
    {80.0, 80.0, 1.0},
};

static const char *const aliases[] = {"sparseplus", NULL};

const ag_activation ag_act_sparse_plus = {
    .about =
        {
            .name = "sparse_plus",
            .formula = "0 if x <= -1, (x + 1)^2 / 4 up to 1, x above",
            .paper = "A. Martins, R. Astudillo, 2016, arXiv:1602.02068",
            .aliases = aliases,
        },
    .derivative_text = "where(x<=-1,0,where(x<1,(x+1)/2,1))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

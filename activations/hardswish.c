/* Hard swish: x times a hard sigmoid.
 *
 *     f(x)  = x min(max(0, x + 3), 6) / 6
 *     f'(x) = 0 for x <= -3,   (2 x + 3) / 6 below 3,   1 above
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static double value(double x, const double *param) {
    (void)param;
    return x < -3.0 ? 0.0 : x > 3.0 ? x : x * (x + 3.0) / 6.0;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x <= -3.0 ? 0.0 : x >= 3.0 ? 1.0 : (2.0 * x + 3.0) / 6.0;
}

AG_ACT_EVALUATE(evaluate) {
    const float sixth = 1.0f / 6.0f;
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], least = x < -3.0f ? -3.0f : x, bound = least > 3.0f ? 3.0f : least;
        y[i] = x > 3.0f ? x : bound * ((bound + 3.0f) * sixth);
        const float right = x > 3.0f ? 1.0f : (2.0f * bound + 3.0f) * sixth;
        dydz[i] = x <= -3.0f ? 0.0f : right;
    }
}

static const double seams[] = {-3.0, 3.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},
    {-2.75, -0.114583333333333333, -0.416666666666666667},
    {-1.25, -0.364583333333333333, 0.0833333333333333333},
    {0.0, 0.0, 0.5},
    {1e-08, 5.00000001666666677e-9, 0.500000003333333333},
    {2.25, 1.96875, 1.25},
    {5.0, 5.0, 1.0},
};

static const char *const aliases[] = {"hard_silu", NULL};

const ag_activation ag_act_hardswish = {
    .about =
        {
            .name = "hardswish",
            .formula = "x min(max(0, x + 3), 6) / 6",
            .paper = "A. Howard and others, 2019, arXiv:1905.02244",
            .aliases = aliases,
        },
    .derivative_text = "where(x<=-3,0,where(x>=3,1,(2*x+3)/6))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Tanhshrink: what tanh takes away from x.
 *
 *     f(x)  = x - tanh(x)
 *     f'(x) = tanh(x)^2
 *
 * Near 0 it is x^3 / 3: a series, as the difference would have no digit left.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double t = x * x;
    if (t > 0.04) return x - tanh(x);
    const double series = 1382.0 / 155925 - t * (21844.0 / 6081075 - t * (929569.0 / 638512875));
    return x * t * (1.0 / 3 - t * (2.0 / 15 - t * (17.0 / 315 - t * (62.0 / 2835 - t * series))));
}

static double derivative(double x, const double *param) {
    (void)param;
    return tanh(x) * tanh(x);
}

/* With q = e^(-2a) - 1, a = |x|, tanh a is -q / (2 + q) or 1 - 2 e^(-2a) / (2 + q). */
AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), t = a > 1.0f ? 1.0f : x * x;
        const ag_exp_parts parts = ag_exp_negative(-2.0f * a);
        const float q = ag_exp_less_one(parts), twice = ag_exp_times(parts, 2.0f) * parts.second;
        float p = -0.00020569138f; /* (x - tanh x) / x^3 for 0 <= x <= 1 */
        p = p * t + 0.00114948547f;
        p = p * t + -0.00352741731f;
        p = p * t + 0.00892496761f;
        p = p * t + -0.0219129473f;
        p = p * t + 0.0539782122f;
        p = p * t + -0.133334115f;
        p = p * t + 0.333333343f;
        y[i] = copysignf(a > 1.0f ? (a - 1.0f) + twice / (2.0f + q) : a * (t * p), x);
        const float e = 0.5f * twice, tanh = a * (1.0f - t * p);
        dydz[i] = a > 1.0f ? (q * q) / (1.0f + e * (2.0f + e)) : tanh * tanh;
    }
}

static const ag_act_point points[] = {
    {-45.0, -44.0, 1.0},
    {-3.0, -2.00494524631326955, 0.990133962834559809},
    {-1.0, -0.238405844044235112, 0.580025658385973931},
    {-0.125, -0.000646998228403791945, 0.0154636690496066097},
    {0.0, 0.0, 0.0},
    {1e-08, 3.33333333333333341e-25, 9.99999999999999975e-17},
    {0.5, 0.0378828427399902415, 0.21355226703407259},
    {2.0, 1.03597241992418312, 0.929349175146835534},
    {20.0, 19.0, 0.999999999999999983},
};

static const char *const aliases[] = {"tanh_shrink", NULL};

const ag_activation ag_act_tanhshrink = {
    .about =
        {
            .name = "tanhshrink",
            .formula = "x - tanh(x)",
            .paper = "A. Paszke and others, 2019, arXiv:1912.01703 (PyTorch, Tanhshrink)",
            .aliases = aliases,
        },
    .derivative_text = "tanh(x)^2",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

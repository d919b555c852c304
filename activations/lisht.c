/* LiSHT: x scaled by its tanh, even and never negative.
 *
 *     f(x)  = x tanh(x)
 *     f'(x) = tanh(x) + x (1 - tanh(x)^2)      1 - tanh(x)^2 = 1 / cosh(x)^2
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return x * tanh(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    const double a = fabs(x) > 400.0 ? copysign(400.0, x) : x, c = cosh(a);
    return tanh(x) + a / (c * c);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], most = 100.0f; /* infinity times 0 is NaN */
        const ag_dual t = ag_vector_tanh(x);
        const float bound = fabsf(x) > most ? copysignf(most, x) : x;
        y[i] = x * t.value;
        dydz[i] = t.value + bound * t.derivative;
    }
}

static const ag_act_point points[] = {
    {-40.0, 40.0, -1.0},
    {-3.0, 2.98516426106019135, -1.02465286518305103},
    {-1.0, 0.761594155955764888, -1.18156849756979096},
    {-0.125, 0.015544125221449526, -0.247420043140395382},
    {0.0, 0.0, 0.0},
    {1e-08, 1.00000000000000001e-16, 1.99999999999999991e-8},
    {0.5, 0.231058578630004879, 0.855341023742973464},
    {2.0, 1.92805516015163377, 1.10532922978214582},
    {10.0, 9.99999995877692764, 1.00000007832383732},
};

const ag_activation ag_act_lisht = {
    .about =
        {
            .name = "lisht",
            .formula = "x tanh(x)",
            .paper = "S. K. Roy, S. Manna, S. R. Dubey, B. B. Chaudhuri, 2019, arXiv:1901.05894",
        },
    .derivative_text = "tanh(x)+x*(1-tanh(x)^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

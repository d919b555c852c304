/* Arctan: bounded as tanh, with tails that fall as 1 / x^2 instead of e^-x.
 *
 *     f(x)  = atan(x)
 *     f'(x) = 1 / (1 + x^2)
 */
#include "activations/activation.h"
#include "harness/num/vector_trig.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return atan(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return 1.0 / (1.0 + x * x);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        const bool steep = a > 1.0f;
        const float t = (steep ? 1.0f : a) / (steep ? a : 1.0f), t2 = t * t; /* x^2 overflows */
        y[i] = ag_vector_atan(x);
        dydz[i] = (steep ? t2 : 1.0f) / (1.0f + t2);
    }
}

static const ag_act_point points[] = {
    {-1000000.0, -1.57079532679489662, 9.99999999999e-13},
    {-30.0, -1.53747533091664942, 0.00110987791342952275},
    {-3.0, -1.24904577239825443, 0.1},
    {-1.0, -0.78539816339744831, 0.5},
    {-0.125, -0.124354994546761435, 0.984615384615384615},
    {0.0, 0.0, 1.0},
    {1e-08, 9.99999999999999988e-9, 0.9999999999999999},
    {0.5, 0.463647609000806116, 0.8},
    {2.0, 1.1071487177940905, 0.2},
    {40.0, 1.54580153317597646, 0.000624609618988132417},
};

static const char *const aliases[] = {"atan", NULL};

const ag_activation ag_act_arctan = {
    .about =
        {
            .name = "arctan",
            .formula = "atan(x)",
            .paper = "T. T. Sivri, N. P. Akman, A. Berkol, 2022, ECAI, Multiclass classification "
                     "using arctangent activation function and its variations",
            .aliases = aliases,
        },
    .derivative_text = "1/(1+x^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

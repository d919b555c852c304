/* Mish: x times the tanh of its softplus.
 *
 *     f(x)  = x tanh(log(1 + e^x)) = x n / (n + 2)          n = e^x (e^x + 2)
 *     f'(x) = n / (n + 2) + 4 x e^x (e^x + 1) / (n + 2)^2
 *
 * On the right with e^-x: e^x overflows.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

/* f(x) / x and its derivative: with e = e^-|x|, N / D and M / D^2. */
static double gate(double x, double *slope) {
    const double e = exp(-fabs(x));
    const double d = x < 0.0 ? e * (e + 2.0) + 2.0 : 1.0 + 2.0 * e * (1.0 + e);
    *slope = (x < 0.0 ? 4.0 * e * (e + 1.0) : 4.0 * e * e * (e + 1.0)) / (d * d);
    return (x < 0.0 ? e * (e + 2.0) : 1.0 + 2.0 * e) / d;
}

static const double FAR = 800.0; /* e^-800 is 0, and infinity times 0 is NaN */

static double value(double x, const double *param) {
    (void)param;
    double slope;
    return x < -FAR ? 0.0 : x * gate(x, &slope);
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? 1.0 : 0.0;
    double slope;
    const double g = gate(x, &slope);
    return g + x * slope;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        const float bound = a > AG_EXP_TAIL ? AG_EXP_TAIL : a, b = copysignf(bound, x);
        const ag_exp_parts parts = ag_exp_tail(-bound, -0.0f);
        const float e = ag_exp_whole(parts), e1 = e + 1.0f;
        const bool left = x < 0.0f;
        /* left without the factor e, which may be too small for a float */
        /* D = c + w, and D^2 = c^2 + w (2 c + w): squaring D would double its error */
        const float w = left ? e * (e + 2.0f) : (e + e) * e1, c = left ? 2.0f : 1.0f;
        const float d = c + w, d2 = c * c + w * (c + d), g = left ? e + 2.0f : e1 + e;
        const float m = 4.0f * (left ? e1 : (e * e) * e1), slope = (g * d + b * m) / d2;
        y[i] = left ? ag_exp_times(parts, b * (g / d)) * parts.second : x * (g / d);
        dydz[i] = left ? ag_exp_times(parts, slope) * parts.second : slope;
    }
}

static const ag_act_point points[] = {
    {-95.0, -5.2450281631771061e-40, -5.18981734040682077e-40},
    {-30.0, -2.80728689065192103e-12, -2.71371066096339232e-12},
    {-10.0, -0.000453988991856746943, -0.000408579786902991917},
    {-3.0, -0.145647461275624587, -0.0933931145323208356},
    {-1.0, -0.303401461374108918, 0.059216755877394948},
    {-0.125, -0.0699799071800024769, 0.519606473544816018},
    {0.0, 0.0, 0.6},
    {1e-08, 6.00000003200000011e-9, 0.600000006399999995},
    {0.5, 0.375245211304895105, 0.886424375357727258},
    {2.0, 1.94395895953399452, 1.06931793427948968},
    {10.0, 9.99999995878067043, 1.00000007831298347},
    {40.0, 40.0, 1.0},
};

const ag_activation ag_act_mish = {
    .about =
        {
            .name = "mish",
            .formula = "x tanh(log(1 + exp(x)))",
            .paper = "D. Misra, 2019, arXiv:1908.08681",
        },
    .derivative_text = "tanh(softplus(x))+x*sigmoid(x)*(1-tanh(softplus(x))^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* TanhExp: x times the tanh of its exponential.
 *
 *     f(x)  = x tanh(e^x)
 *     f'(x) = tanh(e^x) + x e^x (1 - tanh(e^x)^2)
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const double FAR = 20.0; /* tanh(e^20) is 1 */

static double value(double x, const double *param) {
    (void)param;
    return x < -800.0 ? 0.0 : x > FAR ? x : x * tanh(exp(x));
}

/* 1 - tanh(u)^2 is 4 q / (1 + q)^2 with q = e^-2u: nothing cancels */
static double derivative(double x, const double *param) {
    (void)param;
    if (x < -800.0 || x > FAR) return x > 0.0 ? 1.0 : 0.0;
    const double u = exp(x), q = exp(-2.0 * u);
    return tanh(u) + x * u * 4.0 * q / ((1.0 + q) * (1.0 + q));
}

/* For x < LINEAR tanh(u) is u in float, which may be too small for one: its last power
 * of two comes at the end. */
#define LINEAR (-9.0f)
#define FLAT 5.0f

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], below = x > FLAT ? FLAT : x;
        const float b = below < AG_EXP_LEAST ? AG_EXP_LEAST : below;
        const ag_exp_parts parts = ag_exp_split(b, -0.0f);
        const float u = ag_exp_whole(parts);
        const ag_dual t = ag_vector_tanh(u);
        /* where they cancel, in double, and 1 - tanh(u)^2 from the small tanh(u) */
        const double tanh = (double)t.value,
                     rest = u < 0.5f ? 1.0 - tanh * tanh : (double)t.derivative;
        const float slope = (float)(tanh + ((double)b * (double)u) * rest);
        y[i] = x < LINEAR ? ag_exp_times(parts, b) * parts.second : x * t.value;
        dydz[i] = x < LINEAR ? ag_exp_times(parts, 1.0f + b) * parts.second : slope;
    }
}

static const ag_act_point points[] = {
    {-95.0, -5.2450281631771061e-40, -5.18981734040682077e-40},
    {-30.0, -2.80728689065205238e-12, -2.71371066096365064e-12},
    {-10.0, -0.00045399929731292775, -0.000408599366957793445},
    {-3.0, -0.149237917537791275, -0.0992456141251273096},
    {-1.0, -0.352135490546586982, 0.029872880714807083},
    {-0.125, -0.0884584991200292862, 0.65259952307125479},
    {0.0, 0.0, 0.761594155955764888},
    {1e-08, 7.61594160155508309e-9, 0.761594164355251687},
    {0.5, 0.464340970575215142, 1.04207262468672351},
    {2.0, 1.99999847240845837, 1.00002181111480265},
    {5.0, 5.0, 1.0},
};

const ag_activation ag_act_tanhexp = {
    .about =
        {
            .name = "tanhexp",
            .formula = "x tanh(exp(x))",
            .paper = "X. Liu, X. Di, 2020, arXiv:2003.09855",
        },
    .derivative_text = "tanh(exp(x))+x*exp(x)*(1-tanh(exp(x))^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

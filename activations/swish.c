/* Swish: x times a sigmoid gate, whose sharpness beta may be learned. beta = 1 is
 * also known as SiLU; beta = 0 is x / 2, and large beta tends to ReLU.
 *
 *     f(x)  = x s                       s = sigmoid(beta x)
 *     f'(x) = s + beta x s (1 - s)
 *     df/dbeta = x^2 s (1 - s)
 */
#include "activations/activation.h"
#include "activations/core/gated.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "beta",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "sharpness of the gate; before the first step if it is learned"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_NONE),
};

/* sigmoid(-u), u >= 0 */
static double lower(double u) {
    const double e = exp(-u);
    return e / (1.0 + e);
}

/* x s = max(x, 0) - |x| sigmoid(-|beta x|) for beta >= 0; a negative beta turns the
 * picture round: f(x, beta) = -f(-x, -beta). */
static double value(double x, const double *param) {
    const double side = param[0] < 0.0 ? -1.0 : 1.0, v = side * x, a = fabs(x);
    const double q = lower(fabs(param[0]) * a);
    return side * ((v < 0.0 ? 0.0 : v) - (q > 0.0 ? a * q : q));
}

static double derivative(double x, const double *param) {
    const double u = fabs(param[0] * x), q = lower(u);
    const double left = q > 0.0 ? q * (1.0 - u * (1.0 - q)) : q;
    return param[0] * x < 0.0 ? left : 1.0 - left;
}

static void param_derivatives(double x, const double *param, double *dp) {
    const double q = lower(fabs(param[0] * x));
    dp[0] = q > 0.0 ? x * x * q * (1.0 - q) : q;
}

AG_ACT_EVALUATE(evaluate_plain) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_gated(z[i], ag_gate_plain(z[i]));
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

AG_ACT_EVALUATE(evaluate_any) {
    const float side = param[0] < 0.0 ? -1.0f : 1.0f;
    const ag_split beta = ag_split_of(fabs(param[0]));
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_gated(side * z[i], ag_gate_any(z[i], beta));
        y[i] = side * f.value;
        dydz[i] = f.derivative;
    }
}

AG_ACT_EVALUATE(evaluate_scaled) {
    const ag_split beta = ag_split_of(param[0]);
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_gated(z[i], ag_gate_linear(z[i], beta));
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static void evaluate(size_t n, const float *z, float *y, float *dydz, const double *param) {
    if (param[0] == 1.0)
        evaluate_plain(n, z, y, dydz, param);
    else if (param[0] >= AG_GATE_LEAST)
        evaluate_scaled(n, z, y, dydz, param);
    else
        evaluate_any(n, z, y, dydz, param);
}

AG_ACT_EVALUATE_LEARNED(evaluate_learned) {
    AG_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const float beta = p[0][i], size = fabsf(beta), upper = ag_float_upper(size);
        const float side = beta < 0.0f ? -1.0f : 1.0f;
        const ag_gate gate = ag_gate_any(z[i], (ag_split){upper, size - upper});
        const ag_dual f = ag_gated(side * z[i], gate);
        y[i] = side * f.value;
        dydz[i] = f.derivative;
        dydp[0][i] = gate.bend;
    }
}

static const ag_act_point points[] = {
    {-95.0, -5.2450281631771061e-40, -5.18981734040682077e-40},
    {-30.0, -2.80728689065178969e-12, -2.713710660963134e-12},
    {-10.0, -0.000453978687024343945, -0.000408560208657082316},
    {-3.0, -0.142277619532700343, -0.0881041060151696171},
    {-1.0, -0.268941421369995121, 0.0723294881285132682},
    {-0.125, -0.0585988283282804678, 0.437662379749541559},
    {0.0, 0.0, 0.5},
    {1e-08, 5.0000000250000001e-9, 0.500000005},
    {0.5, 0.311229665600927282, 0.739961187302651809},
    {2.0, 1.76159415595576489, 1.09078424878489548},
    {10.0, 9.99954602131297566, 1.00040856020865708},
    {40.0, 39.9999999999999998, 1.00000000000000017},
};

static const char *const aliases[] = {"silu", NULL};

const ag_activation ag_act_swish = {
    .about =
        {
            .name = "swish",
            .formula = "x sigmoid(beta x)",
            .paper = "P. Ramachandran, B. Zoph, Q. Le, 2017, arXiv:1710.05941",
            .aliases = aliases,
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "sigmoid(beta*x)*(1+beta*x*sigmoid(-beta*x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 1,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .points = points,
    .n_points = AG_COUNT(points),
};

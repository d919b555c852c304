/* The logarithm of the sigmoid: softplus turned by half a turn.
 *
 *     f(x)  = -log(1 + e^-x) = min(x, 0) - log1p(e^-|x|)
 *     f'(x) = 1 / (1 + e^x)
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return (x > 0.0 ? 0.0 : x) - log1p(exp(-fabs(x)));
}

static double derivative(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x));
    return x > 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_vector_softplus(-z[i]);
        y[i] = -f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-500.0, -500.0, 1.0},
    {-30.0, -30.0000000000000936, 0.999999999999906424},
    {-3.0, -3.04858735157374206, 0.952574126822433219},
    {-1.0, -1.31326168751822283, 0.731058578630004879},
    {-0.125, -0.757599035317169066, 0.531209373373756257},
    {0.0, -0.693147180559945309, 0.5},
    {1e-08, -0.693147175559945322, 0.4999999975},
    {0.5, -0.474076984180106681, 0.377540668798145435},
    {2.0, -0.126928011042972496, 0.119202922022117556},
    {10.0, -0.0000453988992168646468, 0.0000453978687024343945},
    {95.0, -5.52108227702853273e-42, 5.52108227702853273e-42},
};

static const char *const aliases[] = {"logsigmoid", NULL};

const ag_activation ag_act_log_sigmoid = {
    .about =
        {
            .name = "log_sigmoid",
            .formula = "-log(1 + exp(-x))",
            .paper = "A. Paszke and others, 2019, arXiv:1912.01703 (PyTorch, LogSigmoid)",
            .aliases = aliases,
        },
    .derivative_text = "sigmoid(-x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

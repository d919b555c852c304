/* Snake: the identity and a wave, for what repeats. alpha may be learned.
 *
 *     f(x)  = x + sin(alpha x)^2 / alpha
 *     f'(x) = 1 + sin(2 alpha x)
 *     df/dalpha = x sin(2 alpha x) / alpha - sin(alpha x)^2 / alpha^2
 *
 * At infinity f' has no limit, and is NaN.
 */
#include "activations/activation.h"

#include <math.h>

static const char *const alpha_aliases[] = {"a", NULL};

static const ag_param params[] = {
    {.name = "alpha",
     .aliases = alpha_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.01,
     .max = 100.0,
     .meaning = "frequency of the wave before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_NONE),
};

static double value(double x, const double *param) {
    const double s = sin(param[0] * x);
    return isinf(x) || param[0] == 0.0 ? x : x + s * s / param[0];
}

static double derivative(double x, const double *param) { return 1.0 + sin(2.0 * param[0] * x); }

static void param_derivatives(double x, const double *param, double *dp) {
    const double a = param[0], s = sin(a * x);
    dp[0] = a == 0.0 ? x * x : x * sin(2.0 * a * x) / a - s * s / (a * a);
}

static const ag_act_point points[] = {
    {-1000.0, -999.316270225449584, 0.0699604955838629921},
    {-3.0, -2.98008514332518301, 1.27941549819892587},
    {-1.0, -0.291926581726428807, 0.0907025731743183046},
    {-0.125, -0.109456210855322392, 0.75259604074547707},
    {0.0, 0.0, 1.0},
    {1e-08, 1.00000001000000002e-8, 1.00000002},
    {0.5, 0.729848847065930141, 1.84147098480789651},
    {2.0, 2.82682181043180596, 0.243197504692071749},
    {40.0, 40.5551936219195238, 0.00611134607662481027},
};

const ag_activation ag_act_snake = {
    .about =
        {
            .name = "snake",
            .formula = "x + sin(alpha x)^2 / alpha",
            .paper = "L. Ziyin, T. Hartwig, M. Ueda, 2020, arXiv:2006.08195",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .value = value,
    .derivative = derivative,
    .n_learned = 1,
    .param_derivatives = param_derivatives,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Soft shrinkage: all values move towards zero, small ones become zero.
 *
 *     f(x)  = x - lambda for x > lambda,   x + lambda for x < -lambda,   else 0
 *     f'(x) = 1 for |x| > lambda, else 0
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static const char *const lambda_aliases[] = {"lambd", "threshold", NULL};

static const ag_param params[] = {
    {.name = "lambda",
     .aliases = lambda_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.5,
     .min = 0.0,
     .max = 1000.0,
     .meaning = "how far values move towards zero"},
};

static double value(double x, const double *param) {
    return x > param[0] ? x - param[0] : x < -param[0] ? x + param[0] : x != x ? x : 0.0;
}

static double derivative(double x, const double *param) {
    return x > param[0] || x < -param[0] ? 1.0 : x != x ? x : 0.0;
}

static int seams_of(const double *param, double *at) {
    at[0] = -param[0];
    at[1] = param[0];
    return 2;
}

/* lambda in two parts: |x| less the first is exact where little is left. */
AG_ACT_EVALUATE(evaluate) {
    const float above = ag_float_down(param[0]), first = (float)param[0];
    const float second = (float)(param[0] - (double)first);
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), none = x != x ? x : 0.0f;
        y[i] = a > above ? copysignf((a - first) - second, x) : none;
        dydz[i] = a > above ? 1.0f : none;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -999.5, 1.0}, {-0.75, -0.25, 1.0}, {-0.25, 0.0, 0.0}, {0.0, 0.0, 0.0},
    {0.5, 0.0, 0.0},        {0.75, 0.25, 1.0},   {80.0, 79.5, 1.0},
};

const ag_activation ag_act_softshrink = {
    .about =
        {
            .name = "softshrink",
            .formula = "sign(x) max(|x| - lambda, 0)",
            .paper = "D. Donoho, 1995, doi:10.1109/18.382009",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(abs(x)>lambda,1,0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Leaky ReLU: ReLU with a small slope below zero, so that no unit is ever dead.
 *
 *     f(x)  = x for x > 0,   slope x  otherwise
 *     f'(x) = 1 for x > 0,   slope    otherwise
 */
#include "activations/activation.h"

static const char *const slope_aliases[] = {"negative_slope", "alpha", NULL};

static const ag_param params[] = {
    {.name = "slope",
     .aliases = slope_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.01,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope below zero"},
};

static double value(double x, const double *param) { return x > 0.0 ? x : param[0] * x; }

static double derivative(double x, const double *param) {
    return x > 0.0 ? 1.0 : x != x ? x : param[0];
}

AG_ACT_EVALUATE(evaluate) {
    const float slope = (float)param[0];
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], none = x < 0.0f ? 0.0f : x; /* 0, -0 or NaN where it counts */
        y[i] = x > 0.0f ? x : slope * x;
        dydz[i] = x > 0.0f ? 1.0f : none + slope;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, -10.0, 0.01}, {-3.5, -0.035, 0.01}, {-1e-08, -1.00000000000000002e-10, 0.01},
    {0.0, 0.0, 0.01},       {2.25, 2.25, 1.0},    {80.0, 80.0, 1.0},
};

static const char *const aliases[] = {"lrelu", NULL};

const ag_activation ag_act_leaky_relu = {
    .about =
        {
            .name = "leaky_relu",
            .formula = "x if x > 0, slope x otherwise",
            .paper = "A. Maas, A. Hannun, A. Ng, 2013, ICML workshop, Rectifier nonlinearities "
                     "improve neural network acoustic models",
            .aliases = aliases,
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>0,1,slope)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

/* PReLU: leaky ReLU whose slope is learned, one for a whole layer or one for each
 * channel (each unit, for a dense layer).
 *
 *     f(x)  = x for x > 0,   slope x  otherwise
 *     f'(x) = 1 for x > 0,   slope    otherwise
 *     df/dslope = min(x, 0)
 *
 * The paper starts at 0.25 and does not let weight decay pull the slope to zero.
 */
#include "activations/activation.h"

static const char *const slope_aliases[] = {"init", "alpha", NULL};

static const ag_param params[] = {
    {.name = "slope",
     .aliases = slope_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.25,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope below zero before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_LAYER),
};

static double value(double x, const double *param) { return x > 0.0 ? x : param[0] * x; }

static double derivative(double x, const double *param) {
    return x > 0.0 ? 1.0 : x != x ? x : param[0];
}

static void param_derivatives(double x, const double *param, double *dp) {
    (void)param;
    dp[0] = x > 0.0 ? 0.0 : x;
}

AG_ACT_EVALUATE(evaluate) {
    const float slope = (float)param[0];
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], none = x < 0.0f ? 0.0f : x; /* 0, -0 or NaN where it counts */
        y[i] = x > 0.0f ? x : slope * x;
        dydz[i] = x > 0.0f ? 1.0f : none + slope;
    }
}

AG_ACT_EVALUATE_LEARNED(evaluate_learned) {
    AG_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], slope = p[0][i], none = x < 0.0f ? 0.0f : x;
        y[i] = x > 0.0f ? x : slope * x;
        dydz[i] = x > 0.0f ? 1.0f : none + slope;
        dydp[0][i] = x > 0.0f ? 0.0f : x;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, -250.0, 0.25}, {-3.5, -0.875, 0.25}, {-1e-08, -2.50000000000000005e-9, 0.25},
    {0.0, 0.0, 0.25},        {2.25, 2.25, 1.0},    {80.0, 80.0, 1.0},
};

const ag_activation ag_act_prelu = {
    .about =
        {
            .name = "prelu",
            .formula = "x if x > 0, slope x otherwise, slope learned",
            .paper = "K. He, X. Zhang, S. Ren, J. Sun, 2015, arXiv:1502.01852",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>0,1,slope)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 1,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

/* SReLU, the S-shaped ReLU: three straight lines, whose two corners and outer slopes are
 * learned, four numbers for each channel.
 *
 *     f(x)  = threshold_right + slope_right (x - threshold_right)   for x >= threshold_right
 *             x                                                     between
 *             threshold_left + slope_left (x - threshold_left)      for x <= threshold_left
 */
#include "activations/activation.h"

/* As in keras-contrib. */
static const char *const threshold_right_aliases[] = {"t_right", NULL};
static const char *const slope_right_aliases[] = {"a_right", NULL};
static const char *const threshold_left_aliases[] = {"t_left", NULL};
static const char *const slope_left_aliases[] = {"a_left", NULL};

static const ag_param params[] = {
    {.name = "threshold_right",
     .aliases = threshold_right_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "right corner before the first step"},
    {.name = "slope_right",
     .aliases = slope_right_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope on its right before the first step"},
    {.name = "threshold_left",
     .aliases = threshold_left_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "left corner before the first step"},
    {.name = "slope_left",
     .aliases = slope_left_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.2,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope on its left before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_CHANNEL),
};

AG_INLINE double value(double x, const double *param) {
    const double right = param[0] + param[1] * (x - param[0]),
                 left = param[2] + param[3] * (x - param[2]);
    return x > param[0] ? right : x <= param[2] ? left : x;
}

AG_INLINE double derivative(double x, const double *param) {
    return x > param[0] ? param[1] : x <= param[2] ? param[3] : x != x ? x : 1.0;
}

AG_INLINE void param_derivatives(double x, const double *param, double *dp) {
    const bool right = x > param[0], left = !right && x <= param[2];
    dp[0] = right ? 1.0 - param[1] : x != x ? x : 0.0;
    dp[1] = right ? x - param[0] : x != x ? x : 0.0;
    dp[2] = left ? 1.0 - param[3] : x != x ? x : 0.0;
    dp[3] = left ? x - param[2] : x != x ? x : 0.0;
}

static int seams_of(const double *param, double *at) {
    at[0] = param[0];
    at[1] = param[2];
    return 2;
}

AG_ACT_EVALUATE_DEFINED(evaluate, value, derivative)

AG_ACT_EVALUATE_LEARNED_DEFINED(evaluate_learned, 4, value, derivative, param_derivatives)

static const ag_act_point points[] = {
    {-1000.0, -200.0, 0.2}, {-3.5, -0.7, 0.2}, {-1e-08, -2.00000000000000004e-9, 0.2},
    {0.0, 0.0, 0.2},        {0.5, 0.5, 1.0},   {2.25, 2.25, 1.0},
    {80.0, 80.0, 1.0},
};

const ag_activation ag_act_srelu = {
    .about =
        {
            .name = "srelu",
            .formula =
                "x between two thresholds, straight lines of other slopes outside, all learned",
            .paper = "X. Jin and others, 2015, arXiv:1512.07030",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>threshold_right,slope_right,where(x<=threshold_left,slope_left,1))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 4,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* APL, adaptive piecewise linear unit: ReLU and two hinges, whose slopes and places are learned
 * for each channel. It starts as a ReLU; the paper draws slopes and places at random.
 *
 *     f(x) = max(0, x) + sum over s of slope_s max(0, place_s - x)
 */
#include "activations/activation.h"

static const ag_param params[] = {
    {.name = "slope_1",
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope of the first hinge before the first step"},
    {.name = "place_1",
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "where it begins, before the first step"},
    {.name = "slope_2",
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope of the second hinge before the first step"},
    {.name = "place_2",
     .kind = AG_PARAM_REAL,
     .standard = -1.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "where it begins, before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_CHANNEL),
};

AG_INLINE double hinge(double place, double x) { return place - x > 0.0 ? place - x : 0.0; }

/* Nothing where the slope is 0, which infinity must not be multiplied by. */
AG_INLINE double sloped(double slope, double height) { return slope != 0.0 ? slope * height : 0.0; }

AG_INLINE double value(double x, const double *param) {
    return (x < 0.0 ? 0.0 : x) +
           (sloped(param[0], hinge(param[1], x)) + sloped(param[2], hinge(param[3], x)));
}

AG_INLINE double derivative(double x, const double *param) {
    const double relu = x > 0.0 ? 1.0 : x != x ? x : 0.0;
    return relu - ((x < param[1] ? param[0] : 0.0) + (x < param[3] ? param[2] : 0.0));
}

AG_INLINE void param_derivatives(double x, const double *param, double *dp) {
    for (int s = 0; s < 4; s += 2) {
        dp[s] = x != x ? x : hinge(param[s + 1], x);
        dp[s + 1] = x < param[s + 1] ? param[s] : x != x ? x : 0.0;
    }
}

static int seams_of(const double *param, double *at) {
    at[0] = 0.0;
    at[1] = param[1];
    at[2] = param[3];
    return 3;
}

AG_ACT_EVALUATE_DEFINED(evaluate, value, derivative)

AG_ACT_EVALUATE_LEARNED_DEFINED(evaluate_learned, 4, value, derivative, param_derivatives)

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0}, {-3.5, 0.0, 0.0}, {0.0, 0.0, 0.0}, {1e-08, 1.00000000000000002e-8, 1.0},
    {2.25, 2.25, 1.0},
};

const ag_activation ag_act_apl = {
    .about =
        {
            .name = "apl",
            .formula = "max(0, x) + sum of slope_s max(0, place_s - x), all learned",
            .paper = "F. Agostinelli, M. Hoffman, P. Sadowski, P. Baldi, 2014, arXiv:1412.6830",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "(x>0)-slope_1*(x<place_1)-slope_2*(x<place_2)",
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

/* StarReLU: a squared ReLU with a scale and a bias, which are learned, one of each for a layer.
 *
 * The authors' networks begin with 1 and 0, the standard here. Their constants for what does not
 * learn, mean 0 and variance 1 for a normal input, are scale 0.8944 = 1 / sqrt(1.25) and bias
 * -0.4472 = -0.5 / sqrt(1.25): {name: star_relu, learned: none, scale: 0.8944, bias: -0.4472}.
 *
 *     f(x)  = scale max(0, x)^2 + bias
 *     f'(x) = 2 scale max(0, x)
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static const char *const scale_aliases[] = {"scale_value", NULL};

static const char *const bias_aliases[] = {"bias_value", NULL};

static const ag_param params[] = {
    {.name = "scale",
     .aliases = scale_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "factor of the square before the first step; 0.8944 where it is not learned"},
    {.name = "bias",
     .aliases = bias_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "what is added before the first step; -0.4472 where it is not learned"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_LAYER),
};

AG_INLINE double value(double x, const double *param) {
    const double above = x < 0.0 ? 0.0 : x;
    return param[0] * (above * above) + param[1];
}

AG_INLINE double derivative(double x, const double *param) {
    return 2.0 * param[0] * (x < 0.0 ? 0.0 : x);
}

AG_INLINE void param_derivatives(double x, const double *param, double *dp) {
    (void)param;
    dp[0] = x < 0.0 ? 0.0 : x * x;
    dp[1] = x != x ? x : 1.0;
}

AG_ACT_EVALUATE(evaluate) {
    const float scale = (float)param[0], bias = (float)param[1];
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], above = x < 0.0f ? 0.0f : x, scaled = scale * above;
        y[i] = scaled * above + bias;
        dydz[i] = scaled + scaled;
    }
}

AG_ACT_EVALUATE_LEARNED_DEFINED(evaluate_learned, 2, value, derivative, param_derivatives)

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},   {-3.5, 0.0, 0.0},
    {0.0, 0.0, 0.0},       {1e-08, 1.00000000000000004e-16, 2.00000000000000004e-8},
    {0.75, 0.5625, 1.5},   {2.25, 5.0625, 4.5},
    {80.0, 6400.0, 160.0},
};

const ag_activation ag_act_star_relu = {
    .about =
        {
            .name = "star_relu",
            .formula = "scale max(0, x)^2 + bias, both learned",
            .paper = "W. Yu and others, 2022, arXiv:2210.13452",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "2*scale*relu(x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 2,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

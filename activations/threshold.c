/* Threshold: what is above a threshold stays, all else becomes one value.
 *
 *     f(x)  = x for x > threshold, else value
 *     f'(x) = 1 for x > threshold, else 0
 *
 * With value 0: the thresholded ReLU.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static const char *const threshold_aliases[] = {"theta", NULL};

static const char *const value_aliases[] = {"default_value", NULL};

static const ag_param params[] = {
    {.name = "threshold",
     .aliases = threshold_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -1000.0,
     .max = 1000.0,
     .meaning = "values above stay"},
    {.name = "value",
     .aliases = value_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -1000.0,
     .max = 1000.0,
     .meaning = "what the others become"},
};

static double value(double x, const double *param) {
    return x > param[0] ? x : x != x ? x : param[1];
}

static double derivative(double x, const double *param) {
    return x > param[0] ? 1.0 : x != x ? x : 0.0;
}

static int seams_of(const double *param, double *at) {
    at[0] = param[0];
    return 1;
}

AG_ACT_EVALUATE(evaluate) {
    const float above = ag_float_down(param[0]), else_value = (float)param[1];
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], below = x != x ? x : else_value;
        y[i] = x > above ? x : below;
        dydz[i] = x > above ? 1.0f : x != x ? x : 0.0f;
    }
}

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0}, {-3.5, 0.0, 0.0},  {0.0, 0.0, 0.0},   {0.75, 0.0, 0.0},
    {1.0, 0.0, 0.0},     {2.25, 2.25, 1.0}, {80.0, 80.0, 1.0},
};

static const char *const aliases[] = {"thresholded_relu", NULL};

const ag_activation ag_act_threshold = {
    .about =
        {
            .name = "threshold",
            .formula = "x if x > threshold, value otherwise",
            .paper = "K. Konda, R. Memisevic, D. Krueger, 2014, arXiv:1402.3337",
            .aliases = aliases,
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>threshold,1,0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Hard tanh: the identity between two bounds.
 *
 *     f(x)  = min(max(min, x), max)
 *     f'(x) = 1 for min < x < max, else 0
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static const char *const min_aliases[] = {"min_val", "min_value", NULL};
static const char *const max_aliases[] = {"max_val", "max_value", NULL};

static const ag_param params[] = {
    {.name = "min",
     .aliases = min_aliases,
     .kind = AG_PARAM_REAL,
     .standard = -1.0,
     .min = -1000.0,
     .max = 0.0,
     .meaning = "least value"},
    {.name = "max",
     .aliases = max_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.0,
     .max = 1000.0,
     .meaning = "largest value"},
};

static double value(double x, const double *param) {
    return x < param[0] ? param[0] : x > param[1] ? param[1] : x;
}

static double derivative(double x, const double *param) {
    return x > param[0] && x < param[1] ? 1.0 : x != x ? x : 0.0;
}

static int seams_of(const double *param, double *at) {
    at[0] = param[0];
    at[1] = param[1];
    return 2;
}

AG_ACT_EVALUATE(evaluate) {
    const float low = (float)param[0], high = (float)param[1];
    const float above = ag_float_down(param[0]), below = ag_float_up(param[1]);
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], most = x >= below ? high : x;
        y[i] = x <= above ? low : most;
        dydz[i] = x != x ? x : x > above && x < below ? 1.0f : 0.0f;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -1.0, 0.0},
    {-1.5, -1.0, 0.0},
    {-0.25, -0.25, 1.0},
    {0.0, 0.0, 1.0},
    {1e-08, 1.00000000000000002e-8, 1.0},
    {0.75, 0.75, 1.0},
    {2.0, 1.0, 0.0},
};

const ag_activation ag_act_hardtanh = {
    .about =
        {
            .name = "hardtanh",
            .formula = "min(max(min, x), max)",
            .paper = "R. Collobert, 2004, PhD thesis, Paris VI, Large scale machine learning",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>min,where(x<max,1,0),0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

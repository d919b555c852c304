/* Penalized tanh: tanh whose negative half is flatter.
 *
 *     f(x)  = tanh(x)               for x > 0,   slope tanh(x)             otherwise
 *     f'(x) = 1 - tanh(x)^2         for x > 0,   slope (1 - tanh(x)^2)     otherwise
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const char *const slope_aliases[] = {"a", NULL};

static const ag_param params[] = {
    {.name = "slope",
     .aliases = slope_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.25,
     .min = 0.0,
     .max = 10.0,
     .meaning = "factor of the negative half"},
};

static double value(double x, const double *param) {
    return x > 0.0 ? tanh(x) : param[0] * tanh(x);
}

/* 4 e / (1 + e)^2 with e = e^(-2|x|): nothing cancels */
static double derivative(double x, const double *param) {
    const double e = exp(-2.0 * fabs(x)), slope = 4.0 * e / ((1.0 + e) * (1.0 + e));
    return x > 0.0 ? slope : param[0] * slope;
}

AG_ACT_EVALUATE(evaluate) {
    const float slope = (float)param[0];
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        const ag_dual t = ag_vector_tanh(x);
        const float left = slope * t.value, bend = slope * t.derivative;
        y[i] = x > 0.0f ? t.value : left;
        dydz[i] = x > 0.0f ? t.derivative : bend;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-45.0, -0.25, 8.19401262399051543e-40},
    {-3.0, -0.248763688421682613, 0.00246650929136004782},
    {-1.0, -0.190398538988941222, 0.104993585403506517},
    {-1e-08, -2.49999999999999997e-9, 0.249999999999999975},
    {0.0, 0.0, 0.25},
    {0.5, 0.462117157260009759, 0.78644773296592741},
    {2.0, 0.964027580075816884, 0.0706508248531644657},
    {20.0, 0.999999999999999992, 1.69934170211663558e-17},
};

const ag_activation ag_act_penalized_tanh = {
    .about =
        {
            .name = "penalized_tanh",
            .formula = "tanh(x) if x > 0, slope tanh(x) otherwise",
            .paper = "B. Xu, R. Huang, M. Li, 2016, arXiv:1602.05980",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>0,1,slope)*(1-tanh(x)^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

/* ARiA-2: x times a power of a sigmoid, a form of Richard's curve. swish for alpha = 1.
 *
 *     f(x)  = x G(x)                             G = (1 + e^(-beta x))^-alpha
 *     f'(x) = G (1 + alpha beta x / (1 + e^(beta x)))
 */
#include "activations/activation.h"
#include "harness/num/vector_power.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "alpha",
     .kind = AG_PARAM_REAL,
     .standard = 1.5,
     .min = 0.01,
     .max = 100.0,
     .meaning = "power of the sigmoid"},
    {.name = "beta",
     .kind = AG_PARAM_REAL,
     .standard = 2.0,
     .min = 0.01,
     .max = 100.0,
     .meaning = "steepness of the sigmoid"},
};

/* G = e^(-alpha log(1 + e^(-beta x))), whose log is beta x itself far on the left. */
static double gate(double x, const double *param) {
    const double v = param[1] * x, log = (v < 0.0 ? -v : 0.0) + log1p(exp(-fabs(v)));
    return exp(-param[0] * log);
}

static double value(double x, const double *param) {
    const double g = gate(x, param);
    return g == 0.0 ? 0.0 : x * g; /* infinity times 0 is NaN */
}

static double derivative(double x, const double *param) {
    const double v = param[1] * x, e = exp(-fabs(v)), g = gate(x, param);
    const double rest = v < 0.0 ? 1.0 / (1.0 + e) : e / (1.0 + e);
    if (g == 0.0) return 0.0;
    return rest == 0.0 ? g : g * (1.0 + param[0] * v * rest);
}

/* In double as far as it stands in the exponent of G, whose relative error is what it is off by. */
AG_ACT_EVALUATE(evaluate) {
    const double alpha = param[0], beta = param[1], log2_e = 1.4426950408889634, most = 600.0;
    const float least = -1e7f; /* G is 0 there, whatever alpha and beta are */
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], b = x < least ? least : x;
        const double v = beta * (double)b, far = fabs(v), a = far > most ? most : far;
        const double e = ag_exp_double(-a), t = 1.0 / (1.0 + e);
        const double log2 = ag_log2_normal(1.0 + e) + (v < 0.0 ? far * log2_e : 0.0);
        const ag_exp_parts g = ag_exp2_wide(-alpha * log2);
        const double near = v > most ? most : v, rest = v < 0.0 ? t : e * t;
        const float turn = (float)(1.0 + (alpha * near) * rest);
        y[i] = x < 0.0f ? ag_exp_times(g, b) * g.second : x * ag_exp_whole(g);
        dydz[i] = ag_exp_times(g, turn) * g.second;
    }
}

static const ag_act_point points[] = {
    {-25.0, -6.69659240452019486e-32, -1.98219135173797768e-31},
    {-10.0, -9.35762293990892696e-13, -2.7137106467873393e-12},
    {-3.0, -0.000368857104707915424, -0.000980882812032004317},
    {-1.0, -0.041155734046841045, -0.067593816824636285},
    {-0.125, -0.0362125088499220637, 0.228626606258740961},
    {0.0, 0.0, 0.353553390593273762},
    {1e-08, 3.53553395896574642e-9, 0.35355340119987552},
    {0.5, 0.312534720043752857, 0.877230035595626906},
    {2.0, 1.94628473020139291, 1.07816122251094138},
    {5.0, 4.99965951984907314, 1.00061282562913158},
};

const ag_activation ag_act_aria2 = {
    .about =
        {
            .name = "aria2",
            .formula = "x (1 + exp(-beta x))^-alpha",
            .paper = "N. Patwardhan, M. Ingalhalikar, R. Walambe, 2018, arXiv:1805.08878",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "(1+exp(-beta*x))^-alpha*(1+alpha*beta*x*sigmoid(-beta*x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

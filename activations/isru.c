/* ISRU, the inverse square root unit: as tanh, without an exponential.
 *
 *     f(x)  = x / sqrt(1 + alpha x^2)
 *     f'(x) = (1 + alpha x^2)^(-3/2)
 *
 * Beyond 1 with 1 / x: nothing overflows.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "alpha",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.001,
     .max = 1000.0,
     .meaning = "f goes to 1 / sqrt(alpha)"},
};

static double value(double x, const double *param) {
    const double a = fabs(x), t = 1.0 / a;
    const double beyond = copysign(1.0 / sqrt(t * t + param[0]), x);
    return a > 1.0 ? beyond : x / sqrt(1.0 + param[0] * (x * x));
}

static double derivative(double x, const double *param) {
    const double a = fabs(x), t = 1.0 / a;
    const double q = a > 1.0 ? t / sqrt(t * t + param[0]) : 1.0 / sqrt(1.0 + param[0] * (x * x));
    return q * q * q;
}

/* 1 + alpha x^2 in double: its root and quotients are then right to 3 ULP. */
AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), most = 1e17f, bound = a > most ? most : a;
        const float w = (float)(1.0 + param[0] * ((double)bound * (double)bound));
        const float q = 1.0f / sqrtf(w);
        y[i] = copysignf(bound, x) * q;
        dydz[i] = q / w;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -0.999999500000375, 9.99998500001874998e-10},
    {-3.0, -0.9486832980505138, 0.0316227766016837933},
    {-0.125, -0.124034734589208456, 0.97701206322576507},
    {0.0, 0.0, 1.0},
    {1e-08, 9.99999999999999971e-9, 0.99999999999999985},
    {2.0, 0.894427190999915879, 0.0894427190999915879},
    {40.0, 0.999687646408122754, 0.0000156103629982530099},
};

const ag_activation ag_act_isru = {
    .about =
        {
            .name = "isru",
            .formula = "x / sqrt(1 + alpha x^2)",
            .paper = "B. Carlile, G. Delamarter, P. Kinney, A. Marti, B. Whitney, 2017, "
                     "arXiv:1710.09967",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "(1+alpha*x^2)^-1.5",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

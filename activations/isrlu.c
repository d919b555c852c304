/* ISRLU, the inverse square root linear unit: as ELU, without an exponential.
 *
 *     f(x)  = x for x > 0,   x / sqrt(1 + alpha x^2)   otherwise
 *     f'(x) = 1 for x > 0,   (1 + alpha x^2)^(-3/2)    otherwise
 *
 * Beyond -1 with 1 / x: nothing overflows.
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
     .meaning = "f goes to -1 / sqrt(alpha)"},
};

static double value(double x, const double *param) {
    const double t = 1.0 / x, beyond = -1.0 / sqrt(t * t + param[0]);
    return x > 0.0 ? x : x < -1.0 ? beyond : x / sqrt(1.0 + param[0] * (x * x));
}

static double derivative(double x, const double *param) {
    const double t = 1.0 / x;
    const double q = x < -1.0 ? -t / sqrt(t * t + param[0]) : 1.0 / sqrt(1.0 + param[0] * (x * x));
    return x > 0.0 ? 1.0 : q * q * q;
}

/* 1 + alpha x^2 in double: its root and quotients are then right to 3 ULP. */
AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], least = -1e17f, above = x < least ? least : x;
        const float left = x > 0.0f ? 0.0f : above;
        const float w = (float)(1.0 + param[0] * ((double)left * (double)left));
        const float q = 1.0f / sqrtf(w);
        y[i] = x > 0.0f ? x : left * q;
        dydz[i] = q / w; /* 1 where left is 0 */
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, -0.999999500000375, 9.99998500001874998e-10},
    {-3.0, -0.9486832980505138, 0.0316227766016837933},
    {-0.125, -0.124034734589208456, 0.97701206322576507},
    {-1e-08, -9.99999999999999971e-9, 0.99999999999999985},
    {0.0, 0.0, 1.0},
    {2.0, 2.0, 1.0},
    {40.0, 40.0, 1.0},
};

const ag_activation ag_act_isrlu = {
    .about =
        {
            .name = "isrlu",
            .formula = "x if x > 0, x / sqrt(1 + alpha x^2) otherwise",
            .paper = "B. Carlile, G. Delamarter, P. Kinney, A. Marti, B. Whitney, 2017, "
                     "arXiv:1710.09967",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>0,1,(1+alpha*x^2)^-1.5)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

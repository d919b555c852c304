/* Softsign: as tanh, but it comes near its bounds like 1 / x.
 *
 *     f(x)  = x / (1 + |x|)
 *     f'(x) = 1 / (1 + |x|)^2
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double a = fabs(x);
    return a > 1e300 ? copysign(1.0, x) : x / (1.0 + a); /* infinity has no quotient */
}

static double derivative(double x, const double *param) {
    (void)param;
    const double t = 1.0 / (1.0 + fabs(x));
    return t * t;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), t = 1.0f / (1.0f + a);
        y[i] = a > 1e30f ? copysignf(1.0f, x) : x * t; /* infinity has no quotient */
        dydz[i] = t * t;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000000.0, -0.999999000000999999, 9.99998000002999996e-13},
    {-3.0, -0.75, 0.0625},
    {-0.125, -0.111111111111111111, 0.790123456790123457},
    {0.0, 0.0, 1.0},
    {1e-08, 9.99999990000000121e-9, 0.9999999800000003},
    {2.0, 0.666666666666666667, 0.111111111111111111},
    {1000.0, 0.999000999000999001, 9.98002996004994007e-7},
};

const ag_activation ag_act_softsign = {
    .about =
        {
            .name = "softsign",
            .formula = "x / (1 + |x|)",
            .paper = "J. Bergstra, G. Desjardins, P. Lamblin, Y. Bengio, 2009, Universite de "
                     "Montreal TR 1337",
        },
    .derivative_text = "1/(1+abs(x))^2",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

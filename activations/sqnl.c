/* SQNL, the square nonlinearity: as tanh, of two parabolas.
 *
 *     f(x)  = x - x |x| / 4 for |x| <= 2, else sign x
 *     f'(x) = 1 - |x| / 2   for |x| <= 2, else 0
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double a = fabs(x);
    return a > 2.0 ? copysign(1.0, x) : x * (1.0 - 0.25 * a);
}

static double derivative(double x, const double *param) {
    (void)param;
    const double a = fabs(x);
    return a > 2.0 ? 0.0 : 1.0 - 0.5 * a;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        y[i] = a > 2.0f ? copysignf(1.0f, x) : x * (1.0f - 0.25f * a);
        dydz[i] = a > 2.0f ? 0.0f : 1.0f - 0.5f * a;
    }
}

static const double seams[] = {-2.0, 0.0, 2.0};

static const ag_act_point points[] = {
    {-1000.0, -1.0, 0.0},
    {-1.5, -0.9375, 0.25},
    {-0.75, -0.609375, 0.625},
    {0.0, 0.0, 1.0},
    {1e-08, 9.99999997500000021e-9, 0.999999995},
    {0.75, 0.609375, 0.625},
    {3.0, 1.0, 0.0},
};

const ag_activation ag_act_sqnl = {
    .about =
        {
            .name = "sqnl",
            .formula = "x - x |x| / 4 if |x| <= 2, sign(x) otherwise",
            .paper = "A. Wuraola, N. Patel, 2018, doi:10.1109/IJCNN.2018.8489043",
        },
    .derivative_text = "where(abs(x)<=2,1-abs(x)/2,0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

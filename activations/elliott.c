/* Elliott: a sigmoid without an exponential.
 *
 *     f(x)  = x / (1 + |x|) / 2 + 1/2
 *     f'(x) = 1 / (2 (1 + |x|)^2)
 *
 * On the left 1 / (2 (1 + |x|)): the sum would cancel.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double left = 0.5 / (1.0 + fabs(x));
    return x < 0.0 ? left : 1.0 - left;
}

static double derivative(double x, const double *param) {
    (void)param;
    const double t = 1.0 / (1.0 + fabs(x));
    return 0.5 * (t * t);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], t = 1.0f / (1.0f + fabsf(x)), left = 0.5f * t;
        y[i] = x < 0.0f ? left : 1.0f - left;
        dydz[i] = left * t;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000000.0, 4.999995000005e-7, 4.99999000001499998e-13},
    {-3.0, 0.125, 0.03125},
    {-0.125, 0.444444444444444444, 0.395061728395061728},
    {0.0, 0.5, 0.5},
    {1e-08, 0.50000000499999995, 0.49999999000000015},
    {2.0, 0.833333333333333333, 0.0555555555555555556},
    {1000.0, 0.9995004995004995, 4.99001498002497003e-7},
};

const ag_activation ag_act_elliott = {
    .about =
        {
            .name = "elliott",
            .formula = "(x / (1 + |x|) + 1) / 2",
            .paper = "D. Elliott, 1993, University of Maryland ISR TR 93-8",
        },
    .derivative_text = "1/(2*(1+abs(x))^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

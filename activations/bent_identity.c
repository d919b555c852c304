/* Bent identity: slope 1/2 far on the left, 3/2 far on the right.
 *
 *     f(x)  = (sqrt(x^2 + 1) - 1) / 2 + x
 *     f'(x) = x / (2 sqrt(x^2 + 1)) + 1
 *
 * With r = x / (sqrt(x^2 + 1) + 1): f = x (1 + r / 2), where nothing cancels. x^2 is bounded, far
 * beyond where r is 1.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

/* x, or a number so large that nothing changes. */
AG_INLINE double bounded(double x) { return x > 1e100 ? 1e100 : x < -1e100 ? -1e100 : x; }

static double value(double x, const double *param) {
    (void)param;
    const double b = bounded(x);
    return x * (1.0 + 0.5 * (b / (sqrt(b * b + 1.0) + 1.0)));
}

static double derivative(double x, const double *param) {
    (void)param;
    const double b = bounded(x);
    return 1.0 + 0.5 * (b / sqrt(b * b + 1.0));
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), most = 1e17f, b = copysignf(a > most ? most : a, x);
        const float r = sqrtf(b * b + 1.0f);
        y[i] = x * (1.0f + 0.5f * (b / (r + 1.0f)));
        dydz[i] = 1.0f + 0.5f * (b / r);
    }
}

static const ag_act_point points[] = {
    {-1000.0, -500.4997500000625, 0.5000002499998125},
    {-3.0, -1.91886116991581033, 0.5256583509747431},
    {-0.125, -0.121108890731340647, 0.937982632705395772},
    {0.0, 0.0, 1.0},
    {1e-08, 1.00000000250000002e-8, 1.000000005},
    {2.0, 2.61803398874989485, 1.44721359549995794},
    {1000000.0, 1499999.50000025, 1.49999999999975},
};

const ag_activation ag_act_bent_identity = {
    .about =
        {
            .name = "bent_identity",
            .formula = "(sqrt(x^2 + 1) - 1) / 2 + x",
            .paper = "V. Kunc, J. Klema, 2024, arXiv:2402.09092",
        },
    .derivative_text = "1+x/(2*sqrt(x^2+1))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

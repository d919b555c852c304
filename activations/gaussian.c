/* Gaussian: a bump, of radial basis functions.
 *
 *     f(x)  = e^(-x^2)
 *     f'(x) = -2 x e^(-x^2)
 */
#include "activations/activation.h"
#include "harness/num/vector_erf.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return exp(-x * x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return fabs(x) > 40.0 ? 0.0 : -2.0 * x * exp(-x * x); /* infinity times 0 is NaN */
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), bound = a > AG_SQUARE_MOST ? AG_SQUARE_MOST : a;
        const ag_exp_parts e = ag_exp_minus_square(bound, 0.0f);
        y[i] = ag_exp_whole(e);
        dydz[i] = ag_exp_times(e, -2.0f * copysignf(bound, x)) * e.second;
    }
}

static const ag_act_point points[] = {
    {-9.0, 6.6396771995807344e-36, 1.19514189592453219e-34},
    {-3.0, 0.000123409804086679549, 0.000740458824520077297},
    {-1.0, 0.367879441171442322, 0.735758882342884643},
    {-0.125, 0.984496437005408406, 0.246124109251352101},
    {0.0, 1.0, 0.0},
    {1e-08, 0.9999999999999999, -1.99999999999999984e-8},
    {0.5, 0.778800783071404868, -0.778800783071404868},
    {2.0, 0.0183156388887341803, -0.0732625555549367212},
    {5.0, 1.38879438649640206e-11, -1.38879438649640206e-10},
};

const ag_activation ag_act_gaussian = {
    .about =
        {
            .name = "gaussian",
            .formula = "exp(-x^2)",
            .paper =
                "D. S. Broomhead, D. Lowe, 1988, Complex Systems 2, 321, Multivariable functional "
                "interpolation and adaptive networks",
        },
    .derivative_text = "-2*x*exp(-x^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* The error function: a sigmoid whose derivative is the bell curve.
 *
 *     f(x)  = erf(x)
 *     f'(x) = 2 / sqrt(pi) e^(-x^2)
 */
#include "activations/activation.h"
#include "harness/num/vector_erf.h"

#include <math.h>

static const double TWO_OVER_SQRT_PI = 1.12837916709551257390;

static double value(double x, const double *param) {
    (void)param;
    return erf(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return TWO_OVER_SQRT_PI * exp(-x * x);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_vector_erf(z[i]);
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-9.0, -1.0, 7.49207342824597449e-36},
    {-3.0, -0.999977909503001415, 0.000139253051946747854},
    {-1.0, -0.842700792949714869, 0.415107497420594703},
    {-0.125, -0.140316204801333817, 1.1108852695966625},
    {0.0, 0.0, 1.12837916709551257},
    {1e-08, 1.12837916709551256e-8, 1.12837916709551246},
    {0.5, 0.520499877813046538, 0.878782578935444794},
    {2.0, 0.995322265018952734, 0.0206669853540920539},
    {5.0, 0.99999999999846254, 1.56708665310173353e-11},
};

const ag_activation ag_act_erf = {
    .about =
        {
            .name = "erf",
            .formula = "erf(x)",
            .paper = "D. Saad, S. A. Solla, 1995, Phys. Rev. E 52, 4225, On-line learning in soft "
                     "committee machines",
        },
    .derivative_text = "2*exp(-x^2)/sqrt(pi)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

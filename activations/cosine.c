/* Cosine: an even wave.
 *
 *     f(x)  = cos(x)
 *     f'(x) = -sin(x)
 *
 * Right for every float; at infinity there is no limit, and NaN.
 */
#include "activations/activation.h"
#include "harness/num/vector_trig.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return cos(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return -sin(x);
}

AG_ACT_EVALUATE(evaluate) {
    if (ag_trig_all_near(n, z)) {
        for (size_t i = 0; i < n; i++) {
            const ag_trig t = ag_vector_sincos_near(z[i]);
            y[i] = t.cosine;
            dydz[i] = -t.sine;
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const ag_trig t = ag_vector_sincos(z[i]);
        y[i] = t.cosine;
        dydz[i] = -t.sine;
    }
}

static const ag_act_point points[] = {
    {-1000.0, 0.562379076290702991, 0.82687954053200256},
    {-3.0, -0.989992496600445457, 0.141120008059867222},
    {-1.0, 0.540302305868139717, 0.841470984807896507},
    {-0.125, 0.992197667229329053, 0.12467473338522769},
    {0.0, 1.0, 0.0},
    {1e-08, 0.99999999999999995, -1.0e-8},
    {0.5, 0.877582561890372716, -0.479425538604203},
    {2.0, -0.416146836547142387, -0.909297426825681695},
    {40.0, -0.666938061652261844, -0.745113160479348787},
};

static const char *const aliases[] = {"cos", NULL};

const ag_activation ag_act_cosine = {
    .about =
        {
            .name = "cosine",
            .formula = "cos(x)",
            .paper =
                "A. Rahimi, B. Recht, 2007, NIPS, Random features for large-scale kernel machines",
            .aliases = aliases,
        },
    .derivative_text = "-sin(x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Sine: the activation of nets of waves. For sin(30 x), as in SIREN, scale the weights.
 *
 *     f(x)  = sin(x)
 *     f'(x) = cos(x)
 *
 * Right for every float; at infinity there is no limit, and NaN.
 */
#include "activations/activation.h"
#include "harness/num/vector_trig.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return sin(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return cos(x);
}

AG_ACT_EVALUATE(evaluate) {
    if (ag_trig_all_near(n, z)) {
        for (size_t i = 0; i < n; i++) {
            const ag_trig t = ag_vector_sincos_near(z[i]);
            y[i] = t.sine;
            dydz[i] = t.cosine;
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const ag_trig t = ag_vector_sincos(z[i]);
        y[i] = t.sine;
        dydz[i] = t.cosine;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -0.82687954053200256, 0.562379076290702991},
    {-3.0, -0.141120008059867222, -0.989992496600445457},
    {-1.0, -0.841470984807896507, 0.540302305868139717},
    {-0.125, -0.12467473338522769, 0.992197667229329053},
    {0.0, 0.0, 1.0},
    {1e-08, 1.0e-8, 0.99999999999999995},
    {0.5, 0.479425538604203, 0.877582561890372716},
    {2.0, 0.909297426825681695, -0.416146836547142387},
    {40.0, 0.745113160479348787, -0.666938061652261844},
};

static const char *const aliases[] = {"sin", NULL};

const ag_activation ag_act_sine = {
    .about =
        {
            .name = "sine",
            .formula = "sin(x)",
            .paper = "V. Sitzmann, J. Martel, A. Bergman, D. Lindell, G. Wetzstein, 2020, "
                     "arXiv:2006.09661",
            .aliases = aliases,
        },
    .derivative_text = "cos(x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

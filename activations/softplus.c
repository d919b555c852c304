/* Softplus: a smooth ReLU, whose derivative is the sigmoid.
 *
 *     f(x)  = log(1 + e^x) = max(x, 0) + log1p(e^-|x|)
 *     f'(x) = 1 / (1 + e^-x)
 *
 * The second form: e^x overflows from 710 on, and 1 + e^x is 1 below -37.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return (x < 0.0 ? 0.0 : x) + log1p(exp(-fabs(x)));
}

static double derivative(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x));
    return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_vector_softplus(z[i]);
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-95.0, 5.52108227702853273e-42, 5.52108227702853273e-42},
    {-30.0, 9.35762296883973678e-14, 9.35762296883929895e-14},
    {-10.0, 0.0000453988992168646468, 0.0000453978687024343945},
    {-3.0, 0.0485873515737420588, 0.0474258731775667809},
    {-1.0, 0.313261687518222834, 0.268941421369995121},
    {-0.125, 0.632599035317169066, 0.468790626626243743},
    {0.0, 0.693147180559945309, 0.5},
    {1e-08, 0.693147185559945322, 0.5000000025},
    {0.5, 0.974076984180106681, 0.622459331201854565},
    {2.0, 2.1269280110429725, 0.880797077977882444},
    {10.0, 10.0000453988992169, 0.999954602131297566},
    {40.0, 40.0, 0.999999999999999996},
};

const ag_activation ag_act_softplus = {
    .about =
        {
            .name = "softplus",
            .formula = "log(1 + exp(x))",
            .paper = "C. Dugas, Y. Bengio, F. Belisle, C. Nadeau, R. Garcia, 2000, NIPS, "
                     "Incorporating second-order functional knowledge for better option pricing",
        },
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

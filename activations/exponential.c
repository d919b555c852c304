/* The exponential, as a linear Poisson model has it at its end.
 *
 *     f(x) = f'(x) = e^x
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return exp(x);
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float f = ag_vector_exp(z[i]);
        y[i] = f;
        dydz[i] = f;
    }
}

static const ag_act_point points[] = {
    {-95.0, 5.52108227702853273e-42, 5.52108227702853273e-42},
    {-1.0, 0.367879441171442322, 0.367879441171442322},
    {-0.125, 0.882496902584595403, 0.882496902584595403},
    {0.0, 1.0, 1.0},
    {1e-08, 1.00000001000000005, 1.00000001000000005},
    {2.0, 7.38905609893065023, 7.38905609893065023},
    {40.0, 235385266837019985.0, 235385266837019985.0},
};

static const char *const aliases[] = {"exp", NULL};

const ag_activation ag_act_exponential = {
    .about =
        {
            .name = "exponential",
            .formula = "exp(x)",
            .paper = "J. Nelder, R. Wedderburn, 1972, J. Royal Statistical Society A 135, "
                     "Generalized linear models",
            .aliases = aliases,
        },
    .derivative_text = "exp(x)",
    .value = value,
    .derivative = value,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

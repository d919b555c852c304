/* Tanh: from -1 to 1, odd, with slope 1 at zero.
 *
 *     f(x)  = tanh x
 *     f'(x) = 1 / cosh(x)^2 = 4 e / (1 + e)^2,  e = exp(-2 |x|)
 *
 * The last form, because 1 - tanh^2 is 0 from x = 19 on and cosh^2 overflows.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return tanh(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    const double e = exp(-2.0 * fabs(x));
    return 4.0 * e / ((1.0 + e) * (1.0 + e));
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_vector_tanh(z[i]);
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-45.0, -1.0, 3.27760504959620617e-39},
    {-10.0, -0.999999995877692764, 8.24461445576739737e-9},
    {-3.0, -0.995054753686730451, 0.00986603716544019127},
    {-1.0, -0.761594155955764888, 0.419974341614026069},
    {-0.125, -0.124353001771596208, 0.98453633095039339},
    {0.0, 0.0, 1.0},
    {1e-08, 9.99999999999999988e-9, 0.9999999999999999},
    {0.5, 0.462117157260009759, 0.78644773296592741},
    {2.0, 0.964027580075816884, 0.0706508248531644657},
    {20.0, 0.999999999999999992, 1.69934170211663558e-17},
};

const ag_activation ag_act_tanh = {
    .about =
        {
            .name = "tanh",
            .formula = "tanh(x)",
            .paper = "Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller, 1998, Efficient BackProp, "
                     "doi:10.1007/3-540-49430-8_2",
        },
    .derivative_text = "1-tanh(x)^2",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

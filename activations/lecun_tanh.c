/* Scaled tanh: f(1) = 1 and f(-1) = -1, where its second derivative is largest.
 *
 *     f(x)  = 1.7159 tanh(2 x / 3)
 *     f'(x) = 1.7159 (2/3) (1 - tanh^2(2 x / 3))
 *
 * 1 - tanh^2 as 4 e / (1 + e)^2, e = exp(-4 |x| / 3), where it does not cancel.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const double SCALE = 1.7159, STEEP = 2.0 / 3.0;

static double value(double x, const double *param) {
    (void)param;
    return SCALE * tanh(STEEP * x);
}

static double derivative(double x, const double *param) {
    (void)param;
    const double e = exp(-2.0 * STEEP * fabs(x));
    return SCALE * STEEP * 4.0 * (e / ((1.0 + e) * (1.0 + e)));
}

/* As ag_vector_tanh, with 2 (2/3) |x| in two floats: rounding it would be rounding e. */
AG_ACT_EVALUATE(evaluate) {
    const ag_split twice = ag_split_of(-2.0 * STEEP);
    const float scale = (float)SCALE, steep = (float)(SCALE * STEEP), most = 97.0f;
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), near = a > most ? most : a; /* e is 0 there */
        const ag_split u = ag_split_product(near, twice);
        const ag_exp_parts parts = ag_exp_tail(u.high, u.low);
        const float q = ag_exp_less_one(parts), e = ag_exp_whole(parts);
        y[i] = copysignf(scale * (q / (2.0f + q)), x);
        dydz[i] = (ag_exp_times(parts, 4.0f * steep) * parts.second) / (1.0f + e * (2.0f + e));
    }
}

static const ag_act_point points[] = {
    {-45.0, -1.7159, 4.0067458180562558e-26},
    {-10.0, -1.71589444187673006, 7.41081902404767783e-6},
    {-3.0, -1.65417492465209419, 0.0808198335770299378},
    {-0.125, -0.142661584303413823, 1.13602598533871047},
    {0.0, 0.0, 1.14393333333333333},
    {1e-08, 1.14393333333333334e-8, 1.14393333333333328},
    {0.5, 0.551683706330531372, 1.02568444088404842},
    {2.0, 1.49293880538425067, 0.27796745473817297},
    {20.0, 1.71589999999099807, 1.20025775982718276e-11},
};

static const char *const aliases[] = {"stanh", NULL};

const ag_activation ag_act_lecun_tanh = {
    .about =
        {
            .name = "lecun_tanh",
            .formula = "1.7159 tanh(2 x / 3)",
            .paper =
                "Y. LeCun, L. Bottou, G. Orr, K.-R. Mueller, 1998, doi:10.1007/3-540-49430-8_2",
            .aliases = aliases,
        },
    .derivative_text = "1.7159*2/3*(1-tanh(2*x/3)^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

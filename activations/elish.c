/* ELiSH: swish above zero, an ELU times a sigmoid below.
 *
 *     f(x)  = x s(x)         for x > 0,   (e^x - 1) s(x)                        otherwise
 *     f'(x) = s + x s (1 - s)             e^x (e^2x + 2 e^x - 1) / (1 + e^x)^2
 *
 * with s(x) = 1 / (1 + e^-x). Both are 1/2 at 0, where f'' jumps.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const double FAR = 800.0; /* infinity times 0 is NaN */

static double value(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x));
    return x > 0.0 ? x / (1.0 + e) : expm1(x) * e / (1.0 + e);
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? 1.0 : 0.0;
    const double e = exp(-fabs(x)), square = (1.0 + e) * (1.0 + e);
    return x > 0.0 ? (1.0 + e + x * e) / square : e * (e * (e + 2.0) - 1.0) / square;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        const float bound = a > AG_EXP_TAIL ? AG_EXP_TAIL : a;
        const ag_exp_parts parts = ag_exp_tail(-bound, -0.0f);
        const float e = ag_exp_whole(parts), t = 1.0f / (1.0f + e);
        const float r = 1.0f / (1.0f + e * (2.0f + e));
        const float left = ag_exp_times(parts, (e * (e + 2.0f) - 1.0f) * r) * parts.second;
        const float below = ag_exp_times(parts, ag_exp_less_one(parts) * t) * parts.second;
        y[i] = x > 0.0f ? x * t : below;
        dydz[i] = x > 0.0f ? ((1.0f + e) + bound * e) * r : left;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-95.0, -5.52108227702853273e-42, -5.52108227702853273e-42},
    {-30.0, -9.3576229688384233e-14, -9.357622968836672e-14},
    {-10.0, -0.0000453958076423839375, -0.0000453916857094184905},
    {-3.0, -0.0450646779872696188, -0.0405662510939603223},
    {-1.0, -0.17000340156854792, -0.0253444253115213835},
    {-0.125, -0.0550843506678920826, 0.384444952557360455},
    {0.0, 0.0, 0.5},
    {1e-08, 5.0000000250000001e-9, 0.500000005},
    {0.5, 0.311229665600927282, 0.739961187302651809},
    {2.0, 1.76159415595576489, 1.09078424878489548},
    {10.0, 9.99954602131297566, 1.00040856020865708},
    {40.0, 39.9999999999999998, 1.00000000000000017},
};

const ag_activation ag_act_elish = {
    .about =
        {
            .name = "elish",
            .formula = "x s(x) if x > 0, (exp(x) - 1) s(x) otherwise; s the sigmoid",
            .paper = "M. Basirat, P. M. Roth, 2018, arXiv:1808.00783",
        },
    .derivative_text =
        "where(x>0,sigmoid(x)*(1+x*sigmoid(-x)),sigmoid(x)*(exp(x)+(exp(x)-1)*sigmoid(-x)))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

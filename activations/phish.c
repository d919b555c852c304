/* Phish: x times the tanh of its GELU.
 *
 *     f(x)  = x tanh(g)                        g = x P(x), P the normal distribution
 *     f'(x) = tanh(g) + x (1 - tanh(g)^2) (P(x) + x p(x))   p its density
 */
#include "activations/activation.h"
#include "harness/num/vector_erf.h"

#include <math.h>

static const double SQRT_HALF = 0.70710678118654752440;
static const double INV_SQRT_2PI = 0.39894228040143267794;
static const double FAR = 40.0; /* P(-40) is under the least double; infinity times 0 is NaN */

static double value(double x, const double *param) {
    (void)param;
    return x < -FAR ? 0.0 : x * tanh(0.5 * x * erfc(-x * SQRT_HALF));
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? 1.0 : 0.0;
    const double p = 0.5 * erfc(-x * SQRT_HALF), g = x * p, e = exp(-2.0 * fabs(g));
    const double slope = p + x * INV_SQRT_2PI * exp(-0.5 * x * x);
    return tanh(g) + x * slope * 4.0 * e / ((1.0 + e) * (1.0 + e));
}

/* g > -0.17 on the left, where f and f' are made without the last power of two of
 * e^(-x^2 / 2), which may be too small for a float. */
#define SMALL 0.17f

AG_ACT_EVALUATE(evaluate) {
    const float most = 15.5f; /* a^2 e^(-a^2 / 2) is 0 in float from here on */
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), bound = a > most ? most : a;
        const ag_normal_parts h = ag_normal_tail(bound);
        const float tail = ag_exp_times(h.e, bound * h.mills) * h.e.second;
        /* P(x) = 1/2 + erf(x / sqrt 2) / 2 where 1 - P(-x) would cancel */
        const float odd = 0.353553391f * (bound + bound * ag_erf_ratio(0.5f * (bound * bound)));
        const float right = a < 1.0f ? bound * (0.5f + odd) : bound - tail;
        const float g = x < 0.0f ? -tail : right, g2 = g * g;
        float p = -0.0527152792f; /* (tanh(g) / g - 1) / g^2 */
        p = p * g2 + 0.133311421f;
        p = p * g2 + -0.333333224f;
        const float rise = g2 * p, ratio = 1.0f + rise, turn = 1.0f - (g2 * ratio) * ratio;
        const float bend = h.mills - bound * AG_INV_SQRT_2PI;
        const float left = -bound * (bend * turn + h.mills * ratio);
        const ag_dual t = ag_vector_tanh(g);
        const float tanh = g < SMALL ? g + g * rise : t.value;
        const float slope = 1.0f - ag_exp_times(h.e, bend) * h.e.second;
        const float square = (bound * h.mills) * bound, below = square + square * rise;
        y[i] = x < 0.0f ? ag_exp_times(h.e, below) * h.e.second : x * tanh;
        dydz[i] =
            x < 0.0f ? ag_exp_times(h.e, left) * h.e.second : tanh + (slope * bound) * t.derivative;
    }
}

static const ag_act_point points[] = {
    {-13.0, 1.03380078352392967e-36, 1.33589726349532146e-35},
    {-10.0, 7.61985302416052607e-22, 7.54220156622320883e-21},
    {-5.0, 7.16628929697494073e-6, 0.0000343014721494930777},
    {-2.0, 0.0909377810773597999, 0.124642291756181423},
    {-0.5, 0.0765282508450940289, -0.217756890364477189},
    {-1e-08, 4.99999996010577213e-17, -9.99999988031731592e-9},
    {0.0, 0.0, 0.0},
    {0.5, 0.16629217954075386, 0.718354081672144141},
    {2.0, 1.92133579939059318, 1.12804794608346054},
    {10.0, 9.99999995877692764, 1.00000007832383732},
};

const ag_activation ag_act_phish = {
    .about =
        {
            .name = "phish",
            .formula = "x tanh(gelu(x))",
            .paper = "P. Naveen, 2021, TechRxiv, doi:10.36227/techrxiv.17283824.v1",
        },
    .derivative_text = "tanh(x*(1+erf(x/sqrt(2)))/2)+x*(1-tanh(x*(1+erf(x/sqrt(2)))/"
                       "2)^2)*((1+erf(x/sqrt(2)))/2+x*exp(-x^2/2)/sqrt(2*pi))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

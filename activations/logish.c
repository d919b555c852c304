/* Logish: x times the logarithm of 1 + its sigmoid.
 *
 *     f(x)  = x log(1 + s)                                  s = 1 / (1 + e^-x)
 *     f'(x) = log(1 + s) + x s (1 - s) / (1 + s)
 */
#include "activations/activation.h"
#include "harness/num/vector.h"
#include "harness/num/vector_log.h"

#include <math.h>

static const double FAR = 800.0; /* infinity times 0 is NaN */
static const double LOG_2 = 0.693147180559945309417;

static double value(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x)), s = x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
    return x < -FAR ? 0.0 : x * log1p(s);
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? LOG_2 : 0.0;
    const double e = exp(-fabs(x)), t = 1.0 / (1.0 + e), s = x < 0.0 ? e * t : t;
    return log1p(s) + x * e * t * t / (1.0 + s);
}

/* With e = e^-|x|, log(1 + s) is 2 artanh(t), t = s / (2 + s) = e / (2 + 3 e) on the left
 * and 1 / (3 + 2 e) on the right; s (1 - s) / (1 + s) is e / (1 + 3 e + 2 e^2) and
 * e / (2 + 3 e + e^2). On the left without the factor e, which may be too small for a float. */
AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        const float bound = a > AG_EXP_TAIL ? AG_EXP_TAIL : a, b = copysignf(bound, x);
        const ag_exp_parts parts = ag_exp_tail(-bound, -0.0f);
        const float e = ag_exp_whole(parts);
        const bool left = x < 0.0f;
        const float q = 1.0f / (left ? 2.0f + 3.0f * e : 3.0f + 2.0f * e);
        const float t = left ? e * q : q, t2 = t * t, twice = q + q;
        const float log = twice + twice * (t2 * ag_artanh_series(t2));
        const float below = left ? 1.0f + e * (3.0f + (e + e)) : 2.0f + e * (3.0f + e);
        const float slope = log + b * ((left ? 1.0f : e) / below);
        y[i] = left ? ag_exp_times(parts, b * log) * parts.second : x * log;
        dydz[i] = left ? ag_exp_times(parts, slope) * parts.second : slope;
    }
}

static const ag_act_point points[] = {
    {-95.0, -5.2450281631771061e-40, -5.18981734040682077e-40},
    {-30.0, -2.80728689065165834e-12, -2.71371066096287568e-12},
    {-10.0, -0.000453968382503797995, -0.000408540631315494444},
    {-3.0, -0.139006814541656498, -0.0830577800818552186},
    {-1.0, -0.238183026413828255, 0.0832413325496524856},
    {-0.125, -0.0480549199011850382, 0.36324624542429597},
    {0.0, 0.0, 0.405465108108164382},
    {1e-08, 4.05465109774831056e-9, 0.405465111441497711},
    {0.5, 0.241971551883463514, 0.55636516935655044},
    {2.0, 1.26339132927308195, 0.74334363201470085},
    {10.0, 6.93124481367969383, 0.693351465558948391},
    {40.0, 27.7258872223978123, 0.693147180559945392},
};

const ag_activation ag_act_logish = {
    .about =
        {
            .name = "logish",
            .formula = "x log(1 + s(x)), s the sigmoid",
            .paper = "H. Zhu, H. Zeng, J. Liu, X. Zhang, 2021, doi:10.1016/j.neucom.2021.06.067",
        },
    .derivative_text = "log1p(sigmoid(x))+x*sigmoid(x)*sigmoid(-x)/(1+sigmoid(x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

/* Smish: x times the tanh of the logarithm of 1 + its sigmoid.
 *
 *     f(x)  = x tanh(log(1 + s)) = x N / D                  s = 1 / (1 + e^-x)
 *     f'(x) = N / D + x M / D^2
 *
 * With e = e^-|x|, for x < 0: N = e (3 e + 2), D = 5 e^2 + 6 e + 2, M = 4 e (2 e + 1) (e + 1),
 * otherwise N = 3 + 2 e, D = 5 + 6 e + 2 e^2, M = 4 e (1 + e) (2 + e).
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const double FAR = 800.0; /* infinity times 0 is NaN */
static const double SLOPE = 0.6; /* tanh(log 2) */

static double value(double x, const double *param) {
    (void)param;
    const double e = exp(-fabs(x)), s = x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
    return x < -FAR ? 0.0 : x * (s * (s + 2.0) / (s * (s + 2.0) + 2.0));
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? SLOPE : 0.0;
    const double e = exp(-fabs(x)), t = 1.0 / (1.0 + e), s = x < 0.0 ? e * t : t;
    const double d = s * (s + 2.0) + 2.0;
    return s * (s + 2.0) / d + 4.0 * x * (1.0 + s) * e * t * t / (d * d);
}

/* On the left without the factor e, which may be too small for a float. D = c + w, and
 * D^2 = c^2 + w (2 c + w): squaring D would double its error. */
AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        const float bound = a > AG_EXP_TAIL ? AG_EXP_TAIL : a, b = copysignf(bound, x);
        const ag_exp_parts parts = ag_exp_tail(-bound, -0.0f);
        const float e = ag_exp_whole(parts);
        const bool left = x < 0.0f;
        const float c = left ? 2.0f : 5.0f, w = e * (6.0f + e * (left ? 5.0f : 2.0f));
        const float d = c + w, d2 = c * c + w * (c + d);
        const float gate = (left ? 3.0f * e + 2.0f : 3.0f + 2.0f * e) / d;
        const float m = left ? 4.0f + e * (12.0f + 8.0f * e) : e * (8.0f + e * (12.0f + 4.0f * e));
        /* where it cancels with another term M / D^2 is nearly 1: 1 - R / D^2 */
        const bool far = x < -2.0f;
        const float r = e * (12.0f + e * (48.0f + e * (60.0f + 25.0f * e)));
        const double turn = (far ? 1.0 : 0.0) + (double)((far ? -r : m) / d2);
        const float slope = (float)((double)gate + (double)b * turn);
        y[i] = left ? ag_exp_times(parts, b * gate) * parts.second : x * gate;
        dydz[i] = left ? ag_exp_times(parts, slope) * parts.second : slope;
    }
}

static const ag_act_point points[] = {
    {-95.0, -5.2450281631771061e-40, -5.18981734040682077e-40},
    {-30.0, -2.80728689065165834e-12, -2.71371066096287568e-12},
    {-10.0, -0.000453968382191940946, -0.00040854063041117271},
    {-3.0, -0.138907417901757919, -0.082813503362352083},
    {-1.0, -0.233778809352826018, 0.0873050713245895402},
    {-0.125, -0.0458195720289062371, 0.348211048128463142},
    {0.0, 0.0, 0.384615384615384615},
    {1e-08, 3.84615386035502965e-9, 0.384615387455621295},
    {0.5, 0.224697973686377816, 0.507191890320238571},
    {2.0, 1.11843741504653601, 0.635951501462704912},
    {10.0, 5.99985472319277934, 0.60013074615852122},
    {40.0, 23.9999999999999999, 0.600000000000000053},
};

const ag_activation ag_act_smish = {
    .about =
        {
            .name = "smish",
            .formula = "x tanh(log(1 + s(x))), s the sigmoid",
            .paper = "X. Wang, H. Ren, A. Wang, 2022, Electronics 11, 540, "
                     "doi:10.3390/electronics11040540",
        },
    .derivative_text = "tanh(log1p(sigmoid(x)))+x*(1-tanh(log1p(sigmoid(x)))^2)*sigmoid(x)*sigmoid("
                       "-x)/(1+sigmoid(x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

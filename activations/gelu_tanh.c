/* GELU's tanh approximation, as many published networks were trained with it.
 *
 *     f(x)  = x / 2 (1 + tanh v)        v = sqrt(2 / pi) (x + 0.044715 x^3)
 *           = x sigmoid(2 v)
 *     f'(x) = s + x s (1 - s) 2 v'      s = sigmoid(2 v)
 *
 * The second form: 1 + tanh v cancels to 0 below -6, as 1 + erf does.
 */
#include "activations/activation.h"
#include "activations/core/gated.h"

#include <math.h>

static const double CUBE = 0.044715;
static const double TWICE_SQRT_2_PI = 1.59576912160573071176; /* 2 sqrt(2 / pi) */
static const double FAR = 100.0; /* s(-100) is under the least double, x^3 still finite */

static double value(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? x : 0.0;
    return x / (1.0 + exp(-TWICE_SQRT_2_PI * (x + CUBE * x * x * x)));
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? 1.0 : 0.0;
    const double e = exp(-TWICE_SQRT_2_PI * (fabs(x) + CUBE * fabs(x * x * x)));
    const double q = e / (1.0 + e), slope = TWICE_SQRT_2_PI * (1.0 + 3.0 * CUBE * x * x);
    const double left = q * (1.0 - fabs(x) * slope / (1.0 + e));
    return x < 0.0 ? left : 1.0 - left;
}

/* 2 v(a) = 2 sqrt(2 / pi) 0.044715 a (a^2 + 1 / 0.044715), each sum and product in
 * two floats. */
AG_INLINE ag_split twice_v(float a, ag_split inverse, ag_split scale) {
    const float upper = ag_float_upper(a), square = upper * upper;
    const float sum = square + inverse.high, kept = sum - square; /* two-sum: the error is exact */
    const float error = (square - (sum - kept)) + (inverse.high - kept);
    const float rest = (error + inverse.low) + (a + upper) * (a - upper);
    const float high = ag_float_upper(sum), low = (sum - high) + rest;
    const float first = upper * high, second = a * low + (a - upper) * high;
    const ag_split u = ag_split_product(first, scale);
    return (ag_split){u.high, u.low + second * (scale.high + scale.low)};
}

AG_ACT_EVALUATE(evaluate) {
    const ag_split inverse = ag_split_of(1.0 / CUBE), scale = ag_split_of(TWICE_SQRT_2_PI * CUBE);
    const float c1 = (float)TWICE_SQRT_2_PI, c3 = (float)(3.0 * CUBE * TWICE_SQRT_2_PI);
    const float most = 11.5f; /* 2 v is from 126 to 130 there */
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], abs = fabsf(x), a = abs > most ? most : abs;
        const ag_split u = twice_v(a, inverse, scale);
        const ag_dual f =
            ag_gated(x, ag_gate_of(ag_exp_tail(-u.high, -u.low), a, a * (c1 + c3 * (a * a))));
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-10.0, -1.20409234820980599e-37, -2.75763806385403161e-36},
    {-6.0, -8.43964670076229708e-11, -7.70997393095369551e-10},
    {-3.0, -0.00363739208177301884, -0.0115841666309697262},
    {-1.0, -0.158808009391723295, -0.0829640838457825551},
    {-0.125, -0.0562828013757766122, 0.400784593837208562},
    {0.0, 0.0, 0.5},
    {1e-08, 5.00000003989422814e-9, 0.500000007978845608},
    {0.5, 0.345714009825143922, 0.867369903534642312},
    {2.0, 1.95459769408777502, 1.08609925662361838},
    {8.0, 8.0, 1.0},
};

static const char *const aliases[] = {"gelu_new", "gelu_pytorch_tanh", NULL};

const ag_activation ag_act_gelu_tanh = {
    .about =
        {
            .name = "gelu_tanh",
            .formula = "x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))",
            .paper = "D. Hendrycks, K. Gimpel, 2016, arXiv:1606.08415",
            .aliases = aliases,
        },
    .derivative_text = "(1+tanh(sqrt(2/pi)*(x+0.044715*x^3)))/2+x/2*(1-tanh(sqrt(2/"
                       "pi)*(x+0.044715*x^3))^2)*sqrt(2/pi)*(1+0.134145*x^2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

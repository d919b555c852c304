/* GELU's sigmoid approximation: swish with beta 1.702.
 *
 *     f(x)  = x s                       s = sigmoid(1.702 x)
 *     f'(x) = s + 1.702 x s (1 - s)
 */
#include "activations/activation.h"
#include "activations/core/gated.h"

#include <math.h>

static const double FACTOR = 1.702;
static const double FAR = 500.0; /* s(-500) is under the least double; infinity times 0 is NaN */

static double value(double x, const double *param) {
    (void)param;
    return x < -FAR ? 0.0 : x / (1.0 + exp(-FACTOR * x));
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? 1.0 : 0.0;
    const double u = FACTOR * fabs(x), e = exp(-u);
    const double left = e / (1.0 + e) * (1.0 - u / (1.0 + e));
    return x < 0.0 ? left : 1.0 - left;
}

AG_ACT_EVALUATE(evaluate) {
    const ag_split factor = ag_split_of(FACTOR);
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_gated(z[i], ag_gate_linear(z[i], factor));
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

static const ag_act_point points[] = {
    {-50.0, -5.50186075005633212e-36, -9.25412978159475063e-36},
    {-10.0, -4.05796129485530999e-7, -6.50085371408901781e-7},
    {-3.0, -0.0180713097077859665, -0.0245483239056523487},
    {-1.0, -0.154204234067178704, -0.0677796065563340566},
    {-0.125, -0.0558765266218953459, 0.394422052335986485},
    {0.0, 0.0, 0.5},
    {1e-08, 5.0000000425500001e-9, 0.50000000851},
    {0.5, 0.350388436606380123, 0.879221911965414271},
    {2.0, 1.93565862314420815, 1.07381535430854193},
    {10.0, 9.99999959420387051, 1.00000065008537141},
};

static const char *const aliases[] = {"quick_gelu", NULL};

const ag_activation ag_act_gelu_sigmoid = {
    .about =
        {
            .name = "gelu_sigmoid",
            .formula = "x sigmoid(1.702 x)",
            .paper = "D. Hendrycks, K. Gimpel, 2016, arXiv:1606.08415",
            .aliases = aliases,
        },
    .derivative_text = "sigmoid(1.702*x)*(1+1.702*x*sigmoid(-1.702*x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

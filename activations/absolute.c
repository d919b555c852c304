/* Absolute value: even, so that a unit answers to a pattern and to its negative.
 *
 *     f(x)  = |x|
 *     f'(x) = sign x            (0 at 0)
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return fabs(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x * 0.0; /* a NaN stays one */
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], none = x * 0.0f; /* a NaN stays one */
        y[i] = fabsf(x);
        dydz[i] = x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : none;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, 1000.0, -1.0}, {-3.5, 3.5, -1.0}, {-1e-08, 1.00000000000000002e-8, -1.0},
    {0.0, 0.0, 0.0},         {2.25, 2.25, 1.0},
};

static const char *const aliases[] = {"abs", NULL};

const ag_activation ag_act_absolute = {
    .about =
        {
            .name = "absolute",
            .formula = "|x|",
            .paper = "K. Jarrett, K. Kavukcuoglu, M. Ranzato, Y. LeCun, 2009, "
                     "doi:10.1109/ICCV.2009.5459469",
            .aliases = aliases,
        },
    .derivative_text = "sign(x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

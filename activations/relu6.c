/* ReLU6: ReLU that stops at six, so that few bits hold its values.
 *
 *     f(x)  = min(max(0, x), 6)
 *     f'(x) = 1 for 0 < x < 6, else 0
 */
#include "activations/activation.h"

static double value(double x, const double *param) {
    (void)param;
    return x < 0.0 ? 0.0 : x > 6.0 ? 6.0 : x;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > 0.0 && x < 6.0 ? 1.0 : x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], most = x > 6.0f ? 6.0f : x;
        y[i] = most < 0.0f ? 0.0f : most;
        dydz[i] = x != x ? x : x > 0.0f && x < 6.0f ? 1.0f : 0.0f;
    }
}

static const double seams[] = {0.0, 6.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0}, {-3.5, 0.0, 0.0}, {0.0, 0.0, 0.0}, {1e-08, 1.00000000000000002e-8, 1.0},
    {2.25, 2.25, 1.0},   {80.0, 6.0, 0.0},
};

const ag_activation ag_act_relu6 = {
    .about =
        {
            .name = "relu6",
            .formula = "min(max(0, x), 6)",
            .paper = "A. Krizhevsky, 2010, Convolutional deep belief networks on CIFAR-10",
        },
    .derivative_text = "where(x>0,where(x<6,1,0),0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

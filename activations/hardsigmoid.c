/* Hard sigmoid of PyTorch and Keras 3: three straight lines, six wide.
 *
 *     f(x)  = min(max(0, x + 3), 6) / 6
 *     f'(x) = 1/6 for -3 < x < 3, else 0
 *
 * Keras 2 has another slope: hardsigmoid_keras.c.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static double value(double x, const double *param) {
    (void)param;
    return x < -3.0 ? 0.0 : x > 3.0 ? 1.0 : (x + 3.0) / 6.0;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > -3.0 && x < 3.0 ? 1.0 / 6.0 : x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    const float sixth = 1.0f / 6.0f;
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], least = x < -3.0f ? -3.0f : x, bound = least > 3.0f ? 3.0f : least;
        y[i] = (bound + 3.0f) * sixth;
        dydz[i] = x != x ? x : fabsf(x) < 3.0f ? sixth : 0.0f;
    }
}

static const double seams[] = {-3.0, 3.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},
    {-3.5, 0.0, 0.0},
    {-2.75, 0.0416666666666666667, 0.166666666666666667},
    {0.0, 0.5, 0.166666666666666667},
    {1e-08, 0.500000001666666667, 0.166666666666666667},
    {2.25, 0.875, 0.166666666666666667},
    {5.0, 1.0, 0.0},
};

static const char *const aliases[] = {"hard_sigmoid", NULL};

const ag_activation ag_act_hardsigmoid = {
    .about =
        {
            .name = "hardsigmoid",
            .formula = "min(max(0, x + 3), 6) / 6",
            .paper = "A. Howard and others, 2019, arXiv:1905.02244",
            .aliases = aliases,
        },
    .derivative_text = "where(abs(x)<3,1/6,0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

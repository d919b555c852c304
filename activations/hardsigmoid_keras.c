/* Hard sigmoid of Theano and Keras 2: three straight lines, five wide.
 *
 *     f(x)  = min(max(0, 0.2 x + 0.5), 1)
 *     f'(x) = 0.2 for -2.5 < x < 2.5, else 0
 *
 * 0.2 x + 0.5 as (x + 2.5) / 5, which cancels nothing near -2.5. PyTorch has another slope:
 * hardsigmoid.c.
 */
#include "activations/activation.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return x < -2.5 ? 0.0 : x > 2.5 ? 1.0 : (x + 2.5) / 5.0;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > -2.5 && x < 2.5 ? 0.2 : x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], least = x < -2.5f ? -2.5f : x, bound = least > 2.5f ? 2.5f : least;
        y[i] = (bound + 2.5f) * 0.2f;
        dydz[i] = x != x ? x : fabsf(x) < 2.5f ? 0.2f : 0.0f;
    }
}

static const double seams[] = {-2.5, 2.5};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},       {-3.5, 0.0, 0.0},  {-2.25, 0.05, 0.2}, {0.0, 0.5, 0.2},
    {1e-08, 0.500000002, 0.2}, {2.25, 0.95, 0.2}, {5.0, 1.0, 0.0},
};

static const char *const aliases[] = {"hard_sigmoid", "hard_sigmoid_keras", NULL};

const ag_activation ag_act_hardsigmoid_keras = {
    .about =
        {
            .name = "hardsigmoid_keras",
            .formula = "min(max(0, 0.2 x + 0.5), 1)",
            .paper = "R. Al-Rfou and others, 2016, arXiv:1605.02688 (Theano, hard_sigmoid)",
            .aliases = aliases,
        },
    .derivative_text = "where(abs(x)<2.5,0.2,0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

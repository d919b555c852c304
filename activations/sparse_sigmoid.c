/* Sparse sigmoid: three straight lines, two wide; the hard sigmoid of binary nets.
 *
 *     f(x)  = min(max(0, (x + 1) / 2), 1)
 *     f'(x) = 1/2 for -1 < x < 1, else 0
 */
#include "activations/activation.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    return x < -1.0 ? 0.0 : x > 1.0 ? 1.0 : 0.5 * (x + 1.0);
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > -1.0 && x < 1.0 ? 0.5 : x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], least = x < -1.0f ? -1.0f : x, bound = least > 1.0f ? 1.0f : least;
        y[i] = 0.5f * (bound + 1.0f);
        dydz[i] = x != x ? x : fabsf(x) < 1.0f ? 0.5f : 0.0f;
    }
}

static const double seams[] = {-1.0, 1.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},       {-1.5, 0.0, 0.0},   {-0.75, 0.125, 0.5}, {0.0, 0.5, 0.5},
    {1e-08, 0.500000005, 0.5}, {0.75, 0.875, 0.5}, {2.0, 1.0, 0.0},
};

const ag_activation ag_act_sparse_sigmoid = {
    .about =
        {
            .name = "sparse_sigmoid",
            .formula = "min(max(0, (x + 1) / 2), 1)",
            .paper = "M. Courbariaux, Y. Bengio, J.-P. David, 2015, arXiv:1511.00363",
        },
    .derivative_text = "where(abs(x)<1,1/2,0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

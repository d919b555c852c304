/* Triangular: a hat of height 1 between -1 and 1.
 *
 *     f(x)  = max(0, 1 - |x|)
 *     f'(x) = -sign x for |x| < 1, else 0
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double a = fabs(x);
    return a > 1.0 ? 0.0 : 1.0 - a;
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > 0.0 && x < 1.0 ? -1.0 : x < 0.0 && x > -1.0 ? 1.0 : x != x ? x : 0.0;
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), none = x != x ? x : 0.0f;
        y[i] = a > 1.0f ? 0.0f : 1.0f - a;
        dydz[i] = a < 1.0f && a > 0.0f ? -copysignf(1.0f, x) : none;
    }
}

static const double seams[] = {-1.0, 0.0, 1.0};

static const ag_act_point points[] = {
    {-1000.0, 0.0, 0.0},       {-1.5, 0.0, 0.0},   {-0.75, 0.25, 1.0}, {0.0, 1.0, 0.0},
    {1e-08, 0.99999999, -1.0}, {0.75, 0.25, -1.0}, {3.0, 0.0, 0.0},
};

static const char *const aliases[] = {"tent", "triangle", NULL};

const ag_activation ag_act_triangular = {
    .about =
        {
            .name = "triangular",
            .formula = "max(0, 1 - |x|)",
            .paper = "A. Rozsa, T. Boult, 2019, arXiv:1908.02435",
            .aliases = aliases,
        },
    .derivative_text = "where(abs(x)<1,-sign(x),0)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

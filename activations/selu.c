/* SELU: an ELU scaled so that mean 0 and variance 1 pass through unchanged.
 *
 *     f(x)  = lambda x      for x > 0,   lambda alpha (e^x - 1)  otherwise
 *     f'(x) = lambda        for x > 0,   lambda alpha e^x        otherwise
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

/* For z ~ N(0, 1) they solve E f(z) = 0 and E f(z)^2 = 1, and no other numbers
 * do: scripts/vectors.py solves the two equations at 50 digits. */
static const double ALPHA = 1.67326324235437728481704;
static const double LAMBDA = 1.05070098735548049341933;

static double value(double x, const double *param) {
    (void)param;
    return x > 0.0 ? LAMBDA * x : LAMBDA * ALPHA * expm1(x);
}

static double derivative(double x, const double *param) {
    (void)param;
    return x > 0.0 ? LAMBDA : LAMBDA * ALPHA * exp(x);
}

AG_ACT_EVALUATE(evaluate) {
    const float lambda = (float)LAMBDA, scale = (float)(LAMBDA * ALPHA);
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        const ag_exp_parts e = ag_exp_negative(x > 0.0f ? 0.0f : x);
        y[i] = x > 0.0f ? lambda * x : scale * ag_exp_less_one(e);
        dydz[i] = x > 0.0f ? lambda : ag_exp_times(e, scale) * e.second;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-95.0, -1.75809934084737686, 9.70661111200799792e-42},
    {-20.0, -1.75809933722366403, 3.62371282499441159e-9},
    {-1.0, -1.11133073781256276, 0.646768603034814098},
    {-1e-08, -1.75809933205688022e-8, 1.75809932326638354},
    {0.0, 0.0, 1.75809934084737686},
    {0.75, 0.78802574051661037, 1.05070098735548049},
    {20.0, 21.0140197471096099, 1.05070098735548049},
};

const ag_activation ag_act_selu = {
    .about =
        {
            .name = "selu",
            .formula = "lambda x if x > 0, lambda alpha (exp(x) - 1) otherwise; lambda 1.0507, "
                       "alpha 1.6733",
            .paper = "G. Klambauer, T. Unterthiner, A. Mayr, S. Hochreiter, 2017, arXiv:1706.02515",
        },
    .derivative_text = "1.0507009873554805*where(x>0,1,1.6732632423543772*exp(x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

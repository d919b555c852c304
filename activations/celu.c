/* CELU: ELU stretched, so that its derivative is 1 at zero for every alpha.
 *
 *     f(x)  = x for x > 0,   alpha (e^(x / alpha) - 1)  otherwise
 *     f'(x) = 1 for x > 0,   e^(x / alpha)              otherwise
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "alpha",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.01,
     .max = 100.0,
     .meaning = "depth of the level part: f goes to -alpha"},
};

static double value(double x, const double *param) {
    return x > 0.0 ? x : param[0] * expm1(x / param[0]);
}

static double derivative(double x, const double *param) {
    return x > 0.0 ? 1.0 : exp(x / param[0]);
}

AG_ACT_EVALUATE(evaluate) {
    const float alpha = (float)param[0], least = -AG_EXP_TAIL;
    const ag_split inverse = ag_split_of(1.0 / param[0]);
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], far = 200.0f * least; /* infinity has no second part */
        const float left = x > 0.0f ? 0.0f : x < far ? far : x;
        const ag_split u = ag_split_product(left, inverse);
        const bool level = u.high < least; /* not for NaN */
        const ag_exp_parts e = ag_exp_tail(level ? least : u.high, level ? 0.0f : u.low);
        y[i] = x > 0.0f ? x : alpha * ag_exp_less_one(e);
        dydz[i] = x > 0.0f ? 1.0f : ag_exp_whole(e);
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-95.0, -1.0, 5.52108227702853273e-42},
    {-20.0, -0.999999997938846378, 2.06115362243855783e-9},
    {-1.0, -0.632120558828557678, 0.367879441171442322},
    {-1e-08, -9.99999995000000038e-9, 0.99999999000000005},
    {0.0, 0.0, 1.0},
    {0.75, 0.75, 1.0},
    {20.0, 20.0, 1.0},
};

const ag_activation ag_act_celu = {
    .about =
        {
            .name = "celu",
            .formula = "x if x > 0, alpha (exp(x / alpha) - 1) otherwise",
            .paper = "J. Barron, 2017, arXiv:1704.07483",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>0,1,exp(x/alpha))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

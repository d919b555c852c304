/* HardELiSH: ELiSH with a sigmoid of three straight pieces, h(x) = (x + 1) / 2 in [0, 1].
 *
 *     f(x)  = x h(x)         for x > 0,   (e^x - 1) h(x)            otherwise
 *     f'(x) = x + 1/2 to 1,  1 beyond     (e^x (x + 2) - 1) / 2     0 for x <= -1
 *
 * f' jumps at 1 and at -1.
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

#include <math.h>

static double value(double x, const double *param) {
    (void)param;
    const double h = x > 1.0 ? 1.0 : x < -1.0 ? 0.0 : 0.5 * (x + 1.0);
    return (x > 0.0 ? x : expm1(x)) * h;
}

static double derivative(double x, const double *param) {
    (void)param;
    if (x > 0.0) return x < 1.0 ? x + 0.5 : 1.0;
    if (x <= -1.0) return 0.0;
    return 0.5 * (exp(x) * (x + 1.0) + expm1(x));
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        const ag_exp_parts parts = ag_exp_negative(x > 0.0f ? 0.0f : x);
        const float less_one = ag_exp_less_one(parts), e = ag_exp_whole(parts);
        const float above = x < -1.0f ? -1.0f : x, h = 0.5f * (above + 1.0f);
        const float left = x <= -1.0f ? 0.0f : 0.5f * (e * (above + 1.0f) + less_one);
        const float right = x < 1.0f ? x + 0.5f : 1.0f;
        y[i] = (x > 0.0f ? x : less_one) * (h > 1.0f ? 1.0f : h);
        dydz[i] = x > 0.0f ? right : left;
    }
}

static const double seams[] = {-1.0, 0.0, 1.0};

static const ag_act_point points[] = {
    {-40.0, 0.0, 0.0},
    {-1.0, 0.0, 0.0},
    {-0.75, -0.0659541809073731616, -0.204770904536865808},
    {-0.25, -0.0829497063482231744, 0.18145068518747926},
    {-1e-08, -4.99999992500000044e-9, 0.4999999850000001},
    {0.0, 0.0, 0.5},
    {0.5, 0.375, 1.0},
    {1.5, 1.5, 1.0},
    {40.0, 40.0, 1.0},
};

const ag_activation ag_act_hard_elish = {
    .about =
        {
            .name = "hard_elish",
            .formula = "x h(x) if x > 0, (exp(x) - 1) h(x) otherwise; h(x) = (x + 1) / 2 in [0, 1]",
            .paper = "M. Basirat, P. M. Roth, 2018, arXiv:1808.00783",
        },
    .derivative_text = "where(x>=1,1,where(x>0,x+1/2,where(x>-1,(exp(x)*(x+2)-1)/2,0)))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
};

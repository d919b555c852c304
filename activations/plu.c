/* PLU, the piecewise linear unit: the identity, and flatter beyond a corner on both sides.
 *
 *     f(x)  = x for |x| <= c,   slope (x - c) + c for x > c,   slope (x + c) - c for x < -c
 *     f'(x) = 1 for |x| <= c,   slope beyond
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static const char *const slope_aliases[] = {"alpha", NULL};

static const ag_param params[] = {
    {.name = "slope",
     .aliases = slope_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 0.1,
     .min = 0.0,
     .max = 10.0,
     .meaning = "slope beyond the corners"},
    {.name = "c",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.0,
     .max = 1000.0,
     .meaning = "how far the corners are from zero"},
};

static double value(double x, const double *param) {
    const double slope = param[0], c = param[1];
    return x > c ? slope * x + (1.0 - slope) * c : x < -c ? slope * x - (1.0 - slope) * c : x;
}

static double derivative(double x, const double *param) {
    return x > param[1] || x < -param[1] ? param[0] : x != x ? x : 1.0;
}

static int seams_of(const double *param, double *at) {
    at[0] = -param[1];
    at[1] = param[1];
    return 2;
}

/* c in two parts: |x| less the first is exact where little is left. */
AG_ACT_EVALUATE(evaluate) {
    const float above = ag_float_down(param[1]), c = (float)param[1], slope = (float)param[0];
    const float second = (float)(param[1] - (double)c);
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x), beyond = c + slope * ((a - c) - second);
        y[i] = a > above ? copysignf(beyond, x) : x;
        dydz[i] = a > above ? slope : x != x ? x : 1.0f;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -100.9, 0.1},
    {-1.5, -1.05, 0.1},
    {-0.25, -0.25, 1.0},
    {0.0, 0.0, 1.0},
    {1e-08, 1.00000000000000002e-8, 1.0},
    {0.75, 0.75, 1.0},
    {2.0, 1.1, 0.1},
};

const ag_activation ag_act_plu = {
    .about =
        {
            .name = "plu",
            .formula = "max(slope (x + c) - c, min(slope (x - c) + c, x))",
            .paper = "A. Nicolae, 2018, arXiv:1809.09534",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(abs(x)<=c,1,slope)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

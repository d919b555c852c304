/* RReLU: leaky ReLU whose slope below zero is drawn for each value in training, evenly between
 * two bounds; evaluation takes their mean.
 *
 *     f(x)  = x for x > 0,   slope x  otherwise
 *     f'(x) = 1 for x > 0,   slope    otherwise
 */
#include "activations/activation.h"
#include "harness/num/vector.h"

static const ag_param params[] = {
    {.name = "lower",
     .kind = AG_PARAM_REAL,
     .standard = 0.125,
     .min = -10.0,
     .max = 10.0,
     .meaning = "least slope"},
    {.name = "upper",
     .kind = AG_PARAM_REAL,
     .standard = 1.0 / 3.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "largest slope"},
};

AG_INLINE double slope_of(const double *param) { return 0.5 * (param[0] + param[1]); }

static double value(double x, const double *param) { return x > 0.0 ? x : slope_of(param) * x; }

static double derivative(double x, const double *param) {
    return x > 0.0 ? 1.0 : x != x ? x : slope_of(param);
}

static void draw(double u, const double *param, double *own) {
    own[0] = own[1] = param[0] + u * (param[1] - param[0]);
}

AG_ACT_EVALUATE(evaluate) {
    const float slope = (float)slope_of(param);
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], none = x < 0.0f ? 0.0f : x; /* 0, -0 or NaN where it counts */
        y[i] = x > 0.0f ? x : slope * x;
        dydz[i] = x > 0.0f ? 1.0f : none + slope;
    }
}

static const double seams[] = {0.0};

static const ag_act_point points[] = {
    {-1000.0, -229.166666666666667, 0.229166666666666667},
    {-3.5, -0.802083333333333333, 0.229166666666666667},
    {-1e-08, -2.29166666666666671e-9, 0.229166666666666667},
    {0.0, 0.0, 0.229166666666666667},
    {2.25, 2.25, 1.0},
    {80.0, 80.0, 1.0},
};

const ag_activation ag_act_rrelu = {
    .about =
        {
            .name = "rrelu",
            .formula = "x if x > 0, slope x otherwise, slope drawn from lower to upper in training",
            .paper = "B. Xu, N. Wang, T. Chen, M. Li, 2015, arXiv:1505.00853",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(x>0,1,(lower+upper)/2)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams = seams,
    .n_seams = AG_COUNT(seams),
    .points = points,
    .n_points = AG_COUNT(points),
    .draw = draw,
};

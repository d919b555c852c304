/* ACON-C: swish between two learned slopes, p1 x and p2 x; beta learns how sharply it switches,
 * from their mean (0) to the larger one. Standard values: swish.
 *
 *     f(x)  = d x s + p2 x                     d = p1 - p2,   s = sigmoid(beta d x)
 *     f'(x) = d s (1 + u (1 - s)) + p2         u = beta d x
 *
 *     df/dp1 = x s (1 + u (1 - s))     df/dp2 = x - df/dp1     df/dbeta = (d x)^2 s (1 - s)
 *
 * With q = sigmoid(-|u|): s = q on the left, 1 - q on the right, and s (1 + u (1 - s)) is h =
 * q (1 - |u| (1 - q)) on the left, 1 - h on the right.
 */
#include "activations/activation.h"
#include "harness/num/vector_power.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "p1",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope on the right before the first step"},
    {.name = "p2",
     .kind = AG_PARAM_REAL,
     .standard = 0.0,
     .min = -10.0,
     .max = 10.0,
     .meaning = "slope on the left before the first step"},
    {.name = "beta",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = -100.0,
     .max = 100.0,
     .meaning = "sharpness before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_CHANNEL),
};

typedef struct gate {
    double q, left; /* q, and h of the head of this file */
    bool right;     /* u > 0 */
} gate;

/* c x, and 0 for infinities where c is 0. */
static double times(double c, double x) { return c != 0.0 || x != x ? c * x : 0.0; }

static gate gate_of(double x, const double *param) {
    const double u = times(param[2], times(param[0] - param[1], x)), a = fabs(u), e = exp(-a);
    const double q = e / (1.0 + e);
    return (gate){q, q > 0.0 ? q * (1.0 - a * (1.0 - q)) : q, u > 0.0};
}

/* p1 x on the right, p2 x on the left, and the rest, which is 0 far away. */
static double value(double x, const double *param) {
    const gate g = gate_of(x, param);
    const double rest = g.q > 0.0 ? (param[0] - param[1]) * x * g.q : g.q;
    return g.right ? times(param[0], x) - rest : times(param[1], x) + rest;
}

static double derivative(double x, const double *param) {
    const gate g = gate_of(x, param);
    const double rest = (param[0] - param[1]) * g.left;
    return g.right ? param[0] - rest : param[1] + rest;
}

static void param_derivatives(double x, const double *param, double *dp) {
    const gate g = gate_of(x, param);
    const double rest = g.q > 0.0 ? x * g.left : g.q, dx = (param[0] - param[1]) * x;
    dp[0] = g.right ? x - rest : rest;
    dp[1] = g.right ? rest : x - rest;
    dp[2] = g.q > 0.0 ? dx * dx * g.q * (1.0 - g.q) : g.q;
}

typedef struct ends {
    double y, slope, by_p1, by_p2, by_beta;
} ends;

/* As above, in double, as p1 - d q and the like are small differences. */
AG_INLINE ends ends_of(double x, double p1, double p2, double beta) {
    const double d = p1 - p2, c = beta * d, most = 700.0, large = 1e300;
    const double finite = x > large ? large : x < -large ? -large : x;
    const double u = c * finite, size = fabs(u), a = size > most ? most : size;
    const double e = ag_exp_double(-a), t = 1.0 / (1.0 + e), q = e * t;
    const bool far = size > most, right = u > 0.0;
    const double left = q * (1.0 - a * t), near = far ? 0.0 : finite;
    const double rest = (d * near) * q, turn = d * left, inner = near * left, dx = d * near;
    const double on_right = p1 == 0.0 ? finite * 0.0 : p1 * x,
                 on_left = p2 == 0.0 ? finite * 0.0 : p2 * x;
    return (ends){right ? on_right - rest : on_left + rest, right ? p1 - turn : p2 + turn,
                  right ? x - inner : inner, right ? inner : x - inner, ((dx * dx) * q) * t};
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ends f = ends_of((double)z[i], param[0], param[1], param[2]);
        y[i] = (float)f.y;
        dydz[i] = (float)f.slope;
    }
}

AG_ACT_EVALUATE_LEARNED(evaluate_learned) {
    AG_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const ends f = ends_of((double)z[i], (double)p[0][i], (double)p[1][i], (double)p[2][i]);
        y[i] = (float)f.y;
        dydz[i] = (float)f.slope;
        dydp[0][i] = (float)f.by_p1;
        dydp[1][i] = (float)f.by_p2;
        dydp[2][i] = (float)f.by_beta;
    }
}

static const ag_act_point points[] = {
    {-95.0, -5.2450281631771061e-40, -5.18981734040682077e-40},
    {-30.0, -2.80728689065178969e-12, -2.713710660963134e-12},
    {-10.0, -0.000453978687024343945, -0.000408560208657082316},
    {-3.0, -0.142277619532700343, -0.0881041060151696171},
    {-1.0, -0.268941421369995121, 0.0723294881285132682},
    {-0.125, -0.0585988283282804678, 0.437662379749541559},
    {0.0, 0.0, 0.5},
    {1e-08, 5.0000000250000001e-9, 0.500000005},
    {0.5, 0.311229665600927282, 0.739961187302651809},
    {2.0, 1.76159415595576489, 1.09078424878489548},
    {10.0, 9.99954602131297566, 1.00040856020865708},
    {40.0, 39.9999999999999998, 1.00000000000000017},
};

const ag_activation ag_act_acon_c = {
    .about =
        {
            .name = "acon_c",
            .formula = "(p1 - p2) x sigmoid(beta (p1 - p2) x) + p2 x, all learned",
            .paper = "N. Ma, X. Zhang, M. Liu, J. Sun, 2020, arXiv:2009.04759",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text =
        "p2+(p1-p2)*sigmoid(beta*(p1-p2)*x)*(1+beta*(p1-p2)*x*(1-sigmoid(beta*(p1-p2)*x)))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 3,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .points = points,
    .n_points = AG_COUNT(points),
};

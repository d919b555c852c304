/* Softplus: a smooth ReLU, whose derivative is the sigmoid.
 *
 *     f(x)  = log(1 + e^u) / beta = max(x, 0) + log1p(e^-|u|) / beta       u = beta x
 *     f'(x) = 1 / (1 + e^-u)
 *
 * The second form: e^u overflows from 710 on, and 1 + e^u is 1 below -37. PyTorch's goes on as x
 * where u is above a threshold of 20, which leaves out 2e-9.
 */
#include "activations/activation.h"
#include "harness/num/vector_log.h"

#include <math.h>

static const char *const threshold_words[] = {"none", NULL};

static const ag_param params[] = {
    {.name = "beta",
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.01,
     .max = 100.0,
     .later = true,
     .meaning = "sharpness of the bend; large: ReLU"},
    {.name = "threshold",
     .kind = AG_PARAM_REAL,
     .standard = AG_WORD(0),
     .min = 0.0,
     .max = 1000.0,
     .words = threshold_words,
     .later = true,
     .meaning = "where beta x is above, f is x"},
};

/* x above which f is x. */
static double straight_from(const double *param) {
    return param[1] < 0.0 ? HUGE_VAL : param[1] / param[0];
}

static double value(double x, const double *param) {
    if (x > straight_from(param)) return x;
    return (x < 0.0 ? 0.0 : x) + log1p(exp(-fabs(param[0] * x))) / param[0];
}

static double derivative(double x, const double *param) {
    if (x > straight_from(param)) return 1.0;
    const double e = exp(-fabs(param[0] * x));
    return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}

static int seams_of(const double *param, double *at) {
    at[0] = straight_from(param);
    return param[1] >= 0.0;
}

AG_ACT_EVALUATE(evaluate_plain) {
    for (size_t i = 0; i < n; i++) {
        const ag_dual f = ag_vector_softplus(z[i]);
        y[i] = f.value;
        dydz[i] = f.derivative;
    }
}

/* Without the last power of two of e^-|u|, which may be too small for a float before it is
 * divided by beta. */
AG_ACT_EVALUATE(evaluate_scaled) {
    const float straight = ag_float_down(straight_from(param));
    const double beta = param[0], inverse = 1.0 / beta, most = (double)AG_EXP_TAIL;
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        const double u = fabs((double)x * beta), bound = u > most ? most : u;
        const float high = (float)bound;
        const ag_exp_parts parts = ag_exp_tail(-high, (float)((double)high - bound));
        const float e = ag_exp_whole(parts), t = 1.0f / (1.0f + e);
        const double tail = (double)ag_exp_times(parts, ag_log1p_ratio(e));
        const float bent = (x < 0.0f ? 0.0f : x) + (float)(tail * ((double)parts.second * inverse));
        y[i] = x > straight ? x : bent;
        dydz[i] = x > straight ? 1.0f : x < 0.0f ? e * t : t;
    }
}

static void evaluate(size_t n, const float *z, float *y, float *dydz, const double *param) {
    if (param[0] == 1.0 && param[1] < 0.0)
        evaluate_plain(n, z, y, dydz, param);
    else
        evaluate_scaled(n, z, y, dydz, param);
}

static const ag_act_point points[] = {
    {-95.0, 5.52108227702853273e-42, 5.52108227702853273e-42},
    {-30.0, 9.35762296883973678e-14, 9.35762296883929895e-14},
    {-10.0, 0.0000453988992168646468, 0.0000453978687024343945},
    {-3.0, 0.0485873515737420588, 0.0474258731775667809},
    {-1.0, 0.313261687518222834, 0.268941421369995121},
    {-0.125, 0.632599035317169066, 0.468790626626243743},
    {0.0, 0.693147180559945309, 0.5},
    {1e-08, 0.693147185559945322, 0.5000000025},
    {0.5, 0.974076984180106681, 0.622459331201854565},
    {2.0, 2.1269280110429725, 0.880797077977882444},
    {10.0, 10.0000453988992169, 0.999954602131297566},
    {40.0, 40.0, 0.999999999999999996},
};

const ag_activation ag_act_softplus = {
    .about =
        {
            .name = "softplus",
            .formula = "log(1 + exp(beta x)) / beta, x if beta x > threshold",
            .paper = "C. Dugas, Y. Bengio, F. Belisle, C. Nadeau, R. Garcia, 2000, NIPS, "
                     "Incorporating second-order functional knowledge for better option pricing",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "sigmoid(beta*x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

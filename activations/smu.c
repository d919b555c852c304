/* SMU: a smooth maximum of x and alpha x. mu may be learned.
 *
 *     f(x)  = x (alpha + (1 - alpha) P)          P = erfc(-u) / 2, u = mu (1 - alpha) x
 *     f'(x) = alpha + (1 - alpha) (P + u e^(-u^2) / sqrt(pi))
 *     df/dmu = ((1 - alpha) x)^2 e^(-u^2) / sqrt(pi)
 *
 * which is ((1 + alpha) x + (1 - alpha) x erf(u)) / 2 without its cancellation on the left.
 */
#include "activations/activation.h"
#include "harness/num/vector_erf.h"
#include "harness/num/vector_power.h"

#include <math.h>

static const double INV_SQRT_PI = 0.56418958354775628695;
static const double FAR = 30.0; /* e^-900 is 0, and infinity times 0 is NaN */

static const ag_param params[] = {
    {.name = "mu",
     .kind = AG_PARAM_REAL,
     .standard = 2.5,
     .min = 0.001,
     .max = 1e6,
     .meaning = "sharpness of the bend before the first step"},
    {.name = "alpha",
     .kind = AG_PARAM_REAL,
     .standard = 0.01,
     .min = 0.0,
     .max = 0.99,
     .meaning = "slope far below zero"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_NONE),
};

static double value(double x, const double *param) {
    const double rest = 1.0 - param[1], u = param[0] * rest * x;
    const double slope = param[1] + rest * 0.5 * erfc(-u);
    return slope == 0.0 ? 0.0 : x * slope;
}

static double derivative(double x, const double *param) {
    const double rest = 1.0 - param[1], u = param[0] * rest * x;
    const double bell = fabs(u) > FAR ? 0.0 : u * INV_SQRT_PI * exp(-u * u);
    return param[1] + rest * (0.5 * erfc(-u) + bell);
}

static void param_derivatives(double x, const double *param, double *dp) {
    const double s = (1.0 - param[1]) * x, u = param[0] * s;
    dp[0] = fabs(u) > FAR ? 0.0 : s * s * INV_SQRT_PI * exp(-u * u);
}

/* As good as a corner where the bend is narrower than what is looked at. */
static int seams_of(const double *param, double *at) {
    at[0] = 0.0;
    return param[0] * (1.0 - param[1]) > 20.0;
}

typedef struct ends {
    float y, slope, by_mu;
} ends;

/* With g = erfc(|u|) / 2 and h = g - |u| e^(-u^2) / sqrt(pi): f is x or alpha x less rest |x| g,
 * f' 1 - rest h on the right and alpha + rest h on the left, where it is a small difference: in
 * double. Learning may lead mu below 0: then the sides are exchanged, and rest |x| g is added. */
AG_INLINE ends ends_of(float x, double mu, double alpha) {
    const double rest = 1.0 - alpha, k = fabs(mu) * rest, most = (double)AG_SQUARE_MOST;
    const double size = fabs((double)x), far = k * size, u = far > most ? most : far;
    const double reach = far > most ? most / k : size, bell = ag_exp_double(-u * u);
    const double half = 0.5 * (double)ag_erfc_mills((float)u);
    const double sign = mu < 0.0 ? -1.0 : 1.0, turn = u * INV_SQRT_PI, s = rest * (sign * reach),
                 bend = rest * (bell * (half - turn));
    const bool right = (float)sign * x > 0.0f;
    const float flat = fabsf(x) > 1.0f ? 0.0f : x * 0.0f; /* infinity times 0 is NaN */
    const float left = alpha == 0.0 ? flat : (float)(alpha * (double)x);
    return (ends){(right ? x : left) - (float)(s * (half * bell)),
                  (float)(right ? 1.0 - bend : alpha + bend),
                  (float)((s * s) * (INV_SQRT_PI * bell))};
}

AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const ends f = ends_of(z[i], param[0], param[1]);
        y[i] = f.y;
        dydz[i] = f.slope;
    }
}

AG_ACT_EVALUATE_LEARNED(evaluate_learned) {
    AG_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const ends f = ends_of(z[i], (double)p[0][i], param[1]);
        y[i] = f.y;
        dydz[i] = f.slope;
        dydp[0][i] = f.by_mu;
    }
}

static const ag_act_point points[] = {
    {-40.0, -0.4, 0.01},
    {-3.0, -0.03, 0.01},
    {-0.5, -0.0248254698933765121, -0.0998087862776052334},
    {-1e-08, -5.0499998617594474e-9, 0.504999972351889458},
    {0.0, 0.0, 0.505},
    {0.25, 0.202783234998443101, 1.04680339983463143},
    {1.0, 0.999769851437452819, 1.0027919618403038},
    {10.0, 10.0, 1.0},
};

const ag_activation ag_act_smu = {
    .about =
        {
            .name = "smu",
            .formula = "((1 + alpha) x + (1 - alpha) x erf(mu (1 - alpha) x)) / 2",
            .paper = "K. Biswas, S. Kumar, S. Banerjee, A. K. Pandey, 2021, arXiv:2111.04682",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "alpha+(1-alpha)*((1+erf(mu*(1-alpha)*x))/"
                       "2+mu*(1-alpha)*x*exp(-(mu*(1-alpha)*x)^2)/sqrt(pi))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 1,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

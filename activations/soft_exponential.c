/* Soft exponential: a logarithm for alpha < 0, the identity for alpha = 0, an exponential for
 * alpha > 0, and one passes into the other as alpha is learned.
 *
 *     f(x)  = -log(1 - w) / alpha             w = alpha (x + alpha)       alpha < 0
 *           = (e^(alpha x) - 1) / alpha + alpha                           alpha > 0
 *     f'(x) = 1 / (1 - w)   or   e^(alpha x)
 *
 *     df/dalpha = 1 / (1 - w) + (x + alpha)^2 (log(1 - w) + w / (1 - w)) / w^2
 *               = 1 + x^2 (e^v (v - 1) + 1) / v^2                v = alpha x
 *               = 1 + x^2 / 2 for alpha = 0, from both sides
 *
 * For alpha < 0 there is no logarithm for x < -alpha + 1 / alpha: f is NaN there, as in the paper's
 * formula and every implementation. To go on in another way would be a function that nobody has
 * published; so a net whose values get there diverges, and an alpha for which [-8, 8] is
 * not free of such places (about -0.123 and below) is refused before training.
 */
#include "activations/activation.h"
#include "harness/num/vector_power.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "alpha",
     .kind = AG_PARAM_REAL,
     .standard = 0.25,
     .min = -10.0,
     .max = 10.0,
     .meaning = "below 0 a logarithm, 0 the identity, above 0 an exponential, at first"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_CHANNEL),
};

static double value(double x, const double *param) {
    const double alpha = param[0];
    if (alpha == 0.0) return x;
    return alpha > 0.0 ? expm1(alpha * x) / alpha + alpha : -log1p(-alpha * (x + alpha)) / alpha;
}

static double derivative(double x, const double *param) {
    const double alpha = param[0], u = 1.0 - alpha * (x + alpha);
    if (alpha == 0.0) return x != x ? x : 1.0;
    return alpha > 0.0 ? exp(alpha * x) : u < 0.0 ? (double)NAN : 1.0 / u;
}

/* (e^v (v - 1) + 1) / v^2, the sum of n v^(n - 1) / (n + 1)!, for |v| <= 1 */
static double near_exponential(double v) {
    double sum = 0.0, factorial = 121645100408832000.0; /* 19! */
    for (int n = 18; n > 0; n--) {
        sum = sum * v + n / factorial;
        factorial /= n + 1;
    }
    return sum;
}

/* (log(1 - w) + w / (1 - w)) / w^2, the sum of (n + 1) w^n / (n + 2), for small |w| */
AG_INLINE double near_logarithm(double w, int terms) {
    double sum = 0.0;
    for (int n = terms; n >= 0; n--)
        sum = sum * w + (n + 1.0) / (n + 2.0);
    return sum;
}

static double by_alpha_below(double x, double alpha) {
    const double w = alpha * (x + alpha), u = 1.0 - w;
    if (u <= 0.0) return u < 0.0 ? (double)NAN : HUGE_VAL;
    if (fabs(w) < 0.1) return 1.0 / u + (x + alpha) * (x + alpha) * near_logarithm(w, 18);
    return 1.0 / u + (log1p(-w) + (1.0 / u - 1.0)) / (alpha * alpha);
}

static void param_derivatives(double x, const double *param, double *dp) {
    const double alpha = param[0], v = alpha * x;
    if (alpha < 0.0)
        dp[0] = by_alpha_below(x, alpha);
    else if (alpha == 0.0 || fabs(v) <= 1.0)
        dp[0] = 1.0 + x * x * near_exponential(alpha == 0.0 ? 0.0 : v);
    else
        dp[0] = 1.0 + (v < -800.0 ? 1.0 : exp(v) * (v - 1.0) + 1.0) / (alpha * alpha);
}

static double defined_above(const double *param) {
    return param[0] < 0.0 ? 1.0 / param[0] - param[0] : -HUGE_VAL;
}

static int seams_of(const double *param, double *at) {
    at[0] = defined_above(param);
    return param[0] < 0.0;
}

/* A double, because alpha x in a float is the exponential's error, and 1 - w is the small
 * difference of large terms where f is steep. */
typedef struct ends {
    double y, slope, by_alpha;
} ends;

/* alpha > 0 */
AG_INLINE ends exponential(double x, double alpha) {
    const double v = alpha * x, most = 92.0; /* e^92 / 10 is infinite in float */
    const double above = v < (double)AG_EXP_LEAST ? (double)AG_EXP_LEAST : v;
    const double bound = above > most ? most : above;
    const float high = (float)bound;
    const ag_exp_parts e = ag_exp_split(high, (float)(bound - (double)high));
    const float inverse = ag_bits_to_float(0x7f000000u - ag_float_to_bits(e.second));
    const double second = (double)e.second,
                 less_one = (double)(e.above_one * e.first + (e.first - inverse)) * second,
                 whole = (double)ag_exp_times(e, 1.0f) * second;
    /* (e^v - 1) / v for |v| <= 1, the sum of v^n / (n + 1)!, and its derivative */
    double s = 1.0 / 479001600, t = 0.0;
    static const double factorial[] = {1,    2,     6,      24,      120,     720,
                                       5040, 40320, 362880, 3628800, 39916800};
    for (int n = AG_COUNT(factorial) - 1; n >= 0; n--) {
        t = t * bound + s;
        s = s * bound + 1.0 / factorial[n];
    }
    const bool near = fabs(v) <= 1.0;
    const double far = (whole * (bound - 1.0) + 1.0) / (alpha * alpha);
    return (ends){(near ? x * s : less_one / alpha) + alpha, whole, 1.0 + (near ? x * x * t : far)};
}

/* alpha < 0 */
AG_INLINE ends logarithm(double x, double alpha) {
    const double log_2 = 0.69314718055994531, most = 1e300;
    const double sum = x + alpha, w = alpha * sum, u = 1.0 - w, rest = (1.0 - u) - w;
    const double positive = u > 0.0 ? u > most ? most : u : 1.0;
    const double log = ag_log2_normal(positive) * log_2 + rest / positive;
    const double limit = u == 0.0 ? -HUGE_VAL : u > most ? HUGE_VAL : log;
    const double all = u > 0.0 || u == 0.0 ? limit : (double)NAN, inverse = 1.0 / u;
    const double near = sum * sum * near_logarithm(w, 6),
                 far = (all + (inverse - 1.0)) / (alpha * alpha);
    const double bend = inverse + (fabs(w) < 0.03 ? near : far);
    return (ends){-all / alpha, u < 0.0 ? (double)NAN : inverse, u == 0.0 ? HUGE_VAL : bend};
}

AG_ACT_EVALUATE(evaluate_exponential) {
    for (size_t i = 0; i < n; i++) {
        const ends f = exponential((double)z[i], param[0]);
        y[i] = (float)f.y;
        dydz[i] = (float)f.slope;
    }
}

AG_ACT_EVALUATE(evaluate_logarithm) {
    for (size_t i = 0; i < n; i++) {
        const ends f = logarithm((double)z[i], param[0]);
        y[i] = (float)f.y;
        dydz[i] = (float)f.slope;
    }
}

AG_ACT_EVALUATE(evaluate_identity) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i];
        y[i] = x;
        dydz[i] = x != x ? x : 1.0f;
    }
}

static void evaluate(size_t n, const float *z, float *y, float *dydz, const double *param) {
    if (param[0] > 0.0)
        evaluate_exponential(n, z, y, dydz, param);
    else if (param[0] < 0.0)
        evaluate_logarithm(n, z, y, dydz, param);
    else
        evaluate_identity(n, z, y, dydz, param);
}

AG_ACT_EVALUATE_LEARNED(evaluate_learned) {
    AG_INDEPENDENT
    for (size_t i = 0; i < n; i++) {
        const float alpha = p[0][i];
        const double x = (double)z[i], a = (double)alpha;
        const bool none = alpha == 0.0f;
        const ends above = exponential(x, none ? 1.0 : a), below = logarithm(x, none ? -1.0 : a);
        const ends f = alpha < 0.0f ? below : above;
        y[i] = none ? z[i] : (float)f.y;
        dydz[i] = !none ? (float)f.slope : x != x ? z[i] : 1.0f;
        dydp[0][i] = (float)(none ? 1.0 + 0.5 * (x * x) : f.by_alpha);
    }
}

static const ag_act_point points[] = {
    {-1000.0, -3.75, 2.66919021554127639e-109},
    {-30.0, -3.74778766251940867, 0.000553084370147833583},
    {-3.0, -1.86053378903594117, 0.472366552741014707},
    {-0.125, 0.126932937905376327, 0.969233234476344082},
    {0.0, 0.25, 1.0},
    {1e-08, 0.250000010000000012, 1.0000000025},
    {2.0, 2.84488508280051259, 1.64872127070012815},
    {10.0, 44.9799758428138938, 12.1824939607034734},
    {200.0, 2.07388221143482899e+22, 5.18470552858707246e+21},
};

const ag_activation ag_act_soft_exponential = {
    .about =
        {
            .name = "soft_exponential",
            .formula = "(exp(alpha x) - 1) / alpha + alpha for alpha > 0, x for 0, "
                       "-log(1 - alpha (x + alpha)) / alpha below; learned",
            .paper = "L. B. Godfrey, M. S. Gashler, 2016, arXiv:1602.01321",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "where(alpha<0,1/(1-alpha*(x+alpha)),exp(alpha*x))",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 1,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .defined_above = defined_above,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

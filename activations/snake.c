/* Snake: the identity and a wave, for what repeats. alpha may be learned.
 *
 *     f(x)  = x + sin(alpha x)^2 / alpha
 *     f'(x) = 1 + sin(2 alpha x)
 *     df/dalpha = x sin(2 alpha x) / alpha - sin(alpha x)^2 / alpha^2
 *
 * At infinity f' has no limit, and is NaN.
 */
#include "activations/activation.h"
#include "harness/num/vector_trig.h"

#include <math.h>

static const char *const alpha_aliases[] = {"a", NULL};

static const ag_param params[] = {
    {.name = "alpha",
     .aliases = alpha_aliases,
     .kind = AG_PARAM_REAL,
     .standard = 1.0,
     .min = 0.01,
     .max = 100.0,
     .meaning = "frequency of the wave before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_NONE),
};

static double value(double x, const double *param) {
    const double s = sin(param[0] * x);
    return isinf(x) || param[0] == 0.0 ? x : x + s * s / param[0];
}

static double derivative(double x, const double *param) { return 1.0 + sin(2.0 * param[0] * x); }

static void param_derivatives(double x, const double *param, double *dp) {
    const double a = param[0], s = sin(a * x);
    dp[0] = a == 0.0 ? x * x : x * sin(2.0 * a * x) / a - s * s / (a * a);
}

/* In double: x + s^2 / alpha is a small difference on the left of zero; f' is (s + c)^2. */
typedef struct ends {
    double y, slope, by_alpha;
} ends;

/* |alpha x| <= AG_TRIG_WIDE or NaN. */
AG_INLINE ends ends_near(double x, double alpha, double inverse) {
    const ag_trig_double t = ag_vector_sincos_double(alpha * x);
    const double square = t.sine * t.sine, sum = t.sine + t.cosine;
    return (ends){.y = x + square * inverse, .slope = sum * sum};
}

AG_INLINE ends ends_near_learned(double x, double alpha) {
    const ag_trig_double t = ag_vector_sincos_double(alpha * x);
    const double square = t.sine * t.sine, twice = 2.0 * (t.sine * t.cosine),
                 sum = t.sine + t.cosine;
    const bool none = alpha == 0.0;
    return (ends){none ? x : x + square / alpha, sum * sum,
                  none ? x * x : (x * twice - square / alpha) / alpha};
}

/* Beyond AG_TRIG_WIDE, where a float's neighbours are waves away, the definition will do. */
AG_INLINE bool is_far(double x, double alpha) { return fabs(alpha * x) > AG_TRIG_WIDE; }

static ends ends_far(double x, double alpha) {
    ends f = {.y = value(x, &alpha), .slope = derivative(x, &alpha)};
    param_derivatives(x, &alpha, &f.by_alpha);
    return f;
}

/* alpha NULL: `shared` */
AG_INLINE bool all_near(size_t n, const float *z, const float *alpha, double shared) {
    uint32_t beyond = 0;
    for (size_t i = 0; i < n; i++)
        beyond |= is_far((double)z[i], alpha ? (double)alpha[i] : shared);
    return !beyond;
}

AG_ACT_EVALUATE(evaluate) {
    const double alpha = param[0], inverse = 1.0 / alpha;
    if (all_near(n, z, NULL, alpha)) {
        for (size_t i = 0; i < n; i++) {
            const ends f = ends_near((double)z[i], alpha, inverse);
            y[i] = (float)f.y;
            dydz[i] = (float)f.slope;
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = (double)z[i];
        const ends f = is_far(x, alpha) ? ends_far(x, alpha) : ends_near(x, alpha, inverse);
        y[i] = (float)f.y;
        dydz[i] = (float)f.slope;
    }
}

AG_ACT_EVALUATE_LEARNED(evaluate_learned) {
    if (all_near(n, z, p[0], 0.0)) {
        AG_INDEPENDENT
        for (size_t i = 0; i < n; i++) {
            const ends f = ends_near_learned((double)z[i], (double)p[0][i]);
            y[i] = (float)f.y;
            dydz[i] = (float)f.slope;
            dydp[0][i] = (float)f.by_alpha;
        }
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const double x = (double)z[i], alpha = (double)p[0][i];
        const ends f = is_far(x, alpha) ? ends_far(x, alpha) : ends_near_learned(x, alpha);
        y[i] = (float)f.y;
        dydz[i] = (float)f.slope;
        dydp[0][i] = (float)f.by_alpha;
    }
}

static const ag_act_point points[] = {
    {-1000.0, -999.316270225449584, 0.0699604955838629921},
    {-3.0, -2.98008514332518301, 1.27941549819892587},
    {-1.0, -0.291926581726428807, 0.0907025731743183046},
    {-0.125, -0.109456210855322392, 0.75259604074547707},
    {0.0, 0.0, 1.0},
    {1e-08, 1.00000001000000002e-8, 1.00000002},
    {0.5, 0.729848847065930141, 1.84147098480789651},
    {2.0, 2.82682181043180596, 0.243197504692071749},
    {40.0, 40.5551936219195238, 0.00611134607662481027},
};

const ag_activation ag_act_snake = {
    .about =
        {
            .name = "snake",
            .formula = "x + sin(alpha x)^2 / alpha",
            .paper = "L. Ziyin, T. Hartwig, M. Ueda, 2020, arXiv:2006.08195",
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text = "1+sin(2*alpha*x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 1,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .points = points,
    .n_points = AG_COUNT(points),
};

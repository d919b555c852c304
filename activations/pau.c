/* PAU, Pade activation unit, in its safe form: a quotient of polynomials without poles, whose ten
 * coefficients are learned for each layer. Standard values: nearly ReLU in [-3, 3].
 *
 *     f(x)  = A / (1 + |B|)       A = a0 + a1 x + ... + a5 x^5,   B = b1 x + ... + b4 x^4
 *     f'(x) = A' / (1 + |B|) - A sign(B) B' / (1 + |B|)^2
 *
 *     df/dak = x^k / (1 + |B|)    df/dbk = -A sign(B) x^k / (1 + |B|)^2
 *
 * Beyond 1 everything is divided by x^4 and written in t = 1 / x: nothing overflows.
 */
#include "activations/activation.h"

#include <math.h>

static const ag_param params[] = {
    {.name = "a0",
     .kind = AG_PARAM_REAL,
     .standard = 0.02996348,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^0 above the line, before the first step"},
    {.name = "a1",
     .kind = AG_PARAM_REAL,
     .standard = 0.61690165,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^1 above the line, before the first step"},
    {.name = "a2",
     .kind = AG_PARAM_REAL,
     .standard = 2.37539147,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^2 above the line, before the first step"},
    {.name = "a3",
     .kind = AG_PARAM_REAL,
     .standard = 3.06608078,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^3 above the line, before the first step"},
    {.name = "a4",
     .kind = AG_PARAM_REAL,
     .standard = 1.52474449,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^4 above the line, before the first step"},
    {.name = "a5",
     .kind = AG_PARAM_REAL,
     .standard = 0.25281987,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^5 above the line, before the first step"},
    {.name = "b1",
     .kind = AG_PARAM_REAL,
     .standard = 1.19160814,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^1 below the line, before the first step"},
    {.name = "b2",
     .kind = AG_PARAM_REAL,
     .standard = 4.40811795,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^2 below the line, before the first step"},
    {.name = "b3",
     .kind = AG_PARAM_REAL,
     .standard = 0.91111034,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^3 below the line, before the first step"},
    {.name = "b4",
     .kind = AG_PARAM_REAL,
     .standard = 0.34885983,
     .min = -100.0,
     .max = 100.0,
     .meaning = "of x^4 below the line, before the first step"},
    AG_ACT_LEARNED_PARAMS(AG_LEARNED_PER_LAYER),
};

enum { ABOVE = 6, BELOW = 4, N = ABOVE + BELOW };

/* With m = x and s = 1 near zero, m = 1 / x and s = m^4 beyond 1: A s, B s and 1 + |B| s. */
typedef struct parts {
    bool beyond;
    double m, s, sign, a, below;
} parts;

AG_INLINE double sign_of(double x) { return x > 0.0 ? 1.0 : x < 0.0 ? -1.0 : x; }

AG_INLINE parts parts_of(double x, const double *param) {
    parts p = {.beyond = fabs(x) > 1.0, .m = x, .s = 1.0};
    double b = 0.0;
    if (p.beyond) {
        p.m = 1.0 / x;
        p.s = p.m * p.m * p.m * p.m;
        for (int k = 0; k < ABOVE - 1; k++) /* a0 m^4 + ... + a4, without a5 x */
            p.a = p.a * p.m + param[k];
        for (int k = 0; k < BELOW; k++)
            b = b * p.m + param[ABOVE + k];
    } else {
        for (int k = ABOVE - 1; k >= 0; k--)
            p.a = p.a * p.m + param[k];
        for (int k = BELOW - 1; k >= 0; k--)
            b = (b + param[ABOVE + k]) * p.m;
    }
    p.sign = sign_of(b);
    p.below = p.s + fabs(b);
    return p;
}

AG_INLINE double value(double x, const double *param) {
    const parts p = parts_of(x, param);
    return p.beyond ? (p.a + param[ABOVE - 1] * x) / p.below : p.a / p.below;
}

/* A' and B' are one power of x less: times s x beyond 1. */
AG_INLINE double derivative(double x, const double *param) {
    const parts p = parts_of(x, param);
    double a = 0.0, b = 0.0;
    if (!p.beyond) {
        for (int k = ABOVE - 1; k > 0; k--)
            a = a * x + k * param[k];
        for (int k = BELOW; k > 0; k--)
            b = b * x + k * param[ABOVE + k - 1];
        return a / p.below - p.sign * (p.a / p.below) * (b / p.below);
    }
    for (int k = 1; k < ABOVE; k++) /* A' s = a5 5 + (a4 4 + ...) m: a and b are times m too */
        a = a * p.m + k * param[k];
    for (int k = 1; k <= BELOW; k++)
        b = b * p.m + k * param[ABOVE + k - 1];
    const double f = param[ABOVE - 1] + p.m * p.a; /* A s m: x^5 is one power more than x^4 */
    return a / p.below - p.sign * (f / p.below) * (b / p.below);
}

AG_INLINE void param_derivatives(double x, const double *param, double *dp) {
    const parts p = parts_of(x, param);
    const double f = value(x, param);
    double power = p.beyond ? p.s : 1.0; /* x^k s */
    const double step = p.beyond ? p.m : x;
    for (int k = 0; k < ABOVE; k++) {
        dp[k] = p.beyond && k == ABOVE - 1 ? x / p.below : power / p.below;
        if (k > 0 && k <= BELOW) dp[ABOVE + k - 1] = -f * p.sign * (power / p.below);
        power = p.beyond ? power / step : power * step;
    }
}

/* Real roots of b1 + b2 x + b3 x^2 + b4 x^3: where B crosses zero besides 0. Between the
 * places where its slope changes sign it crosses zero at most once. */
static double cubic(const double *b, double x) { return b[0] + x * (b[1] + x * (b[2] + x * b[3])); }

static double halved(const double *b, double low, double high) {
    const bool rises = cubic(b, high) > 0.0;
    for (int i = 0; i < 200; i++) {
        const double middle = low + 0.5 * (high - low);
        if ((cubic(b, middle) > 0.0) == rises)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static int seams_of(const double *param, double *at) {
    const double *b = param + ABOVE, root = b[2] * b[2] - 3.0 * b[3] * b[1], far = 1e6;
    double edge[4] = {-far, far, far, far};
    int n = 0;
    if (b[3] != 0.0 && root > 0.0) {
        const double first = (-b[2] - sqrt(root)) / (3.0 * b[3]),
                     second = (-b[2] + sqrt(root)) / (3.0 * b[3]);
        edge[1] = fmax(-far, fmin(far, fmin(first, second)));
        edge[2] = fmax(-far, fmin(far, fmax(first, second)));
    } else if (b[3] == 0.0 && b[2] != 0.0) {
        edge[1] = fmax(-far, fmin(far, -0.5 * b[1] / b[2]));
    }
    at[n++] = 0.0;
    for (int i = 0; i < 3; i++)
        if ((cubic(b, edge[i]) > 0.0) != (cubic(b, edge[i + 1]) > 0.0))
            at[n++] = halved(b, edge[i], edge[i + 1]);
    return n;
}

AG_ACT_EVALUATE_DEFINED(evaluate, value, derivative)

AG_ACT_EVALUATE_LEARNED_DEFINED(evaluate_learned, N, value, derivative, param_derivatives)

static const ag_act_point points[] = {
    {-1000.0, -722.218511673369053, 0.724710121324300226},
    {-3.0, -0.0283964751435433095, 0.1418156821374693},
    {-1.0, -0.00156060627662634234, 0.0601137746971790642},
    {-0.125, -0.0144741104031548455, 0.141710154497915998},
    {0.0, 0.0299634800000000007, 0.616901649999999968},
    {1e-08, 0.029963485811969389, 0.581196954344270979},
    {0.5, 0.500690438984252102, 1.02347011671044633},
    {2.0, 2.00022045528162159, 1.00565607748699545},
    {40.0, 31.2909197678368279, 0.729150337342324399},
};

static const char *const aliases[] = {"rational", NULL};

const ag_activation ag_act_pau = {
    .about =
        {
            .name = "pau",
            .formula = "(a0 + ... + a5 x^5) / (1 + |b1 x + ... + b4 x^4|), all learned",
            .paper = "A. Molina, P. Schramowski, K. Kersting, 2019, arXiv:1907.06732",
            .aliases = aliases,
            .params = params,
            .n_params = AG_COUNT(params),
        },
    .derivative_text =
        "(a1+2*a2*x+3*a3*x^2+4*a4*x^3+5*a5*x^4)/"
        "(1+abs(b1*x+b2*x^2+b3*x^3+b4*x^4))-(a0+a1*x+a2*x^2+a3*x^3+a4*x^4+a5*x^5)*sign(b1*x+b2*x^2+"
        "b3*x^3+b4*x^4)*(b1+2*b2*x+3*b3*x^2+4*b4*x^3)/(1+abs(b1*x+b2*x^2+b3*x^3+b4*x^4))^2",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .n_learned = 10,
    .param_derivatives = param_derivatives,
    .evaluate_learned = evaluate_learned,
    .seams_of = seams_of,
    .points = points,
    .n_points = AG_COUNT(points),
};

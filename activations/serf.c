/* Serf: x times the error function of its softplus.
 *
 *     f(x)  = x erf(p)                                      p = log(1 + e^x)
 *     f'(x) = erf(p) + x 2 / sqrt(pi) e^(-p^2) s(x)         s(x) = 1 / (1 + e^-x)
 */
#include "activations/activation.h"
#include "harness/num/vector_erf.h"
#include "harness/num/vector_log.h"

#include <math.h>

static const double FAR = 800.0; /* infinity times 0 is NaN */
static const double TWO_OVER_SQRT_PI = 1.12837916709551257390;

static double value(double x, const double *param) {
    (void)param;
    return x < -FAR ? 0.0 : x * erf((x < 0.0 ? 0.0 : x) + log1p(exp(-fabs(x))));
}

static double derivative(double x, const double *param) {
    (void)param;
    if (fabs(x) > FAR) return x > 0.0 ? 1.0 : 0.0;
    const double e = exp(-fabs(x)), p = (x < 0.0 ? 0.0 : x) + log1p(e);
    const double s = x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
    return erf(p) + x * TWO_OVER_SQRT_PI * exp(-p * p) * s;
}

/* On the left p < AG_ERF_SMALL, and f and f' are made without their factor e = e^x, which
 * may be too small for a float. */
AG_ACT_EVALUATE(evaluate) {
    for (size_t i = 0; i < n; i++) {
        const float x = z[i], a = fabsf(x);
        const float bound = a > AG_EXP_TAIL ? AG_EXP_TAIL : a, b = copysignf(bound, x);
        const ag_exp_parts parts = ag_exp_tail(-bound, -0.0f);
        const float e = ag_exp_whole(parts), log = ag_log1p_ratio(e);
        const float p = (x < 0.0f ? 0.0f : x) + e * log;
        const float near = p > AG_SQUARE_MOST ? AG_SQUARE_MOST : p;
        const ag_exp_parts square = ag_exp_minus_square(near, 0.0f);
        const double bell = TWO_OVER_SQRT_PI * (double)ag_exp_whole(square);
        /* on the left it cancels with another term: in double */
        const double turn = (double)b * (bell / (1.0 + (double)e));
        const float far = 1.0f - ag_exp_times(square, ag_erfc_mills(near)) * square.second;
        const float left = log + log * ag_erf_ratio(p * p);
        const float slope = (float)((double)(x < 0.0f ? left : far) + turn);
        y[i] = x < 0.0f ? ag_exp_times(parts, b * left) * parts.second : x * far;
        dydz[i] = x < 0.0f ? ag_exp_times(parts, slope) * parts.second : slope;
    }
}

static const ag_act_point points[] = {
    {-25.0, -3.91771663272712931e-10, -3.76100796739083963e-10},
    {-10.0, -0.000512271720501847556, -0.000461032919637660035},
    {-3.0, -0.164345530554718472, -0.105382706277472312},
    {-1.0, -0.342247955389338441, 0.0671456785692733211},
    {-0.125, -0.078626895368388912, 0.584700509491458033},
    {0.0, 0.0, 0.673041289742524936},
    {1e-08, 6.73041293232055225e-9, 0.673041296721585481},
    {0.5, 0.415829311482059017, 0.967635844196283526},
    {2.0, 1.99473933326779123, 1.01893169716265204},
    {5.0, 4.99999999999282159, 1.00000000007133603},
};

const ag_activation ag_act_serf = {
    .about =
        {
            .name = "serf",
            .formula = "x erf(log(1 + exp(x)))",
            .paper = "S. Nag, M. Bhattacharyya, A. Mukherjee, R. Kundu, 2021, arXiv:2108.09598",
        },
    .derivative_text = "erf(softplus(x))+2/sqrt(pi)*x*exp(-softplus(x)^2)*sigmoid(x)",
    .value = value,
    .derivative = derivative,
    .evaluate = evaluate,
    .points = points,
    .n_points = AG_COUNT(points),
};

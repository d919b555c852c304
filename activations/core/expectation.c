/* Expectations of an activation for z ~ N(0, sigma^2), by quadrature.
 *
 * Adaptive Gauss-Legendre over u = z / sigma on [-12, 12], where all but 4e-33 of the
 * normal distribution lies, split at the seams of the activation, at the whole
 * numbers and towards z = 0. Not Gauss-Hermite: its points ignore the seams, and with 100 of them
 * the gain of ReLU is right to three digits only. */
#include "activations/expectation.h"

#include "activations/activation.h"
#include "activations/core/normal_integral.h"
#include "harness/num/legendre.h"

#include <math.h>

static const double REACH = 12.0;
static const double TOLERANCE = 1e-13; /* of the whole integral, per panel */
enum {
    DEPTH_MAX = 40,     /* a panel of 1e-12: for a jump nobody declared */
    PANELS_MAX = 20000, /* 10 ms: for a function whose rounding errors never agree */
};

typedef struct quadrature {
    ag_normal_integrand *f;
    const void *context;
    double tolerance; /* two halves agree with the whole */
    int panels;       /* computed so far */
    double off;       /* what panels differ from their halves where the work ended */
} quadrature;

static double integrand(const quadrature *q, double u) {
    return q->f(q->context, u) * exp(-0.5 * u * u) * 0.39894228040143267794; /* 1 / sqrt(2 pi) */
}

static double panel(quadrature *q, double a, double b) {
    const double middle = 0.5 * (a + b), half = 0.5 * (b - a);
    double sum = 0.0;
    for (int i = 0; i < AG_LEGENDRE_PAIRS; i++)
        sum += ag_legendre_weight[i] * (integrand(q, middle - half * ag_legendre_node[i]) +
                                        integrand(q, middle + half * ag_legendre_node[i]));
    q->panels++;
    return half * sum;
}

/* The integral over [a, b], whose one-panel value is `whole`: halves until they agree. */
static double refine(quadrature *q, double a, double b, double whole, int depth) {
    const double middle = 0.5 * (a + b);
    const double left = panel(q, a, middle), right = panel(q, middle, b);
    const double apart = fabs(left + right - whole);
    const bool agree = !(apart > q->tolerance); /* NaN: no use going on */
    if (agree || depth == 0 || q->panels >= PANELS_MAX) {
        const bool endless = depth == 0 && apart > 1e7 * q->tolerance; /* as of 1 / |x| */
        q->off += endless ? HUGE_VAL : apart;
        return left + right;
    }
    return refine(q, a, middle, left, depth - 1) + refine(q, middle, b, right, depth - 1);
}

/* The next of ..., -4, -2, -1, 0, 1, 2, 4, ... behind z. */
static double next_power(double z) {
    const double wide = 1e-9; /* z = u sigma may have missed by rounding the one it is at */
    if (z >= 1.0 - wide) return exp2(floor(log2(z * (1.0 + wide))) + 1.0);
    if (z >= -wide) return 1.0;
    if (z >= -1.0 - wide) return 0.0;
    return -exp2(ceil(log2(-z * (1.0 - wide))) - 1.0);
}

double ag_act_piece_end(int n, const double *seam, double sigma, double u) {
    double end = fmin(floor(u) + 1.0, next_power(u * sigma) / sigma);
    for (int i = 0; i < n; i++)
        if (seam[i] > u && seam[i] < end) end = seam[i];
    return end;
}

double ag_normal_integral(ag_normal_integrand *f, const void *context, double sigma, int n_seams,
                          const double *seam, double *off) {
    quadrature q = {.f = f, .context = context};
    double rough = 0.0, sum = 0.0; /* rough: how large it is, sign apart */
    for (double a = -REACH, b; a < REACH; a = b) {
        b = fmin(REACH, ag_act_piece_end(n_seams, seam, sigma, a));
        rough += fabs(panel(&q, a, b));
    }
    q.tolerance = TOLERANCE * rough;
    for (double a = -REACH, b; a < REACH; a = b) {
        b = fmin(REACH, ag_act_piece_end(n_seams, seam, sigma, a));
        sum += refine(&q, a, b, panel(&q, a, b), DEPTH_MAX);
    }
    *off = q.off;
    return sum;
}

typedef struct question {
    const ag_choice *choice;
    ag_expectation what;
    double sigma;
} question;

static double of_activation(const void *context, double u) {
    const question *q = context;
    const double z = q->sigma * u;
    const double f = q->what == AG_EXPECT_SLOPE_SQUARED ? ag_act_derivative(q->choice, z)
                                                        : ag_act_value(q->choice, z);
    return q->what == AG_EXPECT_VALUE ? f : f * f;
}

double ag_act_expectation_off(const ag_choice *activation, ag_expectation what, double sigma,
                              double *off) {
    const ag_unit *unit = ag_activation_of(activation)->unit;
    if (unit) return unit->expectation(activation, (int)what, sigma, off);
    double seam[AG_ACT_SEAMS_MAX];
    const int n_seams = ag_act_seams(activation, seam);
    for (int i = 0; i < n_seams; i++)
        seam[i] /= sigma;
    return ag_normal_integral(of_activation, &(question){activation, what, sigma}, sigma, n_seams,
                              seam, off);
}

double ag_act_expectation(const ag_choice *activation, ag_expectation what, double sigma) {
    double off;
    return ag_act_expectation_off(activation, what, sigma, &off);
}

/* The float functions of vector.h, over all floats and at known points. */
#include "harness/num/vector.h"

#include "check.h"

#include <float.h>

static float exp_value(float x) { return ag_vector_exp(x); }
static float expm1_value(float x) { return ag_vector_expm1(x); }
static float sigmoid_value(float x) { return ag_vector_sigmoid(x).value; }
static float sigmoid_slope(float x) { return ag_vector_sigmoid(x).derivative; }
static float tanh_value(float x) { return ag_vector_tanh(x).value; }
static float tanh_slope(float x) { return ag_vector_tanh(x).derivative; }
static float softplus_value(float x) { return ag_vector_softplus(x).value; }
static float softplus_slope(float x) { return ag_vector_softplus(x).derivative; }
static float normal_value(float x) { return ag_vector_normal(x).value; }
static float normal_slope(float x) { return ag_vector_normal(x).derivative; }

static double sigmoid(double x) {
    const double e = exp(-fabs(x));
    return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}
static double sigmoid_derivative(double x) { return sigmoid(x) * sigmoid(-x); }
static double tanh_derivative(double x) { return 4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x); }
static double softplus(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }
static double normal_cdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
static double density(double x) { return 0.39894228040143267794 * exp(-0.5 * x * x); }

/* x, f(x) with 17 digits from mpmath at 60; above and below: the limits. */
static const struct function {
    const char *name;
    float (*got)(float x);
    double (*want)(double x);
    double x, value, below, above;
} functions[] = {
    {"exp", exp_value, exp, -103, 1.8521167695179755e-45, 0, HUGE_VAL},
    {"expm1", expm1_value, expm1, -0.125, -0.11750309741540460, -1, HUGE_VAL},
    {"sigmoid", sigmoid_value, sigmoid, -95, 5.5210822770285327e-42, 0, 1},
    {"sigmoid'", sigmoid_slope, sigmoid_derivative, -95, 5.5210822770285327e-42, 0, 0},
    {"tanh", tanh_value, tanh, -3, -0.99505475368673045, -1, 1},
    {"tanh'", tanh_slope, tanh_derivative, -45, 3.2776050495962062e-39, 0, 0},
    {"softplus", softplus_value, softplus, -50, 1.9287498479639178e-22, 0, HUGE_VAL},
    {"softplus'", softplus_slope, sigmoid, 3, 0.95257412682243322, 0, 1},
    {"normal", normal_value, normal_cdf, -10, 7.6198530241605261e-24, 0, 1},
    {"normal'", normal_slope, density, -13, 7.9988277570068127e-38, 0, 0},
};

static double ulps(float got, double want) {
    if (got == (float)want) return 0.0;
    if (!isfinite(got) || isinf((float)want)) return HUGE_VAL;
    int exponent = -125;
    if (fabs(want) > (double)FLT_MIN) frexp(want, &exponent);
    return fabs((double)got - want) / ldexp(1.0, exponent - 24);
}

static void test_all_floats(const struct function *f) {
    double worst = 0.0, at = 0.0;
    for (uint32_t sign = 0; sign < 2; sign++)
        for (uint32_t bits = 0; bits < 0x7f800000u; bits += 4099) {
            const float x = ag_bits_to_float(bits | sign << 31);
            const double e = ulps(f->got(x), f->want((double)x));
            if (e <= worst) continue;
            worst = e;
            at = (double)x;
        }
    printf("%-10s %.2f ULP at %.9g\n", f->name, worst, at);
    CHECK(worst <= 4.0, "%s: %.2f ULP at %.9g", f->name, worst, at);
}

static void test_points(const struct function *f) {
    CHECK(close_to(f->want(f->x), f->value, 1e-14, 0.0), "%s(%g)", f->name, f->x);
    CHECK(ulps(f->got((float)f->x), f->value) <= 4.0, "%s(%g) = %g", f->name, f->x,
          (double)f->got((float)f->x));
    CHECK((double)f->got(-HUGE_VALF) == f->below, "%s(-inf) = %g", f->name,
          (double)f->got(-HUGE_VALF));
    CHECK((double)f->got(HUGE_VALF) == f->above, "%s(inf) = %g", f->name,
          (double)f->got(HUGE_VALF));
    static const uint32_t nans[] = {0x7fc00000u, 0xffc00000u, 0x7fc00001u, 0x7f800001u,
                                    0xffffffffu};
    for (size_t i = 0; i < sizeof nans / sizeof nans[0]; i++)
        CHECK(isnan(f->got(ag_bits_to_float(nans[i]))), "%s(NaN %zu)", f->name, i);
}

/* A product in two floats is worth 34 bits. */
static void test_split(void) {
    static const double factors[] = {1.702, 1.0, 0.3, 1e-3, 97.25, 3.0 * 0.044715};
    for (size_t k = 0; k < sizeof factors / sizeof factors[0]; k++) {
        const ag_split c = ag_split_of(factors[k]);
        for (uint32_t bits = 0x30000000u; bits < 0x43000000u; bits += 99991) {
            const float x = ag_bits_to_float(bits);
            const ag_split u = ag_split_product(x, c);
            const double want = (double)x * factors[k], got = (double)u.high + (double)u.low;
            CHECK(close_to(got, want, 0x1p-34, 0.0), "%g %g", (double)x, factors[k]);
        }
    }
}

int main(void) {
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        test_points(&functions[i]);
        test_all_floats(&functions[i]);
    }
    test_split();
    return check_report();
}

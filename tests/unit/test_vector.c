/* The float functions of vector.h and its neighbours, over all floats and at known points. */
#include "harness/num/vector.h"
#include "harness/num/vector_erf.h"
#include "harness/num/vector_log.h"
#include "harness/num/vector_power.h"
#include "harness/num/vector_trig.h"

#include "check.h"
#include "harness/base/catalogue.h"

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
static float log_value(float x) { return ag_vector_log(x); }
static float log1p_value(float x) { return ag_vector_log1p(x); }
static float sin_value(float x) { return ag_vector_sin(x); }
static float cos_value(float x) { return ag_vector_cos(x); }
static float atan_value(float x) { return ag_vector_atan(x); }
static float erf_value(float x) { return ag_vector_erf(x).value; }
static float erf_slope(float x) { return ag_vector_erf(x).derivative; }
static float erfc_value(float x) { return ag_vector_erfc(x); }
static float exp2_value(float x) { return ag_vector_exp2(x); }
static float pow_of_two(float x) { return ag_vector_pow(2.0f, x); }
static float cube(float x) { return ag_vector_pow(x, 3.0f); }
static float root(float x) { return ag_vector_pow(x, 0.1f); }

static double sigmoid(double x) {
    const double e = exp(-fabs(x));
    return x < 0.0 ? e / (1.0 + e) : 1.0 / (1.0 + e);
}
static double sigmoid_derivative(double x) { return sigmoid(x) * sigmoid(-x); }
static double tanh_derivative(double x) { return 4.0 * sigmoid(2.0 * x) * sigmoid(-2.0 * x); }
static double softplus(double x) { return fmax(x, 0.0) + log1p(exp(-fabs(x))); }
static double normal_cdf(double x) { return 0.5 * erfc(-x * 0.70710678118654752440); }
static double density(double x) { return 0.39894228040143267794 * exp(-0.5 * x * x); }
static double erf_derivative(double x) { return 1.12837916709551257390 * exp(-x * x); }
static double cubed(double x) { return x * x * x; }
static double tenth_root(double x) { return pow(x, (double)0.1f); }

/* x, f(x) with 17 digits from mpmath at 60; above and below: the limits, NAN if there is none. */
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
    {"log", log_value, log, 1e-5, -11.512925464970228, (double)NAN, HUGE_VAL},
    {"log1p", log1p_value, log1p, -0.875, -2.0794415416798359, (double)NAN, HUGE_VAL},
    {"sin", sin_value, sin, 355, -3.0144353359488449e-5, (double)NAN, (double)NAN},
    {"cos", cos_value, cos, 1e22, 0.52321478539513895, (double)NAN, (double)NAN},
    {"atan", atan_value, atan, 3, 1.2490457723982544, -1.5707963705062866, 1.5707963705062866},
    {"erf", erf_value, erf, 0.5, 0.52049987781304654, -1, 1},
    {"erf'", erf_slope, erf_derivative, 3, 0.00013925305194674785, 0, 0},
    {"erfc", erfc_value, erfc, 9, 4.1370317465138102e-37, 2, 0},
    {"exp2", exp2_value, exp2, -140.5, 5.0732423505427123e-43, 0, HUGE_VAL},
    {"2^x", pow_of_two, exp2, 100.25, 1.5074991131288804e+30, 0, HUGE_VAL},
    {"x^3", cube, cubed, -1e-13, -1.0000000000000001e-39, -HUGE_VAL, HUGE_VAL},
    {"x^0.1f", root, tenth_root, 1e-30, 0.00099999989706643041, HUGE_VAL, HUGE_VAL},
};

static double ulps(float got, double want) {
    if (isnan(want)) return isnan(got) ? 0.0 : HUGE_VAL;
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
    const float x = (float)f->x, below = f->got(-HUGE_VALF), above = f->got(HUGE_VALF);
    CHECK(ulps(f->got(x), f->want((double)x)) <= 4.0, "%s(%g) = %g", f->name, f->x,
          (double)f->got(x));
    CHECK(ulps(below, f->below) == 0.0, "%s(-inf) = %g", f->name, (double)below);
    CHECK(ulps(above, f->above) == 0.0, "%s(inf) = %g", f->name, (double)above);
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

/* The quick ways to a sine have the bits of the one for every float, or are as near. */
static void test_trig_ways(void) {
    double worst = 0.0;
    for (uint32_t bits = 0; bits <= 0x43c80000u /* 400 */; bits += 1021) {
        const float x = ag_bits_to_float(bits | (bits & 1u) << 31);
        const ag_trig near = ag_vector_sincos_near(x), any = ag_vector_sincos(x);
        CHECK(near.sine == any.sine && near.cosine == any.cosine, "%g", (double)x);
        CHECK(signbit(any.sine) == signbit((float)sin((double)x)), "%g", (double)x);
        for (double factor = 1.0; factor < 3000.0; factor *= 7.1) {
            const double u = factor * (double)x;
            if (fabs(u) > AG_TRIG_WIDE) break;
            const ag_trig wide = ag_vector_sincos_wide(u);
            worst = fmax(worst, fmax(ulps(wide.sine, sin(u)), ulps(wide.cosine, cos(u))));
        }
    }
    CHECK(worst <= 4.0, "wide: %.2f ULP", worst);
    float x[70] = {0};
    x[3] = -AG_TRIG_NEAR;
    x[69] = (float)NAN;
    CHECK(ag_trig_all_near(70, x), "NaN needs no reduction");
    x[68] = -400.00003f;
    CHECK(!ag_trig_all_near(70, x) && ag_trig_all_near(68, x), "one is far");
}

/* Every rule of C for pow, and that pairs of floats of any size keep to 4 ULP. */
static void test_pow(void) {
    static const float ends[] = {0.0f,        1.0f,        0.5f,       2.0f,       3.0f,
                                 2.5f,        1e-40f,      1e30f,      FLT_MAX,    FLT_MIN,
                                 1.0000001f,  0.99999994f, 8388607.5f, 1e-3f,      8388609.0f,
                                 16777215.0f, 1.6777e7f,   HUGE_VALF,  (float)NAN, 1.5f};
    enum { N = 2 * AG_COUNT(ends) };
    for (int i = 0; i < N * N; i++) {
        const float x = (i / N % 2 ? -1.0f : 1.0f) * ends[i / N / 2];
        const float y = (i % 2 ? -1.0f : 1.0f) * ends[i % N / 2];
        const float got = ag_vector_pow(x, y);
        const double want = pow((double)x, (double)y);
        CHECK(ulps(got, want) <= 4.0, "%g^%g = %g, not %g", (double)x, (double)y, (double)got,
              want);
        CHECK(isnan(want) || !signbit(got) == !signbit(want), "sign of %g^%g", (double)x,
              (double)y);
    }
    double worst = 0.0;
    for (uint32_t i = 0; i < 400000; i++) {
        const float x = ag_bits_to_float((i * 2654435761u) & 0x7fffffffu);
        const float y = ag_bits_to_float(i * 2246822519u);
        const float mild = (float)(i % 3001) * 0.1f / (1.0f + fabsf(ag_vector_log(x)));
        worst = fmax(worst, ulps(ag_vector_pow(x, y), pow((double)x, (double)y)));
        worst = fmax(worst, ulps(ag_vector_pow(x, -mild), pow((double)x, (double)-mild)));
    }
    CHECK(worst <= 4.0, "pow: %.2f ULP", worst);
}

int main(void) {
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        test_points(&functions[i]);
        test_all_floats(&functions[i]);
    }
    test_split();
    test_trig_ways();
    test_pow();
    return check_report();
}

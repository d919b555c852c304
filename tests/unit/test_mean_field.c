/* Mean-field theory of wide nets, against values reckoned elsewhere. */
#include "harness/analysis/mean_field.h"

#include "activations/activation.h"
#include "activations/expectation.h"

#include "check.h"

static ag_choice standard(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_activations, name));
}

/* Gauss-Hermite and adaptive quadrature agree on these: sigma_w and q* on the edge of chaos. */
static void test_edge(void) {
    static const double sigma_b[] = {0.05, 0.1, 0.2, 0.5, 1.0};
    static const struct {
        const char *name;
        double sigma_w[5], q[5];
    } known[] = {
        {"tanh", {1.1225, 1.1934, 1.3041, 1.5497, 1.8556}, {.154, .273, .512, 1.318, 3.04}},
        {"softsign", {1.3611, 1.5129, 1.7296, 2.1662, 2.6674}, {.069, .154, .358, 1.177, 3.10}},
        {"erf", {.9937, 1.0556, 1.1528, 1.3713, 1.6488}, {.145, .253, .466, 1.18, 2.75}},
        {"hardtanh", {1.0089, 1.0257, 1.0686, 1.2131, 1.4394}, {.177, .259, .423, 1.01, 2.39}},
        {"elu", {1.1319, 1.1761, 1.2293, 1.3061, 1.3580}, {.189, .438, 1.107, 4.89, 21.8}},
        {"selu", {.8220, .8719, .9375, 1.0496, 1.1479}, {.141, .309, .717, 2.56, 8.40}},
        {"swish", {1.9050, 1.8201, 1.6795, 1.4569, 1.4025}, {.114, .260, .689, 4.43, 39}},
        {"gelu", {1.8519, 1.7271, 1.5470, 1.3999, 1.4059}, {.075, .183, .576, 6.43, 82}},
        {"mish", {1.5972, 1.5410, 1.4634, 1.3934, 1.4008}, {.111, .263, .746, 5.3, 51}},
    };
    int found = 0;
    for (int i = 0; i < AG_COUNT(known); i++) {
        const ag_element *element = ag_catalogue_find(&ag_activations, known[i].name);
        if (!element) continue;
        found++;
        const ag_choice choice = ag_choice_standard(element);
        for (int j = 0; j < AG_COUNT(sigma_b); j++) {
            const ag_edge e = ag_edge_at(&choice, sigma_b[j]);
            CHECK(close_to(e.sigma_w, known[i].sigma_w[j], 0, 1e-3), "%s, sigma_b %g: %.5f, not %g",
                  known[i].name, sigma_b[j], e.sigma_w, known[i].sigma_w[j]);
            CHECK(close_to(e.q, known[i].q[j], 1.5e-2, 1e-3), "%s, sigma_b %g: q %.4f, not %g",
                  known[i].name, sigma_b[j], e.q, known[i].q[j]);
        }
    }
    CHECK(found >= 5, "%d", found);
}

/* dq'/dq at sigma_b = 0.2 */
static void test_stability(void) {
    static const struct {
        const char *name;
        double slope;
    } known[] = {{"tanh", .54}, {"elu", .86}, {"selu", .74}, {"swish", 1.10}, {"gelu", 1.10}};
    for (int i = 0; i < AG_COUNT(known); i++) {
        const ag_choice choice = standard(known[i].name);
        const ag_edge e = ag_edge_at(&choice, 0.2);
        CHECK(close_to(e.slope, known[i].slope, 0, 6e-3), "%s: %.4f", known[i].name, e.slope);
        CHECK((e.depth > 0) == (e.slope < 1), "%s: %g", known[i].name, e.depth);
    }
}

/* cos: E f^2 = (1 + e^(-2 q)) / 2 falls as q grows, so that q* is passed from side to side;
 * sin(k x): nothing is left of a distance from q*, and what is, is rounding. */
static void test_swinging(void) {
    const ag_choice cosine = standard("cosine");
    const ag_edge e = ag_edge_at(&cosine, 0.2);
    const double exact = -2 * exp(-2 * e.q) / (1 - exp(-2 * e.q));
    CHECK(close_to(e.slope, exact, 1e-5, 0) && close_to(e.depth, -1 / log(-exact), 1e-5, 0),
          "cosine: %g, not %g; %g", e.slope, exact, e.depth);
    const ag_edge flat = ag_edge_at(&(ag_choice){.element = cosine.element, .number = {0}}, 30.0);
    CHECK(flat.slope == 0 && flat.depth == 0, "cosine, q %g: %g, %g", flat.q, flat.slope,
          flat.depth);
}

/* The edge has other forms, too. */
static void test_kinds(void) {
    const ag_choice relu = standard("relu"), line = standard("linear"), step = standard("step"),
                    sigmoid = standard("sigmoid"), tangent = standard("tanh");
    CHECK(ag_edge_kind_of(&relu) == AG_EDGE_SCALE_FREE, "relu");
    CHECK(close_to(ag_edge_at(&relu, 0).sigma_w, sqrt(2), 1e-9, 0), "relu");
    CHECK(isnan(ag_edge_at(&relu, 0.1).sigma_w), "relu has none with biases");
    CHECK(ag_edge_kind_of(&line) == AG_EDGE_SCALE_FREE, "linear");
    CHECK(ag_edge_kind_of(&step) == AG_EDGE_JUMPS, "step");
    CHECK(isnan(ag_edge_at(&step, 0.1).sigma_w), "step");
    CHECK(close_to(ag_edge_at(&sigmoid, 0.05).sigma_w, 10.15, 0, 1e-2), "sigmoid");
    CHECK(close_to(ag_edge_at(&sigmoid, 1).sigma_w, 10.27, 0, 1e-2), "sigmoid");
    const ag_edge e = ag_edge_at(&tangent, 0);
    CHECK(close_to(e.sigma_w, 1, 1e-6, 0) && e.q == 0, "tanh without biases: %g, %g", e.sigma_w,
          e.q);
    ag_choice leaky = standard("leaky_relu");
    leaky.number[0] = 0.25;
    CHECK(close_to(ag_edge_at(&leaky, 0).sigma_w, sqrt(2 / 1.0625), 1e-9, 0), "leaky relu");
}

/* tanh at sigma_b^2 = 0.05: the edge at sigma_w^2 = 1.761, and xi on both sides of it, as read
 * off Schoenholz 2016, figure 5; in chaos, c* is that of a fine quadrature in two dimensions. */
static void test_depth(void) {
    static const struct {
        double w2, xi, tolerance;
    } known[] = {{1.0, 3.6, .05}, {1.24, 6.7, .1}, {2.1, 19, 1}, {3.0, 9.1, .2}, {4.0, 7.0, .1}};
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = standard("tanh");
    CHECK(close_to(pow(ag_edge_at(&choice, sqrt(0.05)).sigma_w, 2), 1.761, 0, 1e-3), "edge");
    for (int i = 0; i < AG_COUNT(known); i++) {
        const ag_depth d = ag_depth_of(&choice, sqrt(known[i].w2), sqrt(0.05), &arena);
        CHECK(close_to(d.xi, known[i].xi, 0, known[i].tolerance), "%g: xi %.3f, not %g, c %.4f",
              known[i].w2, d.xi, known[i].xi, d.c);
        CHECK((d.chi_1 > 1) == (known[i].w2 > 1.761) && (d.c < 1) == (d.chi_1 > 1), "%g: %g %g",
              known[i].w2, d.chi_1, d.c);
    }
    ag_arena_close(&arena);
}

static void test_relu_depth(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice relu = standard("relu");
    const ag_depth he = ag_depth_of(&relu, sqrt(2), 0, &arena),
                   less = ag_depth_of(&relu, 1, 0, &arena),
                   more = ag_depth_of(&relu, 1.5, 0.1, &arena),
                   biased = ag_depth_of(&relu, 1, 0.5, &arena);
    CHECK(he.q == 1 && close_to(he.chi_1, 1, 1e-9, 0) && he.c == 1 && isinf(he.xi), "he");
    CHECK(less.q == 0 && close_to(less.xi, 1 / log(2), 1e-6, 0), "lecun: %g %g", less.q, less.xi);
    CHECK(isinf(more.q) && isnan(more.xi), "grows: %g", more.q);
    const ag_choice shrink = standard("hardshrink"); /* q* = 0: the jumps are out of reach */
    const ag_depth dead = ag_depth_of(&shrink, 0.5, 0, &arena);
    CHECK(dead.q == 0 && dead.chi_1 == 0 && dead.c == 1 && dead.xi == 0, "hardshrink: %g, xi %g",
          dead.q, dead.xi);
    CHECK(close_to(biased.q, 0.5, 1e-9, 0) && close_to(biased.chi_1, 0.5, 1e-9, 0), "%g", biased.q);
    ag_arena_close(&arena);
}

/* step: E f f = 1/4 + asin(c) / (2 pi), whose slope at c is 1 / (2 pi sqrt(1 - c^2)). */
static void test_step(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice step = standard("step");
    const ag_depth d = ag_depth_of(&step, 1, 0, &arena);
    CHECK(close_to(d.q, 0.5, 1e-9, 0) && isinf(d.chi_1), "%g %g", d.q, d.chi_1);
    const double next = (0.25 + asin(d.c) / 6.28318530717958648) / 0.5;
    CHECK(close_to(next, d.c, 0, 1e-4) && d.c < 1, "c %g goes to %g", d.c, next);
    const double slope = 1 / (6.28318530717958648 * sqrt(1 - d.c * d.c)) / 0.5;
    CHECK(close_to(d.xi, -1 / log(slope), 2e-2, 0), "%g, not %g", d.xi, -1 / log(slope));
    ag_arena_close(&arena);
}

/* --- functions that oscillate ------------------------------------------------------ */

static double wave(double x, const double *param) { return x * sin(param[0] * x); }
static double wave_slope(double x, const double *param) {
    return sin(param[0] * x) + param[0] * x * cos(param[0] * x);
}

/* E f(u1) f(u2) for variances q and covariance r; its derivative by r is E f' f'. */
static double sine_product(double q, double r) { return 0.5 * (exp(r - q) - exp(-q - r)); }
static double sine_slopes(double q, double r) { return 0.5 * (exp(r - q) + exp(-q - r)); }
static double wave_product(double q, double r) {
    return 0.5 * ((r + (q - r) * (q - r)) * exp(r - q) + ((q + r) * (q + r) - r) * exp(-q - r));
}
static double wave_slopes(double q, double r) {
    const double less = q - r, more = q + r;
    return 0.5 * ((1 - 2 * less + r + less * less) * exp(-less) +
                  (2 * more - 1 - more * more + r) * exp(-more));
}

typedef struct closed_form {
    const char *name;
    double (*product)(double q, double r), (*slopes)(double q, double r);
} closed_form;

/* xi lies between what is said, and where that is one number it is right; *one counts these. */
static void check_depth(const ag_choice *choice, const closed_form *f, double w2, double b2,
                        ag_arena *arena, int *one) {
    const ag_depth d = ag_depth_of(choice, sqrt(w2), sqrt(b2), arena);
    CHECK(close_to(w2 * f->product(d.q, d.q) + b2, d.q, 1e-9, 0), "%s, %g, %g: q %.12g", f->name,
          w2, b2, d.q);
    if (d.q == 0) return;
    double low = 0, high = 1 - 1e-9;
    for (int i = 0; i < 100; i++) {
        const double c = 0.5 * (low + high);
        *(w2 * f->product(d.q, c * d.q) + b2 > c * d.q ? &low : &high) = c;
    }
    const double slope = w2 * f->slopes(d.q, low * d.q), xi = -1 / log(slope);
    CHECK(d.chi_1 > 1 && close_to(d.c, low, 0, 1e-6), "%s, %g, %g: c %.9f, not %.9f", f->name, w2,
          b2, d.c, low);
    CHECK(d.xi_low <= xi * (1 + 1e-6) && xi <= d.xi_high * (1 + 1e-6),
          "%s, %g, %g: %.6g, not from %.6g to %.6g", f->name, w2, b2, xi, d.xi_low, d.xi_high);
    CHECK(d.xi_low <= d.xi && d.xi <= d.xi_high, "%s, %g, %g", f->name, w2, b2);
    *one += d.xi_high - d.xi_low <= 1e-5 * d.xi_high;
}

static void test_oscillations(void) {
    static const double w2[] = {2.5, 5, 20, 100, 700, 3000}, b2[] = {0, 0.3, 10, 200};
    static const closed_form sines = {"sine", sine_product, sine_slopes},
                             waves = {"x sin x", wave_product, wave_slopes};
    static const ag_param angular = {.name = "k"};
    const ag_activation act = {.about = {.name = "made", .params = &angular, .n_params = 1},
                               .value = wave,
                               .derivative = wave_slope};
    const ag_choice sine = standard("sine");
    ag_choice made = {.element = &act.about, .number = {1.0}};
    ag_arena arena = AG_ARENA_EMPTY;
    int one = 0;
    for (int i = 0; i < AG_COUNT(w2); i++)
        for (int j = 0; j < AG_COUNT(b2); j++)
            check_depth(&sine, &sines, w2[i], b2[j], &arena, &one);
    CHECK(one >= 12, "xi of sine is sure %d times", one);
    one = 0;
    for (int i = 0; i < AG_COUNT(b2); i++)
        for (double w = 1.2; w < 1.95; w += 0.1)
            check_depth(&made, &waves, w, b2[i], &arena, &one);
    CHECK(one >= 12, "xi of x sin x is sure %d times", one);
    /* sigma_w^2 = 2: q grows by (4 q - 1) e^(-2 q) of itself, for ever less */
    const ag_depth creeping = ag_depth_of(&made, sqrt(2), 0, &arena);
    CHECK(isinf(creeping.q), "x sin x, 2, 0: q %g", creeping.q);
    /* snake: q' = q + 2 E x sin(x)^2 + E sin(x)^4, without end */
    const ag_choice snake = standard("snake");
    CHECK(isinf(ag_depth_of(&snake, 1, 0, &arena).q), "snake: q %g",
          ag_depth_of(&snake, 1, 0, &arena).q);
    made.number[0] = 1e6; /* nobody follows that: no numbers, rather than wrong ones */
    const ag_depth unsure = ag_depth_of(&made, 1.3, 1, &arena);
    CHECK(!isfinite(unsure.q) && isnan(unsure.xi), "q %g, xi %g", unsure.q, unsure.xi);
    ag_arena_close(&arena);
}

/* relu at N(0, q): E f^2 = q / 2, E f = sqrt(q / (2 pi)). */
static void test_expectations(void) {
    const ag_choice relu = standard("relu");
    CHECK(close_to(ag_act_expectation(&relu, AG_EXPECT_VALUE_SQUARED, 3), 4.5, 1e-12, 0), "q 9");
    CHECK(close_to(ag_act_expectation(&relu, AG_EXPECT_VALUE, 3), 1.19682684120429803, 1e-12, 0),
          "q 9");
    CHECK(close_to(ag_act_expectation(&relu, AG_EXPECT_SLOPE_SQUARED, 3), 0.5, 1e-12, 0), "q 9");
    /* softplus bends within a few units of 0: E f'^2 = 1/2 - 1 / (sigma sqrt(2 pi)) + O(sigma^-3)
     */
    const ag_choice softplus = standard("softplus");
    for (double sigma = 1e3; sigma < 1e7; sigma *= 7)
        CHECK(close_to(ag_act_expectation(&softplus, AG_EXPECT_SLOPE_SQUARED, sigma),
                       0.5 - 0.39894228040143267794 / sigma, 2e-9, 0),
              "softplus, sigma %g", sigma);
    CHECK(isnan(ag_edge_at(&softplus, 0).sigma_w), "softplus has no edge without biases");
}

int main(void) {
    test_expectations();
    test_edge();
    test_stability();
    test_swinging();
    test_kinds();
    test_depth();
    test_relu_depth();
    test_step();
    test_oscillations();
    return check_report();
}

/* Every initializer of the catalogue, and what single ones promise besides. */
#include "activations/expectation.h"
#include "models/initializer.h"

#include "activations/activation.h"

#include "check.h"

#include <string.h>

enum { WEIGHTS_MAX = 64 * 16384 + 1, UNITS_MAX = 16384 };
static ag_real w[WEIGHTS_MAX], again[WEIGHTS_MAX], b[UNITS_MAX];

static ag_choice choice_of(const ag_catalogue *catalogue, const char *name) {
    const ag_element *element = ag_catalogue_find(catalogue, name);
    CHECK(element != NULL, "no %s '%s'", catalogue->kind, name);
    static const ag_element nothing = {.name = "nothing"};
    return ag_choice_standard(element ? element : &nothing);
}

static void fill(const ag_choice *choice, int fan_in, int units, const ag_choice *input,
                 uint32_t index, ag_real *to) {
    const ag_weights_request r = {.fan_in = fan_in,
                                  .fan_out = units,
                                  .units = units,
                                  .param = choice->number,
                                  .input = input};
    ag_stream random = ag_stream_open(11, AG_RANDOM_TEST, index);
    memset(b, 0, sizeof b);
    ag_initializer_of(choice)->fill(&r, &random, to, b);
}

static double promised(const ag_choice *choice, int fan_in, int units, const ag_choice *input) {
    const ag_weights_request r = {.fan_in = fan_in,
                                  .fan_out = units,
                                  .units = units,
                                  .param = choice->number,
                                  .input = input};
    return ag_initializer_of(choice)->variance(&r);
}

static void test_described(const ag_element *about) {
    CHECK(about->formula && about->formula[0], "%s", about->name);
    CHECK(about->paper && about->paper[0], "%s", about->name);
    CHECK(about->n_params <= AG_PARAMS_MAX, "%s", about->name);
    for (int i = 0; i < about->n_params; i++) {
        const ag_param *p = &about->params[i];
        CHECK(p->meaning && p->meaning[0], "%s: %s", about->name, p->name);
        CHECK(p->min <= p->standard && p->standard <= p->max, "%s: %s", about->name, p->name);
    }
}

/* Mean and variance of a million weights, 5 standard deviations. The variance of a
 * square is at most 2 for all that is drawn here (normal: 2, uniform: 0.8). */
static void test_moments(const ag_choice *choice) {
    const ag_choice input = choice_of(&ag_activations, "gelu");
    const char *name = choice->element->name;
    const int fan_in = 64, units = 16384, n = fan_in * units;
    fill(choice, fan_in, units, &input, 1, w);
    if (!ag_initializer_of(choice)->variance) return;
    const double variance = promised(choice, fan_in, units, &input);
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++)
        sum += (double)w[i];
    const double mean = sum / n;
    for (int i = 0; i < n; i++)
        squares += pow((double)w[i] - mean, 2);
    CHECK(variance == 0.0 || fabs(mean) < 5 * sqrt(variance / n), "%s: mean %g", name, mean);
    CHECK(close_to(squares / n, variance, 5 * sqrt(2.0 / n), 1e-12), "%s: variance %g, not %g",
          name, squares / n, variance);
}

/* Same stream, same bits; another stream, others. All finite, down to one unit. */
static void test_stream(const ag_choice *choice) {
    const char *name = choice->element->name;
    static const int shapes[][2] = {{1, 1}, {1, 9}, {9, 1}, {40, 30}, {30, 40}};
    for (int s = 0; s < AG_COUNT(shapes); s++) {
        const int fan_in = shapes[s][0], units = shapes[s][1];
        const size_t n = (size_t)fan_in * (size_t)units;
        static const ag_real MARK = 12345;
        w[n] = MARK;
        fill(choice, fan_in, units, NULL, 2, w);
        fill(choice, fan_in, units, NULL, 2, again);
        CHECK(memcmp(w, again, n * sizeof *w) == 0, "%s: same stream, other bits", name);
        CHECK(w[n] == MARK, "%s writes behind w[%d][%d]", name, fan_in, units);
        for (size_t i = 0; i < n; i++)
            CHECK(isfinite((double)w[i]), "%s: w[%zu] of %d x %d", name, i, fan_in, units);
        for (int u = 0; u < units; u++)
            CHECK(isfinite((double)b[u]), "%s: b[%d]", name, u);
        CHECK(b[units] == 0, "%s writes behind b", name);
    }
    const bool random = !ag_initializer_of(choice)->variance || promised(choice, 40, 30, NULL) > 0;
    fill(choice, 40, 30, NULL, 3, again);
    fill(choice, 40, 30, NULL, 2, w);
    CHECK((memcmp(w, again, 40 * 30 * sizeof *w) != 0) == random, "%s: other stream", name);
}

/* Initializers of one kind are the same numbers in another scale. */
static void test_paired(const char *const *names) {
    const ag_choice input = choice_of(&ag_activations, "tanh");
    const ag_choice first = choice_of(&ag_initializers, names[0]);
    fill(&first, 30, 20, &input, 4, w);
    for (int k = 1; names[k]; k++) {
        const ag_choice other = choice_of(&ag_initializers, names[k]);
        fill(&other, 30, 20, &input, 4, again);
        const double scale =
            sqrt(promised(&other, 30, 20, &input) / promised(&first, 30, 20, &input));
        for (int i = 0; i < 30 * 20; i++)
            CHECK(close_to((double)again[i], scale * (double)w[i], 1e-6, 0), "%s and %s: w[%d]",
                  names[0], names[k], i);
    }
}

static void test_orthogonal(int fan_in, int units, double gain) {
    ag_choice choice = choice_of(&ag_initializers, "orthogonal");
    choice.number[0] = gain;
    fill(&choice, fan_in, units, NULL, 5, w);
    const bool rows = fan_in <= units;
    const int n = rows ? fan_in : units, length = rows ? units : fan_in;
    double worst = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double product = 0;
            for (int k = 0; k < length; k++)
                product += rows ? (double)w[i * units + k] * (double)w[j * units + k]
                                : (double)w[k * units + i] * (double)w[k * units + j];
            worst = fmax(worst, fabs(product - (i == j ? gain * gain : 0.0)));
        }
    CHECK(worst < 5e-7 * gain * gain, "%d x %d: %g from orthogonal", fan_in, units, worst);
}

/* It is the Q of the normal matrix of the same stream, with R of positive diagonal:
 * Q'A for columns, A Q' for rows, is triangular. */
static void test_orthogonal_is_q(int fan_in, int units) {
    const ag_choice normal = choice_of(&ag_initializers, "lecun_normal");
    const ag_choice choice = choice_of(&ag_initializers, "orthogonal");
    fill(&normal, fan_in, units, NULL, 5, again);
    fill(&choice, fan_in, units, NULL, 5, w);
    const bool rows = fan_in <= units;
    const int n = rows ? fan_in : units, length = rows ? units : fan_in;
    for (int i = 0; i < n; i++)
        for (int j = 0; j <= i; j++) {
            double r = 0; /* direction i of Q on vector j of A */
            for (int k = 0; k < length; k++)
                r += rows ? (double)w[i * units + k] * (double)again[j * units + k]
                          : (double)w[k * units + i] * (double)again[k * units + j];
            CHECK(i == j ? r > 0 : fabs(r) < 1e-5, "%d x %d: r[%d][%d] = %g", fan_in, units, j, i,
                  r);
        }
}

/* Uniform over rotations: the trace of a random rotation has mean 0 and variance 1
 * (Diaconis and Shahshahani 1994); without the sign rule it has not. */
/* Of 16384 rows it would take minutes. */
static void test_stop(void) {
    const ag_choice choice = choice_of(&ag_initializers, "orthogonal");
    const atomic_int stop = 1;
    const ag_weights_request r = {
        .fan_in = 1024, .fan_out = 1024, .units = 1024, .param = choice.number, .stop = &stop};
    ag_stream random = ag_stream_open(11, AG_RANDOM_TEST, 0);
    memset(w, 0, sizeof w);
    ag_initializer_of(&choice)->fill(&r, &random, w, NULL);
    CHECK(w[0] == 0 && w[1024 * 1024 - 1] == 0, "it goes on: %g", (double)w[0]);
}

static void test_haar(void) {
    enum { N = 4000, SIZE = 4 };
    const ag_choice choice = choice_of(&ag_initializers, "orthogonal");
    double sum = 0, squares = 0;
    for (uint32_t i = 0; i < N; i++) {
        fill(&choice, SIZE, SIZE, NULL, 100 + i, w);
        double trace = 0;
        for (int k = 0; k < SIZE; k++)
            trace += (double)w[k * SIZE + k];
        sum += trace / N;
        squares += trace * trace / N;
    }
    CHECK(fabs(sum) < 5 / sqrt(N), "mean trace %g", sum);
    CHECK(fabs(squares - 1) < 5 * sqrt(2.0 / N), "variance of the trace %g", squares);
}

static void test_unit_norm(void) {
    const ag_choice choice = choice_of(&ag_initializers, "unit_norm");
    const int fan_in = 37, units = 130;
    fill(&choice, fan_in, units, NULL, 6, w);
    for (int u = 0; u < units; u++) {
        double squares = 0;
        for (int i = 0; i < fan_in; i++)
            squares += pow((double)w[i * units + u], 2);
        CHECK(close_to(squares, 1, 1e-6, 0), "unit %d has length %g", u, sqrt(squares));
    }
}

/* One number of each unit is from Beta(2, 1) (mean 2/3, E x^2 = 1/2, never negative),
 * at a uniform place; all others are normal with 0.6007 / sqrt(fan_in). */
static void test_rai(void) {
    enum { FAN_IN = 400, UNITS = 2000, ALL = FAN_IN + 1 };
    const ag_choice choice = choice_of(&ag_initializers, "rai");
    fill(&choice, FAN_IN, UNITS, NULL, 7, w);
    const double deviation = 0.6007 / sqrt(FAN_IN);
    const double least = 7 * deviation, chance = 1 - least * least; /* P(Beta > least) */
    double small = 0, large = 0, where = 0;
    int n_large = 0, in_bias = 0;
    for (int u = 0; u < UNITS; u++)
        for (int i = 0; i < ALL; i++) {
            const double x = i < FAN_IN ? (double)w[i * UNITS + u] : (double)b[u];
            CHECK(x > -6 * deviation, "%g is no normal number of %g", x, deviation);
            if (x < least) {
                small += x * x;
                continue;
            }
            n_large++;
            large += x;
            where += i;
            in_bias += i == FAN_IN;
        }
    const double n = UNITS * chance;
    CHECK(close_to(n_large, n, 0, 5 * sqrt(n * (1 - chance))), "%d of %g large ones", n_large, n);
    const double mean = 2.0 / 3 * (1 - pow(least, 3)) / chance;
    CHECK(close_to(large / n_large, mean, 0, 5 * 0.23 / sqrt(n)), "mean of Beta %g, not %g",
          large / n_large, mean);
    CHECK(close_to(where / n_large, FAN_IN / 2.0, 0, 5 * ALL / sqrt(12 * n)), "mean place %g",
          where / n_large);
    CHECK(in_bias > 0 && in_bias < 20, "%d in the bias", in_bias); /* 5 are expected */
    /* The normal ones, and the Beta ones below `least`: integral of x^2 2x dx. */
    const double want = UNITS * (FAN_IN * deviation * deviation + pow(least, 4) / 2);
    const double spread = deviation * deviation * sqrt(2.0 * UNITS * FAN_IN);
    CHECK(close_to(small, want, 0, 5 * spread), "squares %g, not %g", small, want);
}

static void test_torch_default(void) {
    enum { FAN_IN = 25, UNITS = 2000 };
    const ag_choice choice = choice_of(&ag_initializers, "torch_default");
    fill(&choice, FAN_IN, UNITS, NULL, 8, w);
    double largest = 0, squares = 0;
    for (int u = 0; u < UNITS; u++) {
        largest = fmax(largest, fabs((double)b[u]));
        squares += pow((double)b[u], 2) / UNITS;
    }
    CHECK(largest <= 0.2 && largest > 0.199, "largest bias %g", largest);
    CHECK(close_to(squares, 0.04 / 3, 5 * sqrt(0.8 / UNITS), 0), "variance of biases %g", squares);
}

/* Variances of weights by fan_in or fan_out, and of biases. */
static void test_mean_field(void) {
    enum { FAN_IN = 25, UNITS = 2000 };
    ag_choice choice = choice_of(&ag_initializers, "mean_field");
    choice.number[0] = 1.5;
    choice.number[1] = 0.05;
    for (int out = 0; out < 2; out++) {
        choice.number[2] = out;
        fill(&choice, FAN_IN, UNITS, NULL, 8, w);
        const int n = FAN_IN * UNITS;
        const double variance = 1.5 / (out ? UNITS : FAN_IN);
        double weights = 0, biases = 0;
        for (int i = 0; i < n; i++)
            weights += pow((double)w[i], 2) / n;
        for (int u = 0; u < UNITS; u++)
            biases += pow((double)b[u], 2) / UNITS;
        CHECK(close_to(weights, variance, 5 * sqrt(2.0 / n), 0), "weights %g, not %g", weights,
              variance);
        CHECK(promised(&choice, FAN_IN, UNITS, NULL) == variance, "promise");
        CHECK(close_to(biases, 0.05, 5 * sqrt(2.0 / UNITS), 0), "variance of biases %g", biases);
    }
}

static void test_constant(void) {
    ag_choice choice = choice_of(&ag_initializers, "constant");
    choice.number[0] = -0.75;
    fill(&choice, 3, 5, NULL, 9, w);
    for (int i = 0; i < 15; i++)
        CHECK(w[i] == (ag_real)-0.75, "w[%d]", i);
    choice = choice_of(&ag_initializers, "zeros");
    fill(&choice, 3, 5, NULL, 9, w);
    for (int i = 0; i < 15; i++)
        CHECK(w[i] == 0, "w[%d]", i);
}

static void test_aliases(void) {
    static const char *const pairs[][2] = {{"xavier_normal", "glorot_normal"},
                                           {"xavier_uniform", "glorot_uniform"},
                                           {"kaiming_normal", "he_normal"},
                                           {"kaiming_uniform", "he_uniform"}};
    for (int i = 0; i < AG_COUNT(pairs); i++)
        CHECK(ag_catalogue_find(&ag_initializers, pairs[i][0]) ==
                  ag_catalogue_find(&ag_initializers, pairs[i][1]),
              "%s", pairs[i][0]);
}

/* 1 / sqrt(E f(z)^2), by mpmath at 40 digits. */
static void test_gains(void) {
    static const struct {
        const char *name;
        double gain;
    } known[] = {
        {"relu", 1.4142135623730950},
        {"elu", 1.2451983007007066},
        {"selu", 1.0},
        {"gelu", 1.5335304411955352},
        {"swish", 1.6765324703310912},
        {"tanh", 1.5925374197228314},
        {"sigmoid", 1.8462285453386054},
        {"softplus", 1.0418668355353017},
        {"linear", 1.0},
        {"leaky_relu", 1.4141428569978353},
        {"step", 1.4142135623730950},
    };
    for (int i = 0; i < AG_COUNT(known); i++) {
        const ag_choice choice = choice_of(&ag_activations, known[i].name);
        const double gain = ag_activation_gain(&choice);
        CHECK(close_to(gain, known[i].gain, 1e-11, 0), "%s: gain %.15g, not %.15g", known[i].name,
              gain, known[i].gain);
    }
    CHECK(ag_activation_gain(NULL) == 1.0, "the data");
}

static double jump(double x, const double *param) { return x > param[0] ? 1.0 : 0.0; }
static double nothing(double x, const double *param) { return 0.0 * x * param[0]; }
static double too_much(double x, const double *param) { return param[0] * exp(x * x * x); }

/* The seam of a function with a parameter is where nobody said it would be. */
static void test_gains_of_others(void) {
    static const struct {
        double (*value)(double, const double *);
        double param, gain;
    } others[] = {
        {jump, 0.3, 1.6177744510672691}, /* 1 / sqrt(Phi(-0.3)) */
        {nothing, 1.0, 1.0},
        {too_much, 1.0, 1.0},
    };
    for (int i = 0; i < AG_COUNT(others); i++) {
        const ag_activation act = {.about = {.name = "other"}, .value = others[i].value};
        const ag_choice choice = {.element = &act.about, .number = {others[i].param}};
        const double gain = ag_activation_gain(&choice);
        CHECK(close_to(gain, others[i].gain, 1e-9, 0), "%d: gain %.15g", i, gain);
    }
}

/* ReLU by hand; SELU's mean 0, mean square 1 and growing gradient (Klambauer 2017). */
static void test_expectations(void) {
    const ag_choice relu = ag_choice_standard(ag_catalogue_find(&ag_activations, "relu"));
    const ag_choice selu = ag_choice_standard(ag_catalogue_find(&ag_activations, "selu"));
    const struct {
        const ag_choice *activation;
        ag_expectation what;
        double value, tolerance;
    } expected[] = {
        {&relu, AG_EXPECT_VALUE, 0.39894228040143267794, 1e-12},
        {&relu, AG_EXPECT_VALUE_SQUARED, 0.5, 1e-12},
        {&relu, AG_EXPECT_SLOPE_SQUARED, 0.5, 1e-12},
        {&selu, AG_EXPECT_VALUE, 0.0, 1e-8},
        {&selu, AG_EXPECT_VALUE_SQUARED, 1.0, 1e-8},
        {&selu, AG_EXPECT_SLOPE_SQUARED, 1.0716, 1e-4},
    };
    for (int i = 0; i < AG_COUNT(expected); i++) {
        const double x = ag_act_expectation(expected[i].activation, expected[i].what, 1.0);
        CHECK(fabs(x - expected[i].value) <= expected[i].tolerance, "%s, %d: %.12g, not %.12g",
              expected[i].activation->element->name, expected[i].what, x, expected[i].value);
    }
}

int main(void) {
    test_expectations();
    CHECK(ag_initializers.n_items >= 15, "%d initializers", ag_initializers.n_items);
    for (int i = 0; i < ag_initializers.n_items; i++) {
        const ag_choice choice = ag_choice_standard(ag_initializers.items[i]);
        test_described(choice.element);
        test_moments(&choice);
        test_stream(&choice);
    }
    test_paired((const char *const[]){"normal", "he_normal", "glorot_normal", "lecun_normal",
                                      "auto", NULL});
    test_paired((const char *const[]){"uniform", "he_uniform", "glorot_uniform", "lecun_uniform",
                                      "torch_default", NULL});
    test_orthogonal(64, 64, 1.0);
    test_orthogonal(300, 40, 1.5);
    test_orthogonal(40, 300, 1.0);
    test_orthogonal(200, 150, 1.0); /* more columns than one block */
    test_orthogonal_is_q(60, 20);
    test_orthogonal_is_q(20, 60);
    test_haar();
    test_stop();
    test_unit_norm();
    test_rai();
    test_torch_default();
    test_mean_field();
    test_constant();
    test_aliases();
    test_gains();
    test_gains_of_others();
    return check_report();
}

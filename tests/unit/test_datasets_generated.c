/* What each generated set promises: closed forms without noise, class balance, the size
 * of the noise, and that more samples leave the first ones where they are. */
#include "datasets/dataset.h"
#include "harness/base/random.h"

#include "check.h"

#include <string.h>

static ag_choice with(ag_choice choice, const char *param, double value) {
    const int i = ag_element_param(choice.element, param);
    CHECK(i >= 0, "%s has no %s", choice.element->name, param);
    if (i >= 0) choice.number[i] = value;
    return choice;
}

static ag_choice named(const char *name) {
    return ag_choice_standard(ag_catalogue_find(&ag_datasets, name));
}

static ag_source source_of(ag_choice choice, ag_arena *arena) {
    ag_source source = {0};
    ag_error err = {0};
    CHECK(ag_dataset_source(&choice, arena, &source, &err) == AG_OK, "%s: %s", choice.element->name,
          err.text);
    return source;
}

static void refused(ag_choice choice, const char *words) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_source source;
    ag_error err = {0};
    CHECK(ag_dataset_source(&choice, &arena, &source, &err) == AG_CONFIG, "%s",
          choice.element->name);
    CHECK(strstr(err.text, words), "%s", err.text);
    ag_arena_close(&arena);
}

static double answer(const ag_source *s, size_t i) {
    return s->train.label ? s->train.label[i] : s->train.target[i];
}

/* The first examples of a set stay when there are more, and are others for another seed. */
static void test_first_stay(ag_choice choice) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_source few = source_of(with(choice, "samples", 100), &arena);
    const ag_source many = source_of(with(choice, "samples", 700), &arena);
    const ag_source other =
        source_of(with(with(choice, "samples", 100), "seed", 4294967295.0), &arena);
    const size_t features = ag_shape_size(few.shape), n = 100 * features;
    CHECK(many.train.n == 700, "%s", choice.element->name);
    CHECK(memcmp(few.train.x, many.train.x, n * sizeof(double)) == 0, "%s: x moved",
          choice.element->name);
    for (size_t i = 0; i < 100; i++)
        CHECK(answer(&few, i) == answer(&many, i), "%s: answer %zu changed", choice.element->name,
              i);
    CHECK(memcmp(few.train.x, other.train.x, n * sizeof(double)) != 0, "%s: seed",
          choice.element->name);
    ag_arena_close(&arena);
}

/* The deviation of what noise adds to numbers: `with` against `without`. */
static double noise_of(size_t n, const double *with, const double *without) {
    double squares = 0;
    for (size_t i = 0; i < n; i++)
        squares += (with[i] - without[i]) * (with[i] - without[i]);
    return sqrt(squares / (double)n);
}

/* 0.5 is known to 0.5 / sqrt(2 n): four deviations. */
static void test_noise(ag_choice choice, double *(*of)(const ag_source *)) {
    enum { N = 10000 };
    ag_arena arena = AG_ARENA_EMPTY;
    choice = with(choice, "samples", N);
    const ag_source still = source_of(with(choice, "noise", 0), &arena);
    const ag_source noisy = source_of(with(choice, "noise", 0.5), &arena);
    const double noise = noise_of(N, of(&noisy), of(&still));
    CHECK(close_to(noise, 0.5, 0, 2.0 / sqrt(2.0 * N)), "%s: noise %g", choice.element->name,
          noise);
    ag_arena_close(&arena);
}

static double *x_of(const ag_source *s) { return s->train.x; }
static double *target_of(const ag_source *s) { return s->train.target; }

/* --- plane shapes ------------------------------------------------------------------ */

typedef struct point {
    size_t i;
    int label;
    double x, y;
} point;

static void check_points(ag_choice choice, const point *points, int n) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_source s = source_of(choice, &arena);
    for (int p = 0; p < n; p++) {
        const double *x = s.train.x + 2 * points[p].i;
        CHECK(s.train.label[points[p].i] == points[p].label &&
                  close_to(x[0], points[p].x, 1e-15, 1e-15) &&
                  close_to(x[1], points[p].y, 1e-15, 1e-15),
              "%s, point %zu: %.17g %.17g, class %d", choice.element->name, points[p].i, x[0], x[1],
              (int)s.train.label[points[p].i]);
    }
    ag_arena_close(&arena);
}

/* scikit-learn's make_moons and make_circles with shuffle=False, in our order. */
static void test_moons_and_circles(void) {
    static const double h = 0.70710678118654752440, q = 0.86602540378443864676;
    static const point moons[] = {{0, 0, 1, 0},    {1, 1, 0, 0.5},     {2, 0, q, 0.5},
                                  {4, 0, 0.5, q},  {6, 0, 0, 1},       {12, 0, -1, 0},
                                  {7, 1, 1, -0.5}, {3, 1, 1 - q, 0.0}, {13, 1, 2, 0.5}};
    static const point odd[] = {{4, 0, -1, 0}, {5, 1, 1.5, 0.5 - q}, {6, 1, 2, 0.5}};
    static const point circles[] = {
        {0, 0, 1, 0}, {1, 1, 0.8, 0}, {2, 0, h, h},   {3, 1, 0.8 * h, 0.8 * h},
        {4, 0, 0, 1}, {14, 0, h, -h}, {9, 1, -0.8, 0}};
    static const point odd_circles[] = {{6, 1, 0, -0.8}, {4, 0, -0.5, -q}, {5, 1, -0.8, 0}};
    check_points(with(with(named("moons"), "samples", 14), "noise", 0), moons, AG_COUNT(moons));
    check_points(with(with(named("moons"), "samples", 7), "noise", 0), odd, AG_COUNT(odd));
    const ag_choice choice = with(with(named("circles"), "noise", 0), "factor", 0.8);
    check_points(with(choice, "samples", 16), circles, AG_COUNT(circles));
    check_points(with(choice, "samples", 7), odd_circles, AG_COUNT(odd_circles));
    test_noise(named("moons"), x_of);
    test_noise(named("circles"), x_of);
}

/* --- parity ------------------------------------------------------------------------- */

static unsigned pattern_of(const double *x, int bits) {
    unsigned pattern = 0;
    for (int b = 0; b < bits; b++) {
        CHECK(fabs(x[b]) == 1, "a bit is %g", x[b]);
        pattern |= (unsigned)(x[b] > 0) << b;
    }
    return pattern;
}

static void test_parity(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_source s = source_of(with(named("parity"), "bits", 7), &arena);
    int seen[128] = {0}, odd = 0;
    CHECK(s.train.n == 128, "all patterns: %zu", s.train.n);
    for (size_t i = 0; i < s.train.n; i++) {
        const unsigned pattern = pattern_of(s.train.x + 7 * i, 7);
        CHECK(s.train.label[i] == __builtin_parity(pattern), "parity of %x", pattern);
        odd += s.train.label[i];
        seen[pattern]++;
    }
    for (int p = 0; p < 128; p++)
        CHECK(seen[p] == 1, "pattern %x is there %d times", (unsigned)p, seen[p]);
    CHECK(odd == 64, "half of them are odd: %d", odd);
    const ag_source large =
        source_of(with(with(named("parity"), "bits", 40), "samples", 5000), &arena);
    double high = 0;
    for (size_t i = 0; i < 5000; i++)
        high += large.train.x[40 * i + 39];
    CHECK(fabs(high) < 4 * sqrt(5000.0), "bit 39 is as often -1 as 1: %g", high);
    ag_arena_close(&arena);
    refused(with(with(named("parity"), "bits", 4), "samples", 17), "16 patterns of 4 bits");
    refused(with(named("parity"), "bits", 30), "samples must be 1 to");
}

/* --- regression --------------------------------------------------------------------- */

/* Mean and variance of the answers, of n draws: 14.4132973424 and 23.8264637714 by
 * quadrature at 30 digits. */
static void test_friedman1(void) {
    enum { N = 40000 };
    static const double pi = 3.14159265358979323846;
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_source s = source_of(with(with(named("friedman1"), "samples", N), "noise", 0), &arena);
    double sum = 0, squares = 0;
    CHECK(s.regression && s.n_targets == 1 && !s.train.label, "a number to predict");
    for (size_t i = 0; i < N; i++) {
        const double *x = s.train.x + 10 * i, y = s.train.target[i];
        for (int f = 0; f < 10; f++)
            CHECK(x[f] >= 0 && x[f] < 1, "x%d is %g", f + 1, x[f]);
        const double want =
            10 * sin(pi * x[0] * x[1]) + 20 * pow(x[2] - 0.5, 2) + 10 * x[3] + 5 * x[4];
        CHECK(close_to(y, want, 1e-14, 1e-14), "%zu: %.17g, not %.17g", i, y, want);
        sum += y - 14.4132973424198570629673749567;
        squares += pow(y - 14.4132973424198570629673749567, 2);
    }
    CHECK(fabs(sum / N) < 4 * sqrt(23.83 / N), "mean is off by %g", sum / N);
    CHECK(close_to(squares / N, 23.8264637713810, 0.03, 0), "variance %g", squares / N);
    ag_arena_close(&arena);
    test_noise(named("friedman1"), target_of);
    refused(with(with(named("friedman1"), "samples", 1e7), "features", 10000), "too large");
}

static void test_sine(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(with(named("sine_regression"), "frequency", 7), "noise", 0);
    const ag_source s = source_of(with(with(choice, "low", -2), "high", 3), &arena);
    double least = 9, most = -9;
    for (size_t i = 0; i < s.train.n; i++) {
        const double x = s.train.x[i];
        CHECK(s.train.target[i] == sin(7 * x), "sin(7 %g)", x);
        least = fmin(least, x);
        most = fmax(most, x);
    }
    CHECK(least >= -2 && least < -1.95 && most < 3 && most > 2.95, "%g to %g", least, most);
    ag_arena_close(&arena);
    test_noise(choice, target_of);
    refused(with(with(choice, "low", 1), "high", 1), "must be below high");
}

/* The smallest teacher, from the same stream: v tanh(w x). */
static void test_teacher_formula(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice =
        with(with(with(named("teacher"), "features", 1), "width", 1), "seed", 5);
    const ag_source s = source_of(choice, &arena);
    ag_stream random = ag_stream_open(5, AG_RANDOM_DATA, 0);
    const double w = 2 * ag_random_normal(&random), v = ag_random_normal(&random);
    for (size_t i = 0; i < s.train.n; i++)
        CHECK(close_to(s.train.target[i], v * tanh(w * s.train.x[i]), 1e-13, 1e-15), "%zu", i);
    ag_arena_close(&arena);
}

static void test_teacher(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_choice choice = with(named("teacher"), "depth", 3);
    const ag_source s = source_of(choice, &arena);
    double sum = 0, squares = 0, y_squares = 0;
    for (size_t i = 0; i < s.train.n * 10; i++) {
        sum += s.train.x[i];
        squares += s.train.x[i] * s.train.x[i];
    }
    for (size_t i = 0; i < s.train.n; i++)
        y_squares += s.train.target[i] * s.train.target[i];
    CHECK(fabs(sum / 20000) < 0.03 && close_to(squares / 20000, 1, 0.04, 0), "x ~ N(0, 1)");
    CHECK(y_squares / 2000 > 0.05 && y_squares / 2000 < 5, "answers of size %g",
          sqrt(y_squares / 2000));
    const ag_source classes = source_of(with(choice, "classes", 4), &arena);
    size_t count[4] = {0};
    CHECK(!classes.regression && classes.n_classes == 4 && !classes.train.target, "classes");
    for (size_t i = 0; i < classes.train.n; i++)
        count[classes.train.label[i]]++;
    for (int c = 0; c < 4; c++)
        CHECK(count[c] > 20, "class %d is there %zu times", c, count[c]);
    CHECK(memcmp(classes.train.x, s.train.x, 20000 * sizeof(double)) == 0, "the same points");
    ag_arena_close(&arena);
    test_noise(named("teacher"), target_of);
    refused(with(named("teacher"), "classes", 1), "classes of teacher is 1");
}

int main(void) {
    static const char *const drawn[] = {"blobs",           "xor",    "parity", "friedman1",
                                        "sine_regression", "teacher"};
    for (int i = 0; i < AG_COUNT(drawn); i++)
        test_first_stay(named(drawn[i]));
    test_first_stay(with(named("teacher"), "classes", 3));
    test_moons_and_circles();
    test_parity();
    test_friedman1();
    test_sine();
    test_teacher_formula();
    test_teacher();
    return check_report();
}

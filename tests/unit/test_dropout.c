/* Dropout: how many values it leaves out, which, and what that does to mean and
 * variance. Bounds are 5 standard deviations of numbers that never change. */
#include "check.h"
#include "harness/base/random.h"
#include "harness/num/norms.h"
#include "models/layers.h"

#include <string.h>

enum { UNITS = 500, ROWS = 400, N = UNITS * ROWS, SOME = 17, SOME_N = SOME * UNITS };

typedef void adder(ag_net *net, double rate);

static ag_real x[N];

/* Two layers of the same kind behind each other's input; y of the first. */
static const ag_real *drop(adder *add, double rate, ag_mode mode, ag_arena *arena, ag_net *net) {
    ag_error err = {0};
    *arena = AG_ARENA_EMPTY;
    CHECK(ag_net_begin(net, (ag_shape){UNITS, 1, 1}, 2, arena, &err) == AG_OK, "%s", err.text);
    add(net, rate);
    add(net, rate);
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, ROWS, arena, &err) == AG_OK, "%s", err.text);
    *net->mode = mode;
    ag_net_forward(net, ROWS, x);
    return net->layers[0].y;
}

static const ag_mode training = {.training = true, .seed = 3, .step = 7};

static void test_rate(void) {
    static const double rates[] = {0.001, 0.1, 0.5, 0.9, 0.999};
    for (int r = 0; r < AG_COUNT(rates); r++) {
        const double p = rates[r];
        ag_arena arena;
        ag_net net;
        for (int i = 0; i < N; i++)
            x[i] = 1;
        const ag_real *y = drop(ag_net_add_dropout, p, training, &arena, &net);
        long out = 0;
        double sum = 0;
        for (int i = 0; i < N; i++) {
            out += y[i] == 0;
            sum += (double)y[i];
            CHECK(y[i] == 0 || close_to((double)y[i], 1 / (1 - p), 1e-6, 0), "y[%d] = %g", i,
                  (double)y[i]);
        }
        CHECK(close_to((double)out / N, p, 0, 5 * sqrt(p * (1 - p) / N)), "%ld of %d out", out, N);
        CHECK(close_to(sum / N, 1, 0, 5 * sqrt(p / (1 - p) / N)), "mean %g", sum / N);
        ag_arena_close(&arena);
    }
}

/* A rate between two multiples of 2^-16 is met too. */
static void test_small_rate(void) {
    const double p = 1.5 / 65536, all = 200.0 * N;
    ag_arena arena;
    ag_net net;
    for (int i = 0; i < N; i++)
        x[i] = 1;
    const ag_real *y = drop(ag_net_add_dropout, p, training, &arena, &net);
    long out = 0;
    for (int step = 1; step <= 200; step++) {
        net.mode->step = step;
        net.layers[0].kind->forward(&net.layers[0], ROWS);
        for (int i = 0; i < N; i++)
            out += y[i] == 0;
    }
    CHECK(close_to((double)out / all, p, 0, 5 * sqrt(p / all)), "%ld of %g out", out, all);
    ag_arena_close(&arena);
}

/* With values that have mean 0 and variance 1 both stay; those left out become one value,
 * the image of SELU's limit on the left. */
static void test_alpha_keeps_moments(void) {
    static const double rates[] = {0.05, 0.1, 0.5, 0.8};
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 0);
    for (int i = 0; i < N; i++)
        x[i] = (ag_real)ag_random_normal(&random);
    for (int r = 0; r < AG_COUNT(rates); r++) {
        const double p = rates[r], t = -1.0507009873554805 * 1.6732632423543772;
        const double a = 1 / sqrt((1 - p) * (1 + p * t * t));
        ag_arena arena;
        ag_net net;
        const ag_real *y = drop(ag_net_add_alpha_dropout, p, training, &arena, &net);
        double mean, deviation;
        ag_moments(N, y, &mean, &deviation);
        /* the fourth moment of y is below 4 for all of these */
        CHECK(close_to(mean, 0, 0, 5 / sqrt(N)), "p = %g: mean %g", p, mean);
        CHECK(close_to(deviation, 1, 0, 5 * sqrt(3.0 / N)), "p = %g: deviation %g", p, deviation);
        long out = 0;
        for (int i = 0; i < N; i++) {
            const double left = a * t - a * p * t, stays = a * (double)x[i] - a * p * t;
            const bool is_left = close_to((double)y[i], left, 1e-6, 1e-6);
            out += is_left;
            CHECK(is_left || close_to((double)y[i], stays, 1e-5, 1e-6), "y[%d] = %g", i,
                  (double)y[i]);
        }
        CHECK(close_to((double)out / N, p, 0, 5 * sqrt(p * (1 - p) / N)), "%ld of %d out", out, N);
        ag_arena_close(&arena);
    }
}

static void test_evaluation(adder *add, const char *name) {
    ag_arena arena;
    ag_net net;
    for (int i = 0; i < N; i++)
        x[i] = (ag_real)(i % 100 - 50);
    const ag_real *y = drop(add, 0.5, (ag_mode){.seed = 3, .step = 7}, &arena, &net);
    CHECK(memcmp(y, x, sizeof x) == 0, "%s: evaluation changes values", name);
    ag_arena_close(&arena);
}

/* Share of the places where both are left out or neither. */
static double share_equal(const ag_real *a, const ag_real *b) {
    long equal = 0;
    for (int i = 0; i < N; i++)
        equal += (a[i] == 0) == (b[i] == 0);
    return (double)equal / N;
}

/* The mask depends on seed, step and the layer's number; on the values and the other
 * rows not at all. */
static void test_what_it_depends_on(void) {
    for (int i = 0; i < N; i++)
        x[i] = (ag_real)(i % 3 + 1);
    ag_arena arena, other_arena;
    ag_net net, other;
    const ag_real *y = drop(ag_net_add_dropout, 0.5, training, &arena, &net);
    for (int i = 0; i < N; i++)
        x[i] = (ag_real)(i % 5 + 2);
    const ag_real *again = drop(ag_net_add_dropout, 0.5, training, &other_arena, &other);
    CHECK(share_equal(y, again) == 1, "the mask depends on the values");
    static ag_real all[N];
    memcpy(all, again, sizeof all);
    ag_net_forward(&other, SOME, x);
    CHECK(memcmp(all, again, SOME_N * sizeof *all) == 0, "the mask depends on other rows");
    ag_arena_close(&other_arena);
    const ag_mode modes[] = {{.training = true, .seed = 3, .step = 8},
                             {.training = true, .seed = 4, .step = 7}};
    for (int k = 0; k < 2; k++) {
        again = drop(ag_net_add_dropout, 0.5, modes[k], &other_arena, &other);
        CHECK(close_to(share_equal(y, again), 0.5, 0, 5 * sqrt(0.25 / N)), "masks %d are alike", k);
        ag_arena_close(&other_arena);
    }
    /* of what the first layer kept the second leaves out half */
    long kept = 0, both = 0;
    for (int i = 0; i < N; i++) {
        kept += y[i] != 0;
        both += net.layers[1].y[i] != 0;
    }
    CHECK(close_to((double)both / (double)kept, 0.5, 0, 5 * sqrt(0.25 / (0.5 * N))),
          "%ld of %ld kept", both, kept);
    ag_arena_close(&arena);
}

int main(void) {
    test_rate();
    test_small_rate();
    test_alpha_keeps_moments();
    test_evaluation(ag_net_add_dropout, "dropout");
    test_evaluation(ag_net_add_alpha_dropout, "alpha_dropout");
    test_what_it_depends_on();
    return check_report();
}

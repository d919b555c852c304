/* Normalizations beyond differences (tests/numeric) and PyTorch (tests/both): numbers far
 * from zero, single examples, running statistics. */
#include "check.h"
#include "harness/base/random.h"
#include "harness/num/norms.h"
#include "models/initializer.h"
#include "models/layers.h"

#include <string.h>

static void open_net(ag_net *net, void (*add)(ag_net *net), int units, int rows, ag_arena *arena) {
    ag_error err = {0};
    *arena = AG_ARENA_EMPTY;
    CHECK(ag_net_begin(net, (ag_shape){units, 1, 1}, 2, arena, &err) == AG_OK, "%s", err.text);
    add(net);
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, rows, arena, &err) == AG_OK, "%s", err.text);
    const ag_choice zeros = ag_choice_standard(ag_catalogue_find(&ag_initializers, "zeros"));
    ag_net_initialize(net, &zeros, 0);
}

/* A mean a million deviations away: x holds only steps of 1/16, and they come out. */
static void test_far_from_zero(void (*add)(ag_net *net), const char *name) {
    enum { SIDE = 64 };
    static ag_real x[SIDE * SIDE];
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) /* the same numbers in every row and every column */
            x[i * SIDE + j] = (ag_real)(1e6 + ((i + j) % SIDE) * 0.0625);
    ag_arena arena;
    ag_net net;
    open_net(&net, add, SIDE, SIDE, &arena);
    *net.mode = (ag_mode){.training = true, .remembers = true};
    const ag_real *y = ag_net_forward(&net, SIDE, x);
    /* of 0 .. n - 1: mean (n - 1) / 2, variance (n^2 - 1) / 12 */
    const double deviation = sqrt((SIDE * SIDE - 1) / 12.0 * 0.0625 * 0.0625 + 1e-5);
    for (int i = 0; i < SIDE; i++)
        for (int j = 0; j < SIDE; j++) {
            const double want = ((i + j) % SIDE - (SIDE - 1) / 2.0) * 0.0625 / deviation;
            const double got = (double)y[i * SIDE + j];
            CHECK(close_to(got, want, 1e-5, 1e-6), "%s: y[%d][%d] = %g, not %g", name, i, j, got,
                  want);
        }
    ag_arena_close(&arena);
}

/* A batch of one example is normalized by what is remembered, which it leaves alone. */
static void test_single_example(void) {
    enum { UNITS = 3 };
    ag_arena arena;
    ag_net net;
    open_net(&net, ag_net_add_batch_norm, UNITS, 4, &arena);
    const ag_real x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2};
    CHECK(ag_net_rows_min(&net) == 2, "%d rows", ag_net_rows_min(&net));
    *net.mode = (ag_mode){.training = true, .remembers = true};
    ag_net_forward(&net, 4, x);
    ag_real statistics[2 * UNITS], alone[UNITS];
    memcpy(statistics, net.statistics, sizeof statistics);
    for (int u = 0; u < UNITS; u++) {
        const double mean = 3 + u, unbiased = (4 + 1 + 16 + 9) / 3.0;
        CHECK(close_to((double)statistics[u], 0.1 * mean, 1e-6, 0), "running mean %g",
              (double)statistics[u]);
        CHECK(close_to((double)statistics[UNITS + u], 0.9 + 0.1 * unbiased, 1e-6, 0),
              "running variance %g", (double)statistics[UNITS + u]);
    }
    memcpy(alone, ag_net_forward(&net, 1, x), sizeof alone);
    CHECK(memcmp(statistics, net.statistics, sizeof statistics) == 0, "one example is remembered");
    *net.mode = (ag_mode){0};
    CHECK(memcmp(alone, ag_net_forward(&net, 1, x), sizeof alone) == 0,
          "one example: not as known");
    *net.mode = (ag_mode){.training = true};
    ag_net_forward(&net, 4, x);
    CHECK(memcmp(statistics, net.statistics, sizeof statistics) == 0, "a look is remembered");
    ag_arena_close(&arena);
}

/* All values alike: nothing to divide by, and nothing infinite. */
static void test_constant(void (*add)(ag_net *net), const char *name) {
    enum { SIDE = 20 };
    static ag_real x[SIDE * SIDE];
    for (int i = 0; i < SIDE * SIDE; i++)
        x[i] = (ag_real)1234.5;
    ag_arena arena;
    ag_net net;
    open_net(&net, add, SIDE, SIDE, &arena);
    *net.mode = (ag_mode){.training = true};
    const ag_real *y = ag_net_forward(&net, SIDE, x);
    for (int i = 0; i < SIDE * SIDE; i++)
        CHECK(y[i] == 0, "%s: y[%d] = %g", name, i, (double)y[i]);
    ag_layer *layer = ag_net_last(&net);
    for (int i = 0; i < SIDE * SIDE; i++)
        layer->dy[i] = (ag_real)(i % 3);
    ag_net_backward(&net, SIDE);
    CHECK(ag_all_finite(net.n_parameters, net.gradients), "%s: gradients", name);
    ag_arena_close(&arena);
}

int main(void) {
    test_far_from_zero(ag_net_add_batch_norm, "batch_norm");
    test_far_from_zero(ag_net_add_layer_norm, "layer_norm");
    test_constant(ag_net_add_batch_norm, "batch_norm");
    test_constant(ag_net_add_layer_norm, "layer_norm");
    test_single_example();
    return check_report();
}

/* What is checked before the first trial: right gradients pass, wrong ones are noticed. */
#include "check.h"
#include "harness/base/random.h"
#include "harness/train/precheck.h"
#include "harness/train/slope.h"
#include "models/initializer.h"
#include "models/layers.h"

#include <string.h>

/* A layer whose gradient is a few percent too large. */
static double factor;

static void forward(ag_layer *self, int rows) {
    memcpy(self->y, self->x, (size_t)rows * ag_shape_size(self->out) * sizeof *self->y);
}

static void backward(ag_layer *self, int rows) {
    for (size_t i = 0; i < (size_t)rows * ag_shape_size(self->in); i++)
        self->dx[i] = (ag_real)(factor * (double)self->dy[i]);
}

static const ag_layer_kind wrong = {.name = "wrong", .forward = forward, .backward = backward};

static double off_with(double by) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    const ag_choice he = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    const ag_choice act = ag_choice_standard(ag_catalogue_find(&ag_activations, "tanh"));
    factor = by;
    CHECK(ag_net_begin(&net, (ag_shape){5, 1, 1}, 6, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_add_dense(&net, 8, true, "hidden1");
    ag_net_add_batch_norm(&net);
    ag_net_add_activation(&net, &act);
    (void)ag_net_add(&net, &wrong, 0);
    ag_net_add_dense(&net, 3, true, "output");
    CHECK(ag_net_measure(&net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(&net, AG_SLOPE_ROWS, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(&net, &he, 1);
    double off;
    CHECK(ag_slope_check(&net, &arena, &off, &err) == AG_OK, "%s", err.text);
    ag_arena_close(&arena);
    return off;
}

static void test_slope(void) {
    CHECK(off_with(1) < 0.005, "a right gradient is %g off", off_with(1));
    CHECK(off_with(1.5) > 0.02, "half as much again: %g off", off_with(1.5));
    CHECK(off_with(-1) > 0.02, "the other way: %g off", off_with(-1));
}

static ag_status precheck(const char *grid, ag_error *err) {
    char text[700];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_plan plan;
    const int n =
        snprintf(text, sizeof text,
                 "dataset: mnist1d\n"
                 "%s"
                 "activation: relu\n"
                 "initializer: he_normal\n"
                 "optimizer: {name: sgd, learning_rate: 0.1}\n"
                 "training: {epochs: 1}\n"
                 "grid: {%s}\n",
                 strstr(grid, "model: ") ? "" : "model: {type: mlp, depth: 2, width: 8}\n", grid);
    ag_status status = ag_plan_read(&arena, "test.yaml", text, (size_t)n, NULL, 0, &plan, err);
    CHECK(status == AG_OK, "%s: %s", err->where, err->text);
    if (!status) status = ag_precheck(&plan, &arena, err);
    ag_arena_close(&arena);
    return status;
}

static void test_models(void) {
    static const char *const grids[] = {
        "model.depth: [0, 1, 2, 5, 10, 20, 50], model.width: [1, 2, 5, 30, 100]",
        "model.depth: [1, 4, 16], model.width: [3, 10, 64], model.normalization: [batch, layer], "
        "model.normalization_place: [before, after]",
        "model.depth: [3, 9], model.residual: [1, 2], model.skip_place: [before, after], "
        "model.dropout: [0, 0.5], model.normalization: [none, batch, layer]",
        "model.output: [softmax, log_softmax, sigmoid], model.dropout: [0, 0.3, 0.9]",
        "model: [mnist1d_cnn, cnn, {type: cnn, depth: 3, width: 4, normalization: batch}]",
        "activation: [relu, tanh, sigmoid, gelu, selu, swish, prelu, elu, softplus]",
        "activation: [glu, reglu, geglu, swiglu, bilinear, maxout, {name: maxout, pieces: 5}]",
        /* so deep that float differences say nothing */
        "model.depth: [100, 300, 1000], model.width: [10, 30], model.normalization: [none, batch]",
        "model.depth: [100, 300, 1000], model.width: [20], model.normalization: [none, layer], "
        "model.residual: [0, 1]",
        "model: [{type: cnn, depth: 100, width: 4, normalization: batch}, "
        "{type: cnn, depth: 300, width: 4}]",
    };
    for (int i = 0; i < AG_COUNT(grids); i++) {
        ag_error err = {0};
        CHECK(precheck(grids[i], &err) == AG_OK, "%s: %s", grids[i], err.text);
    }
}

int main(void) {
    test_slope();
    test_models();
    return check_report();
}

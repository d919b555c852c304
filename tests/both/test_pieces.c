/* A mini-batch that a net takes in pieces, against its examples one by one. */
#include "check.h"
#include "harness/base/random.h"
#include "models/initializer.h"
#include "models/layers.h"

#include <math.h>
#include <string.h>

enum { ROWS = 7, SIZE = 24, CHANNELS = 16, OUTPUTS = 5 };

static const double tolerance = sizeof(ag_real) == sizeof(float) ? 1e-5 : 1e-12;

static void fill(ag_stream *random, size_t n, ag_real *a) {
    for (size_t i = 0; i < n; i++)
        a[i] = (ag_real)ag_random_normal(random);
}

/* A residual block, a pooling, and all that stands behind them. Layers of 24 x 24 x 16 take
 * three examples at a time, so that seven are two whole pieces and a part of one. */
static void build(ag_net *net, ag_arena *arena) {
    ag_error err = {0};
    const ag_choice relu = ag_choice_standard(ag_catalogue_find(&ag_activations, "relu"));
    ag_choice shared = ag_choice_standard(ag_catalogue_find(&ag_activations, "swish"));
    shared.number[ag_element_param(shared.element, "learned")] = AG_LEARNED_SHARED;
    const ag_choice geglu = ag_choice_standard(ag_catalogue_find(&ag_activations, "geglu"));
    const ag_choice init = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    CHECK(ag_net_begin(net, (ag_shape){3, SIZE, SIZE}, 20, arena, &err) == AG_OK, "%s", err.text);
    const ag_window conv = ag_window_for(net->in, 3, 1, AG_PADDING_SAME);
    const ag_window pool = ag_window_for(net->in, 2, 2, 0);
    ag_net_add_conv(net, CHANNELS, &conv, true, "conv1");
    ag_net_add_activation(net, &relu);
    const int from = ag_net_here(net);
    ag_net_add_conv(net, 2 * CHANNELS, &conv, true, "conv2");
    ag_net_add_activation(net, &geglu);
    ag_net_add_skip(net, from);
    ag_net_add_activation(net, &shared);
    ag_net_add_activation(net, &shared);
    ag_net_add_max_pool(net, &pool);
    ag_net_add_average_pool(net, &pool);
    ag_net_add_shortcut(net, 2 * CHANNELS, 2);
    ag_net_add_dense(net, OUTPUTS, true, "output");
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, ROWS, arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(net, &init, 1);
}

/* Forward and backward of some examples, for these derivatives of the loss. */
static void pass(ag_net *net, int rows, const ag_real *x, const ag_real *dy) {
    *net->mode = (ag_mode){.training = true};
    ag_net_forward(net, rows, x);
    memcpy(ag_net_last(net)->dy, dy, (size_t)rows * OUTPUTS * sizeof *dy);
    CHECK(ag_net_backward(net, rows), "gradients of %d examples", rows);
}

/* --- batch normalization, which needs all pieces before it begins ---------------- */

static void build_normalized(ag_net *net, ag_arena *arena) {
    ag_error err = {0};
    const ag_choice swish = ag_choice_standard(ag_catalogue_find(&ag_activations, "swish"));
    const ag_choice init = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    CHECK(ag_net_begin(net, (ag_shape){3, SIZE, SIZE}, 20, arena, &err) == AG_OK, "%s", err.text);
    const ag_window conv = ag_window_for(net->in, 3, 1, AG_PADDING_SAME);
    ag_net_add_conv(net, CHANNELS, &conv, false, "conv1");
    ag_net_add_batch_norm(net);
    ag_net_add_activation(net, &swish);
    const int from = ag_net_here(net);
    ag_net_add_conv(net, CHANNELS, &conv, false, "conv2");
    ag_net_add_batch_norm(net);
    ag_net_add_skip(net, from);
    ag_net_add_batch_norm(net);
    ag_net_add_activation(net, &swish);
    ag_net_add_global_average_pool(net);
    ag_net_add_dense(net, OUTPUTS, true, "output");
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, ROWS, arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(net, &init, 1);
}

/* Gain 1 and shift 0: every channel of a normalization has mean 0 and variance 1. */
static void check_normalized(const ag_layer *layer) {
    enum { N = ROWS * SIZE * SIZE };
    for (int c = 0; c < CHANNELS; c++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < N; i++) {
            const double y = (double)layer->y[i * CHANNELS + (size_t)c];
            sum += y, squares += y * y;
        }
        CHECK(fabs(sum / N) < 1e-6 && fabs(squares / N - 1) < 1e-3,
              "channel %d: mean %g, mean square %g", c, sum / N, squares / N);
    }
}

static double loss_at(ag_net *net, const ag_real *x, const ag_real *dy, const ag_real *start,
                      const ag_real *direction, double h) {
    for (size_t i = 0; i < net->n_parameters; i++)
        net->parameters[i] = (ag_real)((double)start[i] + h * (double)direction[i]);
    const ag_real *y = ag_net_forward(net, ROWS, x);
    double loss = 0;
    for (int i = 0; i < ROWS * OUTPUTS; i++)
        loss += (double)y[i] * (double)dy[i];
    return loss;
}

static void test_batch_norm(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_net net;
    build_normalized(&net, &arena);
    const size_t n_x = ROWS * ag_shape_size(net.in), n = net.n_parameters;
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, n_x);
    ag_real *start = AG_NEW_ARRAY(&arena, ag_real, n);
    ag_real *direction = AG_NEW_ARRAY(&arena, ag_real, n);
    ag_real dy[ROWS * OUTPUTS];
    ag_stream random = ag_stream_open(6, AG_RANDOM_TEST, 0);
    fill(&random, n_x, x);
    fill(&random, (size_t)ROWS * OUTPUTS, dy);
    fill(&random, n, direction);
    pass(&net, ROWS, x, dy);
    for (int i = 0; i < net.n_layers; i++)
        if (net.layers[i].kind == &ag_layer_batch_norm) check_normalized(&net.layers[i]);
    memcpy(start, net.parameters, n * sizeof *start);
    double slope = 0, least = HUGE_VAL;
    for (size_t i = 0; i < n; i++)
        slope += (double)net.gradients[i] * (double)direction[i];
    for (double h = 1e-3; h > 1e-6; h /= 4) { /* rounding and curvature: the best counts */
        const double change =
            loss_at(&net, x, dy, start, direction, h) - loss_at(&net, x, dy, start, direction, -h);
        least = fmin(least, fabs(change / (2 * h) / slope - 1));
    }
    CHECK(least < (sizeof(ag_real) == sizeof(float) ? 5e-3 : 1e-7), "slope is %g off", least);
    ag_arena_close(&arena);
}

int main(void) {
    test_batch_norm();
    ag_arena arena = AG_ARENA_EMPTY;
    ag_net whole, single;
    build(&whole, &arena);
    build(&single, &arena);
    const size_t n_x = ag_shape_size(whole.in), n = whole.n_parameters;
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, ROWS * n_x);
    ag_real *dy = AG_NEW_ARRAY(&arena, ag_real, ROWS * OUTPUTS);
    double *sum = AG_NEW_ARRAY(&arena, double, n);
    ag_stream random = ag_stream_open(5, AG_RANDOM_TEST, 0);
    fill(&random, ROWS * n_x, x);
    fill(&random, (size_t)ROWS * OUTPUTS, dy);
    pass(&whole, ROWS, x, dy);
    for (size_t e = 0; e < ROWS; e++) {
        pass(&single, 1, x + e * n_x, dy + e * OUTPUTS);
        for (size_t i = 0; i < n; i++)
            sum[i] += (double)single.gradients[i];
        for (int i = 0; i < ag_net_here(&whole); i++) { /* all but the product at the end */
            const ag_layer *a = &whole.layers[i], *b = &single.layers[i];
            const size_t size = ag_shape_size(a->out);
            CHECK(memcmp(a->y + e * size, b->y, size * sizeof *b->y) == 0,
                  "%s %d: y of example %zu", a->kind->name, i, e);
            CHECK(!a->dydz || memcmp(a->dydz + e * size, b->dydz, size * sizeof *b->y) == 0,
                  "%s %d: derivative of example %zu", a->kind->name, i, e);
        }
    }
    double apart = 0, norm = 0;
    for (size_t i = 0; i < n; i++) {
        const double d = (double)whole.gradients[i] - sum[i];
        apart += d * d;
        norm += sum[i] * sum[i];
    }
    CHECK(norm > 0 && apart <= tolerance * tolerance * norm, "gradients are %.2g of their norm off",
          sqrt(apart / norm));
    ag_arena_close(&arena);
    return check_report();
}

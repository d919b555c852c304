/* A mini-batch that a net takes in pieces, against its examples one by one. */
#include "check.h"
#include "harness/base/random.h"
#include "models/initializer.h"
#include "models/layers.h"

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

int main(void) {
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

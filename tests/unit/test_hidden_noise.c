/* training.noise: {hidden: a}: which numbers are added to which units. When: test_train_keys. */
#include "train_fixture.h"

#include "models/core/hidden.h"
#include "models/layers.h"

#include <string.h>

enum { UNITS = 300, ROWS = 5, INPUTS = 4, LAYERS_MAX = 8 };

static ag_real x[ROWS * INPUTS * 12];

/* in -> UNITS -> UNITS -> 1, as a family would build it. */
static void build(const char *function, bool picture, ag_arena *arena, ag_net *net) {
    ag_error err = {0};
    const ag_choice choice = choose(&ag_activations, function);
    const ag_window window = ag_window_for((ag_shape){INPUTS, 3, 4}, 3, 1, AG_PADDING_SAME);
    *arena = AG_ARENA_EMPTY;
    const ag_shape in = picture ? (ag_shape){INPUTS, 3, 4} : (ag_shape){INPUTS, 1, 1};
    CHECK(ag_net_begin(net, in, LAYERS_MAX, arena, &err) == AG_OK, "%s", err.text);
    if (picture)
        ag_net_add_conv(net, UNITS, &window, true, "hidden1");
    else
        ag_net_add_dense(net, UNITS * ag_act_inputs(&choice), true, "hidden1");
    ag_net_add_activation(net, &choice);
    ag_net_add_dense(net, UNITS * ag_act_inputs(&choice), true, "hidden2");
    ag_net_add_activation(net, &choice);
    ag_net_add_dense(net, 1, true, "output");
    ag_choice model = choose(&ag_models, "mlp");
    set(&model, "output", 3); /* sigmoid: an activation, but of no hidden unit */
    CHECK(ag_output_add(net, &model, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, ROWS, arena, &err) == AG_OK, "%s", err.text);
    const ag_choice he = choose(&ag_initializers, "he_normal");
    ag_net_initialize(net, &he, 1);
    for (int i = 0; i < AG_COUNT(x); i++)
        x[i] = (ag_real)(0.1 * (i % 23) - 1);
}

/* added[e][u] to the first hidden layer of this pass, places of a channel side by side. */
static void pass(ag_net *net, ag_mode mode, double *added) {
    const ag_layer *layer = net->stages[0].activation;
    const size_t n = ag_shape_size(layer->out), area = ag_shape_area(layer->out);
    *net->mode = (ag_mode){.training = true, .seed = mode.seed, .step = mode.step};
    ag_net_forward(net, ROWS, x);
    for (size_t i = 0; i < ROWS * n; i++)
        added[i] = -(double)layer->y[i];
    *net->mode = mode;
    ag_net_forward(net, ROWS, x);
    for (size_t i = 0; i < ROWS * n; i++)
        added[i] += (double)layer->y[i];
    if (layer->out_block == 1 || area == 1) return;
    static double ordered[ROWS * UNITS * 12];
    for (size_t e = 0; e < ROWS; e++)
        for (int c = 0; c < UNITS; c++)
            for (size_t place = 0; place < area; place++)
                ordered[e * n + (size_t)c * area + place] =
                    added[e * n + ag_shape_index(layer->out, layer->out_block, c, place)];
    memcpy(added, ordered, ROWS * n * sizeof *added);
}

static const ag_mode noisy = {.training = true, .seed = 3, .step = 7, .hidden_noise = 0.1};

/* One number for each unit, whatever the example and the place, even in (-0.1, 0.1). */
static void test_numbers(const char *function, bool picture) {
    static double added[ROWS * UNITS * 12];
    ag_arena arena;
    ag_net net;
    build(function, picture, &arena, &net);
    pass(&net, noisy, added);
    const size_t area = ag_shape_area(net.stages[0].activation->out);
    double sum = 0, squares = 0, largest = 0;
    for (size_t c = 0; c < UNITS; c++) {
        const double u = added[c * area];
        for (size_t e = 0; e < ROWS; e++)
            for (size_t place = 0; place < area; place++)
                CHECK(close_to(added[(e * UNITS + c) * area + place], u, 0, 1e-5),
                      "%s: unit %zu of example %zu", function, c, e);
        sum += u, squares += u * u, largest = fmax(largest, fabs(u));
    }
    const double variance = 0.01 / 3;
    CHECK(fabs(sum / UNITS) < 5 * sqrt(variance / UNITS), "%s: mean %g", function, sum / UNITS);
    CHECK(close_to(squares / UNITS, variance, 0.25, 0), "variance %g", squares / UNITS);
    CHECK(largest > 0.095 && largest < 0.10001, "largest %g", largest);
    ag_arena_close(&arena);
}

/* Other seeds, steps and layers get other numbers; the same pass the same. */
static void test_keys(void) {
    static double first[ROWS * UNITS], other[ROWS * UNITS];
    ag_arena arena;
    ag_net net;
    build("identity", false, &arena, &net);
    pass(&net, noisy, first);
    pass(&net, noisy, other);
    CHECK(memcmp(first, other, sizeof first) == 0, "the same pass");
    for (int how = 0; how < 2; how++) {
        ag_mode mode = noisy;
        if (how == 0) mode.seed++;
        if (how == 1) mode.step++;
        pass(&net, mode, other);
        int equal = 0;
        for (int i = 0; i < UNITS; i++)
            equal += fabs(first[i] - other[i]) < 1e-5;
        CHECK(equal < 5, "%d: %d of %d numbers are equal", how, equal, UNITS);
    }
    ag_mode twice = noisy;
    twice.hidden_noise = 0.2;
    pass(&net, twice, other);
    for (int i = 0; i < UNITS; i++)
        CHECK(close_to(other[i], 2 * first[i], 0, 1e-5), "twice the level, unit %d", i);
    ag_arena_close(&arena);
}

/* Behind identity layers the output is a weighted sum: what the second layer adds shows there, and
 * nothing is added to the output itself. */
static void test_second_layer(void) {
    ag_arena arena;
    ag_net net;
    build("identity", false, &arena, &net);
    memset(net.parameters, 0, net.n_parameters * sizeof *net.parameters);
    *net.mode = noisy;
    ag_net_forward(&net, ROWS, x);
    const ag_layer *one = net.stages[0].activation, *two = net.stages[1].activation;
    int equal = 0;
    for (int i = 0; i < UNITS; i++)
        equal += one->y[i] == two->y[i];
    CHECK(equal < 5, "two layers have %d equal numbers", equal);
    CHECK(net.stages[2].weights->y[0] == 0 && ag_net_last(&net)->y[0] == (ag_real)0.5,
          "the output is %g", (double)ag_net_last(&net)->y[0]);
    ag_arena_close(&arena);
}

int main(void) {
    test_numbers("identity", false);
    test_numbers("relu", false);
    test_numbers("swiglu", false);
    test_numbers("prelu", false);
    test_numbers("rrelu", false);
    test_numbers("tanh", true);
    test_keys();
    test_second_layer();
    return check_report();
}

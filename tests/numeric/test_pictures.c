/* Gradients of nets that see pictures and signals against differences, in double:
 * convolutions, poolings, shortcuts, and how they are joined. */
#include "check.h"
#include "models/core/hidden.h"
#include "models/initializer.h"
#include "models/layers.h"

enum { ROWS = 3, LAYERS_MAX = 24 };

static const ag_choice *tanh_choice(void) {
    static ag_choice choice;
    choice = ag_choice_standard(ag_catalogue_find(&ag_activations, "tanh"));
    return &choice;
}

static void add_conv(ag_net *net, int channels, int kernel, int stride, int padding) {
    const ag_window window = ag_window_for(ag_net_shape(net), kernel, stride, padding);
    ag_net_add_conv(net, channels, &window, true, "conv");
    ag_net_add_activation(net, tanh_choice());
}

static ag_window pool(const ag_net *net, int kernel, int stride) {
    return ag_window_for(ag_net_shape(net), kernel, stride, 0);
}

static void plain(ag_net *net) {
    add_conv(net, 4, 3, 1, AG_PADDING_SAME);
    add_conv(net, 3, 2, 2, 1);
    add_conv(net, 2, 5, 1, 2);
}

static void without_bias(ag_net *net) {
    const ag_window window = ag_window_for(ag_net_shape(net), 3, 2, 0);
    ag_net_add_conv(net, 3, &window, false, "conv");
    ag_net_add_activation(net, tanh_choice());
}

static void maxima(ag_net *net) {
    add_conv(net, 4, 3, 1, AG_PADDING_SAME);
    const ag_window window = pool(net, 3, 2);
    ag_net_add_max_pool(net, &window);
    add_conv(net, 2, 1, 1, 0);
}

static void averages(ag_net *net) {
    add_conv(net, 4, 3, 1, AG_PADDING_SAME);
    const ag_window window = pool(net, 3, 2);
    ag_net_add_average_pool(net, &window);
    add_conv(net, 2, 1, 1, 0);
    ag_net_add_global_average_pool(net);
}

static void many_channels(ag_net *net) {
    add_conv(net, 70, 3, 1, 1);
    ag_net_add_global_average_pool(net);
    ag_net_add_dense(net, 3, true, "dense");
    ag_net_add_activation(net, tanh_choice());
}

static void shortcuts(ag_net *net) {
    add_conv(net, 3, 3, 1, AG_PADDING_SAME);
    const int start = ag_net_here(net);
    add_conv(net, 5, 3, 2, AG_PADDING_SAME);
    const ag_window window = ag_window_for(ag_net_shape(net), 3, 1, AG_PADDING_SAME);
    ag_net_add_conv(net, 5, &window, true, "conv");
    const int end = ag_net_here(net);
    ag_net_continue_from(net, start);
    ag_net_add_shortcut(net, 5, 2);
    const int shortcut = ag_net_here(net);
    ag_net_continue_from(net, end);
    ag_net_add_skip(net, shortcut);
    ag_net_add_activation(net, tanh_choice());
}

static void add_units(ag_net *net, const char *name, int width, const ag_hidden *hidden,
                      ag_skip skip) {
    const ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_activations, name));
    const ag_window window = ag_window_for(ag_net_shape(net), 3, 1, AG_PADDING_SAME);
    ag_net_add_conv(net, width * ag_act_inputs(&choice), &window, ag_hidden_bias(hidden), "conv");
    ag_hidden_add(net, hidden, &choice, skip);
}

/* Units of several inputs, behind normalization; a skip to the first input of each. */
static void units(ag_net *net) {
    const ag_hidden plain_hidden = {0}, normal = {.normalization = AG_NORMALIZATION_BATCH},
                    late = {.normalization = AG_NORMALIZATION_LAYER, .side = AG_AFTER_ACTIVATION};
    net->mode->training = true;
    add_units(net, "geglu", 3, &plain_hidden, AG_NO_SKIP);
    const int start = ag_net_here(net);
    add_units(net, "glu", 5, &late, AG_NO_SKIP);
    add_units(net, "swiglu", 3, &normal, (ag_skip){.from = start, .side = AG_BEFORE_ACTIVATION});
    const ag_window window = pool(net, 2, 2);
    ag_net_add_average_pool(net, &window);
    add_units(net, "bilinear", 2, &plain_hidden, AG_NO_SKIP);
}

/* The loss is a sum of outputs with weights that differ, so that every path counts. */
static double loss_of(ag_net *net, const ag_real *x, bool gradient) {
    const ag_layer *last = ag_net_last(net);
    const ag_real *y = ag_net_forward(net, ROWS, x);
    double sum = 0;
    for (size_t i = 0; i < ROWS * ag_shape_size(last->out); i++) {
        const double weight = sin(0.7 * (double)i + 0.3);
        sum += weight * y[i];
        if (gradient) last->dy[i] = weight;
    }
    if (gradient) ag_net_backward(net, ROWS);
    return sum;
}

static void check_net(const char *name, void (*build)(ag_net *), ag_shape in) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    const ag_choice he = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    CHECK(ag_net_begin(&net, in, LAYERS_MAX, &arena, &err) == AG_OK, "%s", err.text);
    build(&net);
    ag_net_add_dense(&net, 3, true, "output");
    CHECK(ag_net_measure(&net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(&net, ROWS, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(&net, &he, 5);
    ag_stream random = ag_stream_open(9, AG_RANDOM_TEST, 0);
    ag_real *x = AG_NEW_ARRAY(&arena, ag_real, ROWS * ag_shape_size(in));
    for (size_t i = 0; i < ROWS * ag_shape_size(in); i++)
        x[i] = ag_random_normal(&random);
    (void)loss_of(&net, x, true);
    ag_real *gradient = AG_NEW_ARRAY(&arena, ag_real, net.n_parameters);
    for (size_t i = 0; i < net.n_parameters; i++)
        gradient[i] = net.gradients[i];
    const double h = 1e-5;
    for (size_t i = 0; i < net.n_parameters; i++) {
        const ag_real start = net.parameters[i];
        net.parameters[i] = start + h;
        const double up = loss_of(&net, x, false);
        net.parameters[i] = start - h;
        const double down = loss_of(&net, x, false);
        net.parameters[i] = start;
        CHECK(close_to(gradient[i], (up - down) / (2 * h), 1e-6, 1e-7),
              "%s, %d x %d x %d, parameter %zu of %zu: %.9g, not %.9g", name, in.channels, in.rows,
              in.columns, i, net.n_parameters, gradient[i], (up - down) / (2 * h));
    }
    ag_arena_close(&arena);
}

int main(void) {
    static const struct {
        const char *name;
        void (*build)(ag_net *);
    } nets[] = {{"plain", plain},         {"without bias", without_bias},
                {"maxima", maxima},       {"averages", averages},
                {"shortcuts", shortcuts}, {"many channels", many_channels},
                {"units", units}};
    static const ag_shape shapes[] = {{1, 7, 7}, {3, 6, 8}, {1, 1, 11}, {2, 1, 12}};
    for (size_t i = 0; i < sizeof nets / sizeof nets[0]; i++)
        for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++)
            check_net(nets[i].name, nets[i].build, shapes[s]);
    return check_report();
}

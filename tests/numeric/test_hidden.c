/* The layers around activations, in double: gradients against differences for every
 * order of channels, the same numbers in every order, and what a batch may not depend on. */
#include "check.h"
#include "harness/base/random.h"
#include "harness/num/norms.h"
#include "models/core/hidden.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/layers.h"

#include <string.h>

enum { ROWS = 5, LAYERS_MAX = 32 };

/* --- a layer whose weights are its output: what comes behind it shows its dx ------ */

static int leaf_rows; /* of the test that runs */

static void leaf_measure(ag_layer *self) {
    self->slice[AG_ROLE_WEIGHT].n = (size_t)leaf_rows * ag_shape_size(self->out);
}

static void leaf_forward(ag_layer *self, int rows) {
    memcpy(self->y, self->parameter[AG_ROLE_WEIGHT],
           (size_t)rows * ag_shape_size(self->out) * sizeof *self->y);
}

static void leaf_backward(ag_layer *self, int rows) {
    memcpy(self->gradient[AG_ROLE_WEIGHT], self->dy,
           (size_t)rows * ag_shape_size(self->out) * sizeof *self->dy);
}

static const ag_layer_kind leaf = {
    .name = "leaf", .measure = leaf_measure, .forward = leaf_forward, .backward = leaf_backward};

static void add_leaf(ag_net *net, int block) {
    ag_layer *layer = ag_net_add(net, &leaf, 0);
    layer->out_block = block;
    ag_net_begin_stage(net, layer->out.channels, "leaf");
}

/* --- a net under test -------------------------------------------------------------- */

typedef struct bench {
    ag_arena arena;
    ag_error err;
    ag_net net;
    ag_shape shape;
    int block, rows;
    ag_real *weigh; /* [rows][outputs]: the loss is sum of weigh y, numbered channels first */
    ag_real *data;  /* [rows][shape]: nobody reads them behind a leaf */
} bench;

static void begin(bench *b, ag_shape shape, int block) {
    *b = (bench){.arena = AG_ARENA_EMPTY, .shape = shape, .block = block, .rows = ROWS};
    leaf_rows = ROWS;
    CHECK(ag_net_begin(&b->net, shape, LAYERS_MAX, &b->arena, &b->err) == AG_OK, "%s", b->err.text);
    add_leaf(&b->net, block);
}

/* Value i of an example, channels first, of what a layer makes: where it stands. */
static size_t place_of(const ag_layer *layer, size_t e, size_t i) {
    const size_t area = ag_shape_area(layer->out);
    return e * ag_shape_size(layer->out) +
           ag_shape_index(layer->out, layer->out_block, (int)(i / area), i % area);
}

static void open_bench(bench *b) {
    CHECK(ag_net_measure(&b->net, &b->err) == AG_OK, "%s", b->err.text);
    CHECK(ag_net_open(&b->net, b->rows, &b->arena, &b->err) == AG_OK, "%s", b->err.text);
    const ag_choice zeros = ag_choice_standard(ag_catalogue_find(&ag_initializers, "zeros"));
    ag_net_initialize(&b->net, &zeros, 0);
    const ag_layer *last = ag_net_last(&b->net), *first = &b->net.layers[0];
    const size_t n = ag_shape_size(b->shape), outputs = ag_shape_size(last->out);
    b->weigh = AG_NEW_ARRAY(&b->arena, ag_real, (size_t)b->rows * outputs);
    b->data = AG_NEW_ARRAY(&b->arena, ag_real, (size_t)b->rows * n);
    ag_stream random = ag_stream_open(11, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < b->net.n_parameters; i++)
        b->net.parameters[i] += 0.5 * ag_random_normal(&random);
    random = ag_stream_open(12, AG_RANDOM_TEST, 0);
    for (size_t e = 0; e < (size_t)b->rows; e++)
        for (size_t i = 0; i < n; i++) {
            const bool leads = first->kind == &leaf;
            ag_real *x = leads ? first->parameter[AG_ROLE_WEIGHT] : b->data;
            x[leads ? place_of(first, e, i) : e * n + i] =
                0.3 * (double)(i % 3) + (1 + 0.2 * (double)(i % 5)) * ag_random_normal(&random);
        }
    for (size_t e = 0; e < (size_t)b->rows; e++)
        for (size_t i = 0; i < outputs; i++)
            b->weigh[place_of(last, e, i)] = ag_random_normal(&random);
}

static double forward(bench *b) {
    const ag_layer *last = ag_net_last(&b->net);
    const ag_real *y = ag_net_forward(&b->net, b->rows, b->data);
    return ag_sum_products((size_t)b->rows * ag_shape_size(last->out), y, b->weigh);
}

static void backward(bench *b) {
    ag_layer *last = ag_net_last(&b->net);
    memcpy(last->dy, b->weigh, (size_t)b->rows * ag_shape_size(last->out) * sizeof *b->weigh);
    ag_net_backward(&b->net, b->rows);
}

/* By how much the loss differs between parameter i plus h and minus h. */
static double change(bench *b, size_t i, double h) {
    ag_real *p = &b->net.parameters[i];
    const ag_real start = *p;
    *p = start + h;
    const double up = forward(b);
    *p = start - h;
    const double down = forward(b);
    *p = start;
    return up - down;
}

/* Every gradient, those of the leaf's output too, against differences. */
static void check_differences(bench *b, const char *what) {
    (void)forward(b);
    backward(b);
    const size_t n = b->net.n_parameters;
    ag_real *gradient = AG_NEW_ARRAY(&b->arena, ag_real, n);
    memcpy(gradient, b->net.gradients, n * sizeof *gradient);
    for (size_t i = 0; i < n; i++) {
        const double h = 1e-4, d = (8 * change(b, i, h) - change(b, i, 2 * h)) / (12 * h);
        CHECK(close_to(gradient[i], d, 1e-6, 1e-7), "%s, %d channels by %d: %zu: %.9g, not %.9g",
              what, b->shape.channels, b->block, i, gradient[i], d);
    }
}

/* --- what is tested, for every shape and order --------------------------------------- */

typedef struct kind {
    const char *name;
    void (*add)(ag_net *net);
} kind;

static void add_activation(ag_net *net, const char *name, int learned) {
    ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_activations, name));
    if (learned) choice.number[ag_element_param(choice.element, "learned")] = learned;
    ag_net_add_activation(net, &choice);
}

static void add_per_layer(ag_net *net) { add_activation(net, "swish", AG_LEARNED_PER_LAYER); }
static void add_per_channel(ag_net *net) { add_activation(net, "swish", AG_LEARNED_PER_CHANNEL); }
static void add_shared(ag_net *net) {
    add_activation(net, "swish", AG_LEARNED_SHARED);
    add_activation(net, "swish", AG_LEARNED_PER_LAYER);
    add_activation(net, "swish", AG_LEARNED_SHARED);
    add_activation(net, "swish", AG_LEARNED_SHARED);
}
static void add_dropout(ag_net *net) { ag_net_add_dropout(net, 0.4); }
static void add_alpha_dropout(ag_net *net) { ag_net_add_alpha_dropout(net, 0.4); }
static void add_dense(ag_net *net) { ag_net_add_dense(net, 3, false, "output"); }

/* A gated unit, where channels are even; units of three inputs, where three divide them. */
static void add_gated(ag_net *net) {
    add_activation(net, ag_net_shape(net).channels % 2 ? "tanh" : "geglu", 0);
}
static void add_maxout(ag_net *net) {
    ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_activations, "maxout"));
    const int channels = ag_net_shape(net).channels;
    choice.number[0] = channels % 3 ? 2 : 3;
    if (channels % (int)choice.number[0])
        add_activation(net, "tanh", 0);
    else
        ag_net_add_activation(net, &choice);
}

/* One source read by three layers: gradients add. */
static void add_skips(ag_net *net) {
    const int source = ag_net_here(net);
    add_activation(net, "tanh", 0);
    ag_net_add_batch_norm(net);
    ag_net_add_skip(net, source);
    const int middle = ag_net_here(net);
    add_activation(net, "gelu", 0);
    ag_net_add_skip(net, middle);
    const int left = ag_net_here(net);
    ag_net_continue_from(net, source);
    add_activation(net, "sigmoid", 0);
    ag_net_add_skip(net, left);
}

static const kind kinds[] = {
    {"batch_norm", ag_net_add_batch_norm},
    {"layer_norm", ag_net_add_layer_norm},
    {"dropout", add_dropout},
    {"alpha_dropout", add_alpha_dropout},
    {"softmax", ag_net_add_softmax},
    {"log_softmax", ag_net_add_log_softmax},
    {"flatten", ag_net_add_flatten},
    {"dense without bias", add_dense},
    {"one learned parameter", add_per_layer},
    {"a learned parameter per channel", add_per_channel},
    {"a learned parameter shared by three layers", add_shared},
    {"skips", add_skips},
    {"gated units", add_gated},
    {"maxout", add_maxout},
};

static const struct {
    ag_shape shape;
    int block;
} orders[] = {{{7, 1, 1}, 7},  {{70, 1, 1}, 70}, {{6, 3, 2}, 1},   {{6, 3, 2}, 6},
              {{6, 3, 2}, 3},  {{6, 3, 2}, 2},   {{16, 2, 3}, 16}, {{32, 1, 2}, 16},
              {{16, 2, 2}, 8}, {{2, 5, 7}, 1},   {{1, 1, 9}, 1}};

static void test_gradients(void) {
    for (int k = 0; k < AG_COUNT(kinds); k++)
        for (int o = 0; o < AG_COUNT(orders); o++)
            for (int training = 0; training < 2; training++) {
                bench b;
                begin(&b, orders[o].shape, orders[o].block);
                kinds[k].add(&b.net);
                open_bench(&b);
                *b.net.mode = (ag_mode){.training = training, .seed = 3, .step = 4};
                check_differences(&b, kinds[k].name);
                ag_arena_close(&b.arena);
            }
}

/* The order in memory is nobody's business: y and gradients, numbered channels first,
 * are those of block 1. */
static void test_orders(void) {
    static const int blocks[] = {2, 4, 8, 16};
    const ag_shape shape = {16, 3, 5};
    for (int k = 0; k < AG_COUNT(kinds); k++)
        for (int o = 0; o < AG_COUNT(blocks); o++) {
            bench one, other;
            begin(&one, shape, 1);
            kinds[k].add(&one.net);
            open_bench(&one);
            begin(&other, shape, blocks[o]);
            kinds[k].add(&other.net);
            open_bench(&other);
            const size_t leaves = ROWS * ag_shape_size(shape); /* weights; dense has its own */
            for (size_t i = leaves; i < one.net.n_parameters; i++)
                other.net.parameters[i] = one.net.parameters[i];
            *one.net.mode = *other.net.mode =
                (ag_mode){.training = true, .remembers = true, .seed = 5, .step = 2};
            const double a = forward(&one), b = forward(&other);
            CHECK(close_to(b, a, 1e-13, 1e-13), "%s by %d: %.17g, not %.17g", kinds[k].name,
                  blocks[o], b, a);
            backward(&one);
            backward(&other);
            for (size_t i = leaves; i < one.net.n_parameters; i++)
                CHECK(close_to(other.net.gradients[i], one.net.gradients[i], 1e-12, 1e-12),
                      "%s by %d: gradient %zu", kinds[k].name, blocks[o], i);
            for (size_t e = 0; e < ROWS; e++)
                for (size_t i = 0; i < ag_shape_size(shape); i++)
                    CHECK(close_to(other.net.gradients[place_of(other.net.layers, e, i)],
                                   one.net.gradients[place_of(one.net.layers, e, i)], 1e-12, 1e-12),
                          "%s by %d: dx[%zu][%zu]", kinds[k].name, blocks[o], e, i);
            for (size_t i = 0; i < one.net.n_statistics; i++)
                CHECK(close_to(other.net.statistics[i], one.net.statistics[i], 1e-13, 1e-14),
                      "%s by %d: statistic %zu", kinds[k].name, blocks[o], i);
            ag_arena_close(&one.arena);
            ag_arena_close(&other.arena);
        }
}

/* In evaluation, each example's y is the same alone as among others: the same bits. */
static void test_batch_is_its_examples(void) {
    for (int k = 0; k < AG_COUNT(kinds); k++)
        for (int o = 0; o < AG_COUNT(orders); o++) {
            bench b;
            begin(&b, orders[o].shape, orders[o].block);
            kinds[k].add(&b.net);
            open_bench(&b);
            *b.net.mode = (ag_mode){.training = true, .remembers = true, .step = 1};
            (void)forward(&b); /* running statistics are somewhere */
            *b.net.mode = (ag_mode){0};
            (void)forward(&b);
            const ag_layer *last = ag_net_last(&b.net);
            const size_t n = ag_shape_size(b.shape), outputs = ag_shape_size(last->out);
            ag_real *y = AG_NEW_ARRAY(&b.arena, ag_real, ROWS * outputs);
            memcpy(y, last->y, ROWS * outputs * sizeof *y);
            ag_real *x = b.net.layers[0].parameter[AG_ROLE_WEIGHT];
            for (size_t e = 0; e < ROWS; e++) {
                memmove(x, x + (e ? n : 0), (ROWS - e) * n * sizeof *x);
                ag_net_forward(&b.net, 1, b.data);
                CHECK(memcmp(last->y, y + e * outputs, outputs * sizeof *y) == 0, "%s: example %zu",
                      kinds[k].name, e);
            }
            ag_arena_close(&b.arena);
        }
}

/* A NaN comes out, of the channel or the example that it is in and of no other. */
static void test_nan(void) {
    for (int k = 0; k < AG_COUNT(kinds); k++)
        for (int training = 0; training < 2; training++) {
            bench b;
            begin(&b, (ag_shape){6, 3, 2}, 2);
            kinds[k].add(&b.net);
            open_bench(&b);
            b.net.layers[0].parameter[AG_ROLE_WEIGHT][0] = (double)NAN;
            *b.net.mode = (ag_mode){.training = training, .seed = 1, .step = 1};
            const ag_layer *last = ag_net_last(&b.net);
            (void)forward(&b);
            const bool picture = ag_shape_area(last->out) > 1;
            CHECK(isnan(last->y[0]) || !picture, "%s", kinds[k].name);
            CHECK(!ag_all_finite(ROWS * ag_shape_size(last->out), last->y), "%s", kinds[k].name);
            /* the last channel of the last example meets neither */
            CHECK(isfinite(last->y[ROWS * ag_shape_size(last->out) - 1]), "%s", kinds[k].name);
            ag_arena_close(&b.arena);
        }
}

/* What a family makes of its parameters: every normalization at every place, with and
 * without skips, dropout of both kinds, every head. */
static void check_mlp(const ag_family *mlp, const double set[6], const char *activation) {
    static const char *const names[] = {"normalization", "normalization_place", "residual",
                                        "skip_place",    "dropout_kind",        "output"};
    ag_choice model = ag_choice_standard(&mlp->about);
    model.number[ag_element_param(&mlp->about, "depth")] = 5;
    model.number[ag_element_param(&mlp->about, "width")] = 4;
    model.number[ag_element_param(&mlp->about, "dropout")] = 0.2;
    char what[96];
    int used = snprintf(what, sizeof what, "%s", activation);
    for (int i = 0; i < AG_COUNT(names); i++) {
        model.number[ag_element_param(&mlp->about, names[i])] = set[i];
        used += snprintf(what + used, sizeof what - (size_t)used, " %g", set[i]);
    }
    ag_choice choice = ag_choice_standard(ag_catalogue_find(&ag_activations, activation));
    const int learned = ag_element_param(choice.element, "learned");
    if (learned >= 0) choice.number[learned] = AG_LEARNED_PER_CHANNEL;
    const ag_activation_list list = {&choice, 1};
    bench b = {.arena = AG_ARENA_EMPTY, .shape = {3, 1, 1}, .block = 1, .rows = ROWS};
    CHECK(mlp->build(&model, &list, b.shape, 3, &b.arena, &b.net, &b.err) == AG_OK, "%s",
          b.err.text);
    open_bench(&b);
    *b.net.mode = (ag_mode){.training = true, .seed = 1, .step = 1};
    check_differences(&b, what);
    ag_arena_close(&b.arena);
}

static void test_mlp(void) {
    const ag_family *mlp = (const ag_family *)(const void *)ag_catalogue_find(&ag_models, "mlp");
    for (int normalization = 0; normalization <= AG_NORMALIZATION_LAYER; normalization++)
        for (int place = 0; place < 2; place++)
            for (int residual = 0; residual <= 3; residual++)
                for (int skip = 0; skip < 2; skip++)
                    for (int head = 0; head < 4; head++) {
                        const double set[] = {normalization, place, residual, skip, head > 1, head};
                        static const char *const activations[] = {"swish", "tanh", "swiglu", "glu"};
                        check_mlp(mlp, set, activations[head]);
                    }
}

int main(void) {
    test_mlp();
    test_gradients();
    test_orders();
    test_batch_is_its_examples();
    test_nan();
    return check_report();
}

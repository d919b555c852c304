/* Gradients of autoencoders against differences, in double: weights of their own and tied
 * ones, with what can stand behind a hidden layer; and how they are built. */
#include "check.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/layers.h"

#include <string.h>

enum { FEATURES = 6, ROWS = 5 };

static const ag_value two[] = {{.number = 5}, {.number = 4}};
static const ag_list layers[] = {{.n = 2, .n_items = 1, .values = two},
                                 {.n = 0, .n_items = 1, .values = NULL}};

static ag_choice model_of(const ag_list *list, bool tied) {
    ag_choice model = ag_choice_standard(ag_catalogue_find(&ag_models, "autoencoder"));
    model.list[ag_element_param(model.element, "layers")] = list;
    model.number[ag_element_param(model.element, "code")] = 3;
    model.number[ag_element_param(model.element, "tied")] = tied;
    return model;
}

static ag_choice with(ag_choice model, const char *name, double value) {
    model.number[ag_element_param(model.element, name)] = value;
    return model;
}

typedef struct problem {
    ag_net net;
    ag_real x[ROWS * FEATURES];
    float target[ROWS * FEATURES];
} problem;

static void open_problem(problem *p, const ag_choice *model, ag_arena *arena) {
    ag_error err = {0};
    const ag_choice tanh_choice = ag_choice_standard(ag_catalogue_find(&ag_activations, "tanh"));
    const ag_choice he = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    const ag_activation_list list = {&tanh_choice, 1};
    CHECK(ag_family_of(model)->build(model, &list, (ag_shape){1, 2, FEATURES / 2}, FEATURES, arena,
                                     &p->net, &err) == AG_OK,
          "%s", err.text);
    CHECK(ag_net_open(&p->net, ROWS, arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(&p->net, &he, 1);
    ag_stream random = ag_stream_open(7, AG_RANDOM_TEST, 0);
    for (int i = 0; i < ROWS * FEATURES; i++) {
        p->target[i] = (float)ag_random_normal(&random);
        p->x[i] = (ag_real)p->target[i];
    }
    for (size_t i = 0; i < p->net.n_parameters; i++)
        p->net.parameters[i] += 0.1 * ag_random_normal(&random);
}

static double loss_of(problem *p, bool gradient) {
    *p->net.mode = (ag_mode){.training = true, .seed = 1, .step = 1};
    long correct = 0;
    const ag_loss *loss = ag_loss_for(AG_TASK_REGRESSION, 0);
    const ag_loss_batch batch = {.rows = ROWS,
                                 .units = FEATURES,
                                 .z = ag_net_forward(&p->net, ROWS, p->x),
                                 .target = p->target,
                                 .scale = 1.0 / ROWS,
                                 .dz = gradient ? ag_net_last(&p->net)->dy : NULL};
    const double sum = loss->evaluate(NULL, &batch, &correct);
    if (gradient) ag_net_backward(&p->net, ROWS);
    return sum / ROWS;
}

static void check_gradient(const char *what, ag_choice model) {
    ag_arena arena = AG_ARENA_EMPTY;
    problem *p = AG_NEW(&arena, problem);
    open_problem(p, &model, &arena);
    const size_t n = p->net.n_parameters;
    ag_real *gradient = AG_NEW_ARRAY(&arena, ag_real, n);
    const double h = 1e-5;
    /* twice: nothing of the first pass may be left in the shared gradients */
    (void)loss_of(p, true);
    (void)loss_of(p, true);
    memcpy(gradient, p->net.gradients, n * sizeof *gradient);
    for (size_t i = 0; i < n; i++) {
        const ag_real start = p->net.parameters[i];
        p->net.parameters[i] = start + h;
        const double up = loss_of(p, false);
        p->net.parameters[i] = start - h;
        const double down = loss_of(p, false);
        p->net.parameters[i] = start;
        const double d = (up - down) / (2 * h);
        CHECK(close_to(gradient[i], d, 1e-6, 1e-8), "%s, parameter %zu: %.9g, not %.9g", what, i,
              gradient[i], d);
    }
    ag_arena_close(&arena);
}

static void test_gradients(void) {
    for (int tied = 0; tied < 2; tied++)
        for (int k = 0; k < AG_COUNT(layers); k++) {
            const ag_choice model = model_of(&layers[k], tied);
            check_gradient("plain", model);
            check_gradient("linear code", with(model, "code_activation", 0));
            check_gradient("batch normalization", with(model, "normalization", 1));
            check_gradient("layer normalization behind",
                           with(with(model, "normalization", 2), "normalization_place", 1));
            check_gradient("dropout", with(model, "dropout", 0.3));
            check_gradient("sigmoid output", with(model, "output", 3));
        }
}

/* 6-5-4-3-4-5-6: names, units, weights and biases, worked out by hand. */
static void test_built(void) {
    static const char *const names[] = {"encoder1", "encoder2", "code",
                                        "decoder1", "decoder2", "output"};
    static const int units[] = {5, 4, 3, 4, 5, 6};
    ag_arena arena = AG_ARENA_EMPTY;
    problem own, tied;
    const ag_choice a = model_of(&layers[0], false), b = model_of(&layers[0], true);
    open_problem(&own, &a, &arena);
    open_problem(&tied, &b, &arena);
    CHECK(own.net.n_stages == 6 && tied.net.n_stages == 6, "stages");
    for (int s = 0; s < 6; s++) {
        CHECK(strcmp(own.net.stages[s].name, names[s]) == 0 &&
                  strcmp(tied.net.stages[s].name, names[s]) == 0,
              "%s", own.net.stages[s].name);
        CHECK(own.net.stages[s].units == units[s] && tied.net.stages[s].units == units[s], "%s: %d",
              names[s], tied.net.stages[s].units);
    }
    CHECK(own.net.n_parameters == 2 * (30 + 20 + 12) + 27, "%zu", own.net.n_parameters);
    CHECK(tied.net.n_parameters == 30 + 20 + 12 + 27, "%zu", tied.net.n_parameters);
    CHECK(tied.net.stages[3].n_parameters == 4, "a tied stage has its biases");
    int depth, width;
    ag_family_of(&a)->size(&a, &depth, &width);
    CHECK(depth == 5 && width == 5, "%d, %d", depth, width);
    ag_arena_close(&arena);
}

static void test_refused(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    ag_choice items[5];
    for (int i = 0; i < 5; i++)
        items[i] = ag_choice_standard(ag_catalogue_find(&ag_activations, "tanh"));
    const ag_choice model = with(model_of(&layers[0], false), "code_activation", 0);
    const ag_activation_list five = {items, 5}, four = {items, 4};
    CHECK(ag_family_of(&model)->build(&model, &five, (ag_shape){FEATURES, 1, 1}, FEATURES, &arena,
                                      &net, &err) == AG_CONFIG &&
              strstr(err.text, "code_activation"),
          "%s", err.text);
    CHECK(ag_family_of(&model)->build(&model, &four, (ag_shape){FEATURES, 1, 1}, FEATURES, &arena,
                                      &net, &err) == AG_CONFIG &&
              strstr(err.text, "4 activations for 5 hidden layers"),
          "%s", err.text);
    ag_arena_close(&arena);
}

int main(void) {
    test_gradients();
    test_built();
    test_refused();
    return check_report();
}

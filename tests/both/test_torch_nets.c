/* Convolutional nets against PyTorch: every preset and both forms of `cnn`, read from the
 * words of an experiment file, trained for three steps. Outputs, losses, the gradient of
 * every tensor, running statistics, what evaluation says then: in the double build to
 * 1e-10 of each block's norm, in float to 1e-5. */
#include "check.h"
#include "harness/config/choice.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/loss.h"
#include "torch_nets.h"

#include <string.h>

static const double TOLERANCE = sizeof(ag_real) == sizeof(double) ? 1e-10 : 1e-5;
static const ag_real RATE = (ag_real)(1.0 / 16);

static const ag_role roles[] = {AG_ROLE_WEIGHT, AG_ROLE_BIAS, AG_ROLE_SCALE, AG_ROLE_LEARNED};

static double formula(size_t i, int which) {
    const uint64_t h = (i * 48271 + (uint64_t)which * 16807 + 12345) % 2147483647;
    return ((double)(h * h % 2147483647 % 1021) - 510) / 512;
}

/* The power of two for which weights keep a signal about as large as it is. */
static double spread(size_t fan_in) {
    double power = 1;
    while (power * power * (double)fan_in > 6)
        power /= 2;
    return power;
}

typedef struct facts {
    double norm, projection, reach; /* reach: norm of what it was projected on */
} facts;

static facts facts_of(size_t n, const ag_real *x) {
    double squares = 0, product = 0, reach = 0;
    for (size_t i = 0; i < n; i++) {
        const double p = formula(i, TORCH_NETS_PROJECTION);
        squares += (double)x[i] * (double)x[i];
        product += (double)x[i] * p;
        reach += p * p;
    }
    return (facts){sqrt(squares), product, sqrt(reach)};
}

static void check_facts(const torch_nets_case *c, const char *what, int number, facts ours,
                        const double *theirs) {
    CHECK(close_to(ours.norm, theirs[0], TOLERANCE, 1e-300), "%s, %s %d: norm %.12g, not %.12g",
          c->model, what, number, ours.norm, theirs[0]);
    CHECK(fabs(ours.projection - theirs[1]) <= TOLERANCE * theirs[0] * ours.reach,
          "%s, %s %d: projection %.12g, not %.12g", c->model, what, number, ours.projection,
          theirs[1]);
}

static void check_outputs(const torch_nets_case *c, const char *what, double tolerance,
                          const ag_real *ours, const double *theirs) {
    double apart = 0, norm = 0;
    for (int i = 0; i < TORCH_NETS_ROWS * TORCH_NETS_OUTPUTS; i++) {
        apart += ((double)ours[i] - theirs[i]) * ((double)ours[i] - theirs[i]);
        norm += theirs[i] * theirs[i];
    }
    CHECK(sqrt(apart) <= tolerance * sqrt(norm), "%s: %s %.2e apart", c->model, what,
          sqrt(apart / norm));
}

/* Calls visit for every tensor, role after role, each in the order of the layers. */
static void visit_tensors(ag_net *net, const torch_nets_case *c,
                          void (*visit)(const ag_layer *layer, ag_role role, int number_in_role,
                                        int number, const torch_nets_case *c)) {
    int number = 0;
    for (int r = 0; r < AG_COUNT(roles); r++) {
        int number_in_role = 0;
        for (int i = 0; i < net->n_layers; i++)
            if (net->layers[i].slice[roles[r]].n)
                visit(&net->layers[i], roles[r], number_in_role++, number++, c);
    }
    CHECK(number == c->n_tensors, "%s: %d tensors, not %d", c->model, number, c->n_tensors);
}

static void fill_tensor(const ag_layer *layer, ag_role role, int number_in_role, int number,
                        const torch_nets_case *c) {
    (void)number, (void)c;
    const size_t n = layer->slice[role].n;
    const double scale = spread(n / (size_t)layer->out.channels);
    int place = 0; /* of the role in the list of roles */
    while (roles[place] != role)
        place++;
    for (size_t i = 0; i < n; i++) {
        const double f = formula(i, TORCH_NETS_FIRST_TENSOR + 1000 * place + number_in_role);
        layer->parameter[role][i] = (ag_real)(role == AG_ROLE_WEIGHT  ? f * scale
                                              : role == AG_ROLE_BIAS  ? f / 8
                                              : role == AG_ROLE_SCALE ? 1 + f / 4
                                                                      : 0.5 + f / 4);
    }
}

static void check_gradient(const ag_layer *layer, ag_role role, int number_in_role, int number,
                           const torch_nets_case *c) {
    (void)number_in_role;
    check_facts(c, "gradient of tensor", number,
                facts_of(layer->slice[role].n, layer->gradient[role]),
                &c->gradients[(size_t)number * 2]);
}

static double loss_of(ag_net *net, const ag_real *x, bool gradient) {
    const ag_loss *loss = ag_loss_for(AG_TASK_CLASSES, TORCH_NETS_OUTPUTS);
    const ag_choice choice = ag_choice_standard(&loss->about);
    int32_t label[TORCH_NETS_ROWS];
    for (int e = 0; e < TORCH_NETS_ROWS; e++)
        label[e] = e * 3 % TORCH_NETS_OUTPUTS;
    const ag_loss_batch batch = {.rows = TORCH_NETS_ROWS,
                                 .units = TORCH_NETS_OUTPUTS,
                                 .z = ag_net_forward(net, TORCH_NETS_ROWS, x),
                                 .label = label,
                                 .scale = 1.0 / TORCH_NETS_ROWS,
                                 .dz = gradient ? ag_net_last(net)->dy : NULL};
    long correct = 0;
    const double sum = loss->evaluate(choice.number, &batch, &correct);
    if (gradient) ag_net_backward(net, TORCH_NETS_ROWS);
    return sum / TORCH_NETS_ROWS;
}

static void train(ag_net *net, const torch_nets_case *c, const ag_real *x) {
    visit_tensors(net, c, fill_tensor);
    for (int step = 0; step < TORCH_NETS_STEPS; step++) {
        *net->mode = (ag_mode){.training = true, .remembers = true, .step = step + 1};
        const double loss = loss_of(net, x, true);
        CHECK(close_to(loss, c->loss[step], TOLERANCE, 0), "%s, step %d: loss %.12g, not %.12g",
              c->model, step, loss, c->loss[step]);
        if (step == 0) {
            check_outputs(c, "y", TOLERANCE, ag_net_last(net)->y, c->y);
            visit_tensors(net, c, check_gradient);
        }
        for (size_t i = 0; i < net->n_parameters; i++)
            net->parameters[i] -= RATE * net->gradients[i];
    }
    *net->mode = (ag_mode){0};
    /* Rounding grows from step to step: with batch normalization behind max pooling to 4e-6
     * on x86-64-v4, 7e-6 on v3 and 1.8e-5 on v2, which has no fused multiply-add. */
    check_outputs(c, "y after training", 3 * TOLERANCE, ag_net_forward(net, TORCH_NETS_ROWS, x),
                  c->after);
    check_facts(c, "parameters after steps", TORCH_NETS_STEPS,
                facts_of(net->n_parameters, net->parameters), c->parameters);
    check_facts(c, "statistics after steps", TORCH_NETS_STEPS,
                facts_of(net->n_statistics, net->statistics), c->statistics);
}

static ag_status build(const torch_nets_case *c, ag_arena *arena, ag_net *net, ag_error *err) {
    const ag_node *node;
    ag_choice model;
    AG_TRY(ag_document_parse(arena, "model", c->model, strlen(c->model), &node, err));
    AG_TRY(ag_choice_read(arena, node, &ag_models, "type", "model", &model, err));
    ag_choice *activation = AG_NEW(arena, ag_choice);
    AG_TRY(
        ag_document_parse(arena, "activation", c->activation, strlen(c->activation), &node, err));
    AG_TRY(ag_choice_read(arena, node, &ag_activations, "name", "activation", activation, err));
    const ag_activation_list list = {activation, 1};
    AG_TRY(ag_family_of(&model)->build(&model, &list,
                                       (ag_shape){c->shape[0], c->shape[1], c->shape[2]},
                                       TORCH_NETS_OUTPUTS, arena, net, err));
    return ag_net_open(net, TORCH_NETS_ROWS, arena, err);
}

static void check_case(const torch_nets_case *c) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net *net = AG_NEW(&arena, ag_net);
    const ag_status status = build(c, &arena, net, &err);
    CHECK(status == AG_OK, "%s: %s", c->model, err.text);
    if (status == AG_OK) {
        CHECK((int)net->n_parameters == c->n_parameters, "%s: %zu parameters, not %d", c->model,
              net->n_parameters, c->n_parameters);
        CHECK((int)net->n_statistics == c->n_statistics, "%s: %zu statistics, not %d", c->model,
              net->n_statistics, c->n_statistics);
        const size_t n = TORCH_NETS_ROWS * ag_shape_size(net->in);
        ag_real *x = AG_NEW_ARRAY(&arena, ag_real, n);
        for (size_t i = 0; i < n; i++)
            x[i] = (ag_real)(2 * formula(i, TORCH_NETS_X));
        const ag_choice zeros = ag_choice_standard(ag_catalogue_find(&ag_initializers, "zeros"));
        ag_net_initialize(net, &zeros, 0);
        train(net, c, x);
    }
    ag_arena_close(&arena);
}

int main(void) {
    for (size_t i = 0; i < sizeof torch_nets_cases / sizeof torch_nets_cases[0]; i++)
        check_case(&torch_nets_cases[i]);
    return check_report();
}

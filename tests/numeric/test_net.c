/* Gradients of whole nets against differences, in double: every activation of the
 * catalogue, with standard and with learned parameters, and every loss. */
#include "check.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/layers.h"
#include "models/loss.h"

enum { FEATURES = 4, ROWS = 5, MAX_OUTPUTS = 3 };

typedef struct problem {
    ag_net net;
    const ag_loss *loss;
    int outputs;
    ag_real x[ROWS * FEATURES];
    int32_t label[ROWS];
    float target[ROWS * MAX_OUTPUTS];
    bool regression;
} problem;

static double loss_of(problem *p, bool gradient) {
    long correct = 0;
    const ag_real *z = ag_net_forward(&p->net, ROWS, p->x);
    const ag_loss_batch batch = {.rows = ROWS,
                                 .units = p->outputs,
                                 .z = z,
                                 .label = p->regression ? NULL : p->label,
                                 .target = p->regression ? p->target : NULL,
                                 .scale = 1.0 / ROWS,
                                 .dz = gradient ? ag_net_last(&p->net)->dy : NULL};
    const ag_choice loss = ag_choice_standard(&p->loss->about);
    const double sum = p->loss->evaluate(loss.number, &batch, &correct);
    if (gradient) ag_net_backward(&p->net, ROWS);
    return sum / ROWS;
}

static void fill(problem *p) {
    ag_stream random = ag_stream_open(7, AG_RANDOM_TEST, 0);
    for (size_t i = 0; i < p->net.n_parameters; i++)
        p->net.parameters[i] += 0.6 * ag_random_normal(&random);
    for (int i = 0; i < ROWS * FEATURES; i++)
        p->x[i] = ag_random_normal(&random);
    for (int i = 0; i < ROWS * MAX_OUTPUTS; i++)
        p->target[i] = (float)ag_random_normal(&random);
    for (int e = 0; e < ROWS; e++)
        p->label[e] = e % (p->outputs == 1 ? 2 : p->outputs);
}

/* Whether a pre-activation lies so near a seam that a difference crosses it. */
static bool crosses_seam(const problem *p, const ag_choice *activation, double h) {
    const size_t inputs = (size_t)ag_act_inputs(activation);
    for (int k = 0; k < p->net.n_stages; k++) {
        if (!p->net.stages[k].activation) continue;
        const ag_layer *layer = p->net.stages[k].weights;
        const size_t wide = ag_shape_size(layer->out), units = wide / inputs;
        for (size_t e = 0; e < ROWS; e++)
            for (size_t u = 0; u < units; u++) {
                double z[AG_UNIT_INPUTS_MAX];
                for (size_t i = 0; i < inputs; i++)
                    z[i] = layer->y[e * wide + i * units + u];
                if (ag_unit_to_seam(activation, z) < h) return true;
            }
    }
    return false;
}

/* dLoss by parameter i, in four points: quotients of polynomials behind each other bend too
 * sharply for two. NaN where there is a seam between them. */
static double difference_of(problem *p, const ag_choice *activation, size_t i, double h) {
    const ag_real start = p->net.parameters[i];
    double at[5];
    bool crossed = false;
    for (int k = -2; k <= 2; k++) {
        p->net.parameters[i] = start + k * h;
        at[k + 2] = loss_of(p, false);
        crossed = crossed || crosses_seam(p, activation, 20 * h);
    }
    p->net.parameters[i] = start;
    return crossed ? (double)NAN : (8 * (at[3] - at[1]) - (at[4] - at[0])) / (12 * h);
}

static void check_gradient(const char *what, const ag_choice *activation, const ag_loss *loss,
                           int depth, bool regression) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    problem *p = AG_NEW(&arena, problem);
    p->loss = loss;
    p->regression = regression;
    p->outputs = loss->units(regression ? AG_TASK_REGRESSION : AG_TASK_CLASSES,
                             loss == ag_loss_for(AG_TASK_CLASSES, 2) ? 2 : 3, 2);
    const ag_family *mlp = (const ag_family *)(const void *)ag_catalogue_find(&ag_models, "mlp");
    ag_choice model = ag_choice_standard(&mlp->about);
    model.number[ag_element_param(&mlp->about, "depth")] = depth;
    model.number[ag_element_param(&mlp->about, "width")] = 6;
    const ag_activation_list list = {activation, 1};
    const ag_choice zeros = ag_choice_standard(ag_catalogue_find(&ag_initializers, "zeros"));
    CHECK(mlp->build(&model, &list, (ag_shape){FEATURES, 1, 1}, p->outputs, &arena, &p->net,
                     &err) == AG_OK,
          "%s", err.text);
    CHECK(ag_net_open(&p->net, ROWS, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(&p->net, &zeros, 0);
    fill(p);
    if (!isfinite(loss_of(p, false)) && depth > 1) { /* exponentials of exponentials */
        ag_arena_close(&arena);
        check_gradient(what, activation, loss, 1, regression);
        return;
    }
    const ag_activation *act = ag_activation_of(activation);
    const double h = 1e-5;
    (void)loss_of(p, true);
    ag_real *gradient = AG_NEW_ARRAY(&arena, ag_real, p->net.n_parameters);
    for (size_t i = 0; i < p->net.n_parameters; i++)
        gradient[i] = p->net.gradients[i];
    int compared = 0;
    for (size_t i = 0; i < p->net.n_parameters; i++) {
        const double d = difference_of(p, activation, i, h);
        if (isnan(d)) continue;
        compared++;
        CHECK(close_to(gradient[i], d, 1e-6, 1e-7),
              "%s, %s, depth %d, parameter %zu: %.9g, not %.9g", what, loss->about.name, depth, i,
              gradient[i], d);
    }
    CHECK(compared * 2 > (int)p->net.n_parameters || act->forward_only,
          "%s: only %d of %zu parameters compared", what, compared, p->net.n_parameters);
    ag_arena_close(&arena);
}

static void test_activations(void) {
    const ag_loss *loss = ag_loss_for(AG_TASK_CLASSES, 3);
    for (int i = 0; i < ag_activations.n_items; i++) {
        ag_choice choice = ag_choice_standard(ag_activations.items[i]);
        if (ag_activation_of(&choice)->forward_only) continue;
        const int learned = ag_element_param(choice.element, "learned");
        for (int inputs = 3; inputs <= 5 && ag_act_inputs(&choice) > 1; inputs += 2) {
            const int pieces = ag_element_param(choice.element, "pieces");
            if (pieces >= 0) choice.number[pieces] = inputs;
            check_gradient(choice.element->name, &choice, loss, 2, false);
        }
        if (learned < 0) {
            check_gradient(choice.element->name, &choice, loss, 3, false);
            continue;
        }
        for (int how = AG_LEARNED_NONE; how <= AG_LEARNED_PER_CHANNEL; how++) {
            choice.number[learned] = how;
            check_gradient(choice.element->name, &choice, loss, 3, false);
        }
    }
}

static void test_losses(void) {
    const ag_choice tanh_choice = ag_choice_standard(ag_catalogue_find(&ag_activations, "tanh"));
    for (int i = 0; i < ag_losses.n_items; i++) {
        const ag_loss *loss = (const ag_loss *)(const void *)ag_losses.items[i];
        for (int depth = 0; depth <= 4; depth += 2) {
            if (loss->units(AG_TASK_CLASSES, 3, 0) || loss->units(AG_TASK_CLASSES, 2, 0))
                check_gradient("tanh", &tanh_choice, loss, depth, false);
            if (loss->units(AG_TASK_REGRESSION, 0, 2))
                check_gradient("tanh", &tanh_choice, loss, depth, true);
        }
    }
}

/* Forward of n examples together and one by one; gradients of the sum. */
static void test_batch_is_its_examples(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_choice gelu = ag_choice_standard(ag_catalogue_find(&ag_activations, "gelu"));
    const ag_choice he = ag_choice_standard(ag_catalogue_find(&ag_initializers, "he_normal"));
    ag_net net;
    CHECK(ag_net_begin(&net, (ag_shape){FEATURES, 1, 1}, 3, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_add_dense(&net, 6, true, "hidden1");
    ag_net_add_activation(&net, &gelu);
    ag_net_add_dense(&net, 2, true, "output");
    CHECK(ag_net_measure(&net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(&net, ROWS, &arena, &err) == AG_OK, "%s", err.text);
    ag_net_initialize(&net, &he, 3);
    ag_stream random = ag_stream_open(8, AG_RANDOM_TEST, 0);
    ag_real x[ROWS * FEATURES], y[ROWS * 2];
    for (int i = 0; i < ROWS * FEATURES; i++)
        x[i] = ag_random_normal(&random);
    const ag_real *together = ag_net_forward(&net, ROWS, x);
    for (int i = 0; i < ROWS * 2; i++) {
        y[i] = together[i];
        ag_net_last(&net)->dy[i] = 1.0;
    }
    ag_net_backward(&net, ROWS);
    ag_real *sum = AG_NEW_ARRAY(&arena, ag_real, net.n_parameters);
    for (size_t i = 0; i < net.n_parameters; i++)
        sum[i] = net.gradients[i];
    for (int e = 0; e < ROWS; e++) {
        const ag_real *alone = ag_net_forward(&net, 1, x + e * FEATURES);
        for (int u = 0; u < 2; u++) {
            CHECK(close_to(alone[u], y[e * 2 + u], 1e-14, 1e-15), "example %d", e);
            ag_net_last(&net)->dy[u] = 1.0;
        }
        ag_net_backward(&net, 1);
        for (size_t i = 0; i < net.n_parameters; i++)
            sum[i] -= net.gradients[i];
    }
    for (size_t i = 0; i < net.n_parameters; i++)
        CHECK(fabs(sum[i]) < 1e-13, "gradient %zu: %g", i, sum[i]);
    ag_arena_close(&arena);
}

int main(void) {
    test_activations();
    test_losses();
    test_batch_is_its_examples();
    return check_report();
}

/* The penalty on activations, in double: gradients of the penalised loss against differences, of
 * every family and of all kinds of hidden units; what it is, and what it is not, part of. */
#include "check.h"
#include "harness/base/random.h"
#include "models/family.h"
#include "models/initializer.h"
#include "models/loss.h"

#include <string.h>

enum { ROWS = 2, OUTPUTS = 3 };

static const double LAMBDA = 0.07;

typedef struct problem {
    ag_arena arena;
    ag_net net;
    ag_choice loss;
    ag_real *x, *start, *way;
    int32_t label[ROWS];
    float *target;
    double size;       /* of the gradient, sum of |g| */
    signed char *sign; /* of each value of a hidden unit */
    int outputs;
} problem;

static ag_choice named(const ag_catalogue *catalogue, const char *name) {
    return ag_choice_standard(ag_catalogue_find(catalogue, name));
}

/* By the definition: over what the stages' activations give, whatever follows them. Signs are those
 * where the differences begin: of the thousands of values of a picture some would change theirs. */
static double penalty_of(problem *p, bool begins) {
    double sum = 0;
    signed char *sign = p->sign;
    for (int s = 0; s < p->net.n_stages; s++) {
        const ag_layer *a = p->net.stages[s].activation;
        if (!a) continue;
        for (size_t i = 0; i < ROWS * ag_shape_size(a->out); i++, sign++) {
            if (begins) *sign = (signed char)((a->y[i] > 0) - (a->y[i] < 0));
            sum += *sign * a->y[i];
        }
    }
    return LAMBDA * sum / ROWS;
}

static double loss_of(problem *p, bool gradient, bool penalised) {
    long correct = 0;
    *p->net.mode = (ag_mode){
        .training = true, .seed = 1, .step = 1, .hidden_l1 = penalised ? LAMBDA / ROWS : 0};
    const ag_loss_batch batch = {.rows = ROWS,
                                 .units = p->outputs,
                                 .z = ag_net_forward(&p->net, ROWS, p->x),
                                 .label = p->label,
                                 .target = p->target,
                                 .scale = 1.0 / ROWS,
                                 .dz = gradient ? ag_net_last(&p->net)->dy : NULL};
    const double sum = ag_loss_of(&p->loss)->evaluate(p->loss.number, &batch, &correct);
    if (gradient) ag_net_backward(&p->net, ROWS);
    return sum / ROWS + (penalised ? penalty_of(p, gradient) : 0);
}

static void fill(ag_real *x, size_t n, double scale, uint32_t number) {
    ag_stream random = ag_stream_open(11, AG_RANDOM_TEST, number);
    for (size_t i = 0; i < n; i++)
        x[i] += scale * ag_random_normal(&random);
}

static void make(problem *p, const ag_choice *model, const ag_choice *activation, ag_shape shape) {
    ag_error err = {0};
    const bool numbers = ag_family_of(model)->reconstructs;
    const ag_activation_list list = {activation, 1};
    const size_t n = ROWS * ag_shape_size(shape);
    *p = (problem){.arena = AG_ARENA_EMPTY,
                   .outputs = numbers ? (int)ag_shape_size(shape) : OUTPUTS};
    p->loss = named(&ag_losses, numbers ? "mean_squared_error" : "cross_entropy");
    CHECK(ag_family_of(model)->build(model, &list, shape, p->outputs, &p->arena, &p->net, &err) ==
              AG_OK,
          "%s: %s", model->element->name, err.text);
    CHECK(ag_net_open(&p->net, ROWS, &p->arena, &err) == AG_OK, "%s", err.text);
    const ag_choice he = named(&ag_initializers, "he_normal");
    ag_net_initialize(&p->net, &he, 1);
    fill(p->net.parameters, p->net.n_parameters, 0.05, 0);
    size_t values = 1;
    for (int s = 0; s < p->net.n_stages; s++)
        if (p->net.stages[s].activation)
            values += ROWS * ag_shape_size(p->net.stages[s].activation->out);
    p->sign = AG_NEW_ARRAY(&p->arena, signed char, values);
    p->x = AG_NEW_ARRAY(&p->arena, ag_real, n);
    p->start = AG_NEW_ARRAY(&p->arena, ag_real, p->net.n_parameters);
    p->way = AG_NEW_ARRAY(&p->arena, ag_real, p->net.n_parameters);
    if (numbers) p->target = AG_NEW_ARRAY(&p->arena, float, n);
    fill(p->x, n, 1, 1);
    for (size_t i = 0; numbers && i < n; i++)
        p->target[i] = (float)p->x[i];
    for (int e = 0; e < ROWS; e++)
        p->label[e] = e % OUTPUTS;
    memcpy(p->start, p->net.parameters, p->net.n_parameters * sizeof *p->start);
}

static double at(problem *p, double h) {
    for (size_t i = 0; i < p->net.n_parameters; i++)
        p->net.parameters[i] = p->start[i] + h * p->way[i];
    return loss_of(p, false, true);
}

static bool agrees(const problem *p, double slope, double difference) {
    return close_to(slope, difference, 1e-6, 1e-7 * p->size);
}

/* Long steps round less; of short ones hardly any moves the maximum of a pooling. */
static double nearest_difference(problem *p, double slope) {
    static const double steps[] = {5e-8, 1e-6, 2e-9};
    double best = HUGE_VAL;
    for (int i = 0; i < AG_COUNT(steps) && !agrees(p, slope, best); i++) {
        const double h = steps[i];
        const double d = (8 * (at(p, h) - at(p, -h)) - (at(p, 2 * h) - at(p, -2 * h))) / (12 * h);
        if (fabs(d - slope) < fabs(best - slope)) best = d;
    }
    return best;
}

/* Along several ways at once through all parameters: along one, gradients of a layer may cancel. */
static void check_slopes(problem *p, const char *what) {
    enum { WAYS = 2 };
    const size_t n = p->net.n_parameters;
    ag_real *gradient = AG_NEW_ARRAY(&p->arena, ag_real, n);
    (void)loss_of(p, false, false);
    (void)loss_of(p, true, false);
    ag_real *plain = AG_NEW_ARRAY(&p->arena, ag_real, n);
    memcpy(plain, p->net.gradients, n * sizeof *plain);
    (void)loss_of(p, true, true);
    memcpy(gradient, p->net.gradients, n * sizeof *gradient);
    double differ = 0;
    for (size_t i = 0; i < n; i++) {
        differ += fabs(gradient[i] - plain[i]);
        p->size += fabs(gradient[i]);
    }
    CHECK(differ > 1e-3, "%s: the penalty changes gradients", what);
    for (uint32_t k = 0; k < WAYS; k++) {
        memset(p->way, 0, n * sizeof *p->way);
        fill(p->way, n, 1, 10 + k);
        double slope = 0;
        for (size_t i = 0; i < n; i++)
            slope += gradient[i] * p->way[i];
        const double d = nearest_difference(p, slope);
        CHECK(agrees(p, slope, d), "%s: %.10g, not %.10g", what, slope, d);
    }
}

/* Every family there is, with values of both signs. */
static void test_families(void) {
    static const ag_shape shapes[] = {{1, 12, 12}, {1, 28, 28}, {3, 32, 32}, {1, 1, 40}};
    for (int f = 0; f < ag_models.n_items; f++) {
        const ag_choice model = ag_choice_standard(ag_models.items[f]);
        const ag_choice tanh_choice = named(&ag_activations, "tanh");
        const ag_activation_list list = {&tanh_choice, 1};
        bool found = false;
        for (int s = 0; s < 4 && !found; s++) {
            ag_arena arena = AG_ARENA_EMPTY;
            ag_net net;
            ag_error err = {0};
            found = ag_family_of(&model)->build(&model, &list, shapes[s], OUTPUTS, &arena, &net,
                                                &err) == AG_OK;
            ag_arena_close(&arena);
            if (!found) continue;
            problem p;
            make(&p, &model, &tanh_choice, shapes[s]);
            check_slopes(&p, model.element->name);
            ag_arena_close(&p.arena);
        }
        CHECK(found, "%s: no shape fits it", model.element->name);
    }
}

/* Skips, normalization, dropout and tied weights around it; units that learn, that are random,
 * that have several inputs. */
static void test_units(void) {
    static const struct {
        const char *activation, *learned, *key;
        double value;
    } cases[] = {
        {"gelu", NULL, NULL, 0},
        {"elu", NULL, "residual", 2},
        {"softplus", NULL, "normalization", 2},
        {"swish", NULL, "normalization", 1},
        {"tanh", NULL, "dropout", 0.3},
        {"swish", "shared", NULL, 0},
        {"swish", "per_channel", "residual", 1},
        {"swiglu", NULL, NULL, 0},
        {"swiglu", NULL, "dropout", 0.3},
        {"glu", NULL, "residual", 1},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        ag_choice model = named(&ag_models, "mlp"),
                  activation = named(&ag_activations, cases[i].activation);
        model.number[ag_element_param(model.element, "depth")] = 3;
        model.number[ag_element_param(model.element, "width")] = 9;
        if (cases[i].key)
            model.number[ag_element_param(model.element, cases[i].key)] = cases[i].value;
        for (int k = 0; cases[i].learned && k <= AG_LEARNED_PER_CHANNEL; k++)
            if (strcmp(ag_act_learned_words[k], cases[i].learned) == 0)
                activation.number[ag_element_param(activation.element, "learned")] = k;
        problem p;
        make(&p, &model, &activation, (ag_shape){6, 1, 1});
        char what[96];
        snprintf(what, sizeof what, "%s %s %s", cases[i].activation,
                 cases[i].learned ? cases[i].learned : "", cases[i].key ? cases[i].key : "");
        check_slopes(&p, what);
        ag_arena_close(&p.arena);
    }
}

/* Units at 0 are left there: the subgradient is 0. And the activation of the output has none. */
static void test_zero(void) {
    ag_choice model = named(&ag_models, "mlp");
    const ag_choice identity = named(&ag_activations, "identity");
    model.number[ag_element_param(model.element, "depth")] = 1;
    model.number[ag_element_param(model.element, "width")] = 4;
    problem p;
    make(&p, &model, &identity, (ag_shape){6, 1, 1});
    const ag_layer *hidden = p.net.stages[0].activation, *weights = p.net.stages[0].weights;
    memset(p.net.parameters, 0, p.net.n_parameters * sizeof *p.net.parameters);
    weights->parameter[AG_ROLE_BIAS][1] = 2;
    weights->parameter[AG_ROLE_BIAS][2] = -3;
    (void)loss_of(&p, true, true);
    static const double want[] = {0, 1, -1, 0};
    for (int u = 0; u < 4; u++)
        CHECK(close_to(weights->gradient[AG_ROLE_BIAS][u], LAMBDA * want[u], 1e-15, 0),
              "unit %d, value %g: %g", u, hidden->y[u], weights->gradient[AG_ROLE_BIAS][u]);
    ag_arena_close(&p.arena);
}

static void test_output_has_none(void) {
    ag_choice model = named(&ag_models, "mlp");
    const ag_choice identity = named(&ag_activations, "identity");
    model.number[ag_element_param(model.element, "depth")] = 0;
    model.number[ag_element_param(model.element, "output")] = 3; /* sigmoid */
    problem p;
    make(&p, &model, &identity, (ag_shape){6, 1, 1});
    (void)loss_of(&p, true, false);
    const ag_real plain = p.net.gradients[0];
    (void)loss_of(&p, true, true);
    CHECK(p.net.gradients[0] == plain && plain != 0, "%g, %g", p.net.gradients[0], plain);
    ag_arena_close(&p.arena);
}

int main(void) {
    test_families();
    test_units();
    test_zero();
    test_output_has_none();
    return check_report();
}

/* The layers around activations against PyTorch: nets trained for three steps, their
 * running statistics, what they say afterwards in evaluation; normalizations of pictures
 * in several orders of channels. In the double build to 1e-10 of each block's norm, in
 * float to 1e-5. */
#include "check.h"
#include "harness/train/train.h"
#include "models/initializer.h"
#include "models/layers.h"
#include "models/schedule.h"
#include "torch_layers.h"

#include <string.h>

static const double TOLERANCE = sizeof(ag_real) == sizeof(double) ? 1e-10 : 1e-5;

static double formula(int i, int which) {
    return (double)((i * i * 31 + i * 17 + 97 * which) % 1009 - 504) / 512;
}

static void check_block(const char *what, const char *which, size_t n, const ag_real *ours,
                        const double *theirs) {
    double squares = 0, apart = 0;
    for (size_t i = 0; i < n; i++) {
        squares += theirs[i] * theirs[i];
        apart += ((double)ours[i] - theirs[i]) * ((double)ours[i] - theirs[i]);
    }
    CHECK(sqrt(apart) <= TOLERANCE * sqrt(squares), "%s: %s %.2e apart", what, which,
          sqrt(apart / squares));
}

/* --- nets ------------------------------------------------------------------------- */

static ag_choice choose(const ag_catalogue *catalogue, const char *name) {
    return ag_choice_standard(ag_catalogue_find(catalogue, name));
}

static void set(ag_choice *choice, const char *name, double value) {
    const int i = ag_element_param(choice->element, name);
    CHECK(i >= 0, "%s has no parameter %s", choice->element->name, name);
    if (i >= 0) choice->number[i] = value;
}

static ag_data batch(void) {
    static float x[TORCH_LAYERS_BATCH * TORCH_LAYERS_FEATURES];
    static int32_t label[TORCH_LAYERS_BATCH];
    for (int i = 0; i < TORCH_LAYERS_BATCH * TORCH_LAYERS_FEATURES; i++)
        x[i] = (float)(2 * formula(i, 1));
    for (int e = 0; e < TORCH_LAYERS_BATCH; e++)
        label[e] = e % TORCH_LAYERS_OUTPUTS;
    return (ag_data){.name = "torch",
                     .shape = {TORCH_LAYERS_FEATURES, 1, 1},
                     .n_classes = TORCH_LAYERS_OUTPUTS,
                     .train = {.n = TORCH_LAYERS_BATCH, .x = x, .label = label}};
}

static void start(ag_net *net) {
    const ag_slice scale = net->role[AG_ROLE_SCALE];
    for (size_t i = 0; i < net->n_parameters; i++) {
        const bool gain = i >= scale.offset && i < scale.offset + scale.n;
        const double f = formula((int)i, 3);
        net->parameters[i] = (ag_real)(gain ? 1 + f / 4 : f);
    }
}

static void check_net(const torch_layers_net *c, int number) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_data data = batch();
    char what[16];
    snprintf(what, sizeof what, "net %d", number);
    ag_choice activation = choose(&ag_activations, c->activation);
    ag_settings settings = {
        .model = choose(&ag_models, "mlp"),
        .initializer = choose(&ag_initializers, "zeros"),
        .optimizer = choose(&ag_optimizers, "sgd"),
        .activation = {&activation, 1},
        .training = {.epochs = TORCH_LAYERS_STEPS,
                     .batch_size = TORCH_LAYERS_BATCH,
                     .loss = choose(&ag_losses, c->loss),
                     .schedule = choose(&ag_schedules, "constant")},
    };
    set(&settings.model, "width", TORCH_LAYERS_WIDTH);
    for (int i = 0; i < TORCH_LAYERS_SETTINGS && c->set[i].name; i++)
        set(&settings.model, c->set[i].name, c->set[i].value);
    set(&settings.optimizer, "learning_rate", 0.1);
    set(&settings.optimizer, "momentum", 0.9);
    set(&settings.optimizer, "weight_decay", 0.01);
    ag_training_run run;
    CHECK(ag_train_begin(&settings, &data, &arena, NULL, &run, &err) == AG_OK, "%s", err.text);
    CHECK((int)run.net.n_parameters == c->n && (int)run.net.n_statistics == c->n_statistics,
          "%s: %zu parameters, %zu statistics", what, run.net.n_parameters, run.net.n_statistics);
    start(&run.net);
    for (int step = 0; step < TORCH_LAYERS_STEPS; step++) {
        (void)ag_train_epoch(&run);
        if (step == 0) check_block(what, "gradient", (size_t)c->n, run.net.gradients, c->gradient);
    }
    check_block(what, "parameters", (size_t)c->n, run.net.parameters, c->after);
    if (c->statistics)
        check_block(what, "statistics", (size_t)c->n_statistics, run.net.statistics, c->statistics);
    const ag_scores score = ag_train_evaluate(&run, &data.train);
    CHECK(close_to(score.loss, c->loss_after, TOLERANCE, 0), "%s: loss %.12g, not %.12g", what,
          score.loss, c->loss_after);
    check_block(what, "y", (size_t)TORCH_LAYERS_BATCH * TORCH_LAYERS_OUTPUTS,
                ag_net_last(&run.net)->y, c->y);
    ag_arena_close(&arena);
}

/* --- pictures ---------------------------------------------------------------------- */

enum {
    ROWS = TORCH_PICTURE_ROWS,
    CHANNELS = TORCH_PICTURE_CHANNELS,
    AREA = TORCH_PICTURE_HEIGHT * TORCH_PICTURE_WIDTH,
    SIZE = CHANNELS * AREA,
    ALL = ROWS * SIZE
};

/* A picture in groups of `block` channels, from one in channels first, and back. */
static void arrange(int block, const ag_real *x, ag_real *y, bool back) {
    const ag_shape shape = {CHANNELS, TORCH_PICTURE_HEIGHT, TORCH_PICTURE_WIDTH};
    for (size_t e = 0; e < ROWS; e++)
        for (size_t i = 0; i < SIZE; i++) {
            const size_t plain = e * SIZE + i;
            const size_t place = e * SIZE + ag_shape_index(shape, block, (int)(i / AREA), i % AREA);
            y[back ? plain : place] = x[back ? place : plain];
        }
}

static void check_picture(const torch_picture *c, int block) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_net net;
    char what[48];
    snprintf(what, sizeof what, "%s by %d", c->layer, block);
    const ag_shape shape = {CHANNELS, TORCH_PICTURE_HEIGHT, TORCH_PICTURE_WIDTH};
    CHECK(ag_net_begin(&net, shape, 2, &arena, &err) == AG_OK, "%s", err.text);
    if (strcmp(c->layer, "batch_norm") == 0)
        ag_net_add_batch_norm(&net);
    else
        ag_net_add_layer_norm(&net);
    ag_layer *layer = ag_net_last(&net), *first = &net.layers[0];
    first->in_block = first->out_block = layer->in_block = layer->out_block = block;
    CHECK(ag_net_measure(&net, &err) == AG_OK, "%s", err.text);
    first->learns = true; /* as if something did in front of it */
    CHECK(ag_net_open(&net, ROWS, &arena, &err) == AG_OK, "%s", err.text);
    const ag_choice zeros = choose(&ag_initializers, "zeros");
    ag_net_initialize(&net, &zeros, 0);
    for (int channel = 0; channel < CHANNELS; channel++) {
        layer->parameter[AG_ROLE_SCALE][channel] = (ag_real)(1 + formula(channel, 6) / 4);
        layer->parameter[AG_ROLE_BIAS][channel] = (ag_real)formula(channel, 7);
    }
    static ag_real plain[ALL], x[ALL], dx[ALL];
    first->dx = dx;
    for (int warm = c->training ? 0 : 1; warm >= 0; warm--) {
        for (int i = 0; i < ALL; i++)
            plain[i] = (ag_real)(0.5 + 2 * formula(i, 5) - 0.25 * warm);
        arrange(block, plain, x, false);
        *net.mode = (ag_mode){.training = c->training || warm, .remembers = true};
        ag_net_forward(&net, ROWS, x);
    }
    arrange(block, layer->y, plain, true);
    check_block(what, "y", ALL, plain, c->y);
    for (int i = 0; i < ALL; i++)
        plain[i] = (ag_real)formula(i, 8);
    arrange(block, plain, layer->dy, false);
    ag_net_backward(&net, ROWS);
    arrange(block, dx, plain, true);
    check_block(what, "dx", ALL, plain, c->dx);
    check_block(what, "gain", CHANNELS, layer->gradient[AG_ROLE_SCALE], c->scale);
    check_block(what, "shift", CHANNELS, layer->gradient[AG_ROLE_BIAS], c->shift);
    if (c->statistics)
        check_block(what, "statistics", (size_t)CHANNELS * 2, layer->statistic, c->statistics);
    ag_arena_close(&arena);
}

int main(void) {
    for (size_t i = 0; i < sizeof torch_layers_nets / sizeof torch_layers_nets[0]; i++)
        check_net(&torch_layers_nets[i], (int)i);
    static const int blocks[] = {1, 2, 3, 6};
    for (size_t i = 0; i < sizeof torch_pictures / sizeof torch_pictures[0]; i++)
        for (size_t b = 0; b < sizeof blocks / sizeof blocks[0]; b++)
            check_picture(&torch_pictures[i], blocks[b]);
    return check_report();
}

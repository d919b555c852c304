/* Activations that learn, against PyTorch: one value for the net, a layer or a unit, with a
 * learning rate and a weight decay of their own, mini-batch after mini-batch in their order.
 * The loss of every step, the learned parameters after every epoch, the rows that are stored
 * of them, all weights in the end: in the double build to 1e-10 of each block's norm, in float
 * to 1e-5 (tests/golden/torch_learned.h). */
#include "harness/train/train.h"
#include "models/initializer.h"
#include "models/layers.h"
#include "models/schedule.h"
#include "torch_check.h"
#include "torch_learned.h"

#include <string.h>

static ag_data data_set(void) {
    static float x[TORCH_LEARNED_EXAMPLES * TORCH_LEARNED_FEATURES];
    static int32_t label[TORCH_LEARNED_EXAMPLES];
    for (int i = 0; i < AG_COUNT(x); i++)
        x[i] = (float)torch_learned_x[i];
    memcpy(label, torch_learned_label, sizeof label);
    return (ag_data){.name = "torch",
                     .shape = {TORCH_LEARNED_FEATURES, 1, 1},
                     .n_classes = TORCH_LEARNED_CLASSES,
                     .train = {.n = TORCH_LEARNED_EXAMPLES, .x = x, .label = label}};
}

static ag_status two_widths(const ag_choice *model, const ag_activation_list *activations,
                            ag_shape in, int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    (void)model;
    AG_TRY(ag_net_begin(net, in, 5, arena, err));
    ag_net_add_dense(net, TORCH_LEARNED_HIDDEN_1, true, "hidden1");
    ag_net_add_activation(net, activations->items);
    ag_net_add_dense(net, TORCH_LEARNED_HIDDEN_2, true, "hidden2");
    ag_net_add_activation(net, activations->items);
    ag_net_add_dense(net, outputs, true, "output");
    return ag_net_measure(net, err);
}

static const ag_family family = {.about = {.name = "two_widths"}, .build = two_widths};

static ag_choice activation_of(const torch_learned_case *c) {
    ag_choice activation = choose(&ag_activations, c->activation);
    int learned = 0;
    while (strcmp(ag_act_learned_words[learned], c->learned) != 0)
        learned++;
    set(&activation, "learned", learned);
    set(&activation, "learning_rate_factor", c->factor);
    set(&activation, "parameter_decay", c->decay);
    for (int i = 0; i < TORCH_LEARNED_OWN && c->own[i].name; i++)
        set(&activation, c->own[i].name, c->own[i].value);
    return activation;
}

static void check_block(const torch_learned_case *c, const char *what, long epoch, int n,
                        const ag_real *ours, const double *theirs) {
    const double d = torch_distance(n, ours, theirs);
    CHECK(d <= (in_double ? 1e-10 : 1e-5), "%s %s, %s: %s after epoch %ld %.2e apart",
          c->activation, c->learned, c->optimizer, what, epoch, d);
}

/* The rows of one epoch: over the values that each parameter has in each layer. */
static void check_rows(const torch_learned_case *c, const ag_training_run *run, long epoch) {
    const ag_activation *act = ag_activation_of(&run->settings->activation.items[0]);
    const int layers = strcmp(c->learned, "shared") == 0 ? 1 : 2;
    const bool per_channel = strcmp(c->learned, "per_channel") == 0;
    const double *at = c->learns + epoch * (c->n - TORCH_LEARNED_PLAIN);
    const double tolerance = in_double ? 1e-10 : 1e-5;
    const ag_parameter_row *row = &run->parameter_rows[epoch * layers * act->n_learned];
    for (int layer = 1; layer <= layers; layer++)
        for (int k = 0; k < act->n_learned; k++, row++) {
            const int n = !per_channel ? 1
                          : layer == 1 ? TORCH_LEARNED_HIDDEN_1
                                       : TORCH_LEARNED_HIDDEN_2;
            double sum = 0, least = *at, most = *at;
            for (int i = 0; i < n; i++, at++) {
                sum += *at;
                least = fmin(least, *at);
                most = fmax(most, *at);
            }
            CHECK(row->epoch == epoch && row->layer == layer &&
                      strcmp(row->name, act->about.params[k].name) == 0,
                  "%s: %ld %d %s", c->activation, row->epoch, row->layer, row->name);
            CHECK(close_to(row->mean, sum / n, tolerance, tolerance) &&
                      close_to(row->min, least, tolerance, tolerance) &&
                      close_to(row->max, most, tolerance, tolerance),
                  "%s %s, epoch %ld, layer %d, %s: %.12g, %.12g to %.12g", c->activation,
                  c->learned, epoch, layer, row->name, row->mean, row->min, row->max);
        }
}

static void train(const torch_learned_case *c, ag_training_run *run) {
    const int own = c->n - TORCH_LEARNED_PLAIN;
    for (int i = 0; i < TORCH_LEARNED_PLAIN; i++)
        run->net.parameters[i] = (ag_real)torch_learned_start[i];
    for (long epoch = 1; epoch <= TORCH_LEARNED_EPOCHS; epoch++) {
        (void)ag_train_epoch(run);
        check_block(c, "what is learned", epoch, own, run->net.parameters + TORCH_LEARNED_PLAIN,
                    c->learns + epoch * own);
    }
    for (long epoch = 0; epoch <= TORCH_LEARNED_EPOCHS; epoch++)
        check_rows(c, run, epoch);
    check_block(c, "weights", TORCH_LEARNED_EPOCHS, TORCH_LEARNED_PLAIN, run->net.parameters,
                c->plain);
    for (int i = 0; i < TORCH_LEARNED_STEPS; i++)
        CHECK(close_to((double)run->step_loss[i], c->loss[i], 1e-5, 0),
              "%s %s, %s: loss of step %d is %.9g, not %.9g", c->activation, c->learned,
              c->optimizer, i, (double)run->step_loss[i], c->loss[i]);
}

static void test_case(const torch_learned_case *c) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_data data = data_set();
    ag_choice activation = activation_of(c);
    ag_settings settings = {
        .model = {.element = &family.about},
        .initializer = choose(&ag_initializers, "zeros"),
        .optimizer = choose(&ag_optimizers, c->optimizer),
        .activation = {&activation, 1},
        .training = {.epochs = TORCH_LEARNED_EPOCHS,
                     .batch_size = TORCH_LEARNED_BATCH,
                     .activation_l1 = c->penalty,
                     .loss = choose(&ag_losses, "cross_entropy"),
                     .schedule = choose(&ag_schedules, "constant")},
    };
    for (int i = 0; i < TORCH_LEARNED_SETTINGS && c->set[i].name; i++)
        set(&settings.optimizer, c->set[i].name, c->set[i].value);
    ag_training_run run;
    const ag_status status = ag_train_begin(&settings, &data, &arena, NULL, &run, &err);
    CHECK(status == AG_OK, "%s", err.text);
    if (status == AG_OK) {
        CHECK((int)run.net.n_parameters == c->n, "%s: %zu parameters, not %d", c->activation,
              run.net.n_parameters, c->n);
        if ((int)run.net.n_parameters == c->n) train(c, &run);
    }
    ag_arena_close(&arena);
}

/* Every one of the catalogue that learns is among them. */
static void test_all_are_there(void) {
    for (int i = 0; i < ag_activations.n_items; i++) {
        const char *name = ag_activations.items[i]->name;
        const ag_choice choice = choose(&ag_activations, name);
        bool found = ag_activation_of(&choice)->n_learned == 0;
        for (int c = 0; c < AG_COUNT(torch_learned_cases); c++)
            found |= strcmp(torch_learned_cases[c].activation, name) == 0;
        CHECK(found, "%s learns: scripts/torch_learned.py", name);
    }
}

int main(void) {
    for (int i = 0; i < AG_COUNT(torch_learned_cases); i++)
        test_case(&torch_learned_cases[i]);
    test_all_are_there();
    return check_report();
}

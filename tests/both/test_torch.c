/* Training against PyTorch on the same starting weights: every optimizer with
 * every activation, losses, gradients, weights after 1 and after 100 steps. The
 * numbers are PyTorch's in double (tests/golden/torch_mlp.h); in the double build
 * we agree to 1e-10 of each block's norm, in float to 1e-5. */
#include "harness/train/train.h"
#include "models/initializer.h"
#include "models/layers.h"
#include "models/schedule.h"
#include "torch_check.h"
#include "torch_mlp.h"

#include <string.h>

/* The batch as a data set of eight examples. */
static ag_data batch_of(const torch_mlp_case *c) {
    static float x[TORCH_MLP_BATCH * TORCH_MLP_FEATURES];
    static float target[TORCH_MLP_BATCH * 3];
    static int32_t label[TORCH_MLP_BATCH];
    const bool regression = strcmp(c->loss, "mean_squared_error") == 0;
    for (int i = 0; i < TORCH_MLP_BATCH * TORCH_MLP_FEATURES; i++)
        x[i] = (float)torch_mlp_x[i];
    for (int i = 0; i < TORCH_MLP_BATCH * 3; i++)
        target[i] = (float)torch_mlp_targets[i];
    for (int i = 0; i < TORCH_MLP_BATCH; i++)
        label[i] = c->outputs == 1 ? torch_mlp_labels_of_two[i] : torch_mlp_labels[i];
    return (ag_data){.name = "torch",
                     .shape = {TORCH_MLP_FEATURES, 1, 1},
                     .regression = regression,
                     .n_classes = regression        ? 0
                                  : c->outputs == 1 ? 2
                                                    : c->outputs,
                     .n_targets = regression ? c->outputs : 0,
                     .train = {.n = TORCH_MLP_BATCH,
                               .x = x,
                               .label = regression ? NULL : label,
                               .target = regression ? target : NULL}};
}

/* The families give all hidden layers one width; these nets have 7 and 6 units. */
static ag_status two_widths(const ag_choice *model, const ag_activation_list *activations,
                            ag_shape in, int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    (void)model;
    AG_TRY(ag_net_begin(net, in, 5, arena, err));
    ag_net_add_dense(net, TORCH_MLP_HIDDEN_1, true, "hidden1");
    ag_net_add_activation(net, activations->items);
    ag_net_add_dense(net, TORCH_MLP_HIDDEN_2, true, "hidden2");
    ag_net_add_activation(net, activations->items);
    ag_net_add_dense(net, outputs, true, "output");
    return ag_net_measure(net, err);
}

static const ag_family widths_7_6 = {.about = {.name = "widths_7_6"}, .build = two_widths};

static void check_block(const torch_mlp_case *c, const char *what, int n, const ag_real *ours,
                        const double *theirs, double tolerance) {
    const double d = torch_distance(n, ours, theirs);
    CHECK(d <= tolerance, "%s, %s, %s: %s %.2e apart", c->activation, c->loss, c->optimizer, what,
          d);
}

static void test_case(const torch_mlp_case *c) {
    const double tolerance = in_double ? 1e-10 : 1e-5;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_data data = batch_of(c);
    ag_choice activation = choose(&ag_activations, c->activation);
    ag_settings settings = {
        .model = {.element = &widths_7_6.about},
        .initializer = choose(&ag_initializers, "zeros"),
        .optimizer = choose(&ag_optimizers, c->optimizer),
        .activation = {&activation, 1},
        .training = {.epochs = 100,
                     .batch_size = TORCH_MLP_BATCH,
                     .loss = choose(&ag_losses, c->loss),
                     .schedule = choose(&ag_schedules, "constant")},
    };
    for (int i = 0; i < TORCH_MLP_SETTINGS && c->set[i].name; i++)
        set(&settings.optimizer, c->set[i].name, c->set[i].value);
    ag_training_run run;
    const ag_status status = ag_train_begin(&settings, &data, &arena, NULL, &run, &err);
    CHECK(status == AG_OK, "%s", err.text);
    CHECK((int)run.net.n_parameters == c->n, "%zu parameters, not %d", run.net.n_parameters, c->n);
    if (status == AG_OK && (int)run.net.n_parameters == c->n) {
        for (int i = 0; i < c->n; i++)
            run.net.parameters[i] = (ag_real)c->start[i];
        for (int step = 1; step <= 100; step++) {
            (void)ag_train_epoch(&run);
            if (step == 1) {
                check_block(c, "gradient", c->n, run.net.gradients, c->gradient, tolerance);
                check_block(c, "weights after 1 step", c->n, run.net.parameters, c->after_1,
                            tolerance);
            }
        }
        check_block(c, "weights after 100 steps", c->n, run.net.parameters, c->after_100,
                    tolerance);
        for (int i = 0; i < TORCH_MLP_LOSSES; i++) {
            if (torch_mlp_losses_at[i] == 100)
                continue; /* after the last step: not a step's loss */
            const double ours = (double)run.step_loss[torch_mlp_losses_at[i]];
            CHECK(close_to(ours, c->losses[i], 1e-5, 1e-6), "%s, %s: loss at %ld is %.9g, not %.9g",
                  c->activation, c->optimizer, torch_mlp_losses_at[i], ours, c->losses[i]);
        }
        const double loss = ag_train_evaluate(&run, &data.train).loss;
        CHECK(close_to(loss, c->losses[3], in_double ? 1e-10 : 1e-4, in_double ? 1e-12 : 1e-6),
              "%s, %s: loss at the end %.12g, not %.12g", c->activation, c->optimizer, loss,
              c->losses[3]);
    }
    ag_arena_close(&arena);
}

int main(void) {
    for (size_t i = 0; i < sizeof torch_mlp_cases / sizeof torch_mlp_cases[0]; i++)
        test_case(&torch_mlp_cases[i]);
    return check_report();
}

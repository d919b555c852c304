/* Autoencoders against PyTorch, with weights of their own and tied ones: gradient, and
 * weights after 1 and 100 steps (tests/golden/torch_autoencoder.h). */
#include "torch_check.h"

#include "harness/train/train.h"
#include "models/initializer.h"
#include "models/schedule.h"
#include "torch_autoencoder.h"

static void check_block(const torch_autoencoder_case *c, const char *what, const ag_real *ours,
                        const double *theirs) {
    const double d = torch_distance(c->n, ours, theirs);
    CHECK(d <= (in_double ? 1e-10 : 1e-5), "tied %d, linear code %d, %s: %s %.2e apart", c->tied,
          c->linear_code, c->optimizer, what, d);
}

static void check_run(const torch_autoencoder_case *c, ag_training_run *run, const ag_data *data) {
    for (int i = 0; i < c->n; i++)
        run->net.parameters[i] = (ag_real)c->start[i];
    for (int step = 1; step <= 100; step++) {
        (void)ag_train_epoch(run);
        if (step > 1) continue;
        check_block(c, "gradient", run->net.gradients, c->gradient);
        check_block(c, "weights after 1 step", run->net.parameters, c->after_1);
    }
    check_block(c, "weights after 100 steps", run->net.parameters, c->after_100);
    for (int i = 0; i < TORCH_AUTOENCODER_LOSSES - 1; i++) {
        const double ours = (double)run->step_loss[torch_autoencoder_losses_at[i]];
        CHECK(close_to(ours, c->losses[i], 1e-5, 1e-6), "loss at %ld is %.9g, not %.9g",
              torch_autoencoder_losses_at[i], ours, c->losses[i]);
    }
    const ag_scores end = ag_train_evaluate(run, &data->train);
    CHECK(close_to(end.loss, c->losses[3], in_double ? 1e-10 : 1e-4, 1e-6), "at the end %.12g",
          end.loss);
    CHECK(isnan(end.accuracy) && end.r2 > 0.3 && end.r2 < 1, "accuracy %g, R2 %g", end.accuracy,
          end.r2);
}

/* `labels` of the data are not looked at; there need not be any. */
static void test_case(const torch_autoencoder_case *c, bool labels) {
    static float x[TORCH_AUTOENCODER_BATCH * TORCH_AUTOENCODER_FEATURES];
    static int32_t label[TORCH_AUTOENCODER_BATCH];
    for (int i = 0; i < AG_COUNT(x); i++)
        x[i] = (float)torch_autoencoder_x[i];
    const ag_data data = {
        .name = "torch",
        .shape = {TORCH_AUTOENCODER_FEATURES, 1, 1},
        .regression = !labels,
        .n_classes = labels ? 3 : 0,
        .train = {.n = TORCH_AUTOENCODER_BATCH, .x = x, .label = labels ? label : NULL}};
    const ag_value hidden = {.number = TORCH_AUTOENCODER_HIDDEN};
    const ag_list layers = {.n = 1, .n_items = 1, .values = &hidden};
    ag_choice activation = choose(&ag_activations, "tanh");
    ag_settings settings = {
        .model = choose(&ag_models, "autoencoder"),
        .initializer = choose(&ag_initializers, "zeros"),
        .optimizer = choose(&ag_optimizers, c->optimizer),
        .activation = {&activation, 1},
        .training = {.epochs = 100,
                     .batch_size = TORCH_AUTOENCODER_BATCH,
                     .schedule = choose(&ag_schedules, "constant")},
    };
    settings.model.list[ag_element_param(settings.model.element, "layers")] = &layers;
    set(&settings.model, "code", TORCH_AUTOENCODER_CODE);
    set(&settings.model, "tied", c->tied);
    set(&settings.model, "code_activation", !c->linear_code);
    for (int i = 0; i < TORCH_AUTOENCODER_SETTINGS && c->set[i].name; i++)
        set(&settings.optimizer, c->set[i].name, c->set[i].value);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_training_run run;
    const ag_status status = ag_train_begin(&settings, &data, &arena, NULL, &run, &err);
    CHECK(status == AG_OK, "%s", err.text);
    CHECK((int)run.net.n_parameters == c->n, "%zu parameters, not %d", run.net.n_parameters, c->n);
    if (status == AG_OK && (int)run.net.n_parameters == c->n) check_run(c, &run, &data);
    ag_arena_close(&arena);
}

int main(void) {
    for (int i = 0; i < AG_COUNT(torch_autoencoder_cases); i++)
        test_case(&torch_autoencoder_cases[i], i % 2);
    return check_report();
}

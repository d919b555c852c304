/* Penalties and gathered gradients, to the accuracy of doubles. */
#include "train_fixture.h"

#include <math.h>
#include <string.h>

static ag_settings one_step(double l1, double l2) {
    ag_settings s = settings_of("tanh", 2);
    s.training.epochs = 0, s.training.steps = 1;
    s.training.l1 = l1, s.training.l2 = l2;
    return s;
}

/* Begins, from parameters none of which is 0, and does the one step. */
static ag_training_run step_from(const ag_settings *s, const ag_data *data, ag_arena *arena,
                                 double *start) {
    ag_error err = {0};
    ag_training_run run;
    *arena = AG_ARENA_EMPTY;
    CHECK(ag_train_begin(s, data, arena, NULL, &run, &err) == AG_OK, "%s", err.text);
    ag_stream random = ag_stream_open(1, AG_RANDOM_TEST, 2);
    for (size_t i = 0; i < run.net.n_parameters; i++)
        start[i] = run.net.parameters[i] += 0.1 * ag_random_normal(&random);
    (void)ag_train_epoch(&run);
    return run;
}

/* One step of plain gradient descent moves each weight by -rate (g + l2 w + l1 sign(w)),
 * and everything else by -rate g. */
static void test_penalty(double l1, double l2) {
    const ag_data data = data_set();
    const double rate = 0.1;
    const ag_settings plain = one_step(0, 0), with = one_step(l1, l2);
    static double start[4096];
    ag_arena arena[2];
    const ag_training_run a = step_from(&plain, &data, &arena[0], start);
    const ag_training_run b = step_from(&with, &data, &arena[1], start);
    const ag_slice weights = a.net.role[AG_ROLE_WEIGHT];
    double worst = 0;
    for (size_t i = 0; i < a.net.n_parameters; i++) {
        const double w = start[i], sign = w > 0 ? 1 : w < 0 ? -1 : 0;
        const bool is_weight = i >= weights.offset && i < weights.offset + weights.n;
        const double moved = is_weight ? -rate * (l2 * w + l1 * sign) : 0;
        worst = fmax(worst, fabs(b.net.parameters[i] - a.net.parameters[i] - moved));
    }
    CHECK(worst < 1e-15, "l1 %g, l2 %g: off by %g", l1, l2, worst);
    CHECK(weights.n > 100 && weights.n < a.net.n_parameters, "weights are not all parameters");
    CHECK(a.step_loss[0] == b.step_loss[0], "the loss is reported without the penalty");
    CHECK(a.rows[1].grad_norm == b.rows[1].grad_norm, "and so is its gradient");
    ag_arena_close(&arena[0]);
    ag_arena_close(&arena[1]);
}

/* The penalty is part of what is clipped. */
static void test_penalty_is_clipped(void) {
    const ag_data data = data_set();
    ag_settings s = one_step(0, 1000);
    s.training.gradient_clip = (ag_choice){.element = &ag_clip_norm, .number = {1e-3}};
    ag_arena arena, other;
    ag_settings none = one_step(0, 0);
    set(&none.optimizer, "learning_rate", 0);
    const ag_training_run run = train(&s, &data, &arena), start = train(&none, &data, &other);
    double squares = 0;
    for (size_t i = 0; i < run.net.n_parameters; i++)
        squares += pow(run.net.parameters[i] - start.net.parameters[i], 2);
    CHECK(close_to(sqrt(squares), 0.1 * 1e-3, 2e-3, 0), "moved by %g", sqrt(squares));
    ag_arena_close(&arena);
    ag_arena_close(&other);
}

/* The penalty on activations: neither in the loss nor, as those on weights, left out of the norm of
 * the gradient; the same whether a step is one mini-batch or several. */
static void test_activation_penalty(void) {
    const ag_data data = data_set();
    const ag_settings plain = one_step(0, 0);
    ag_settings with = plain, gathered;
    with.training.activation_l1 = 0.3;
    with.training.batch_size = 84;
    gathered = with;
    gathered.training.batch_size = 28, gathered.training.accumulate = 3;
    static double start[4096];
    ag_arena arena[3];
    ag_settings whole = plain;
    whole.training.batch_size = 84;
    const ag_training_run a = step_from(&whole, &data, &arena[0], start),
                          b = step_from(&with, &data, &arena[1], start),
                          c = step_from(&gathered, &data, &arena[2], start);
    double moved = 0, apart = 0;
    for (size_t i = 0; i < a.net.n_parameters; i++) {
        moved = fmax(moved, fabs(b.net.parameters[i] - a.net.parameters[i]));
        apart = fmax(apart, fabs(b.net.parameters[i] - c.net.parameters[i]));
    }
    CHECK(moved > 1e-3 && apart < 1e-14, "moved by %g, gathered %g apart", moved, apart);
    CHECK(a.step_loss[0] == b.step_loss[0], "the loss is reported without the penalty");
    CHECK(a.rows[1].grad_norm != b.rows[1].grad_norm, "its gradient is that of both");
    CHECK(a.rows[0].grad_norm != b.rows[0].grad_norm, "before the first step, too");
    for (int i = 0; i < 3; i++)
        ag_arena_close(&arena[i]);
}

static double difference(const ag_training_run *a, const ag_training_run *b) {
    double worst = 0;
    for (size_t i = 0; i < a->net.n_parameters; i++)
        worst = fmax(worst, fabs(a->net.parameters[i] - b->net.parameters[i]) /
                                (1e-3 + fabs(b->net.parameters[i])));
    return worst;
}

/* k mini-batches of b examples give the steps of one mini-batch of k b examples: also at
 * the end of an epoch, where 300 examples leave mini-batches of 28 and 20, and with noise. */
static void test_accumulate(const char *optimizer, double noise, bool drop_last) {
    const ag_data data = data_set();
    ag_settings large = settings_of("gelu", 2);
    large.optimizer = choose(&ag_optimizers, optimizer);
    set(&large.optimizer, "learning_rate", 0.01);
    large.training.drop_last = drop_last;
    if (noise > 0)
        large.training.noise = (ag_choice){.element = &ag_noise_normal, .number = {noise}};
    large.training.batch_size = 84;
    ag_settings small = large;
    small.training.batch_size = 28, small.training.accumulate = 3;
    ag_arena arena[2];
    const ag_training_run a = train(&large, &data, &arena[0]), b = train(&small, &data, &arena[1]);
    if (!drop_last) { /* with it, 84 and 28 leave out different examples */
        CHECK(a.step == b.step && a.samples == b.samples, "%ld and %ld steps", a.step, b.step);
        CHECK(difference(&a, &b) < 1e-10, "%s, noise %g: off by %g", optimizer, noise,
              difference(&a, &b));
        for (long i = 0; i < a.step; i++)
            CHECK(close_to((double)b.step_loss[i], (double)a.step_loss[i], 1e-6, 0),
                  "loss of step %ld", i + 1);
        CHECK(close_to(b.rows[0].grad_norm, a.rows[0].grad_norm, 1e-12, 0), "before the first");
        CHECK(close_to(b.rows[2].grad_norm, a.rows[2].grad_norm, 1e-9, 0), "gradient norm");
    } else {
        CHECK(a.step == 4 * 3 && a.samples == 4 * 252, "%ld steps", a.step);
        CHECK(b.step == 4 * 4 && b.samples == 4 * 280, "%ld steps", b.step);
    }
    ag_arena_close(&arena[0]);
    ag_arena_close(&arena[1]);
}

int main(void) {
    test_penalty(0, 0.3);
    test_penalty(0.02, 0);
    test_penalty(0.02, 0.3);
    test_penalty_is_clipped();
    test_activation_penalty();
    test_accumulate("sgd", 0, false);
    test_accumulate("adam", 0, false);
    test_accumulate("sgd", 0.3, false);
    test_accumulate("sgd", 0, true);
    return check_report();
}

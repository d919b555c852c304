/* Training: what may not change the numbers, what divergence leaves, how long it
 * goes on, what the probes say about nets worked out by hand. */
#include "train_fixture.h"

#include "harness/num/norms.h"
#include "harness/probes/look.h"
#include "harness/probes/probe.h"
#include "harness/train/cost.h"
#include "harness/train/watch.h"
#include "models/layers.h"

#include <string.h>

static void test_learns(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 2);
    s.training.epochs = 60;
    ag_arena arena;
    const ag_training_run run = train(&s, &data, &arena);
    const ag_epoch_row *first = &run.rows[0], *last = &run.rows[run.n_rows - 1];
    CHECK(run.n_rows == 61 && last->epoch == 60, "%ld rows", run.n_rows);
    CHECK(first->train_loss > 1.0 && last->train_loss < 0.3, "%g to %g", first->train_loss,
          last->train_loss);
    CHECK(last->val_accuracy > 0.75, "validation accuracy %g", last->val_accuracy);
    ag_arena_close(&arena);
}

/* Neither the weights nor any loss on the way to them, to the last bit; nor running
 * statistics, nor what dropout leaves out. */
static void test_probes_change_nothing(const char *normalization, double dropout) {
    const ag_data data = data_set();
    uint64_t bits[4];
    for (int how = 0; how < 4; how++) {
        ag_settings s = settings_of("gelu", 3);
        set_word(&s.model, "normalization", normalization);
        set(&s.model, "dropout", dropout);
        s.probes.on = how > 0;
        s.probes.every = how == 2 ? 1 : how == 3 ? 3 : 0;
        s.probes.histograms = how == 3;
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        bits[how] = ag_digest(run.step_loss, (size_t)run.step * sizeof(float), digest(&run));
        for (long i = 0; i < run.n_rows; i++) {
            const ag_epoch_row *row = &run.rows[i];
            const double losses[] = {row->train_loss, row->train_accuracy, row->val_loss,
                                     row->val_accuracy};
            bits[how] = ag_digest(losses, sizeof losses, bits[how]);
        }
        ag_arena_close(&arena);
    }
    for (int how = 1; how < 4; how++)
        CHECK(bits[how] == bits[0], "probes %d changed the training", how);
}

/* cross_entropy contains a softmax: of logarithms of probabilities it gives these. */
static void test_log_softmax_output(void) {
    const ag_data data = data_set();
    double loss[2];
    for (int head = 0; head < 2; head++) {
        ag_settings s = settings_of("tanh", 2);
        set_word(&s.model, "output", head ? "log_softmax" : "linear");
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        loss[head] = run.rows[run.n_rows - 1].val_loss;
        ag_arena_close(&arena);
    }
    CHECK(close_to(loss[1], loss[0], 1e-4, 0), "validation loss %.9g, with linear %.9g", loss[1],
          loss[0]);
}

static void test_seeds(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 2);
    ag_arena arena;
    ag_training_run run = train(&s, &data, &arena);
    const uint64_t five = digest(&run);
    ag_arena_close(&arena);
    s.seed = 6;
    run = train(&s, &data, &arena);
    CHECK(digest(&run) != five, "another seed, the same weights");
    ag_arena_close(&arena);
}

/* Initializers of one kind start in the same direction, so that a comparison of
 * them is paired. */
static void test_same_directions(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 2);
    ag_arena he, glorot;
    ag_error err = {0};
    ag_training_run a, b;
    he = glorot = AG_ARENA_EMPTY;
    CHECK(ag_train_begin(&s, &data, &he, NULL, &a, &err) == AG_OK, "%s", err.text);
    s.initializer = choose(&ag_initializers, "glorot_normal");
    CHECK(ag_train_begin(&s, &data, &glorot, NULL, &b, &err) == AG_OK, "%s", err.text);
    for (int stage = 0; stage < a.net.n_stages; stage++) {
        const ag_layer *x = a.net.stages[stage].weights, *y = b.net.stages[stage].weights;
        const double ratio =
            (double)x->parameter[AG_ROLE_WEIGHT][0] / (double)y->parameter[AG_ROLE_WEIGHT][0];
        for (size_t i = 0; i < x->slice[AG_ROLE_WEIGHT].n; i++)
            CHECK(close_to((double)x->parameter[AG_ROLE_WEIGHT][i],
                           ratio * (double)y->parameter[AG_ROLE_WEIGHT][i], 1e-5, 1e-7),
                  "stage %d, weight %zu", stage, i);
    }
    ag_arena_close(&he);
    ag_arena_close(&glorot);
}

static void test_divergence(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 4);
    set(&s.optimizer, "learning_rate", 1e6);
    ag_arena arena;
    const ag_training_run run = train(&s, &data, &arena);
    CHECK(run.outcome == AG_DIVERGED, "outcome %d", run.outcome);
    CHECK(run.diverged_step >= 1 && run.diverged_step <= 40, "step %ld", run.diverged_step);
    CHECK(run.diverged_stage >= 1 && run.diverged_stage <= 5, "stage %d", run.diverged_stage);
    CHECK(run.diverged_what && run.diverged_what[0], "what diverged is not said");
    CHECK(run.step == run.diverged_step, "went on to step %ld", run.step);
    for (long i = 0; i + 1 < run.step; i++)
        CHECK(isfinite(run.step_loss[i]), "loss of step %ld was not finite before", i + 1);
    ag_arena_close(&arena);
}

static void test_length_in_steps(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 1);
    s.training.epochs = 0;
    s.training.steps = 23; /* 10 steps an epoch */
    ag_arena arena;
    const ag_training_run run = train(&s, &data, &arena);
    CHECK(run.step == 23 && run.n_rows == 4, "%ld steps, %ld rows", run.step, run.n_rows);
    CHECK(run.rows[3].step == 23 && run.rows[2].step == 20, "steps of the rows");
    CHECK(run.samples == 2 * 300 + 3 * 32, "%g examples", run.samples);
    ag_arena_close(&arena);
}

/* 300 examples in batches of 32: the tenth of an epoch has 12 and is not looked at,
 * the third epoch ends after its third. */
static void test_recorded_steps(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 1);
    s.training.epochs = 0;
    s.training.steps = 23;
    static const struct {
        long every, batch;
        bool recorded[24];
    } cases[] = {{0, 32, {[9] = true, [19] = true, [23] = true}},
                 {8, 32, {[8] = true, [9] = true, [16] = true, [19] = true, [23] = true}},
                 {1000, 30, {[10] = true, [20] = true, [23] = true}},
                 {0,
                  200,
                  {[1] = true,
                   [3] = true,
                   [5] = true,
                   [7] = true,
                   [9] = true,
                   [11] = true,
                   [13] = true,
                   [15] = true,
                   [17] = true,
                   [19] = true,
                   [21] = true,
                   [23] = true}}};
    for (int c = 0; c < AG_COUNT(cases); c++) {
        s.probes.every = cases[c].every;
        s.training.batch_size = (int)cases[c].batch;
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        for (long step = 1; step <= 23; step++)
            CHECK(ag_watch_records(&run, step) == cases[c].recorded[step], "case %d, step %ld", c,
                  step);
        for (long i = 0; i < run.n_rows; i++)
            CHECK(isfinite(run.rows[i].grad_norm), "case %d, epoch %ld has no gradient", c, i);
        ag_arena_close(&arena);
    }
}

static void test_clipping(void) {
    const ag_data data = data_set();
    static const ag_element *const kinds[] = {&ag_clip_norm, &ag_clip_value};
    for (int how = 0; how < AG_COUNT(kinds); how++) {
        ag_settings s = settings_of("relu", 2);
        s.training = (ag_training){.steps = 1,
                                   .batch_size = 32,
                                   .accumulate = 1,
                                   .schedule = s.training.schedule,
                                   .gradient_clip = {.element = kinds[how], .number = {0.001}}};
        set(&s.optimizer, "learning_rate", 1);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_training_run run;
        CHECK(ag_train_begin(&s, &data, &arena, NULL, &run, &err) == AG_OK, "%s", err.text);
        ag_real before[4096];
        memcpy(before, run.net.parameters, run.net.n_parameters * sizeof(ag_real));
        (void)ag_train_epoch(&run);
        double largest = 0;
        for (size_t i = 0; i < run.net.n_parameters; i++) { /* gcc 12 for aarch64 fails on fmax */
            const double by = fabs((double)(run.net.parameters[i] - before[i]));
            largest = by > largest ? by : largest;
        }
        const double moved =
            sqrt(ag_sum_squared_difference(run.net.n_parameters, run.net.parameters, before));
        if (kinds[how] == &ag_clip_norm)
            CHECK(close_to(moved, 0.001, 1e-3, 0), "moved %g, not 0.001", moved);
        else
            CHECK(largest < 0.00101 && moved > 0.001, "largest %g, length %g", largest, moved);
        ag_arena_close(&arena);
    }
}

/* The plan's estimate of memory, for a trial that is mostly curves and for one that is
 * mostly a net, against what was taken. */
static void test_cost(void) {
    const ag_data data = data_set();
    const ag_data_outline outline = {data.shape, false, CLASSES, 0, N_TRAIN, N_VALIDATION, 0};
    for (int curves = 0; curves < 2; curves++) {
        ag_settings s = settings_of("relu", 3);
        set(&s.model, "width", curves ? 4 : 300);
        s.training.epochs = curves ? 200 : 1;
        s.probes.every = curves;
        s.probes.histograms = curves;
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_trial_cost cost;
        CHECK(ag_train_cost(&s, &outline, &arena, &cost, &err) == AG_OK, "%s", err.text);
        ag_arena_close(&arena);
        const ag_training_run run = train(&s, &data, &arena);
        CHECK(cost.parameters == run.net.n_parameters && cost.steps == run.total_steps, "%zu, %ld",
              cost.parameters, cost.steps);
        CHECK(close_to((double)cost.bytes, (double)arena.taken, 0.15, 0), "%zu bytes, not %zu",
              cost.bytes, arena.taken);
        CHECK(close_to(cost.flops, ag_net_flops(&run.net) * run.samples, 0.1, 0), "%g FLOP",
              cost.flops);
        ag_arena_close(&arena);
    }
}

/* 300 examples go through in two pieces, the last of them short. */
static void test_evaluation_counts_every_example(void) {
    const ag_data data = data_set();
    const ag_settings s = settings_of("tanh", 2);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_training_run run;
    CHECK(ag_train_begin(&s, &data, &arena, NULL, &run, &err) == AG_OK, "%s", err.text);
    double sum = 0, right = 0;
    const ag_scores all = ag_train_evaluate(&run, &data.train);
    for (size_t e = 0; e < N_TRAIN; e++) {
        const ag_examples one = {.n = 1, .x = train_x + e * FEATURES, .label = train_label + e};
        const ag_scores alone = ag_train_evaluate(&run, &one);
        sum += alone.loss;
        right += alone.accuracy;
    }
    CHECK(close_to(all.loss, sum / N_TRAIN, 1e-6, 0), "%.9g, not %.9g", all.loss, sum / N_TRAIN);
    CHECK(close_to(all.accuracy, right / N_TRAIN, 1e-12, 0), "%g, not %g", all.accuracy,
          right / N_TRAIN);
    CHECK(isnan(all.r2), "R2 of classes");
    const ag_scores none = ag_train_evaluate(&run, &(ag_examples){0});
    CHECK(isnan(none.loss) && isnan(none.accuracy), "of no examples: %g, %g", none.loss,
          none.accuracy);
    ag_arena_close(&arena);
}

/* --- probes, on a net worked out by hand ---------------------------------- */

/* Two inputs, three ReLU units, one output. Unit 1 sees x0, unit 2 -x0 - 5 (dead for
 * x0 > -5), unit 3 x1. The examples are (1, 2), (3, -4); all output weights are 1.
 *
 *     z = (1, -6, 2), (3, -8, -4)      a = (1, 0, 2), (3, 0, 0)      output 3, 3
 */
static ag_look *by_hand(ag_net *net, ag_arena *arena) {
    static const ag_real x[] = {1, 2, 3, -4};
    ag_error err = {0};
    const ag_choice relu = choose(&ag_activations, "relu");
    CHECK(ag_net_begin(net, (ag_shape){2, 1, 1}, 3, arena, &err) == AG_OK, "%s", err.text);
    ag_net_add_dense(net, 3, true, "hidden1");
    ag_net_add_activation(net, &relu);
    ag_net_add_dense(net, 1, true, "output");
    CHECK(ag_net_measure(net, &err) == AG_OK, "%s", err.text);
    CHECK(ag_net_open(net, 2, arena, &err) == AG_OK, "%s", err.text);
    static const ag_real w1[] = {1, -1, 0, 0, 0, 1}, w2[] = {1, 1, 1};
    memcpy(net->stages[0].weights->parameter[AG_ROLE_WEIGHT], w1, sizeof w1);
    memcpy(net->stages[1].weights->parameter[AG_ROLE_WEIGHT], w2, sizeof w2);
    net->stages[0].weights->parameter[AG_ROLE_BIAS][1] = -5;
    ag_look *look = ag_look_new(net, arena);
    net->mode->observer = ag_look_begin(look, true, false);
    const ag_real *out = ag_net_forward(net, 2, x);
    CHECK(out[0] == 3 && out[1] == 3, "outputs %g, %g", (double)out[0], (double)out[1]);
    ag_net_last(net)->dy[0] = ag_net_last(net)->dy[1] = (ag_real)0.5;
    ag_net_backward(net, 2);
    return look;
}

static double squares(size_t n, const ag_real *x, const ag_real *y) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += ((double)x[i] - (double)y[i]) * ((double)x[i] - (double)y[i]);
    return sum;
}

/* What a probe says after a step from the parameters `before` to those of the net. */
static double probe(const ag_net *net, const ag_look *look, const char *name, int stage,
                    const ag_real *before) {
    static const ag_real zero[16];
    const ag_element *element = ag_catalogue_find(&ag_probes, name);
    CHECK(element, "no probe %s", name);
    const ag_stage *at = &net->stages[stage - 1];
    const ag_slice w = at->weights->slice[AG_ROLE_WEIGHT];
    const ag_seen seen = ag_look_seen(look, stage - 1);
    const ag_view view = {.gradient = at->weights->gradient_squares[AG_ROLE_WEIGHT],
                          .delta = seen.delta,
                          .before = squares(w.n, before + w.offset, zero),
                          .change = squares(w.n, net->parameters + w.offset, before + w.offset),
                          .weights = squares(w.n, net->parameters + w.offset, zero),
                          .values = &seen.values,
                          .dead = seen.dead};
    return element ? ag_probe_of(element)->observe(&view, at) : 0;
}

static void test_probes_by_hand(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_net net;
    const ag_look *look = by_hand(&net, &arena);
    ag_real before[16];
    memcpy(before, net.parameters, net.n_parameters * sizeof(ag_real));
    /* dz of stage 1: 0.5 where alive: (0.5, 0, 0.5), (0.5, 0, 0)
     * dw1 = x' dz: (1 3)' with unit 1: 2, (2 -4): -1; unit 3: 0.5, 1 */
    static const struct {
        const char *name;
        int stage;
        double value;
    } expected[] = {
        {"grad_norm", 1, 2.5},                 /* sqrt(4 + 1 + 0.25 + 1) */
        {"grad_norm", 2, 2.23606797749978970}, /* 0.5 (4, 0, 2): sqrt 5 */
        {"delta_norm", 1, 0.86602540378443865},
        {"delta_norm", 2, 0.70710678118654752},
        {"weight_norm", 1, 1.73205080756887729},
        {"dead_fraction", 1, 1.0 / 3},
        {"zero_fraction", 1, 0.5},
        {"saturated_fraction", 1, 0.5},
        {"activation_mean", 1, 1.0},
        {"activation_std", 1, 1.15470053837925153},
        {"preactivation_mean", 1, -2.0},
        {"preactivation_std", 1, 4.20317340430617793}, /* sqrt(106 / 6) */
        {"preactivation_mean", 2, 3.0},
        {"preactivation_std", 2, 0.0},
        {"dead_fraction", 2, (double)NAN},
        {"activation_mean", 2, (double)NAN},
    };
    for (int i = 0; i < AG_COUNT(expected); i++) {
        const double x = probe(&net, look, expected[i].name, expected[i].stage, before);
        CHECK(close_to(x, expected[i].value, 1e-6, 1e-9), "%s of stage %d is %.9g, not %.9g",
              expected[i].name, expected[i].stage, x, expected[i].value);
    }
    net.stages[0].weights->parameter[AG_ROLE_WEIGHT][0] += (ag_real)0.3;
    net.stages[0].weights->parameter[AG_ROLE_WEIGHT][4] += (ag_real)0.4;
    CHECK(
        close_to(probe(&net, look, "update_ratio", 1, before), 0.5 / 1.73205080756887729, 1e-6, 0),
        "update_ratio");
    CHECK(probe(&net, look, "update_ratio", 2, before) == 0, "update_ratio of what did not move");
    ag_arena_close(&arena);
}

static void test_every_probe_is_described(void) {
    for (int i = 0; i < ag_probes.n_items; i++) {
        const ag_probe *p = ag_probe_of(ag_probes.items[i]);
        CHECK(p->about.formula && p->about.paper && p->unit && p->observe, "%s", p->about.name);
    }
}

int main(void) {
    test_learns();
    test_probes_change_nothing("none", 0);
    test_probes_change_nothing("batch", 0.3);
    test_probes_change_nothing("layer", 0.3);
    test_log_softmax_output();
    test_seeds();
    test_same_directions();
    test_divergence();
    test_length_in_steps();
    test_recorded_steps();
    test_clipping();
    test_cost();
    test_evaluation_counts_every_example();
    test_probes_by_hand();
    test_every_probe_is_described();
    return check_report();
}

/* The flight recorder: what the probes say of every step, whether they are on or not, of the last
 * 64 steps; and what there is of the one in which a trial diverged. */
#include "train_fixture.h"

#include "harness/num/norms.h"
#include "harness/train/flight.h"
#include "harness/train/watch.h"

enum { DEPTH = 3, STAGES = DEPTH + 1, PER_STEP = STAGES + 1 };

typedef struct flown {
    ag_arena arena;
    ag_training_run run;
    ag_record record;
    ag_array arrays[AG_WATCH_ARRAYS_MAX];
    int n_arrays;
} flown;

static void fly(flown *f, const ag_settings *settings, const ag_data *data) {
    ag_error err = {0};
    *f = (flown){.run = {0}};
    f->run = train(settings, data, &f->arena);
    ag_watch_record(&f->run, &f->record, f->arrays, &f->n_arrays);
    CHECK(ag_flight_record(&f->run, &f->record, &err) == AG_OK, "%s", err.text);
}

/* Weights that their decay turns around and lets grow by this factor, step by step. */
static ag_settings growing(const char *act, double growth, bool probes) {
    ag_settings s = settings_of(act, DEPTH);
    s.training.epochs = 100;
    s.training.schedule = choose(&ag_schedules, "constant");
    set(&s.optimizer, "learning_rate", 0.01);
    set(&s.optimizer, "weight_decay", (1 + growth) / 0.01);
    s.probes.on = probes;
    s.probes.every = probes;
    return s;
}

static const ag_flight_row *row_of(const flown *f, long step, int layer) {
    for (int i = 0; i < f->record.n_flight_rows; i++)
        if (f->record.flight_rows[i].step == step && f->record.flight_rows[i].layer == layer)
            return &f->record.flight_rows[i];
    CHECK(false, "no row of step %ld, layer %d", step, layer);
    return &f->record.flight_rows[0];
}

static const float *series(const flown *f, const char *name) {
    for (int i = 0; i < f->n_arrays; i++)
        if (strcmp(f->arrays[i].name, name) == 0) return f->arrays[i].data;
    CHECK(false, "no array %s", name);
    return NULL;
}

static bool same(double a, float b) {
    return (float)a == b || (isnan((float)a) && isnan(b)); /* also both beyond float */
}

/* All steps whose update is done have what probes at every step wrote down. */
static void compare_with_probes(const flown *f, long first) {
    const float *gradient = series(f, "step/grad_norm"), *weight = series(f, "step/weight_norm"),
                *ratio = series(f, "step/update_ratio");
    for (long step = first ? first : 1; step < f->run.step; step++) {
        const ag_flight_row *net = row_of(f, step, 0);
        CHECK(same(net->loss, f->run.step_loss[step - 1]), "loss of step %ld", step);
        CHECK(net->learning_rate == 0.01, "%g", net->learning_rate);
        double squares = 0;
        for (int k = 0; k < STAGES; k++) {
            const ag_flight_row *row = row_of(f, step, k + 1);
            const long i = (step - 1) * STAGES + k;
            CHECK(same(row->grad_norm, gradient[i]), "step %ld, layer %d: gradient %g, not %g",
                  step, k + 1, row->grad_norm, (double)gradient[i]);
            CHECK(same(row->weight_norm, weight[i]), "step %ld, layer %d: weights %g, not %g", step,
                  k + 1, row->weight_norm, (double)weight[i]);
            CHECK(same(row->update_ratio, ratio[i]), "step %ld, layer %d: ratio %g, not %g", step,
                  k + 1, row->update_ratio, (double)ratio[i]);
            CHECK(isnan(row->preactivation_max) && isnan(row->loss), "step %ld", step);
            CHECK(row->epoch == (step - 1) / f->run.steps_per_epoch + 1, "epoch %ld", row->epoch);
            squares += row->weight_norm * row->weight_norm;
        }
        CHECK(close_to(net->weight_norm, sqrt(squares), 1e-12, 0), "%g", net->weight_norm);
        CHECK(net->update_ratio > 0.5 && net->grad_norm > 0, "step %ld: %g", step,
              net->update_ratio);
    }
}

/* Bounded activations leave the growth to the weights alone: it takes long. */
static void test_ring(const char *act, double growth, bool wraps) {
    const ag_data data = data_set();
    const ag_settings seen = growing(act, growth, true), unseen = growing(act, growth, false);
    flown f, blind;
    fly(&f, &seen, &data);
    fly(&blind, &unseen, &data);
    CHECK(f.run.outcome == AG_DIVERGED, "outcome %d", f.run.outcome);
    CHECK(wraps ? f.run.step > 2L * AG_FLIGHT_STEPS : f.run.step < AG_FLIGHT_STEPS, "step %ld",
          f.run.step);
    const long first = wraps ? f.run.step - AG_FLIGHT_STEPS + 1 : 0;
    CHECK(f.record.n_flight_rows == (f.run.step - first + 1) * (long)PER_STEP, "%d rows",
          f.record.n_flight_rows);
    for (int i = 0; i < f.record.n_flight_rows; i++) {
        const ag_flight_row *row = &f.record.flight_rows[i];
        CHECK(row->step == first + i / PER_STEP && row->layer == i % PER_STEP, "row %d", i);
    }
    compare_with_probes(&f, first);
    CHECK(blind.record.n_flight_rows == f.record.n_flight_rows, "%d", blind.record.n_flight_rows);
    for (int i = 0; i < f.record.n_flight_rows && i < blind.record.n_flight_rows; i++)
        CHECK(memcmp(&f.record.flight_rows[i].loss, &blind.record.flight_rows[i].loss,
                     6 * sizeof(double)) == 0,
              "row %d depends on probes", i);
    ag_arena_close(&f.arena);
    ag_arena_close(&blind.arena);
}

/* The last step: the loss it had, no gradient, the weights before it, and how large the numbers
 * were on their way forward: of the layer that is named the first that are not finite, or are the
 * last. */
static void test_loss(void) {
    const ag_data data = data_set();
    const ag_settings s = growing("relu", 2, false);
    flown f;
    fly(&f, &s, &data);
    CHECK(strcmp(f.run.diverged_what, "loss") == 0, "%s", f.run.diverged_what);
    const ag_flight_row *net = row_of(&f, f.run.step, 0);
    CHECK(!isfinite(net->loss) && isnan(net->grad_norm) && isnan(net->update_ratio), "%g",
          net->loss);
    for (int k = 1; k <= STAGES; k++) {
        const ag_flight_row *row = row_of(&f, f.run.step, k);
        CHECK(isnan(row->grad_norm) && isnan(row->update_ratio), "layer %d", k);
        CHECK(row->weight_norm == row_of(&f, f.run.step - 1, k)->weight_norm, "layer %d", k);
        if (k < f.run.diverged_stage)
            CHECK(isfinite(row->preactivation_max) && row->preactivation_max > 1e3, "layer %d: %g",
                  k, row->preactivation_max);
        if (k == f.run.diverged_stage && k < STAGES)
            CHECK(!isfinite(row->preactivation_max), "layer %d: %g", k, row->preactivation_max);
    }
    ag_arena_close(&f.arena);
}

/* An update that no float holds: its weights are infinite, its gradient is there. */
static void test_weights(void) {
    const ag_data data = data_set();
    ag_settings s = growing("relu", 1, false);
    set(&s.optimizer, "weight_decay", 0);
    set(&s.optimizer, "learning_rate", 1e39);
    flown f;
    fly(&f, &s, &data);
    CHECK(f.run.step == 1 && strcmp(f.run.diverged_what, "weights") == 0, "step %ld, %s",
          f.run.step, f.run.diverged_what);
    const ag_flight_row *row = row_of(&f, 1, f.run.diverged_stage), *before = row_of(&f, 0, 1);
    CHECK(!isfinite(row->weight_norm) && isfinite(row->grad_norm), "%g", row->weight_norm);
    CHECK(!isfinite(row->update_ratio) && isfinite(row->preactivation_max), "%g",
          row->update_ratio);
    CHECK(row_of(&f, 1, 0)->learning_rate == 1e39, "%g", row_of(&f, 1, 0)->learning_rate);
    /* step 0: the state before */
    CHECK(before->weight_norm > 1 && before->weight_norm < 100 && isnan(before->grad_norm), "%g",
          before->weight_norm);
    CHECK(row_of(&f, 0, 0)->loss == f.run.rows[0].train_loss, "%g", row_of(&f, 0, 0)->loss);
    CHECK(row_of(&f, 0, 0)->epoch == 0, "epoch %ld", row_of(&f, 0, 0)->epoch);
    ag_arena_close(&f.arena);
}

/* Before the first step: one row for each layer, and the numbers of the pass that was not finite.
 */
static void test_step_0(void) {
    const ag_data data = data_set();
    ag_settings s = growing("relu", 1, false);
    s.initializer = choose(&ag_initializers, "constant");
    s.initializer.number[0] = 1e14;
    flown f;
    fly(&f, &s, &data);
    CHECK(f.run.outcome == AG_DIVERGED && f.run.step == 0, "step %ld", f.run.step);
    CHECK(f.record.n_flight_rows == PER_STEP, "%d rows", f.record.n_flight_rows);
    CHECK(close_to(row_of(&f, 0, 1)->weight_norm, 1e14 * sqrt(FEATURES * 16), 1e-6, 0), "%g",
          row_of(&f, 0, 1)->weight_norm);
    CHECK(row_of(&f, 0, 1)->preactivation_max > 1e14 && row_of(&f, 0, 1)->preactivation_max < 1e16,
          "%g", row_of(&f, 0, 1)->preactivation_max);
    CHECK(row_of(&f, 0, 2)->preactivation_max > 1e28, "%g", row_of(&f, 0, 2)->preactivation_max);
    CHECK(!isfinite(row_of(&f, 0, f.run.diverged_stage)->preactivation_max), "layer %d",
          f.run.diverged_stage);
    ag_arena_close(&f.arena);
}

/* Infinities of both signs meet in a sum: what is no number stays none. */
static void test_no_number(void) {
    const ag_data data = data_set();
    ag_settings s = growing("relu", 1, false);
    s.initializer = choose(&ag_initializers, "normal");
    set(&s.initializer, "std", 1e30);
    flown f;
    fly(&f, &s, &data);
    CHECK(f.run.step == 0 && f.run.diverged_stage == 2, "layer %d", f.run.diverged_stage);
    CHECK(isfinite(row_of(&f, 0, 1)->preactivation_max), "%g", row_of(&f, 0, 1)->preactivation_max);
    for (int k = 3; k <= STAGES; k++) /* infinity times 0, or less infinity */
        CHECK(isnan(row_of(&f, 0, k)->preactivation_max), "layer %d: %g", k,
              row_of(&f, 0, k)->preactivation_max);
    ag_arena_close(&f.arena);
}

/* Weights that two layers share are in the rows of both, and in the whole net's once. */
static void test_tied(void) {
    const ag_data data = data_set();
    ag_settings s = growing("tanh", 5, false);
    s.model = choose(&ag_models, "autoencoder");
    set(&s.model, "tied", 1);
    flown f;
    fly(&f, &s, &data);
    const ag_net *net = &f.run.net;
    const ag_slice all = net->role[AG_ROLE_WEIGHT];
    CHECK(f.run.outcome == AG_DIVERGED && strcmp(f.run.diverged_what, "loss") == 0, "outcome %d",
          f.run.outcome);
    const double squares = ag_sum_squares(all.n, net->parameters + all.offset);
    CHECK(close_to(row_of(&f, f.run.step, 0)->weight_norm, sqrt(squares), 1e-5, 0), "%g, not %g",
          row_of(&f, f.run.step, 0)->weight_norm, sqrt(squares));
    CHECK(row_of(&f, f.run.step, 1)->weight_norm ==
              row_of(&f, f.run.step, net->n_stages)->weight_norm,
          "%g", row_of(&f, f.run.step, 1)->weight_norm);
    ag_arena_close(&f.arena);
}

static void test_finished(void) {
    const ag_data data = data_set();
    const ag_settings s = settings_of("relu", DEPTH);
    flown f;
    fly(&f, &s, &data);
    CHECK(f.run.outcome == AG_FINISHED && !f.record.flight_rows && !f.record.n_flight_rows,
          "%d rows of a finished trial", f.record.n_flight_rows);
    ag_arena_close(&f.arena);
}

int main(void) {
    test_ring("tanh", 1.5, true);
    test_ring("relu", 20, false);
    test_loss();
    test_weights();
    test_step_0();
    test_no_number();
    test_tied();
    test_finished();
    return check_report();
}

/* What a net leaves that no longer computes finite numbers, or never did: the step
 * and the layer, whoever watches; NaN for what nobody measured; no crash. */
#include "train_fixture.h"

#include "harness/plan/plan.h"
#include "harness/train/watch.h"

#include <string.h>

static const char yaml[] = "dataset: {name: blobs, samples: 240}\n"
                           "model: {type: mlp, width: 8, depth: 8}\n"
                           "activation: relu\n"
                           "initializer: he_normal\n"
                           "optimizer: {name: sgd, learning_rate: 1e9}\n"
                           "training: {steps: 1, batch_size: 16}\n";

/* A plan of one trial, for what asks for names. */
static ag_plan plan_of(ag_arena *arena) {
    ag_error err = {0};
    ag_plan plan;
    *arena = AG_ARENA_EMPTY;
    CHECK(ag_plan_read(arena, "x.yaml", yaml, sizeof yaml - 1, NULL, 0, &plan, &err) == AG_OK, "%s",
          err.text);
    return plan;
}

/* One step of a size that leaves finite weights, with which the net overflows. */
static ag_settings one_leap(int depth) {
    ag_settings s = settings_of("relu", depth);
    s.training.epochs = 0;
    s.training.steps = 1;
    set(&s.optimizer, "learning_rate", 1e9);
    return s;
}

/* The layer in which validation overflowed, not what the probes looked at after it. */
static void test_probes_do_not_move_the_layer(void) {
    const ag_data data = data_set();
    for (int i = 0; i < 10 * FEATURES; i++)
        validation_x[i] *= 1e35f;
    int stage[3];
    for (int how = 0; how < 3; how++) {
        ag_settings s = one_leap(8);
        set(&s.optimizer, "learning_rate", 20);
        s.probes.on = how > 0;
        s.probes.examples = how == 2 ? 1 : 64;
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        CHECK(run.outcome == AG_DIVERGED && run.diverged_step == 1, "outcome %d", run.outcome);
        CHECK(!isfinite(run.rows[run.n_rows - 1].val_loss), "%g", run.rows[1].val_loss);
        stage[how] = run.diverged_stage;
        ag_arena_close(&arena);
    }
    CHECK(stage[0] == stage[1] && stage[0] == stage[2], "layer %d without probes, with %d and %d",
          stage[0], stage[1], stage[2]);
    CHECK(stage[0] > 1 && stage[0] < 9, "layer %d", stage[0]);
}

/* Only one of 77 examples is too large, and not one of the last piece. */
static void test_one_example_is_enough(void) {
    ag_data data = data_set();
    for (int k = 0; k < FEATURES; k++)
        train_x[5 * FEATURES + k] = 3e38f;
    ag_settings s = settings_of("relu", 3);
    ag_arena arena;
    const ag_training_run run = train(&s, &data, &arena);
    CHECK(run.outcome == AG_DIVERGED && run.diverged_step == 0, "outcome %d at step %ld",
          run.outcome, run.diverged_step);
    CHECK(run.diverged_stage == 1, "layer %d", run.diverged_stage);
    ag_arena_close(&arena);
}

/* Without validation nobody looks after the last step but the final evaluation. */
static void test_last_step(void) {
    ag_data data = data_set();
    data.validation.n = 0;
    ag_arena names;
    const ag_plan plan = plan_of(&names);
    const ag_settings s = one_leap(8);
    ag_arena arena;
    ag_training_run run = train(&s, &data, &arena);
    ag_record record;
    ag_error err = {0};
    CHECK(ag_train_record(&run, &plan, &plan.trials[0], &record, &err) == AG_OK, "%s", err.text);
    CHECK(record.outcome == AG_DIVERGED, "outcome %d, train_loss %g", record.outcome,
          record.train_loss);
    CHECK(record.diverged_step == 1 && record.diverged_layer > 1 && record.diverged_what,
          "step %ld, layer %d", record.diverged_step, record.diverged_layer);
    CHECK(isnan(record.train_loss) && isnan(record.test_loss), "%g", record.train_loss);
    ag_arena_close(&arena);
    ag_arena_close(&names);
}

/* The channels of a layer say together what the layer's probe says, for a probe batch
 * larger than a piece of an evaluation too. */
static void test_channels(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 2);
    s.probes.channels = true;
    s.probes.examples = 290;
    ag_arena names, arena;
    const ag_plan plan = plan_of(&names);
    ag_training_run run = train(&s, &data, &arena);
    ag_record record;
    ag_error err = {0};
    CHECK(run.piece < 290, "a piece holds all %d", run.piece);
    CHECK(ag_train_record(&run, &plan, &plan.trials[0], &record, &err) == AG_OK, "%s", err.text);
    const ag_array *dead = NULL, *share = NULL, *mean = NULL, *layer_mean = NULL;
    for (int a = 0; a < record.n_arrays; a++) {
        const ag_array *array = &record.arrays[a];
        if (strcmp(array->name, "channel/dead") == 0) dead = array;
        if (strcmp(array->name, "layer/dead_fraction") == 0) share = array;
        if (strcmp(array->name, "channel/activation_mean") == 0) mean = array;
        if (strcmp(array->name, "layer/activation_mean") == 0) layer_mean = array;
    }
    CHECK(dead && share && mean && layer_mean, "arrays");
    for (size_t row = 0; dead && row < dead->size[0] * dead->size[1]; row++) {
        double n_dead = 0, sum = 0;
        int n = 0;
        for (size_t c = 0; c < dead->size[2]; c++) {
            const size_t i = row * dead->size[2] + c;
            if (isnan(dead->data[i])) continue;
            n++;
            n_dead += (double)dead->data[i];
            sum += (double)mean->data[i];
        }
        if (isnan(share->data[row])) {
            CHECK(n == 0, "row %zu: an output without activation", row);
            continue;
        }
        CHECK(fabs(n_dead / n - (double)share->data[row]) < 1e-6, "row %zu: dead", row);
        CHECK(fabs(sum / n - (double)layer_mean->data[row]) < 1e-5, "row %zu: mean", row);
    }
    ag_arena_close(&arena);
    ag_arena_close(&names);
}

/* Values that are no numbers are in no bin of a histogram. */
static void test_histograms(void) {
    const ag_data data = data_set();
    ag_settings s = one_leap(8);
    s.probes.histograms = true;
    ag_arena names, arena;
    const ag_plan plan = plan_of(&names);
    ag_training_run run = train(&s, &data, &arena);
    ag_record record;
    ag_error err = {0};
    CHECK(ag_train_record(&run, &plan, &plan.trials[0], &record, &err) == AG_OK, "%s", err.text);
    int seen = 0;
    for (int a = 0; a < record.n_arrays; a++) {
        const ag_array *array = &record.arrays[a];
        if (strncmp(array->name, "histogram/", 10) != 0) continue;
        seen++;
        for (size_t row = 0; row < array->size[0] * array->size[1]; row++) {
            double sum = 0;
            for (size_t b = 0; b < array->size[2]; b++)
                sum += (double)array->data[row * array->size[2] + b];
            CHECK(isnan(sum) || (sum >= 0 && sum <= 1.00001), "%s, row %zu: %g", array->name, row,
                  sum);
        }
    }
    CHECK(seen == 2, "%d histograms", seen);
    ag_arena_close(&arena);
    ag_arena_close(&names);
}

/* A loss that no float holds is not finite, as in any framework in float. */
static void test_loss_beyond_float(void) {
    ag_data data = data_set();
    static float target[N_TRAIN];
    for (int i = 0; i < N_TRAIN; i++)
        target[i] = 1e30f;
    data.regression = true;
    data.n_classes = 0;
    data.n_targets = 1;
    data.train = (ag_examples){.n = N_TRAIN, .x = train_x, .target = target};
    data.validation.n = 0;
    const ag_settings s = settings_of("relu", 1);
    ag_arena arena;
    const ag_training_run run = train(&s, &data, &arena);
    CHECK(run.outcome == AG_DIVERGED && run.diverged_step <= 1, "outcome %d, step %ld", run.outcome,
          run.diverged_step);
    for (long i = 0; i + 1 < run.step; i++)
        CHECK(isfinite(run.step_loss[i]), "loss of step %ld", i + 1);
    ag_arena_close(&arena);
}

/* --- what nobody measured -------------------------------------------------- */

static double column(const ag_record *r, const char *name, int epoch, int stage) {
    for (int m = 0; m < r->n_metrics; m++)
        if (strcmp(r->metric_names[m], name) == 0)
            return r->layer_values[(epoch * r->n_layers + stage - 1) * r->n_metrics + m];
    CHECK(false, "no column %s", name);
    return 0;
}

static void test_before_the_first_step(void) {
    const ag_data data = data_set();
    for (int broken = 0; broken < 2; broken++) {
        ag_settings s = settings_of("relu", 12);
        if (broken) {
            s.initializer = choose(&ag_initializers, "constant");
            s.initializer.number[0] = 1e6;
        }
        ag_arena names, arena;
        const ag_plan plan = plan_of(&names);
        ag_training_run run = train(&s, &data, &arena);
        ag_record r;
        ag_error err = {0};
        CHECK(ag_train_record(&run, &plan, &plan.trials[0], &r, &err) == AG_OK, "%s", err.text);
        CHECK(r.outcome == (broken ? AG_DIVERGED : AG_FINISHED), "outcome %d", r.outcome);
        CHECK(isnan(column(&r, "update_ratio", 0, 1)), "no update, but a ratio of %g",
              column(&r, "update_ratio", 0, 1));
        CHECK(isnan(column(&r, "grad_norm", 0, 3)) == broken, "gradient %g",
              column(&r, "grad_norm", 0, 3));
        CHECK(isnan(r.epoch_rows[0].grad_norm) == broken, "%g", r.epoch_rows[0].grad_norm);
        ag_arena_close(&arena);
        ag_arena_close(&names);
    }
}

/* Weights so large that only normalization keeps the numbers finite: before the first step
 * nothing is remembered to normalize an evaluation by, and that is no divergence. */
static void test_before_the_first_statistics(const char *normalization, ag_outcome outcome) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 20);
    set_word(&s.model, "normalization", normalization);
    s.initializer = choose(&ag_initializers, "normal");
    set(&s.initializer, "std", 100);
    s.training.early_stopping =
        (ag_choice){.element = &ag_stop_patience, .number = {[AG_STOP_PATIENCE] = 9}};
    ag_arena names, arena;
    const ag_plan plan = plan_of(&names);
    ag_training_run run = train(&s, &data, &arena);
    ag_record r;
    ag_error err = {0};
    CHECK(ag_train_record(&run, &plan, &plan.trials[0], &r, &err) == AG_OK, "%s", err.text);
    CHECK(r.outcome == outcome, "%s: outcome %d in step %ld", normalization, r.outcome,
          r.diverged_step);
    CHECK(!isfinite(r.epoch_rows[0].val_loss), "%s: %g", normalization, r.epoch_rows[0].val_loss);
    if (outcome == AG_FINISHED)
        CHECK(r.chosen_epoch > 0 && isfinite(r.val_loss), "epoch %ld, loss %g", r.chosen_epoch,
              r.val_loss);
    ag_arena_close(&arena);
    ag_arena_close(&names);
}

/* --- memory --------------------------------------------------------------- */

/* The k-th piece of memory is refused, for every k: out of memory is said, once. */
static void test_out_of_memory(bool probes) {
    const ag_data data = data_set();
    ag_arena names;
    const ag_plan plan = plan_of(&names);
    ag_settings s = settings_of("prelu", 2);
    s.training.epochs = 2;
    s.probes.on = probes;
    s.probes.histograms = true;
    ag_status status = AG_NOMEM;
    for (long k = 0; status == AG_NOMEM; k++) {
        ag_arena arena = AG_ARENA_EMPTY;
        arena.fail_after = k;
        ag_error err = {0};
        ag_training_run run;
        ag_record record;
        status = ag_train_begin(&s, &data, &arena, NULL, &run, &err);
        if (!status) {
            const size_t taken = arena.taken;
            while (ag_train_epoch(&run)) {
            }
            CHECK(arena.taken == taken, "training took %zu bytes", arena.taken - taken);
            status = ag_train_record(&run, &plan, &plan.trials[0], &record, &err);
        }
        CHECK(status == AG_OK || (status == AG_NOMEM && err.text[0]), "piece %ld: status %d", k,
              (int)status);
        for (int a = 0; !status && a < record.n_arrays; a++)
            CHECK(record.arrays[a].data && record.arrays[a].name, "piece %ld: array %d", k, a);
        ag_arena_close(&arena);
    }
    ag_arena_close(&names);
}

int main(void) {
    test_probes_do_not_move_the_layer();
    test_one_example_is_enough();
    test_last_step();
    test_loss_beyond_float();
    test_before_the_first_step();
    test_before_the_first_statistics("none", AG_DIVERGED);
    test_before_the_first_statistics("batch", AG_FINISHED);
    test_out_of_memory(true);
    test_out_of_memory(false);
    test_channels();
    test_histograms();
    return check_report();
}

#include "harness/train/train.h"

#include "harness/base/clock.h"
#include "harness/base/random.h"
#include "harness/num/norms.h"
#include "harness/plan/goal.h"
#include "harness/train/batch.h"
#include "harness/train/diverge.h"
#include "harness/train/flight.h"
#include "harness/train/gradient.h"
#include "harness/train/lengths.h"
#include "harness/train/stopping.h"
#include "harness/train/trajectory.h"
#include "harness/train/watch.h"
#include "models/schedule.h"

#include <assert.h>
#include <math.h>
#include <string.h>

static ag_status measure(ag_training_run *run, ag_error *err) {
    const ag_training *t = &run->settings->training;
    const size_t n = run->data->train.n;
    const ag_lengths l = ag_lengths_of(t, n);
    run->batch = l.batch, run->per_step = l.per_step, run->per_epoch = l.per_epoch;
    run->steps_per_epoch = l.steps_per_epoch;
    run->total_steps = l.total_steps, run->total_epochs = l.total_epochs;
    const ag_data *data = run->data;
    const ag_goal goal = ag_goal_of(&run->settings->model, t, data->regression, data->n_classes,
                                    data->n_targets, data->shape);
    run->aim = goal.aim;
    run->minimised = goal.loss;
    run->outputs = goal.outputs;
    run->reported = ag_loss_reported(&run->minimised);
    run->differs =
        memcmp(run->minimised.number, run->reported.number, sizeof run->reported.number) != 0;
    if (run->outputs <= 0)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "loss %s does not fit data set %s",
                       run->minimised.element->name, run->data->name);
    return ag_training_fits(t, run->data->shape, run->data->validation.n, run->data->test.n,
                            run->aim.task == AG_TASK_REGRESSION, AG_NOWHERE, err);
}

static ag_status take_memory(ag_training_run *run, ag_error *err) {
    const int rows_max = ag_batch_rows_max(&run->net, run->batch);
    run->piece = ag_batch_piece(&run->net);
    AG_TRY(ag_net_open(&run->net, rows_max, run->arena, err));
    AG_TRY(ag_batch_open(run, rows_max, err));
    AG_TRY(ag_gradient_open(run, err));
    AG_TRY(ag_stopping_open(run, err));
    AG_TRY(ag_trajectory_open(run, err));
    AG_TRY(ag_watch_open(run, err));
    AG_TRY(ag_flight_open(run, err));
    run->step_loss = AG_NEW_ARRAY(run->arena, float, (size_t)run->total_steps);
    run->rows = AG_NEW_ARRAY(run->arena, ag_epoch_row, (size_t)run->total_epochs + 1);
    run->moved = AG_NEW_ARRAY(run->arena, ag_moved, (size_t)run->net.n_layers);
    run->statistics_before = AG_NEW_ARRAY(run->arena, ag_real, run->net.n_statistics);
    bool ok = run->step_loss && run->rows && run->moved && run->statistics_before;
    for (int s = 0; s < run->optimizer->n_state; s++) {
        run->state[s] = AG_NEW_ARRAY(run->arena, ag_real, run->net.n_parameters);
        ok = ok && run->state[s];
    }
    return ok ? AG_OK : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial");
}

/* The loss over the epoch's steps; before the first one, over the training part. */
static ag_scores scores_of_training(ag_training_run *run) {
    if (run->epoch == 0) return ag_train_evaluate(run, &run->data->train);
    const double n = (double)run->epoch_examples, none = (double)NAN;
    const bool numbers = run->aim.task == AG_TASK_REGRESSION;
    return (ag_scores){.loss = run->epoch_loss / n,
                       .accuracy = numbers ? none : (double)run->epoch_correct / n,
                       .r2 = none};
}

/* The stage where the net as it is gives no finite loss; 0: all is well. */
static int bad_stage(ag_training_run *run, double train_loss, double validation_loss) {
    const ag_data *data = run->data;
    /* Running statistics are not there before the first step. Evaluated without them a net may
     * overflow that trains well on the statistics of its mini-batches. */
    if (run->epoch == 0 && run->net.n_statistics) return 0;
    const int stage = run->epoch ? 0 : ag_diverge_stage(run, &data->train, train_loss);
    return stage ? stage : ag_diverge_stage(run, &data->validation, validation_loss);
}

/* Closes the books of an epoch: one row of the table `epoch`, the epoch's probes. False: asked to
 * stop, and nothing has happened yet. */
static bool end_epoch(ag_training_run *run, double learning_rate) {
    const ag_scores train = scores_of_training(run),
                    validation = ag_train_evaluate(run, &run->data->validation);
    ag_watch_look(run);
    const int bad = bad_stage(run, train.loss, validation.loss);
    run->stopped = ag_train_is_asked_to_stop(run);
    if (run->stopped) return false;
    if (run->epoch == 0) ag_flight_note(run, train.loss, learning_rate, AG_FLIGHT_LOSS);
    ag_epoch_row *row = &run->rows[run->n_rows++];
    *row = (ag_epoch_row){
        .epoch = run->epoch,
        .step = run->step,
        .learning_rate = learning_rate,
        .train_loss = train.loss,
        .train_accuracy = train.accuracy,
        .val_loss = validation.loss,
        .val_accuracy = validation.accuracy,
        .val_r2 = validation.r2,
    };
    ag_trajectory_note(run);
    ag_watch_epoch(run);
    row->grad_norm =
        run->epoch_recorded ? run->epoch_norm / (double)run->epoch_recorded : (double)NAN;
    row->seconds = ag_clock_now() - run->began;
    run->epoch_loss = run->epoch_norm = 0;
    run->epoch_correct = run->epoch_examples = run->epoch_recorded = 0;
    ag_diverge_in(run, bad);
    return true;
}

ag_status ag_train_open(const ag_settings *settings, const ag_data *data, ag_arena *arena,
                        const ag_host *host, ag_training_run *run, ag_error *err) {
    *run = (ag_training_run){
        .settings = settings,
        .data = data,
        .arena = arena,
        .host = host ? *host : (ag_host){0},
        .optimizer = ag_optimizer_of(&settings->optimizer),
        .outcome = AG_FINISHED,
        .diverged_step = -1,
        .diverged_stage = -1,
        .began = ag_clock_now(),
        .pause_at = HUGE_VAL,
    };
    assert(run->optimizer->n_state <= AG_OPTIMIZER_STATE_MAX);
    AG_TRY(measure(run, err));
    AG_TRY(ag_family_of(&settings->model)
               ->build(&settings->model, &settings->activation, data->shape, run->outputs, arena,
                       &run->net, err));
    run->net.mode->stop = run->host.stop;
    if (run->batch < ag_net_rows_min(&run->net))
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "batches of %ld: batch normalization needs %d examples or more", run->batch,
                       ag_net_rows_min(&run->net));
    return take_memory(run, err);
}

void ag_train_start(ag_training_run *run) {
    ag_net_initialize(&run->net, &run->settings->initializer, run->settings->seed);
    for (int i = 0; i < run->net.n_layers; i++) {
        const ag_layer *layer = &run->net.layers[i];
        run->moved[i].after =
            ag_sum_squares(layer->slice[AG_ROLE_WEIGHT].n, layer->parameter[AG_ROLE_WEIGHT]);
    }
    if (end_epoch(run, (double)NAN) && run->outcome == AG_FINISHED) ag_stopping_look(run);
}

ag_status ag_train_begin(const ag_settings *settings, const ag_data *data, ag_arena *arena,
                         const ag_host *host, ag_training_run *run, ag_error *err) {
    AG_TRY(ag_train_open(settings, data, arena, host, run, err));
    ag_train_start(run);
    return AG_OK;
}

static void clip(ag_training_run *run) {
    const ag_choice *how = &run->settings->training.gradient_clip;
    const size_t n = run->net.n_parameters;
    const double limit = how->number[0];
    if (how->element == &ag_clip_value) ag_clamp(n, (ag_real)limit, run->net.gradients);
    if (how->element != &ag_clip_norm) return;
    const double norm = sqrt(ag_sum_squares(n, run->net.gradients));
    /* PyTorch's clip_grad_norm_: never scales up */
    if (norm > limit) ag_scale(n, (ag_real)(limit / (norm + 1e-6)), run->net.gradients);
}

static ag_update_squares update_slice(ag_training_run *run, double learning_rate, double decay,
                                      ag_slice slice) {
    ag_update update = {.param = run->settings->optimizer.number,
                        .learning_rate = learning_rate,
                        .weight_decay = decay,
                        .t = run->step,
                        .n = slice.n,
                        .gradient = run->net.gradients + slice.offset,
                        .w = run->net.parameters + slice.offset};
    for (int s = 0; s < run->optimizer->n_state; s++)
        update.state[s] = run->state[s] + slice.offset;
    return run->optimizer->step(&update);
}

/* Parameters of an activation have a learning rate and a decay of their own. */
static double update_learned(ag_training_run *run, double learning_rate, const ag_layer *layer) {
    const ag_choice *activation = &layer->activation;
    const double rate = learning_rate * ag_choice_number(activation, "learning_rate_factor", 1),
                 decay = ag_choice_number(activation, "parameter_decay", 0);
    return update_slice(run, rate, decay, layer->slice[AG_ROLE_LEARNED]).weights;
}

typedef struct weights_update {
    ag_training_run *run;
    double learning_rate, decay;
} weights_update;

/* A layer: its sums are one chain whoever adds them. */
static void update_weights(void *context, int layer, int member) {
    const weights_update *u = context;
    ag_training_run *run = u->run;
    const ag_layer *at = &run->net.layers[layer];
    (void)member;
    if (!at->slice[AG_ROLE_WEIGHT].n || at->kind->borrows) return;
    const ag_update_squares squares =
        update_slice(run, u->learning_rate, u->decay, at->slice[AG_ROLE_WEIGHT]);
    run->moved[layer] = (ag_moved){run->moved[layer].after, squares.weights, squares.change};
}

/* Weights layer by layer, for the sums of each; biases and scales role by role. Whether all
 * are finite afterwards. */
static bool update(ag_training_run *run, double learning_rate) {
    enum { SHARED = 1 << 16 }; /* parameters: 10 us */
    const double decay = ag_choice_number(&run->settings->optimizer, "weight_decay", 0);
    weights_update u = {run, learning_rate, decay};
    ag_team_for(run->net.n_parameters < SHARED ? NULL : run->host.team, run->net.n_layers,
                update_weights, &u);
    double sum = 0;
    for (int i = 0; i < run->net.n_layers; i++) {
        const ag_layer *layer = &run->net.layers[i];
        if (layer->slice[AG_ROLE_LEARNED].n) sum += update_learned(run, learning_rate, layer);
        if (layer->slice[AG_ROLE_WEIGHT].n && !layer->kind->borrows) sum += run->moved[i].after;
    }
    for (int role = AG_ROLE_WEIGHT + 1; role < AG_ROLE_LEARNED; role++)
        if (run->net.role[role].n)
            sum += update_slice(run, learning_rate, decay, run->net.role[role]).weights;
    return isfinite(sum);
}

/* What a step changes before its update. */
typedef struct before_step {
    double samples;
    long mini_batches, correct;
} before_step;

static before_step remember(ag_training_run *run) {
    if (run->host.stop && run->net.n_statistics)
        memcpy(run->statistics_before, run->net.statistics,
               run->net.n_statistics * sizeof(ag_real));
    return (before_step){run->samples, run->mini_batches, run->epoch_correct};
}

/* The step has not begun. */
static void take_back(ag_training_run *run, const before_step *before) {
    run->step--;
    run->samples = before->samples;
    run->mini_batches = before->mini_batches;
    run->epoch_correct = before->correct;
    if (run->net.n_statistics)
        memcpy(run->net.statistics, run->statistics_before,
               run->net.n_statistics * sizeof(ag_real));
    run->stopped = true;
}

/* One step. Leaves as soon as something is not finite: `step` is then the step in
 * which it happened, and the weights are those before its update, unless it was the
 * update. Asked to stop before its update, it is as if it had not begun. */
static void one_step(ag_training_run *run, long first, double learning_rate) {
    const long left = run->per_epoch - first, n = left < run->per_step ? left : run->per_step;
    const before_step before = remember(run);
    int rows = 0;
    run->step++;
    run->samples += (double)n;
    const bool record = ag_watch_records(run, run->step);
    run->observer = record ? ag_watch_observer(run) : NULL;
    const double loss =
        ag_gradient_take(run, run->order + first, n, true, &run->epoch_correct, &rows);
    if (ag_train_is_asked_to_stop(run)) {
        take_back(run, &before);
        return;
    }
    run->step_loss[run->step - 1] = (float)loss;
    if (!isfinite(run->step_loss[run->step - 1])) { /* also a loss that no float holds */
        ag_flight_note(run, loss, learning_rate, AG_FLIGHT_LOSS);
        ag_diverge_loss(run, rows);
        return;
    }
    run->epoch_loss += loss * (double)n;
    run->epoch_examples += n;
    if (!run->finite_gradients) {
        ag_flight_note(run, loss, learning_rate, AG_FLIGHT_GRADIENT);
        ag_diverge_gradient(run, rows);
        return;
    }
    ag_gradient_penalize(run);
    clip(run);
    const bool finite = update(run, learning_rate);
    ag_flight_note(run, loss, learning_rate, AG_FLIGHT_UPDATE);
    if (record) ag_watch_step(run);
    if (!finite)
        ag_diverge_weights(run, rows);
    else if (!ag_all_finite(run->net.n_statistics, run->net.statistics))
        ag_diverge_statistics(run, rows);
}

static void order_examples(ag_training_run *run) {
    const size_t n = run->data->train.n;
    run->ordered = run->epoch;
    for (size_t i = 0; i < n; i++)
        run->order[i] = (uint32_t)i;
    const int how = run->settings->training.shuffle;
    if (how == AG_SHUFFLE_NEVER) return;
    const uint32_t epoch = how == AG_SHUFFLE_ONCE ? 1 : (uint32_t)run->epoch;
    ag_stream random = ag_stream_open(run->settings->seed, AG_RANDOM_ORDER, epoch);
    ag_random_shuffle(&random, n, run->order);
}

/* The learning rate of step `step`, from 1. */
static double rate_of(const ag_training_run *run, long step) {
    const double base = ag_choice_number(&run->settings->optimizer, "learning_rate", 0);
    return ag_schedule_rate(&run->settings->training.schedule, base, step - 1, run->total_steps,
                            run->steps_per_epoch);
}

/* Steps up to the end of the epoch, or to where it has to leave before. Whether it is the end. */
static bool take_steps(ag_training_run *run) {
    const long before = (run->epoch - 1) * run->steps_per_epoch;
    for (long first; (first = (run->step - before) * run->per_step) < run->per_epoch &&
                     run->step < run->total_steps;) {
        run->stopped = ag_train_is_asked_to_stop(run);
        if (run->stopped) return false;
        one_step(run, first, rate_of(run, run->step + 1));
        if (run->done || run->stopped) return false;
        if (isfinite(run->pause_at) && ag_clock_now() >= run->pause_at) return false;
    }
    return true;
}

bool ag_train_epoch(ag_training_run *run) {
    if (run->done || run->stopped) return false;
    const double began = ag_clock_now(), probed = run->probe_seconds;
    if (run->n_rows > run->epoch) run->epoch++; /* the one before has its row */
    if (run->ordered != run->epoch) order_examples(run);
    const bool whole = take_steps(run);
    run->training_seconds += ag_clock_now() - began - (run->probe_seconds - probed);
    if (!whole) return !run->done && !run->stopped; /* no end of the epoch to describe */
    if (!end_epoch(run, rate_of(run, run->step))) return false;
    if (run->outcome == AG_FINISHED) ag_stopping_look(run);
    return !run->done;
}

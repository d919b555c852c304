#include "harness/train/checkpoint.h"

#include "harness/base/clock.h"
#include "harness/train/flight.h"
#include "harness/train/stopping.h"
#include "harness/train/trajectory.h"
#include "harness/train/watch.h"
#include "models/schedule.h"

#include <string.h>

/* --- what can be done with blocks ---------------------------------------------- */

static void save(ag_transfer *t, void *at, size_t bytes) { t->out->put(t->out, at, bytes); }

static void load(ag_transfer *t, void *at, size_t bytes) {
    t->failed |= bytes > t->left;
    if (t->failed || !bytes) return;
    memcpy(at, t->in, bytes);
    t->in += bytes;
    t->left -= bytes;
}

/* --- what they are ------------------------------------------------------------ */

static void put_long(ag_transfer *t, long *x) { ag_transfer_block(t, x, sizeof *x); }
static void put_double(ag_transfer *t, double *x) { ag_transfer_block(t, x, sizeof *x); }

static void put_counts(ag_training_run *run, ag_transfer *t) {
    long *const counts[] = {&run->step,           &run->epoch,         &run->n_rows,
                            &run->mini_batches,   &run->chosen_epoch,  &run->epoch_correct,
                            &run->epoch_examples, &run->epoch_recorded};
    double *const sums[] = {&run->samples, &run->epoch_loss, &run->epoch_norm,
                            &run->training_seconds, &run->probe_seconds};
    for (int i = 0; i < AG_COUNT(counts); i++)
        put_long(t, counts[i]);
    for (int i = 0; i < AG_COUNT(sums); i++)
        put_double(t, sums[i]);
}

static bool is_closed(const ag_training_run *run) { return run->n_rows == run->epoch + 1; }

static bool is_between(long low, long x, long high) { return low <= x && x <= high; }

/* Steps until the end of an epoch, counted from the first one. */
static long steps_until(const ag_training_run *run, long epoch) {
    const long steps = epoch * run->steps_per_epoch;
    return steps < run->total_steps ? steps : run->total_steps;
}

/* Whether a run of these settings can stand there: lengths of blocks follow from it. */
static bool counts_are_sound(const ag_training_run *run) {
    if (!is_between(0, run->epoch, run->total_epochs))
        return false; /* before it is reckoned with */
    const bool closed = is_closed(run);
    return (closed || (run->epoch > 0 && run->n_rows == run->epoch)) &&
           is_between(closed ? steps_until(run, run->epoch) : steps_until(run, run->epoch - 1),
                      run->step, steps_until(run, run->epoch)) &&
           is_between(0, run->chosen_epoch, run->n_rows - 1);
}

/* What is looked up by the number of an epoch is there. */
static bool rows_are_sound(const ag_training_run *run) {
    for (long i = 0; i < run->n_rows; i++)
        if (run->rows[i].epoch != i) return false;
    return true;
}

static void put_state(ag_training_run *run, ag_transfer *t) {
    ag_net *net = &run->net;
    put_counts(run, t);
    t->failed |= !counts_are_sound(run);
    if (t->failed) return;
    ag_transfer_block(t, net->parameters, net->n_parameters * sizeof(ag_real));
    ag_transfer_block(t, net->statistics, net->n_statistics * sizeof(ag_real));
    for (int s = 0; s < run->optimizer->n_state; s++)
        ag_transfer_block(t, run->state[s], net->n_parameters * sizeof(ag_real));
    ag_transfer_block(t, run->moved, (size_t)net->n_layers * sizeof *run->moved);
    ag_transfer_block(t, run->step_loss, (size_t)run->step * sizeof *run->step_loss);
    ag_transfer_block(t, run->rows, (size_t)run->n_rows * sizeof *run->rows);
    t->failed |= !rows_are_sound(run);
    if (t->failed) return;
    ag_stopping_state(run, t);
    ag_trajectory_state(run, t);
    ag_watch_state(run, t);
    ag_flight_state(run, t);
}

/* --- out and in ----------------------------------------------------------------- */

bool ag_checkpoint_is_worth(const ag_training_run *run) {
    return run->outcome == AG_FINISHED && run->n_rows > 0;
}

bool ag_checkpoint_is_final(const ag_training_run *run) {
    return run->outcome == AG_FINISHED && run->epoch > 0 && is_closed(run) &&
           run->step == run->epoch * run->steps_per_epoch &&
           (run->done || run->step + run->steps_per_epoch > run->total_steps) &&
           ag_checkpoint_can_be_extended(&run->settings->training);
}

bool ag_checkpoint_can_be_extended(const ag_training *training) {
    return !ag_schedule_of(&training->schedule)->by_length;
}

static void write_state(void *context, ag_outlet *out) {
    ag_transfer t = {.block = save, .out = out};
    put_state(context, &t);
}

ag_status ag_checkpoint_save(ag_training_run *run, const ag_keeper *keeper, ag_checkpoint *head,
                             ag_error *err) {
    head->data = run->data->digest;
    head->step = run->step;
    head->steps = run->total_steps;
    head->seconds = ag_clock_now() - run->began;
    return keeper->keep(keeper->self, head, write_state, run, err);
}

bool ag_checkpoint_load(ag_training_run *run, const ag_kept_state *kept) {
    ag_transfer t = {.block = load, .in = kept->bytes, .left = kept->n};
    if (kept->head.data != run->data->digest) return false;
    put_state(run, &t);
    if (t.failed || t.left > 0) return false;
    if (is_closed(run)) ag_stopping_look(run); /* a longer training may not be over there */
    run->began = ag_clock_now() - kept->head.seconds;
    return true;
}

/* Training one trial: begin, one epoch, done?
 *
 * The loop belongs to the caller, so stopping, printing and testing need no
 * callbacks into it. What it computes depends on the settings and the data only: not on
 * where it paused or was stopped, nor on whether another process goes on with it
 * (checkpoint.h).
 */
#ifndef AG_TRAIN_H
#define AG_TRAIN_H

#include "datasets/dataset.h"
#include "harness/base/stop.h"
#include "harness/record/record.h"
#include "models/loss.h"
#include "models/optimizer.h"

#include <stdatomic.h>

/* What the probes wrote down; see watch.h. */
typedef struct ag_watch ag_watch;

/* What the last steps did; see flight.h. */
typedef struct ag_flight ag_flight;

/* Who runs a trial. Nothing of it changes its numbers; all NULL: nobody in particular. */
typedef struct ag_host {
    const atomic_int *stop; /* set by a signal, for good: leave as soon as possible */
    ag_team *team;          /* threads that share the work of its steps */
} ag_host;

/* Sums of squares of a layer's weights, before and after the last step, and of what it
 * added to them. */
typedef struct ag_moved {
    double before, after, change;
} ag_moved;

typedef struct ag_training_run {
    const ag_settings *settings;
    const ag_data *data;
    ag_arena *arena;
    ag_host host;

    ag_net net;
    ag_choice minimised, reported; /* the loss, see ag_loss_reported */
    bool differs;                  /* these two */
    const ag_optimizer *optimizer;
    ag_real *state[AG_OPTIMIZER_STATE_MAX]; /* of the optimizer, [net.n_parameters] each */
    ag_moved *moved;                        /* [net.n_layers] */
    ag_real *statistics_before;             /* [net.n_statistics]: the step being done */
    ag_watch *watch;
    ag_flight *flight;
    const ag_observer *observer; /* of the step being done, if it is a recorded one */

    long batch, per_step, per_epoch, steps_per_epoch, total_steps, total_epochs; /* lengths.h */
    int piece;       /* examples that an evaluation looks at together */
    uint32_t *order; /* [data->train.n] of epoch `ordered` */
    long ordered;
    ag_real *x;     /* [rows][features]: the examples of this step */
    int32_t *label; /* [rows], or NULL */
    float *target;  /* [rows][outputs], or NULL */
    ag_aim aim;     /* what the net predicts: the answers of the data, or its input */
    double *mean;   /* [outputs] of the targets of an evaluation, or NULL */
    int outputs;
    ag_real *gathered; /* [net.n_parameters] sum over a step's mini-batches, or NULL */
    ag_real *room;     /* [features] for augmentation, or NULL */

    long step, epoch;   /* done */
    long mini_batches;  /* of training, done or being done */
    double samples;     /* examples trained on */
    float *step_loss;   /* [total_steps] */
    ag_epoch_row *rows; /* [total_epochs + 1] */
    long n_rows;
    ag_parameter_row *parameter_rows; /* see trajectory.h */
    int n_parameter_rows;
    double epoch_loss, epoch_norm; /* sums over the epoch, over its recorded steps */
    long epoch_correct, epoch_examples, epoch_recorded;

    long chosen_epoch; /* whose weights are evaluated at the end: the last, or the best */
    bool stopped_early;
    ag_real *best_parameters, *best_statistics; /* of the chosen epoch; NULL: see stopping.h */

    ag_outcome outcome;
    bool done;
    bool stopped;    /* by *stop, between two steps or at the end of an epoch: it can be kept */
    double pause_at; /* on the clock: ag_train_epoch returns before the next step; HUGE_VAL: no */
    long diverged_step;
    int diverged_stage;
    const char *diverged_what;
    double began, training_seconds, probe_seconds; /* wall clock */
    bool finite_gradients;                         /* all of the last mini-batch's */
} ag_training_run;

/* Everything a run needs, in the arena. `settings` and `data` must outlive the run. `host`
 * may be NULL. AG_STOPPED: by its *stop. */
ag_status ag_train_open(const ag_settings *settings, const ag_data *data, ag_arena *arena,
                        const ag_host *host, ag_training_run *run, ag_error *err);

/* The state before the first step (epoch 0). */
void ag_train_start(ag_training_run *run);

/* Both. */
ag_status ag_train_begin(const ag_settings *settings, const ag_data *data, ag_arena *arena,
                         const ag_host *host, ag_training_run *run, ag_error *err);

/* One epoch, or what is left of it, or until pause_at. false: finished, diverged or stopped. */
bool ag_train_epoch(ag_training_run *run);

/* Whether somebody asked it to leave: numbers that are being made are then not used. */
static inline bool ag_train_is_asked_to_stop(const ag_training_run *run) {
    return ag_is_stopped(run->host.stop);
}

/* What the trial leaves behind; test is evaluated here, once. Pointers go into the
 * arena. `plan` and `trial` give names and labels. AG_STOPPED: by *stop, and the run is as it
 * was before. */
ag_status ag_train_record(ag_training_run *run, const ag_plan *plan, const ag_trial *trial,
                          ag_record *record, ag_error *err);

/* The record of a trial that an error ended: its settings, and nothing it did. */
void ag_train_record_failed(const ag_settings *settings, const ag_plan *plan, const ag_trial *trial,
                            const ag_error *trouble, ag_arena *arena, ag_record *record);

/* How good the net is on some examples. NaN: there are none, or it does not apply. */
typedef struct ag_scores {
    double loss;     /* the reported one, mean */
    double accuracy; /* of classes */
    double r2;       /* of numbers: 1 - sum of squared errors / sum of squares around the
                        mean of each target in these examples; all targets together */
} ag_scores;

/* Over all examples, the last short batch included. Worth nothing if the run is asked to stop. */
ag_scores ag_train_evaluate(ag_training_run *run, const ag_examples *examples);

#endif

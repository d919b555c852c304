/* What a trial leaves behind, and the place it is handed to. Types only: the
 * runner fills a record, the store takes it, and neither knows the other.
 *
 * A number that does not exist is NaN: no validation part, an activation that
 * an output layer does not have. The store writes NULL.
 */
#ifndef AG_RECORD_H
#define AG_RECORD_H

#include "harness/plan/plan.h"

typedef enum ag_outcome {
    AG_FINISHED,
    AG_DIVERGED, /* a loss, weight or gradient stopped being finite: a result */
    AG_BROKEN    /* an ag_error ended it: the trial says nothing */
} ag_outcome;

/* A row of the table `epoch`. Epoch 0 is the state before the first step. */
typedef struct ag_epoch_row {
    long epoch, step;
    double learning_rate, train_loss, train_accuracy, val_loss, val_accuracy, val_r2, grad_norm,
        seconds;
} ag_epoch_row;

/* A row of the table `layer`. */
typedef struct ag_layer_row {
    int layer; /* from 1 at the input */
    const char *name, *kind;
    int units;
    size_t parameters;
} ag_layer_row;

/* A row of the table `activation_parameter`: a learned parameter at the end of an epoch, over the
 * values it has in one layer. */
typedef struct ag_parameter_row {
    long epoch;
    int layer; /* from 1; for one that layers share, the first of them */
    const char *name;
    double mean, min, max;
} ag_parameter_row;

/* A row of the table `flight`: one of the last steps of a diverged trial; see flight.h. */
typedef struct ag_flight_row {
    long step, epoch; /* 0: before the first */
    int layer;        /* from 1; 0: the whole net, which has the loss and the learning rate */
    double loss, learning_rate, grad_norm, weight_norm, update_ratio;
    double preactivation_max; /* largest |z|, of the last step's layers */
} ag_flight_row;

/* A row of the table `robustness`. */
typedef struct ag_robustness_row {
    double level, loss, accuracy, r2;
} ag_robustness_row;

enum { AG_ARRAY_RANK_MAX = 3 };

/* One array of this trial for curves.h5, where it becomes one row of
 * /<name> [trial, axes...], NaN-padded to the longest trial. */
typedef struct ag_array {
    const char *name; /* "step/loss", "layer/dead_fraction" */
    int rank;         /* of this trial's part: 1 to 3 */
    size_t size[AG_ARRAY_RANK_MAX];
    const char *axes[AG_ARRAY_RANK_MAX]; /* "step", "epoch", "layer", "bin" */
    const char *unit, *meaning;
    const float *data; /* row-major */
} ag_array;

/* What it took, as the progress of a run counts it. Not stored. */
typedef struct ag_effort {
    double samples;                         /* examples trained on */
    double training_seconds, probe_seconds; /* wall clock */
    double work;                            /* operations, by the plan's reckoning */
} ag_effort;

typedef struct ag_record {
    const ag_plan *plan;
    const ag_trial *trial;
    ag_outcome outcome;
    const char *phase;    /* "grid" */
    const char *settings; /* JSON, every setting */
    const char *dataset, *model, *activation, *activation_name, *initializer, *optimizer,
        *training;    /* labels */
    const char *loss; /* likewise, what `auto` stands for; "auto" for AG_BROKEN */
    int depth, width, batch_size;
    double learning_rate;
    size_t parameters;
    long epochs, steps; /* done */
    double train_loss, train_accuracy, val_loss, val_accuracy, test_loss,
        test_accuracy;                /* at the end */
    double train_r2, val_r2, test_r2; /* of numbers to predict, see ag_scores */
    double best_val_loss, best_val_accuracy;
    long chosen_epoch;  /* whose weights train, validation and test are of; -1: none */
    bool stopped_early; /* before all epochs were done: validation no longer improved */
    long best_epoch;    /* of the lowest validation loss; -1: none */
    long diverged_step; /* from 1; 0: before the first step; -1 unless diverged */
    int diverged_layer; /* -1: unless diverged; the first layer that was not finite */
    const char
        *diverged_what; /* "loss", "gradient", "weights", "statistics"; NULL unless diverged */
    double seconds, samples_per_second, probe_seconds, flops;
    ag_effort effort;
    uint64_t digest; /* of the final weights */
    const char *started_at, *finished_at;
    const ag_error *error; /* for AG_BROKEN */

    const ag_epoch_row *epoch_rows;
    int n_epoch_rows;
    const ag_layer_row *layer_rows;
    int n_layers;
    const ag_parameter_row *parameter_rows;
    int n_parameter_rows;
    const ag_flight_row *flight_rows; /* NULL unless diverged */
    int n_flight_rows;
    const ag_robustness_row *robustness_rows;
    int n_robustness;
    const char *robustness_noise, *robustness_part; /* "uniform", "test" */
    /* Columns of layer_epoch: names of probes, and value [n_epoch_rows][n_layers][n_metrics]. */
    const char *const *metric_names;
    int n_metrics;
    const double *layer_values;
    const ag_array *arrays;
    int n_arrays;
} ag_record;

/* Told when a trial is on the disk for good: by one thread at a time, in the order of put;
 * from within put, or later from a thread of the sink. */
typedef struct ag_receipt {
    void (*stored)(void *self, const ag_record *record); /* may be NULL */
    void *self;
} ag_receipt;

/* Where records go. Called by one thread at a time, in order of completion. What
 * a record points to is valid during the call only. A trial that nobody was told of may
 * still be lost, and then a later put or finish fails. */
typedef struct ag_sink {
    ag_status (*put)(void *self, const ag_record *record, ag_receipt receipt, ag_error *err);
    /* Returns when everything is stored that was put. */
    ag_status (*finish)(void *self, ag_error *err);
    void *self;
} ag_sink;

#endif

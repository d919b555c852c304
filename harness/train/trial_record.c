/* From a finished run to a record. */
#include "harness/base/clock.h"
#include "harness/base/digest.h"
#include "harness/plan/goal.h"
#include "harness/train/batch.h"
#include "harness/train/diverge.h"
#include "harness/train/flight.h"
#include "harness/train/gradient.h"
#include "harness/train/lengths.h"
#include "harness/train/robustness.h"
#include "harness/train/stopping.h"
#include "harness/train/watch.h"

#include <math.h>
#include <stddef.h>

/* Everything that is known of a trial before it begins; numbers it has not made are NaN. */
static ag_record describe(const ag_settings *s, const ag_plan *plan, const ag_trial *trial,
                          ag_arena *arena) {
    const double none = (double)NAN;
    const char *label[AG_PARTS];
    for (int part = 0; part < AG_PARTS; part++)
        label[part] = plan->variants[part][trial->variant[part]].label;
    ag_record record = {
        .plan = plan,
        .trial = trial,
        .phase = ag_phase_names[trial->phase],
        .settings = ag_plan_settings_json(plan, trial, arena),
        .dataset = label[AG_PART_DATASET],
        .model = label[AG_PART_MODEL],
        .activation = label[AG_PART_ACTIVATION],
        .activation_name = s->activation.n == 1 ? s->activation.items[0].element->name : "layers",
        .initializer = label[AG_PART_INITIALIZER],
        .optimizer = label[AG_PART_OPTIMIZER],
        .training = label[AG_PART_TRAINING],
        .loss = ag_plan_choice_label(&s->training.loss, arena),
        .batch_size = s->training.batch_size,
        .learning_rate = ag_choice_number(&s->optimizer, "learning_rate", none),
        .train_loss = none,
        .train_accuracy = none,
        .val_loss = none,
        .val_accuracy = none,
        .test_loss = none,
        .test_accuracy = none,
        .train_r2 = none,
        .val_r2 = none,
        .test_r2 = none,
        .best_val_loss = none,
        .best_val_accuracy = none,
        .best_epoch = -1,
        .chosen_epoch = -1,
        .diverged_step = -1,
        .diverged_layer = -1,
    };
    ag_family_of(&s->model)->size(&s->model, &record.depth, &record.width);
    return record;
}

void ag_train_record_failed(const ag_settings *settings, const ag_plan *plan, const ag_trial *trial,
                            const ag_error *trouble, ag_arena *arena, ag_record *record) {
    *record = describe(settings, plan, trial, arena);
    record->outcome = AG_BROKEN;
    record->error = trouble;
}

static void put_best(const ag_training_run *run, ag_record *record) {
    for (long i = 0; i < run->n_rows; i++) {
        const ag_epoch_row *row = &run->rows[i];
        if (!isfinite(row->val_loss)) continue;
        if (record->best_epoch < 0 || row->val_loss < record->best_val_loss) {
            record->best_val_loss = row->val_loss;
            record->best_epoch = row->epoch;
        }
        if (!(row->val_accuracy <= record->best_val_accuracy))
            record->best_val_accuracy = row->val_accuracy;
    }
}

static ag_status stopped(ag_error *err) {
    return AG_FAIL(err, AG_STOPPED, AG_NOWHERE, "interrupted");
}

/* A finished trial: all three parts, with the weights of the chosen epoch; test only here, and
 * never where something is still to be chosen. The last update may have been the one too many: then
 * there are no numbers. */
static ag_status put_final(ag_training_run *run, ag_record *record, ag_error *err) {
    const ag_epoch_row *chosen = &run->rows[run->chosen_epoch];
    const ag_scores train = ag_train_evaluate(run, &run->data->train);
    int stage = ag_diverge_stage(run, &run->data->train, train.loss);
    ag_scores test = {(double)NAN, (double)NAN, (double)NAN};
    if (run->settings->phase != AG_PHASE_TUNE) {
        test = ag_train_evaluate(run, &run->data->test);
        if (!stage) stage = ag_diverge_stage(run, &run->data->test, test.loss);
    }
    if (ag_train_is_asked_to_stop(run)) return stopped(err);
    ag_diverge_in(run, stage);
    if (run->outcome != AG_FINISHED) return AG_OK;
    record->train_loss = train.loss;
    record->train_accuracy = train.accuracy;
    record->train_r2 = train.r2;
    record->test_loss = test.loss;
    record->test_accuracy = test.accuracy;
    record->test_r2 = test.r2;
    record->val_loss = chosen->val_loss;
    record->val_accuracy = chosen->val_accuracy;
    record->val_r2 = chosen->val_r2;
    record->chosen_epoch = run->chosen_epoch;
    record->stopped_early = run->stopped_early;
    return AG_OK;
}

/* Stopped, the state is again one that training goes on from. */
static ag_status evaluate(ag_training_run *run, ag_record *record, ag_error *err) {
    if (run->outcome != AG_FINISHED) return AG_OK;
    ag_stopping_swap(run);
    ag_status status = put_final(run, record, err);
    if (!status) status = ag_robustness_record(run, record, err);
    if (!status && record->n_robustness && ag_train_is_asked_to_stop(run)) status = stopped(err);
    if (status == AG_STOPPED) ag_stopping_swap(run);
    return status;
}

typedef struct epoch_column {
    const char *name, *unit, *meaning;
    size_t offset;
} epoch_column;

static const epoch_column epoch_columns[] = {
    {"epoch/learning_rate", "1", "of the epoch's last step", offsetof(ag_epoch_row, learning_rate)},
    {"epoch/train_loss", "loss", "mean over the epoch's steps; epoch 0: over the training part",
     offsetof(ag_epoch_row, train_loss)},
    {"epoch/train_accuracy", "share",
     "mean over the epoch's steps; epoch 0: over the training part",
     offsetof(ag_epoch_row, train_accuracy)},
    {"epoch/val_loss", "loss", "on the validation part, after the epoch",
     offsetof(ag_epoch_row, val_loss)},
    {"epoch/val_accuracy", "share", "on the validation part, after the epoch",
     offsetof(ag_epoch_row, val_accuracy)},
    {"epoch/val_r2", "1",
     "on the validation part, for numbers: 1 - squared errors / squares around the mean",
     offsetof(ag_epoch_row, val_r2)},
    {"epoch/grad_norm", "loss per unit of parameter",
     "L2 norm of the whole gradient, mean over the recorded steps",
     offsetof(ag_epoch_row, grad_norm)},
};

/* step/loss and those */
enum { OWN_ARRAYS = 1 + sizeof epoch_columns / sizeof epoch_columns[0] };

static void put_arrays(ag_training_run *run, ag_record *record, ag_array *arrays) {
    arrays[record->n_arrays++] =
        (ag_array){"step/loss",   1,      {(size_t)run->step},
                   {"step"},      "loss", "mean loss of each step's mini-batch, before its update",
                   run->step_loss};
    for (int c = 0; c < AG_COUNT(epoch_columns); c++) {
        float *data = AG_NEW_ARRAY(run->arena, float, (size_t)run->n_rows);
        for (long i = 0; data && i < run->n_rows; i++)
            data[i] =
                (float)*(const double *)((const char *)&run->rows[i] + epoch_columns[c].offset);
        arrays[record->n_arrays++] = (ag_array){
            epoch_columns[c].name,    1,   {(size_t)run->n_rows}, {"epoch"}, epoch_columns[c].unit,
            epoch_columns[c].meaning, data};
    }
}

static ag_status put_layers(const ag_training_run *run, ag_record *record, ag_error *err) {
    ag_layer_row *rows = AG_NEW_ARRAY(run->arena, ag_layer_row, (size_t)run->net.n_stages);
    if (!rows) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial's record");
    for (int s = 0; s < run->net.n_stages; s++) {
        const ag_stage *stage = &run->net.stages[s];
        rows[s] = (ag_layer_row){s + 1, stage->name, stage->weights->kind->name, stage->units,
                                 stage->n_parameters};
    }
    record->layer_rows = rows;
    record->n_layers = run->net.n_stages;
    return AG_OK;
}

ag_status ag_train_record(ag_training_run *run, const ag_plan *plan, const ag_trial *trial,
                          ag_record *record, ag_error *err) {
    ag_array *arrays = AG_NEW_ARRAY(run->arena, ag_array, OWN_ARRAYS + AG_WATCH_ARRAYS_MAX);
    if (!arrays) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial's record");
    *record = describe(run->settings, plan, trial, run->arena);
    if (!run->settings->training.loss.element) record->loss = run->minimised.element->name;
    if (!record->settings || !record->loss)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial's settings");
    AG_TRY(evaluate(run, record, err));
    record->outcome = run->outcome;
    record->parameters = run->net.n_parameters;
    record->epochs = run->n_rows - 1;
    record->steps = run->step;
    record->diverged_step = run->diverged_step;
    record->diverged_layer = run->diverged_stage;
    record->diverged_what = run->diverged_what;
    record->probe_seconds = run->probe_seconds;
    record->epoch_rows = run->rows;
    record->n_epoch_rows = (int)run->n_rows;
    record->parameter_rows = run->parameter_rows;
    record->n_parameter_rows = run->n_parameter_rows;
    record->arrays = arrays;
    AG_TRY(ag_flight_record(run, record, err));
    put_best(run, record);
    AG_TRY(put_layers(run, record, err));
    put_arrays(run, record, arrays);
    ag_watch_record(run, record, arrays, &record->n_arrays);
    for (const ag_array *a = arrays; a < arrays + record->n_arrays; a++)
        if (!a->name || !a->meaning || !a->data)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial's record");
    record->digest =
        ag_digest(run->net.statistics, run->net.n_statistics * sizeof(ag_real),
                  ag_digest(run->net.parameters, run->net.n_parameters * sizeof(ag_real), 0));
    record->flops = ag_net_flops(&run->net) * run->samples;
    record->seconds = ag_clock_now() - run->began;
    record->samples_per_second = run->samples / run->training_seconds;
    return AG_OK;
}

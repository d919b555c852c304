#include "harness/train/stopping.h"

#include <math.h>
#include <string.h>

ag_status ag_stopping_open(ag_training_run *run, ag_error *err) {
    if (!run->settings->training.early_stopping.element) return AG_OK;
    run->best_parameters = AG_NEW_ARRAY(run->arena, ag_real, run->net.n_parameters);
    run->best_statistics = AG_NEW_ARRAY(run->arena, ag_real, run->net.n_statistics);
    if (!run->best_parameters || !run->best_statistics)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial");
    return AG_OK;
}

size_t ag_stopping_bytes(const ag_training *training, const ag_net *net) {
    return training->early_stopping.element
               ? (net->n_parameters + net->n_statistics) * sizeof(ag_real)
               : 0;
}

void ag_stopping_look(ag_training_run *run) {
    const ag_choice *rule = &run->settings->training.early_stopping;
    const ag_epoch_row *row = &run->rows[run->n_rows - 1];
    run->done = run->step >= run->total_steps;
    run->stopped_early = false;
    if (!rule->element) {
        run->chosen_epoch = row->epoch;
        return;
    }
    const bool loss = (int)rule->number[AG_STOP_METRIC] == AG_STOP_VAL_LOSS;
    const ag_epoch_row *best = &run->rows[run->chosen_epoch];
    const double gain =
        loss ? best->val_loss - row->val_loss : row->val_accuracy - best->val_accuracy;
    /* of a loss that is not a number everything is a gain, see ag_train_begin */
    if (row->epoch == 0 || isnan(gain) || gain > rule->number[AG_STOP_MIN_DELTA]) {
        run->chosen_epoch = row->epoch;
        memcpy(run->best_parameters, run->net.parameters, run->net.n_parameters * sizeof(ag_real));
        memcpy(run->best_statistics, run->net.statistics, run->net.n_statistics * sizeof(ag_real));
    }
    if ((double)(row->epoch - run->chosen_epoch) < rule->number[AG_STOP_PATIENCE]) return;
    run->stopped_early = run->step < run->total_steps;
    run->done = true;
}

static void swap(size_t n, ag_real *a, ag_real *b) {
    for (size_t i = 0; i < n; i++) {
        const ag_real x = a[i];
        a[i] = b[i];
        b[i] = x;
    }
}

void ag_stopping_swap(ag_training_run *run) {
    if (!run->best_parameters || run->chosen_epoch == run->epoch) return;
    swap(run->net.n_parameters, run->net.parameters, run->best_parameters);
    swap(run->net.n_statistics, run->net.statistics, run->best_statistics);
}

void ag_stopping_state(ag_training_run *run, ag_transfer *transfer) {
    if (!run->best_parameters) return;
    ag_transfer_block(transfer, run->best_parameters, run->net.n_parameters * sizeof(ag_real));
    ag_transfer_block(transfer, run->best_statistics, run->net.n_statistics * sizeof(ag_real));
}

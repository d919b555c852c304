#include "harness/train/trajectory.h"

/* Parameters that a stage's activation learns itself: one for the whole net stands with the
 * first layer that has it. */
static int n_own(const ag_stage *stage) {
    const ag_layer *layer = stage->activation;
    return layer && layer->slice[AG_ROLE_LEARNED].n ? ag_act_n_learned(&layer->activation) : 0;
}

int ag_trajectory_rows(const ag_net *net) {
    int n = 0;
    for (int s = 0; s < net->n_stages; s++)
        n += n_own(&net->stages[s]);
    return n;
}

/* Which parameter of which epoch and layer each row is of is known before. */
static void name_rows(ag_training_run *run) {
    ag_parameter_row *row = run->parameter_rows;
    for (long epoch = 0; epoch <= run->total_epochs; epoch++)
        for (int s = 0; s < run->net.n_stages; s++) {
            const ag_stage *stage = &run->net.stages[s];
            for (int k = 0; k < n_own(stage); k++, row++)
                *row = (ag_parameter_row){
                    .epoch = epoch,
                    .layer = s + 1,
                    .name = stage->activation->activation.element->params[k].name};
        }
}

ag_status ag_trajectory_open(ag_training_run *run, ag_error *err) {
    const size_t n = (size_t)ag_trajectory_rows(&run->net) * ((size_t)run->total_epochs + 1);
    run->parameter_rows = AG_NEW_ARRAY(run->arena, ag_parameter_row, n);
    if (!run->parameter_rows)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE,
                       "out of memory for learned parameters of activations");
    name_rows(run);
    return AG_OK;
}

/* Of n values; NaN if one is. */
static void summarize(const ag_real *values, size_t n, ag_parameter_row *row) {
    double sum = 0, min = (double)values[0], max = min;
    for (size_t i = 0; i < n; i++) {
        const double x = (double)values[i];
        sum += x;
        if (!(x >= min)) min = x;
        if (!(x <= max)) max = x;
    }
    row->mean = sum / (double)n;
    const bool whole = sum == sum;
    row->min = whole ? min : sum;
    row->max = whole ? max : sum;
}

void ag_trajectory_note(ag_training_run *run) {
    for (int s = 0; s < run->net.n_stages; s++) {
        const ag_stage *stage = &run->net.stages[s];
        const int n = n_own(stage);
        for (int k = 0; k < n; k++) {
            const ag_layer *layer = stage->activation;
            const size_t each = layer->slice[AG_ROLE_LEARNED].n / (size_t)n;
            summarize(layer->parameter[AG_ROLE_LEARNED] + (size_t)k * each, each,
                      &run->parameter_rows[run->n_parameter_rows++]);
        }
    }
}

void ag_trajectory_state(ag_training_run *run, ag_transfer *transfer) {
    run->n_parameter_rows = (int)run->n_rows * ag_trajectory_rows(&run->net);
    for (int i = 0; i < run->n_parameter_rows; i++) {
        ag_parameter_row *row = &run->parameter_rows[i];
        ag_transfer_block(transfer, &row->mean, sizeof row->mean);
        ag_transfer_block(transfer, &row->min, sizeof row->min);
        ag_transfer_block(transfer, &row->max, sizeof row->max);
    }
}

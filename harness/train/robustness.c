#include "harness/train/robustness.h"

#include "harness/train/batch.h"

/* Training steps count from 1. */
enum { STREAM = 0 };

ag_status ag_robustness_record(ag_training_run *run, ag_record *record, ag_error *err) {
    const ag_choice *how = &run->settings->training.robustness;
    if (!how->element || run->outcome != AG_FINISHED || run->settings->phase == AG_PHASE_TUNE)
        return AG_OK;
    const ag_list *levels = how->list[0];
    const bool test = run->data->test.n > 0;
    ag_robustness_row *rows = AG_NEW_ARRAY(run->arena, ag_robustness_row, (size_t)levels->n);
    if (!rows) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial's record");
    for (int i = 0; i < levels->n && !ag_train_is_asked_to_stop(run); i++) {
        ag_noise noise = {
            .stream = ag_stream_open(run->settings->seed, AG_RANDOM_NOISE, STREAM),
            .uniform = how->element == &ag_robustness_uniform,
            .level = ag_list_number(levels, i, 0),
        };
        const ag_scores scores =
            ag_batch_evaluate(run, test ? &run->data->test : &run->data->validation, &noise);
        rows[i] = (ag_robustness_row){ag_list_number(levels, i, 0), scores.loss, scores.accuracy,
                                      scores.r2};
    }
    record->robustness_rows = rows;
    record->n_robustness = levels->n;
    record->robustness_noise = how->element->name;
    record->robustness_part = test ? "test" : "validation";
    return AG_OK;
}

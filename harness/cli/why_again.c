/* A trial that diverged, trained again: its last steps, layer by layer. */
#include "harness/cli/stored.h"
#include "harness/cli/why.h"
#include "harness/probes/probe.h"
#include "harness/train/flight.h"
#include "harness/train/watch.h"

#include <math.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a trial");
}

/* Looks at every step's dLoss/dz, and no more: the same bits as with any probes. */
static void look_at_deltas(ag_settings *settings) {
    settings->probes = (ag_probing){.on = true, .every = 1, .examples = 1};
    for (int i = 0; i < ag_probes.n_items; i++)
        if (strcmp(ag_probes.items[i]->name, "delta_norm") == 0)
            settings->probes.which = UINT64_C(1) << i;
}

/* Examples of the mini-batch that the step just done left in the net. */
static int rows_of(const ag_training_run *run) {
    const long first = (run->step - 1) % run->steps_per_epoch * run->per_step;
    const long left = run->per_epoch - first, n = left < run->per_step ? left : run->per_step;
    return (int)((n - 1) % run->batch + 1);
}

/* Writes the step just done behind the others, of which the last few stay. */
static void note(ag_training_run *run, int n_layers, ag_why_again *again) {
    if (again->n_steps == AG_WHY_AGAIN) {
        again->n_steps--;
        memmove(again->at, again->at + 1, (AG_WHY_AGAIN - 1) * sizeof *again->at);
        for (int k = 0; k < n_layers; k++) {
            double *x = again->largest + (size_t)k * AG_WHY_AGAIN;
            memmove(x, x + 1, (AG_WHY_AGAIN - 1) * sizeof *x);
        }
    }
    const int s = again->n_steps++;
    again->at[s] = run->step;
    ag_flight_look(run, rows_of(run), true);
    for (int k = 0; k < n_layers; k++)
        again->largest[k * AG_WHY_AGAIN + s] = ag_flight_largest(run, k + 1);
}

/* What the probe wrote down of these steps; NaN of one that came to no gradient. */
static ag_status take_deltas(const ag_training_run *run, int n_layers, ag_arena *arena,
                             ag_why_again *again, ag_error *err) {
    ag_array *arrays = AG_NEW_ARRAY(arena, ag_array, AG_WATCH_ARRAYS_MAX);
    if (!arrays) return no_memory(err);
    ag_record record = {0};
    const ag_array *at = NULL, *delta = NULL;
    int n = 0;
    ag_watch_record(run, &record, arrays, &n);
    for (int i = 0; i < n; i++) {
        if (!arrays[i].name || !arrays[i].data) return no_memory(err);
        if (strcmp(arrays[i].name, "step/recorded") == 0) at = &arrays[i];
        if (strcmp(arrays[i].name, "step/delta_norm") == 0) delta = &arrays[i];
    }
    for (int s = 0; s < again->n_steps; s++)
        for (int k = 0; k < n_layers; k++) {
            const size_t i = (size_t)again->at[s] - 1; /* every step is a recorded one */
            const bool there = at && delta && i < at->size[0];
            again->delta[k * AG_WHY_AGAIN + s] =
                there ? (double)delta->data[i * (size_t)n_layers + (size_t)k] : (double)NAN;
        }
    return AG_OK;
}

static ag_status train(const ag_settings *settings, const ag_data *data, const ag_why *why,
                       ag_arena *arena, ag_why_again *again, ag_error *err) {
    ag_training_run run;
    AG_TRY(ag_train_open(settings, data, arena, NULL, &run, err));
    if (run.net.n_stages != why->n_layers)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE, "trial %.16s has %d layers, its settings %d",
                       why->id, why->n_layers, run.net.n_stages);
    ag_train_start(&run);
    run.pause_at = 0; /* behind every step, before an evaluation goes through the net */
    while (!run.done && run.step <= why->step) {
        const long before = run.step;
        (void)ag_train_epoch(&run);
        if (run.step > before) note(&run, why->n_layers, again);
    }
    again->stopped = run.step;
    again->same = run.step == why->step && (run.outcome == AG_DIVERGED || ag_why_evaluated(why));
    return take_deltas(&run, why->n_layers, arena, again, err);
}

ag_status ag_why_train_again(const char *folder, const ag_why *why, ag_arena *arena,
                             ag_why_again *again, ag_error *err) {
    const size_t n = (size_t)why->n_layers * AG_WHY_AGAIN;
    ag_stored_trial trial;
    ag_replay replay;
    ag_settings settings;
    *again = (ag_why_again){.largest = AG_NEW_ARRAY(arena, double, n + 1),
                            .delta = AG_NEW_ARRAY(arena, double, n + 1)};
    if (!again->largest || !again->delta) return no_memory(err);
    AG_TRY(ag_stored_find(folder, why->id, arena, &trial, err));
    AG_TRY(ag_stored_open(folder, &trial, arena, &settings, &replay, err));
    look_at_deltas(&settings);
    const ag_data *data = &replay.data[trial.restored.trial->variant[AG_PART_DATASET]];
    return train(&settings, data, why, arena, again, err);
}

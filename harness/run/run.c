#include "harness/run/run.h"

#include "harness/base/clock.h"
#include "harness/num/processor.h"

#include <omp.h>

int ag_run_threads(int n_threads) { return n_threads > 0 ? n_threads : omp_get_num_procs(); }

/* Trains one trial to its end in the worker's arena. false: stopped by a signal. */
static bool train(const ag_runner *runner, const ag_trial *trial, ag_arena *arena,
                  ag_settings *settings, ag_training_run *run, ag_record *record,
                  ag_error *trouble) {
    const ag_host host = {.stop = runner->stop};
    *settings = ag_plan_settings(runner->plan, trial);
    const ag_data *data = &runner->data[trial->variant[AG_PART_DATASET]];
    ag_status status = ag_train_begin(settings, data, arena, &host, run, trouble);
    while (!status && ag_train_epoch(run)) {
    }
    if (!status && run->stopped) return false;
    if (!status) status = ag_train_record(run, runner->plan, trial, record, trouble);
    if (status) ag_train_record_failed(settings, runner->plan, trial, trouble, arena, record);
    return true;
}

typedef struct desk {
    const ag_runner *runner;
    ag_progress *progress;
    double began;
} desk;

/* A trial arrived on the disk: only now it counts. */
static void count(void *self, const ag_record *record) {
    const desk *d = self;
    ag_progress *progress = d->progress;
    progress->finished += record->outcome == AG_FINISHED;
    progress->diverged += record->outcome == AG_DIVERGED;
    progress->failed += record->outcome == AG_BROKEN;
    progress->samples += record->effort.samples;
    progress->training_seconds += record->effort.training_seconds;
    progress->probe_seconds += record->effort.probe_seconds;
    progress->flops_done += record->effort.work;
    progress->flops_left -= record->effort.work;
    progress->seconds = ag_clock_now() - d->began;
    if (d->runner->report) d->runner->report(d->runner->report_self, progress, record);
}

static void work(desk *d, size_t i, ag_arena *arena, atomic_int *status, ag_error *err) {
    const ag_runner *runner = d->runner;
    const ag_trial *trial = &runner->plan->trials[runner->todo[i]];
    ag_error trouble = {0};
    ag_record record = {0};
    ag_training_run run = {0};
    ag_settings settings;
    char started[AG_TIMESTAMP_MAX], finished[AG_TIMESTAMP_MAX];
    ag_clock_stamp(started);
    if (!train(runner, trial, arena, &settings, &run, &record, &trouble)) return;
    record.started_at = started;
    record.finished_at = ag_clock_stamp(finished);
    record.effort =
        (ag_effort){run.samples, run.training_seconds, run.probe_seconds, runner->flops[i]};
    /* The sink takes a copy, in microseconds, and writes it while this thread trains on. */
#pragma omp critical(ag_sink)
    if (atomic_load(status) == AG_OK)
        atomic_store(
            status, (int)runner->sink.put(runner->sink.self, &record, (ag_receipt){count, d}, err));
}

ag_status ag_run(const ag_runner *runner, ag_progress *progress, ag_error *err) {
    atomic_int status = AG_OK;
    desk d = {runner, progress, ag_clock_now()};
    for (size_t i = 0; i < runner->n_todo; i++)
        progress->flops_left += runner->flops[i];

#pragma omp parallel num_threads(ag_run_threads(runner->n_threads))
    {
        ag_arena arena = AG_ARENA_EMPTY;
        if (!ag_num_denormals_alive()) {
#pragma omp critical(ag_sink)
            atomic_store(&status, (int)AG_FAIL(err, AG_IO, AG_NOWHERE,
                                               "this thread flushes small numbers to zero: a "
                                               "loaded library changed the processor's mode"));
        }
#pragma omp for schedule(dynamic, 1)
        for (size_t i = 0; i < runner->n_todo; i++) {
            if (atomic_load(&status) != AG_OK) continue;
            if (runner->stop && atomic_load(runner->stop)) continue;
            work(&d, i, &arena, &status, err);
            ag_arena_reset(&arena);
        }
        ag_arena_close(&arena);
    }
    ag_error trouble = {0};
    const ag_status finished = runner->sink.finish(runner->sink.self, &trouble);
    if (finished != AG_OK && atomic_load(&status) == AG_OK) {
        *err = trouble;
        atomic_store(&status, (int)finished);
    }
    progress->seconds = ag_clock_now() - d.began;
    if (atomic_load(&status))
        return ag_pass(err, (ag_status)atomic_load(&status), __FILE__, __LINE__);
    if (runner->stop && atomic_load(runner->stop))
        return AG_FAIL(err, AG_STOPPED, AG_NOWHERE, "interrupted");
    return AG_OK;
}

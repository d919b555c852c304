#include "benchmarks/storing.h"

#include "benchmarks/timing.h"
#include "harness/base/clock.h"
#include "results/store/store.h"

/* A sink in front of the store's. */
typedef struct door {
    ag_sink store;
    ag_storing *storing;
} door;

typedef struct moment {
    double wall, seconds;
} moment;

static moment now(void) { return (moment){ag_clock_now(), ag_clock_thread()}; }

static void add_since(moment began, ag_storing *storing) {
    const moment end = now();
    storing->store_wall += end.wall - began.wall;
    storing->store_seconds += end.seconds - began.seconds;
}

static ag_status put(void *self, const ag_record *record, ag_receipt receipt, ag_error *err) {
    door *d = self;
    d->storing->trials++;
    d->storing->steps += (double)record->steps;
    const moment began = now();
    const ag_status status = d->store.put(d->store.self, record, receipt, err);
    add_since(began, d->storing);
    return status;
}

static ag_status finish(void *self, ag_error *err) {
    door *d = self;
    const moment began = now();
    const ag_status status = d->store.finish(d->store.self, err);
    add_since(began, d->storing);
    return status;
}

static ag_status run(const ag_plan *plan, const ag_data *data, ag_arena *arena, door *d,
                     ag_error *err) {
    size_t *todo = AG_NEW_ARRAY(arena, size_t, plan->n_trials);
    double *flops = AG_NEW_ARRAY(arena, double, plan->n_trials);
    if (!todo || !flops)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trials", plan->n_trials);
    for (size_t i = 0; i < plan->n_trials; i++)
        todo[i] = i, flops[i] = 1;
    const ag_runner runner = {.plan = plan,
                              .todo = todo,
                              .n_todo = plan->n_trials,
                              .flops = flops,
                              .data = data,
                              .n_threads = 1,
                              .sink = {put, finish, d}};
    ag_progress progress;
    return ag_run(&runner, &progress, err);
}

ag_status ag_storing_measure(ag_experiment *experiment, const char *folder, ag_arena *arena,
                             ag_storing *storing, ag_error *err) {
    const ag_plan *plan = &experiment->plan;
    const size_t n = plan->n_trials;
    *storing = (ag_storing){0};
    ag_data *data = AG_NEW_ARRAY(arena, ag_data, (size_t)plan->n_variants[AG_PART_DATASET]);
    if (!data) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu trials", n);
    for (int i = 0; i < plan->n_variants[AG_PART_DATASET]; i++)
        AG_TRY(
            ag_dataset_open(&plan->variants[AG_PART_DATASET][i].is.choice, arena, &data[i], err));

    const ag_store_about about = {.plan = plan};
    ag_store *store;
    const double process = ag_process_seconds();
    const moment began = now();
    AG_TRY(ag_store_open(folder, &about, &store, err));
    add_since(began, storing);
    door d = {ag_store_sink(store), storing};
    const ag_status status = run(plan, data, arena, &d, err);
    const moment closing = now();
    const ag_status closed = ag_store_close(store, err);
    add_since(closing, storing);
    const moment end = now();
    storing->wall = end.wall - began.wall;
    storing->seconds = ag_process_seconds() - process;
    storing->store_seconds += storing->seconds - (end.seconds - began.seconds);
    if (status) return ag_pass(err, status, __FILE__, __LINE__);
    return closed ? ag_pass(err, closed, __FILE__, __LINE__) : AG_OK;
}

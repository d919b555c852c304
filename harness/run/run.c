#include "harness/run/run.h"

#include "harness/base/clock.h"
#include "harness/base/float_mode.h"
#include "harness/run/go_on.h"

#include <omp.h>
#include <string.h>
#include <time.h>

int ag_run_threads(int n_threads) { return n_threads > 0 ? n_threads : omp_get_max_threads(); }

int ag_run_cores(void) { return omp_get_num_procs(); }

/* One thread's trial, as others see it who have none. */
typedef struct seat {
    ag_team *team;
    _Atomic double left; /* operations of its trial to do, by the plan's reckoning */
} seat;

typedef struct desk {
    const ag_runner *runner;
    ag_progress *progress;
    double began;
    int n_threads, n_cores;
    seat *seats;        /* [n_threads]; NULL: everybody works alone */
    atomic_size_t left; /* trials whose training has not ended */
    atomic_int idle;    /* threads that found no trial */
    atomic_long shared;
    atomic_int complained;
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
    const ag_keeper *keeper = &d->runner->keeper;
    if (keeper->drop && record->outcome != AG_BROKEN) keeper->drop(keeper->self, record->trial->id);
    if (d->runner->report) d->runner->report(d->runner->report_self, progress, record);
}

/* A trial that was stopped, and what is kept of it. */
static void leave(desk *d, const ag_stretch *s) {
#pragma omp critical(ag_sink)
    if (s->head.steps) {
        d->progress->checkpointed++;
        if (d->runner->kept) d->runner->kept(d->runner->report_self, &s->head);
    }
}

/* A trial's numbers are thrown away if somebody made the processor round otherwise meanwhile; the
 * other trials are left with their checkpoints. */
static bool is_mode_kept(atomic_int *status, atomic_int *stop, ag_error *err) {
    if (ag_float_mode_is_set()) return true;
#pragma omp critical(ag_sink)
    if (atomic_load(status) == AG_OK)
        atomic_store(status,
                     (int)AG_FAIL(err, AG_MACHINE, AG_NOWHERE,
                                  "the processor rounds otherwise, or flushes small numbers to "
                                  "zero, since a library changed its mode during a trial"));
    if (stop) atomic_store(stop, 1);
    return false;
}

static void work(desk *d, size_t i, ag_arena *arena, atomic_int *status, ag_error *err) {
    const ag_runner *runner = d->runner;
    seat *own = d->seats ? &d->seats[omp_get_thread_num()] : NULL;
    ag_stretch s = {.runner = runner,
                    .trial = &runner->plan->trials[runner->todo[i]],
                    .arena = arena,
                    .team = own ? own->team : NULL,
                    .work = runner->flops[i],
                    .left = own ? &own->left : NULL,
                    .complained = &d->complained};
    ag_error trouble = {0};
    ag_record record = {0};
    char finished[AG_TIMESTAMP_MAX];
    ag_float_mode_set(); /* whatever was loaded since the trial before */
    if (own) ag_team_begin(own->team);
    const bool trained = ag_go_on(&s, &record, &trouble);
    if (own) ag_team_end(own->team);
    if (!is_mode_kept(status, runner->stop, err)) return;
    if (!trained) {
        leave(d, &s);
        return;
    }
    record.finished_at = ag_clock_stamp(finished);
    /* The sink takes a copy, in microseconds, and writes it while this thread trains on. */
#pragma omp critical(ag_sink)
    if (atomic_load(status) == AG_OK)
        atomic_store(
            status, (int)runner->sink.put(runner->sink.self, &record, (ag_receipt){count, d}, err));
    if (atomic_load(status) && runner->stop) atomic_store(runner->stop, 1);
}

/* The one whose members have most to do, of those that were not tried yet. */
static int choose(const desk *d, const bool *tried) {
    int best = -1;
    double most = 0;
    for (int i = 0; i < d->n_threads; i++) {
        const double left = tried[i] ? 0 : atomic_load(&d->seats[i].left);
        const double each = left > 0 ? left / ag_team_members(d->seats[i].team) : 0;
        if (each > most) most = each, best = i;
    }
    return best;
}

/* A thread for which no trial is left shares those of others. CHUNKS: then it looks round
 * again; some 10 ms. */
static void lend_a_hand(desk *d, bool *tried) {
    enum { CHUNKS = 1000 };
    const struct timespec pause = {.tv_nsec = 500000};
    const int rank = atomic_fetch_add(&d->idle, 1);
    for (size_t left; d->seats && (left = atomic_load(&d->left)) > 0;) {
        long done = 0;
        memset(tried, 0, (size_t)d->n_threads * sizeof *tried);
        /* more threads than cores: who waits for work takes it from who does it */
        for (int at; (size_t)rank + left < (size_t)d->n_cores && done <= 0 &&
                     (at = choose(d, tried)) >= 0;) {
            tried[at] = true;
            ag_float_mode_set();
            done = ag_team_help(d->seats[at].team, CHUNKS);
        }
        if (done > 0)
            atomic_fetch_add(&d->shared, done);
        else
            nanosleep(&pause, NULL); /* between two trials, steps too small to share, ... */
    }
}

/* A seat for each thread; none if there is only one, or no memory: that is as right. */
static void make_seats(desk *d, ag_arena *arena) {
    if (d->n_threads < 2) return;
    d->seats = AG_NEW_ARRAY(arena, seat, (size_t)d->n_threads);
    for (int i = 0; d->seats && i < d->n_threads; i++)
        if (!(d->seats[i].team = ag_team_new(arena))) d->seats = NULL;
}

ag_status ag_run(const ag_runner *runner, ag_progress *progress, ag_error *err) {
    atomic_int status = AG_OK;
    ag_arena hall = AG_ARENA_EMPTY; /* lives until all threads have left */
    desk d = {.runner = runner,
              .progress = progress,
              .began = ag_clock_now(),
              .n_threads = ag_run_threads(runner->n_threads),
              .n_cores = ag_run_cores()};
    atomic_init(&d.left, runner->n_todo);
    make_seats(&d, &hall);
    for (size_t i = 0; i < runner->n_todo; i++)
        progress->flops_left += runner->flops[i];

#pragma omp parallel num_threads(d.n_threads)
    {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_float_mode_set();
#pragma omp for schedule(dynamic, 1) nowait
        for (size_t i = 0; i < runner->n_todo; i++) {
            const bool over = atomic_load(&status) || (runner->stop && atomic_load(runner->stop));
            if (!over) work(&d, i, &arena, &status, err);
            ag_arena_reset(&arena);
            if (d.seats) atomic_store(&d.seats[omp_get_thread_num()].left, 0);
            atomic_fetch_sub(&d.left, 1);
        }
        ag_arena_close(&arena);
        bool *tried = AG_NEW_ARRAY(&arena, bool, (size_t)d.n_threads);
        if (tried) lend_a_hand(&d, tried);
        ag_arena_close(&arena);
    }
    ag_arena_close(&hall);
    progress->shared = atomic_load(&d.shared);
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

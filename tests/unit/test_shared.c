#define _GNU_SOURCE /* sched_setaffinity */
/* Trials whose steps are shared: the same bits with nobody, one, two, seven others, and with
 * others that come and go in the middle; and they do get pieces to do. Nets that are large
 * enough for it, of every kind of layer that shares; one that diverges; one that is stopped. */
#include "check.h"

#include "harness/base/digest.h"
#include "harness/run/run.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char yaml[] =
    "name: shared\n"
    "dataset: {name: mnist1d, samples: 300}\n"
    "initializer: he_normal\n"
    "optimizer: {name: sgd, learning_rate: 0.05, momentum: 0.9}\n"
    "training: {steps: 12, batch_size: 128, activation_l1: 1e-4}\n"
    "probes: {every: 4}\n"
    "grid:\n"
    "  activation: [gelu, glu]\n"
    "  model:\n"
    "    - {type: mlp, depth: 3, width: 400}\n"
    "    - {type: cnn, blocks: [{channels: 32, convs: 2, pool: max}, {channels: 40}], head: [64]}\n"
    "    - {type: cnn, blocks: [{channels: 64, convs: 2, padding: valid}], normalization: batch}\n"
    "    - {type: autoencoder, layers: [400, 300], code: 60, tied: true}\n"
    "  optimizer.learning_rate: [0.05, 1e8]\n"
    "exclude:\n"
    "  - {activation: glu, optimizer.learning_rate: 1e8}\n"
    "  - {activation: glu, model.type: autoencoder}\n";

enum { N_TRIALS = 11, HELPERS_MAX = 7 };

typedef struct bench {
    ag_arena arena;
    ag_plan plan;
    ag_data data;
} bench;

static void open_bench(bench *b) {
    ag_error err = {0};
    b->arena = AG_ARENA_EMPTY;
    CHECK(ag_plan_read(&b->arena, "shared.yaml", yaml, sizeof yaml - 1, NULL, 0, &b->plan, &err) ==
              AG_OK,
          "%s: %s", err.where, err.text);
    CHECK(b->plan.n_trials == N_TRIALS, "%zu trials", b->plan.n_trials);
    if (b->plan.n_trials != N_TRIALS) exit(check_report());
    CHECK(ag_dataset_open(&b->plan.variants[AG_PART_DATASET][0].is.choice, &b->arena, &b->data,
                          &err) == AG_OK,
          "%s", err.text);
}

/* --- others --------------------------------------------------------------------- */

typedef struct helper {
    ag_team *team;
    const atomic_int *over;
    long most, done; /* most: at a time, and then it is away for a while; below 0: it stays */
    pthread_t thread;
} helper;

static void *help(void *self) {
    helper *h = self;
    const struct timespec away = {.tv_nsec = 200000};
    while (!atomic_load(h->over)) {
        const long n = ag_team_help(h->team, h->most);
        if (n > 0) h->done += n;
        if (n < 0 || h->most > 0) nanosleep(&away, NULL);
    }
    return NULL;
}

/* --- one trial ---------------------------------------------------------------------- */

typedef struct outcome {
    uint64_t weights, losses;
    int outcome;
    long step, shared;
} outcome;

static outcome train(const bench *b, size_t trial, int n_helpers, long most) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_training_run run;
    helper helpers[HELPERS_MAX];
    atomic_int over;
    atomic_init(&over, 0);
    ag_team *team = ag_team_new(&arena);
    const ag_settings settings = ag_plan_settings(&b->plan, &b->plan.trials[trial]);
    ag_team_begin(team);
    for (int i = 0; i < n_helpers; i++) {
        helpers[i] = (helper){.team = team, .over = &over, .most = most};
        pthread_create(&helpers[i].thread, NULL, help, &helpers[i]);
    }
    const ag_host host = {.team = team};
    CHECK(ag_train_begin(&settings, &b->data, &arena, &host, &run, &err) == AG_OK, "%s", err.text);
    while (ag_train_epoch(&run)) {
    }
    ag_team_end(team);
    atomic_store(&over, 1);
    outcome o = {.outcome = (int)run.outcome, .step = run.step};
    for (int i = 0; i < n_helpers; i++) {
        pthread_join(helpers[i].thread, NULL);
        o.shared += helpers[i].done;
    }
    o.weights = ag_digest(run.net.parameters, run.net.n_parameters * sizeof(ag_real), 0);
    o.losses = ag_digest(run.step_loss, (size_t)run.step * sizeof(float), 0);
    ag_arena_close(&arena);
    return o;
}

static void test_same_bits(const bench *b) {
    static const struct {
        int helpers;
        long most;
    } of[] = {{1, -1}, {2, -1}, {7, -1}, {1, 5}, {3, 1}};
    int diverged = 0;
    for (size_t t = 0; t < N_TRIALS; t++) {
        const outcome alone = train(b, t, 0, -1);
        diverged += alone.outcome == AG_DIVERGED;
        long shared = 0;
        for (int i = 0; i < AG_COUNT(of); i++) {
            const outcome o = train(b, t, of[i].helpers, of[i].most);
            CHECK(o.outcome == alone.outcome && o.step == alone.step, "trial %zu, %d: step %ld", t,
                  i, o.step);
            CHECK(o.weights == alone.weights && o.losses == alone.losses, "trial %zu, %d helpers",
                  t, of[i].helpers);
            shared += o.shared;
        }
        CHECK(shared > 0, "trial %zu: nobody had anything to do", t);
    }
    CHECK(diverged >= 2 && diverged <= N_TRIALS / 2, "%d diverged", diverged);
}

/* --- a run with one long trial -------------------------------------------------------- */

typedef struct book {
    uint64_t digest[N_TRIALS];
    int n;
} book;

static ag_status write_down(void *self, const ag_record *r, ag_receipt receipt, ag_error *err) {
    book *all = self;
    (void)err;
    all->digest[r->trial->index] = r->digest;
    all->n++;
    receipt.stored(receipt.self, r);
    return AG_OK;
}

static ag_status all_is_written(void *self, ag_error *err) {
    (void)self, (void)err;
    return AG_OK;
}

static ag_status go(const bench *b, int n_threads, atomic_int *stop, book *all,
                    ag_progress *progress) {
    static const size_t todo[] = {0};
    static const double flops[] = {1};
    ag_error err = {0};
    const ag_runner runner = {.plan = &b->plan,
                              .todo = todo,
                              .n_todo = 1,
                              .flops = flops,
                              .data = &b->data,
                              .n_threads = n_threads,
                              .stop = stop,
                              .sink = {write_down, all_is_written, all}};
    *progress = (ag_progress){.total = 1};
    memset(all, 0, sizeof *all);
    return ag_run(&runner, progress, &err);
}

static void test_a_long_trial_is_shared(const bench *b) {
    static book alone, together;
    ag_progress progress;
    CHECK(go(b, 1, NULL, &alone, &progress) == AG_OK && alone.n == 1, "alone");
    CHECK(progress.shared == 0, "%ld pieces of somebody's", progress.shared);
    long shared = 0;
    for (int i = 0; i < 20 && shared == 0; i++) {
        CHECK(go(b, 2, NULL, &together, &progress) == AG_OK && together.n == 1, "together");
        CHECK(together.digest[0] == alone.digest[0], "the same weights");
        shared += progress.shared;
    }
    CHECK(shared > 0 || ag_run_cores() < 2, "the second thread had nothing to do");
    atomic_int stop;
    atomic_init(&stop, 1);
    CHECK(go(b, 2, &stop, &together, &progress) == AG_STOPPED && together.n == 0, "stopped");
}

typedef struct interruption {
    atomic_int stop;
    long after; /* ns */
} interruption;

static void *interrupt(void *self) {
    interruption *i = self;
    const struct timespec wait = {.tv_nsec = i->after};
    nanosleep(&wait, NULL);
    atomic_store(&i->stop, 1);
    return NULL;
}

/* In the middle of a step that is shared: nobody waits for ever, and what is stored is whole. */
static void test_stopped_while_shared(const bench *b) {
    static book alone, together;
    ag_progress progress;
    CHECK(go(b, 1, NULL, &alone, &progress) == AG_OK, "alone");
    for (long ms = 1; ms <= 64; ms *= 4) {
        interruption i = {.after = ms * 1000000};
        pthread_t thread;
        pthread_create(&thread, NULL, interrupt, &i);
        const ag_status status = go(b, 2, &i.stop, &together, &progress);
        pthread_join(thread, NULL);
        CHECK(together.n ? together.digest[0] == alone.digest[0] : status == AG_STOPPED,
              "stopped after %ld ms: %d stored", ms, together.n);
    }
}

/* More threads than cores: who waits for pieces would only take the time of who has the trial. */
static void test_no_more_than_cores(const bench *b) {
    static book all;
    ag_progress progress;
    cpu_set_t before, one;
    if (sched_getaffinity(0, sizeof before, &before)) return;
    CPU_ZERO(&one);
    for (size_t i = 0; i < CPU_SETSIZE && !CPU_COUNT(&one); i++)
        if (CPU_ISSET(i, &before)) CPU_SET(i, &one);
    if (sched_setaffinity(0, sizeof one, &one)) return;
    if (ag_run_cores() == 1) { /* some libraries count once and for all */
        CHECK(go(b, 3, NULL, &all, &progress) == AG_OK && all.n == 1, "three threads, one core");
        CHECK(progress.shared == 0, "%ld pieces were shared", progress.shared);
    }
    sched_setaffinity(0, sizeof before, &before);
}

int main(void) {
    static bench b;
    open_bench(&b);
    test_same_bits(&b);
    test_a_long_trial_is_shared(&b);
    test_stopped_while_shared(&b);
    test_no_more_than_cores(&b);
    ag_arena_close(&b.arena);
    return check_report();
}

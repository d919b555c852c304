/* The same plan, with 1 to 4 threads and in any order, gives the same numbers to
 * the last bit; a failing sink stops the run, a signal too. */
#include "check.h"
#include "harness/base/digest.h"
#include "harness/base/float_mode.h"
#include "harness/run/calibrate.h"
#include "harness/run/run.h"

#include <fenv.h>
#include <stdlib.h>
#include <string.h>

static const char yaml[] = "name: run\n"
                           "dataset: {name: blobs, samples: 240}\n"
                           "model: {type: mlp, width: 8, normalization: batch, dropout: 0.2}\n"
                           "initializer: he_normal\n"
                           "optimizer: {name: sgd, learning_rate: 0.1}\n"
                           "training: {epochs: 3, batch_size: 16}\n"
                           "seeds: 2\n"
                           "grid:\n"
                           "  activation: [relu, gelu, tanh]\n"
                           "  model.depth: [1, 3]\n"
                           "  optimizer.learning_rate: [0.1, 1e6]\n";

enum { N_TRIALS = 24 };

typedef struct notebook {
    uint64_t digest[N_TRIALS];
    int seen[N_TRIALS], outcome[N_TRIALS];
    double last_loss[N_TRIALS];
    int refuse_after, order[N_TRIALS], n;
    atomic_int *stop;
    int stop_after;
    ag_keeper keeper;
} notebook;

static ag_status write_down(void *self, const ag_record *r, ag_receipt receipt, ag_error *err) {
    notebook *book = self;
    if (book->refuse_after-- == 0) return AG_FAIL(err, AG_STORE, AG_NOWHERE, "the disk is full");
    const uint32_t t = r->trial->index;
    book->seen[t]++;
    book->outcome[t] = (int)r->outcome;
    book->digest[t] = r->outcome == AG_FINISHED ? r->digest : 0;
    book->last_loss[t] = r->epoch_rows[r->n_epoch_rows - 1].train_loss;
    book->order[book->n++] = (int)t;
    if (book->stop && book->n == book->stop_after) atomic_store(book->stop, 1);
    receipt.stored(receipt.self, r);
    return AG_OK;
}

static ag_status all_is_written(void *self, ag_error *err) {
    (void)self;
    (void)err;
    return AG_OK;
}

typedef struct bench {
    ag_arena arena;
    ag_plan plan;
    ag_data data;
    size_t todo[N_TRIALS];
    double work[N_TRIALS];
} bench;

static void open_bench(bench *b) {
    ag_error err = {0};
    b->arena = AG_ARENA_EMPTY;
    CHECK(ag_plan_read(&b->arena, "run.yaml", yaml, sizeof yaml - 1, NULL, 0, &b->plan, &err) ==
              AG_OK,
          "%s: %s", err.where, err.text);
    CHECK(b->plan.n_trials == N_TRIALS, "%zu trials", b->plan.n_trials);
    if (b->plan.n_trials != N_TRIALS) exit(check_report());
    CHECK(ag_dataset_open(&b->plan.variants[AG_PART_DATASET][0].is.choice, &b->arena, &b->data,
                          &err) == AG_OK,
          "%s", err.text);
    for (size_t i = 0; i < N_TRIALS; i++) {
        b->todo[i] = i;
        b->work[i] = 1.0;
    }
}

static ag_status go(bench *b, int n_threads, notebook *book, ag_progress *progress, ag_error *err) {
    const ag_runner runner = {.plan = &b->plan,
                              .todo = b->todo,
                              .n_todo = N_TRIALS,
                              .flops = b->work,
                              .data = &b->data,
                              .n_threads = n_threads,
                              .stop = book->stop,
                              .sink = {write_down, all_is_written, book},
                              .keeper = book->keeper,
                              .finals = {.keep = book->keeper.keep},
                              .checkpoint_every = 1e-6};
    *progress = (ag_progress){.total = N_TRIALS};
    return ag_run(&runner, progress, err);
}

static void test_same_bits(bench *b) {
    static notebook alone, many;
    ag_error err = {0};
    ag_progress progress;
    for (int n = 1; n <= 5; n++) {
        notebook *book = n == 1 ? &alone : &many;
        memset(book, 0, sizeof *book);
        book->refuse_after = -1;
        if (n == 5) /* backwards */
            for (size_t i = 0; i < N_TRIALS; i++)
                b->todo[i] = N_TRIALS - 1 - i;
        CHECK(go(b, n == 5 ? 2 : n, book, &progress, &err) == AG_OK, "%s", err.text);
        for (int t = 0; t < N_TRIALS; t++)
            CHECK(book->seen[t] == 1, "trial %d", t);
        CHECK(memcmp(alone.digest, book->digest, sizeof alone.digest) == 0, "%d threads", n);
        CHECK(memcmp(alone.outcome, book->outcome, sizeof alone.outcome) == 0, "%d threads", n);
        CHECK(memcmp(alone.last_loss, book->last_loss, sizeof alone.last_loss) == 0, "%d threads",
              n);
        CHECK(progress.finished + progress.diverged == N_TRIALS && !progress.failed, "counted");
    }
    int diverged = 0;
    for (int t = 0; t < N_TRIALS; t++)
        diverged += alone.outcome[t] == AG_DIVERGED;
    CHECK(diverged >= 4 && diverged <= N_TRIALS / 2, "%d diverged", diverged);
    for (int t = 0; t < N_TRIALS; t++)
        for (int s = 0; s < t; s++)
            CHECK(!alone.digest[t] || alone.digest[t] != alone.digest[s], "%d and %d: same weights",
                  s, t);
    for (size_t i = 0; i < N_TRIALS; i++)
        b->todo[i] = i;
}

static atomic_int asked;

static ag_status ask_to_stop(void *self, uint64_t id, ag_arena *arena, ag_kept_state *kept,
                             ag_error *err) {
    (void)self, (void)id, (void)arena, (void)kept, (void)err;
    atomic_store(&asked, 1);
    return AG_OK;
}

/* A trial that is stopped before its first step is left, and did not fail. */
static void test_signal_at_the_beginning(bench *b) {
    static notebook book;
    ag_error err = {0};
    ag_progress progress;
    book.refuse_after = -1;
    book.stop = &asked;
    book.keeper.fetch = ask_to_stop;
    CHECK(go(b, 2, &book, &progress, &err) == AG_STOPPED, "a signal must stop the run");
    CHECK(book.n == 0 && progress.failed == 0, "%d records", book.n);
}

/* Keeps nothing. Called when a trial begins, as a library might be loaded then. */
static ag_status change_mode(void *self, uint64_t id, ag_arena *arena, ag_kept_state *kept,
                             ag_error *err) {
    (void)self, (void)id, (void)arena, (void)kept, (void)err;
    fesetround(FE_UPWARD);
    return AG_OK;
}

/* Counts what it is given. */
static atomic_int n_kept;

static ag_status keep_count(void *self, const ag_checkpoint *head,
                            void (*write)(void *context, ag_outlet *out), void *context,
                            ag_error *err) {
    (void)self, (void)head, (void)write, (void)context, (void)err;
    atomic_fetch_add(&n_kept, 1);
    return AG_OK;
}

/* Threads inherit how the processor rounds; a run has its own way, and is held to it. */
static void test_rounding(bench *b) {
    static notebook alone, other;
    ag_error err = {0};
    ag_progress progress;
    alone.refuse_after = other.refuse_after = -1;
    CHECK(go(b, 1, &alone, &progress, &err) == AG_OK, "%s", err.text);
    fesetround(FE_UPWARD);
    CHECK(go(b, 2, &other, &progress, &err) == AG_OK, "%s", err.text);
    ag_float_mode_set();
    CHECK(memcmp(alone.digest, other.digest, sizeof alone.digest) == 0, "rounded as it was told");

    memset(&other, 0, sizeof other);
    other.refuse_after = -1;
    other.keeper = (ag_keeper){.fetch = change_mode, .keep = keep_count};
    CHECK(go(b, 2, &other, &progress, &err) == AG_MACHINE, "changed in a trial: must not pass");
    CHECK(strstr(err.text, "changed its mode during a trial"), "%s", err.text);
    CHECK(other.n == 0, "%d records", other.n);
    CHECK(atomic_load(&n_kept) == 0, "%d states that nobody must go on from", n_kept);
    ag_float_mode_set();
    other.keeper.fetch = NULL;
    CHECK(go(b, 2, &other, &progress, &err) == AG_OK, "%s", err.text);
    CHECK(atomic_load(&n_kept) > 2 * N_TRIALS, "%d states", n_kept); /* also the ends of each */
}

static void test_full_disk(bench *b) {
    static notebook book;
    ag_error err = {0};
    ag_progress progress;
    memset(&book, 0, sizeof book);
    book.refuse_after = 7;
    CHECK(go(b, 2, &book, &progress, &err) == AG_STORE, "a full disk must stop the run");
    CHECK(strcmp(err.text, "the disk is full") == 0, "%s", err.text);
    CHECK(book.n == 7, "%d records", book.n);
}

static void test_signal(bench *b) {
    static notebook book;
    static atomic_int stop;
    ag_error err = {0};
    ag_progress progress;
    memset(&book, 0, sizeof book);
    atomic_store(&stop, 0);
    book.refuse_after = -1;
    book.stop = &stop;
    book.stop_after = 5;
    CHECK(go(b, 2, &book, &progress, &err) == AG_STOPPED, "a signal must stop the run");
    CHECK(book.n >= 5 && book.n <= 6, "%d records after a stop at 5", book.n);
}

/* Trials that diverge at once have no speed; those that train say what a step costs. */
static void test_calibration(bench *b) {
    ag_trial_cost cost[N_TRIALS];
    uint32_t of[N_TRIALS];
    const ag_costs costs = {.cost = cost, .n = N_TRIALS, .of = of};
    size_t wild = 0, tame = 0;
    ag_error err = {0};
    for (size_t i = 0; i < N_TRIALS; i++) {
        const ag_settings s = ag_plan_settings(&b->plan, &b->plan.trials[i]);
        const ag_data_outline outline = {
            b->data.shape,   b->data.regression,   b->data.n_classes, b->data.n_targets,
            b->data.train.n, b->data.validation.n, b->data.test.n};
        CHECK(ag_train_cost(&s, &outline, &b->arena, &cost[i], &err) == AG_OK, "%s", err.text);
        of[i] = (uint32_t)i;
        const bool relu = strcmp(s.activation.items[0].element->name, "relu") == 0;
        const bool deep = ag_choice_number(&s.model, "depth", 0) > 1;
        if (!relu || !deep) continue;
        if (ag_choice_number(&s.optimizer, "learning_rate", 0) < 1)
            tame = i;
        else
            wild = i;
    }
    const size_t four[] = {wild, wild, wild, tame};
    double best = 0; /* of three: other programs may take the processor away */
    for (int try = 0; try < 3 && best < 0.6; try++) {
        ag_speed alone, mixed;
        CHECK(ag_calibrate(&b->plan, 1, &tame, &costs, &b->data, 0.05, &b->arena, &alone, &err) ==
                  AG_OK,
              "%s", err.text);
        CHECK(ag_calibrate(&b->plan, 4, four, &costs, &b->data, 0.2, &b->arena, &mixed, &err) ==
                  AG_OK,
              "%s", err.text);
        best = fmax(best,
                    ag_speed_seconds(&mixed, &cost[tame]) / ag_speed_seconds(&alone, &cost[tame]));
    }
    CHECK(best >= 0.6, "%g of its time, estimated beside three that diverge", best);
}

int main(void) {
    static bench b;
    open_bench(&b);
    test_same_bits(&b);
    test_rounding(&b);
    test_full_disk(&b);
    test_signal(&b);
    test_signal_at_the_beginning(&b);
    test_calibration(&b);
    ag_arena_close(&b.arena);
    return check_report();
}

/* The sink of a run: trials are taken over at once, written together, and acknowledged in
 * order and only when they are on the disk. */
#include "store_fixture.h"

#include <stdatomic.h>
#include <time.h>

enum { MANY = 300 };

typedef struct watcher {
    const char *store;
    int n;
    uint64_t id[MANY];
    atomic_int seen, wait_for, *put; /* the first receipt waits until so many were put */
    bool missing, copied;
} watcher;

/* Whether a reader, somebody else, sees the trial now. */
static bool is_there(const char *name, uint64_t id) {
    char sql[80], digits[AG_ID_TEXT];
    snprintf(sql, sizeof sql, "SELECT count(*) FROM trial WHERE trial_id = '%s'",
             ag_id_text(digits, id));
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_table table;
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    const bool good = ag_store_query(path, sql, 5, &arena, &table, &err) == AG_OK &&
                      table.n_rows == 1 && strcmp(table.cells[0], "1") == 0;
    ag_arena_close(&arena);
    return good;
}

static void stored(void *self, const ag_record *record) {
    watcher *w = self;
    const struct timespec pause = {.tv_nsec = 1000000};
    while (w->put && atomic_load(w->put) < atomic_load(&w->wait_for))
        nanosleep(&pause, NULL);
    if (w->n % 10 == 0 && !is_there(w->store, record->trial->id)) w->missing = true;
    if (strcmp(record->activation, "relu") != 0 || record->n_epoch_rows != EPOCHS)
        w->copied = false;
    w->id[w->n++] = record->trial->id;
    atomic_fetch_add(&w->seen, 1);
}

static ag_status hand_over(ag_sink sink, watcher *w, fixture *f, ag_error *err) {
    ag_record record = f->record;
    record.trial = &f->trial;
    const ag_status status = sink.put(sink.self, &record, (ag_receipt){stored, w}, err);
    /* What the record pointed to is the next trial's from now on. */
    snprintf(f->activation, sizeof f->activation, "gone");
    memset(f->epochs, 0xff, sizeof f->epochs);
    memset(f->values, 0xff, sizeof f->values);
    memset(f->loss, 0xff, sizeof f->loss);
    return status;
}

static void test_in_order_and_durable(void) {
    static ag_trial trials[MANY];
    watcher w = {.store = "many", .copied = true};
    ag_store *store = open_store("many", "{}", 0, NULL);
    const ag_sink sink = ag_store_sink(store);
    ag_error err = {0};
    for (int i = 0; i < MANY; i++) {
        fixture f;
        make(&f, "relu", 0.1, (uint64_t)i, 0.5);
        trials[i] = f.trial;
        f.record.activation = f.activation;
        fixture here = f; /* its own trial outlives the call: a plan does */
        here.record.trial = &trials[i];
        ag_record record = here.record;
        record.activation = here.activation;
        CHECK(sink.put(sink.self, &record, (ag_receipt){stored, &w}, &err) == AG_OK, "%s",
              err.text);
        memset(&here, 0xff, sizeof here);
        memset(&f, 0xff, sizeof f);
    }
    CHECK(sink.finish(sink.self, &err) == AG_OK, "%s", err.text);
    CHECK(w.n == MANY, "%d acknowledged", w.n);
    for (int i = 0; i < MANY; i++)
        CHECK(w.id[i] == trials[i].id, "trial %d in order", i);
    CHECK(!w.missing, "acknowledged before it could be read");
    CHECK(w.copied, "what is acknowledged is what was put");
    close_store(store);
    ASK("many", "SELECT count(*) FROM trial WHERE activation = 'relu'", "300");
    ASK("many", "SELECT count(*) FROM layer_epoch WHERE grad_norm > 0", "2700");
}

/* One of a batch cannot be stored: those before it are kept and acknowledged, nothing behind. */
static void test_failure_in_a_batch(void) {
    static const char *const unknown[METRICS] = {"grad_norm", "delta_norm", "charisma"};
    atomic_int put = 0;
    watcher w = {.store = "bad", .wait_for = 6, .put = &put, .copied = true};
    ag_store *store = open_store("bad", "{}", 0, NULL);
    const ag_sink sink = ag_store_sink(store);
    ag_error err = {0};
    static fixture f[8];
    for (int i = 0; i < 8; i++) {
        make(&f[i], "relu", 0.1, (uint64_t)i, 0.5);
        if (i == 3) f[i].record.metric_names = unknown;
    }
    for (int i = 0; i < 6; i++) {
        CHECK(hand_over(sink, &w, &f[i], &err) == AG_OK, "%d: %s", i, err.text);
        atomic_fetch_add(&put, 1);
    }
    CHECK(sink.finish(sink.self, &err) == AG_STORE && strstr(err.text, "'charisma'"), "%s",
          err.text);
    CHECK(w.n == 3, "%d acknowledged, must be the three before it", w.n);
    ag_error later = {0};
    CHECK(hand_over(sink, &w, &f[6], &later) == AG_STORE && strstr(later.text, "'charisma'"), "%s",
          later.text);
    close_store(store);
    ASK("bad", "SELECT count(*) FROM trial", "3");
    store = open_store("bad", "{}", 0, NULL);
    for (int i = 0; i < 8; i++)
        CHECK(ag_store_has(store, f[i].trial.id) == (i < 3), "trial %d", i);
    close_store(store);
}

/* More than the writer holds: put waits for room instead of taking memory without end. */
static void test_large(void) {
    enum { LARGE = 3 << 20, N = 12 };
    static float loss[LARGE];
    watcher w = {.store = "large", .copied = true};
    ag_store *store = open_store("large", "{}", 0, NULL);
    const ag_sink sink = ag_store_sink(store);
    ag_error err = {0};
    static fixture f[N];
    for (int i = 0; i < N; i++) {
        make(&f[i], "relu", 0.1, (uint64_t)i, 0.5);
        f[i].arrays[0].size[0] = LARGE;
        f[i].arrays[0].data = loss;
        loss[LARGE - 1] = (float)i;
        CHECK(hand_over(sink, &w, &f[i], &err) == AG_OK, "%s", err.text);
        /* 12 MiB each: two batches of 32 MiB and the one that made the second full */
        CHECK(i + 1 - atomic_load(&w.seen) <= 6, "%d wait", i + 1 - atomic_load(&w.seen));
    }
    CHECK(sink.finish(sink.self, &err) == AG_OK && w.n == N, "%s", err.text);
    close_store(store);
}

int main(void) {
    new_folder();
    test_in_order_and_durable();
    test_failure_in_a_batch();
    test_large();
    remove_folder();
    return check_report();
}

/* Trials made by hand, for the tests of the store: no network is trained. */
#ifndef AG_STORE_FIXTURE_H
#define AG_STORE_FIXTURE_H

#include "check.h"
#include "harness/base/arena.h"
#include "harness/base/digest.h"
#include "results/store/store.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { EPOCHS = 3, LAYERS = 3, METRICS = 3, STEPS = 5 };

static const char *const metric_names[METRICS] = {"grad_norm", "delta_norm", "dead_fraction"};

/* Everything a record points to, so that one can be on the stack. */
typedef struct fixture {
    ag_trial trial;
    ag_error error;
    char settings[512], activation[64];
    ag_epoch_row epochs[EPOCHS];
    ag_layer_row layers[LAYERS];
    double values[EPOCHS * LAYERS * METRICS];
    float loss[STEPS], norms[EPOCHS * LAYERS];
    ag_array arrays[2];
    ag_record record;
} fixture;

static void fill_rows(fixture *f, double accuracy) {
    static const ag_layer_row layers[LAYERS] = {{1, "hidden1", "dense", 32, 1000},
                                                {2, "hidden2", "dense", 32, 1000},
                                                {3, "output", "dense", 10, 330}};
    memcpy(f->layers, layers, sizeof layers);
    for (int e = 0; e < EPOCHS; e++) {
        f->epochs[e] = (ag_epoch_row){.epoch = e,
                                      .step = 10 * e,
                                      .learning_rate = 0.1,
                                      .train_loss = 2.0 - e,
                                      .train_accuracy = 0.1 * e,
                                      .val_loss = 1.0 - accuracy + (EPOCHS - 1 - e),
                                      .val_accuracy = accuracy - 0.1 * (EPOCHS - 1 - e),
                                      .val_r2 = (double)NAN,
                                      .grad_norm = 1.0,
                                      .seconds = 0.5};
        for (int k = 0; k < LAYERS; k++) {
            double *v = &f->values[(e * LAYERS + k) * METRICS];
            v[0] = 0.01 * (k + 1) * (e + 1); /* grad_norm: first over last hidden is 0.5 */
            v[1] = k == 0 ? 0.001 : 0.1;     /* delta_norm: 0.01 */
            v[2] = k == 2 ? (double)NAN : 0.1 * k + 0.05 * e;
            f->norms[e * LAYERS + k] = (float)v[0];
        }
    }
    for (int s = 0; s < STEPS; s++)
        f->loss[s] = (float)(2.0 - 0.1 * s);
}

/* A finished trial; its id follows from its settings. */
static void make(fixture *f, const char *activation, double learning_rate, uint64_t seed,
                 double accuracy) {
    *f = (fixture){0};
    snprintf(f->activation, sizeof f->activation, "%s", activation);
    snprintf(
        f->settings, sizeof f->settings,
        "{\"dataset\":{\"name\":\"xor\"},\"model\":{\"type\":\"mlp\",\"depth\":2,\"width\":32},"
        "\"activation\":\"%s\",\"optimizer\":{\"name\":\"sgd\",\"learning_rate\":%g},"
        "\"seed\":%llu}",
        activation, learning_rate, (unsigned long long)seed);
    f->trial.id = ag_digest(f->settings, strlen(f->settings), 0);
    f->trial.seed = seed;
    fill_rows(f, accuracy);
    f->arrays[0] = (ag_array){"step/loss", 1, {STEPS}, {"step"}, "loss", "of each step", f->loss};
    f->arrays[1] = (ag_array){
        "layer/grad_norm", 2, {EPOCHS, LAYERS}, {"epoch", "layer"}, "1", "norm", f->norms};
    f->record = (ag_record){.trial = &f->trial,
                            .outcome = AG_FINISHED,
                            .phase = "grid",
                            .settings = f->settings,
                            .dataset = "xor",
                            .model = "mlp(depth=2)",
                            .activation = f->activation,
                            .activation_name = f->activation,
                            .initializer = "he_normal",
                            .optimizer = "sgd",
                            .training = "epochs=2",
                            .loss = "cross_entropy",
                            .depth = 2,
                            .width = 32,
                            .batch_size = 50,
                            .learning_rate = learning_rate,
                            .parameters = 2330,
                            .epochs = EPOCHS - 1,
                            .steps = 20,
                            .train_loss = 0.1,
                            .train_accuracy = 0.9,
                            .val_loss = 1.0 - accuracy,
                            .val_accuracy = accuracy,
                            .test_loss = (double)NAN,
                            .test_accuracy = accuracy - 0.1,
                            .train_r2 = (double)NAN,
                            .val_r2 = (double)NAN,
                            .test_r2 = (double)NAN,
                            .best_val_loss = 1.0 - accuracy,
                            .best_val_accuracy = accuracy,
                            .best_epoch = 2,
                            .chosen_epoch = 2,
                            .diverged_step = -1,
                            .diverged_layer = -1,
                            .seconds = 1.5,
                            .samples_per_second = 1000,
                            .flops = 1e9,
                            .digest = 42,
                            .started_at = "2026-01-01T00:00:00Z",
                            .finished_at = "2026-01-01T00:00:02Z",
                            .epoch_rows = f->epochs,
                            .n_epoch_rows = EPOCHS,
                            .layer_rows = f->layers,
                            .n_layers = LAYERS,
                            .metric_names = metric_names,
                            .n_metrics = METRICS,
                            .layer_values = f->values,
                            .arrays = f->arrays,
                            .n_arrays = 2};
}

static inline void diverge(fixture *f) {
    f->record.outcome = AG_DIVERGED;
    f->record.val_loss = HUGE_VAL;
    f->record.val_accuracy = (double)NAN;
    f->record.diverged_step = 7;
    f->record.diverged_layer = 2;
    f->record.diverged_what = "gradient";
}

static inline void fail(fixture *f, const char *why) {
    f->record.outcome = AG_BROKEN;
    snprintf(f->error.text, sizeof f->error.text, "%s", why);
    f->record.error = &f->error;
    f->record.n_arrays = f->record.n_epoch_rows = f->record.n_layers = 0;
}

/* --- a store in a temporary folder ------------------------------------------------- */

static char folder[256];

static inline const char *in_folder(const char *name) {
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static inline void new_folder(void) {
    const char *tmp = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/actgrid-store-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(folder)) exit(3);
}

static inline void remove_folder(void) {
    char command[320];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    if (system(command) != 0) printf("could not remove %s\n", folder);
}

static const ag_pair facts[] = {{"version", "1"}, {"cpu", "one"}};

static inline ag_store *open_store(const char *name, const char *resolved, size_t n_trials,
                                   const ag_trial *trials) {
    const ag_plan plan = {.file = "x.yaml",
                          .name = "test",
                          .description = "",
                          .source = "name: test\n",
                          .resolved = resolved,
                          .trials = trials,
                          .n_trials = n_trials};
    const ag_store_about about = {
        .plan = &plan, .environment = facts, .n_environment = 2, .n_threads = 2};
    ag_error err = {0};
    ag_store *store = NULL;
    CHECK(ag_store_open(in_folder(name), &about, &store, &err) == AG_OK, "%s", err.text);
    if (!store) exit(1);
    return store;
}

static inline void put(ag_store *store, const fixture *f) {
    ag_error err = {0};
    ag_record record = f->record; /* whose pointers follow the fixture if it was copied */
    record.trial = &f->trial;
    CHECK(ag_store_put(store, &record, &err) == AG_OK, "%s", err.text);
}

static inline void close_store(ag_store *store) {
    ag_error err = {0};
    CHECK(ag_store_close(store, &err) == AG_OK, "%s", err.text);
}

static inline void copy_store(const char *from, const char *to) {
    char command[4096];
    snprintf(command, sizeof command, "rm -rf '%s/%s' && cp -r '%s/%s' '%s/%s'", folder, to, folder,
             from, folder, to);
    CHECK(system(command) == 0, "%s", command);
}

/* Changes a store past this program, as sqlite3 on the command line does. */
static inline void run_sql(const char *name, const char *sql) {
    char path[64];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/results.sqlite", name);
    CHECK(sqlite3_open(in_folder(path), &db) == SQLITE_OK &&
              sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK,
          "%s: %s", sql, sqlite3_errmsg(db));
    sqlite3_close(db);
}

/* For an ag_row_sink that looks at rows only. */
static inline ag_status no_header(void *self, int n, const char *const *columns, ag_error *err) {
    (void)self;
    (void)n;
    (void)columns;
    (void)err;
    return AG_OK;
}

enum { ASK_SECONDS = 60 }; /* a second or less; forty under emulation */

/* The only cell of a query, as text; "NULL" for NULL, the message if it fails. */
static inline const char *ask(const char *name, const char *sql) {
    static char answer[1024];
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_table table;
    if (ag_store_query(in_folder(name), sql, ASK_SECONDS, &arena, &table, &err) != AG_OK)
        snprintf(answer, sizeof answer, "%s", err.text);
    else if (table.n_rows == 0)
        snprintf(answer, sizeof answer, "no row");
    else
        snprintf(answer, sizeof answer, "%s", table.cells[0] ? table.cells[0] : "NULL");
    ag_arena_close(&arena);
    return answer;
}

#define ASK(name, sql, want)                                                                       \
    CHECK(strcmp(ask(name, sql), want) == 0, "%s: '%s', not '%s'", sql, ask(name, sql), want)

#define ASK_NUMBER(name, sql, want)                                                                \
    CHECK(close_to(strtod(ask(name, sql), NULL), want, 1e-12, 1e-15), "%s: '%s', not %.17g", sql,  \
          ask(name, sql), (double)(want))

#endif

/* Putting, finding again, extending, replacing, locking, and what is left after an
 * interruption. */
#include "results/store/arrays/log_private.h"
#include "store_fixture.h"

#include <fcntl.h>
#include <hdf5.h>
#include <sys/stat.h>
#include <sys/wait.h>

static void test_put_and_find_again(void) {
    fixture a, b, c;
    make(&a, "relu", 0.1, 0, 0.9);
    make(&b, "relu", 0.1, 1, 0.8);
    make(&c, "tanh", 0.1, 0, 0.7);
    diverge(&b);
    ag_store *store = open_store("deep/er/store", "{\"a\":1}", 1, &a.trial);
    CHECK(!ag_store_has(store, a.trial.id), "new store");
    put(store, &a);
    put(store, &b);
    CHECK(ag_store_has(store, a.trial.id) && ag_store_has(store, b.trial.id), "both speak");
    CHECK(!ag_store_has(store, c.trial.id), "not yet");
    ag_error err = {0};
    CHECK(ag_store_put(store, &a.record, &err) == AG_STORE && strstr(err.text, "already"), "%s",
          err.text);
    close_store(store);

    store = open_store("deep/er/store", "{\"a\":2}", 1, &c.trial); /* extended */
    CHECK(ag_store_has(store, a.trial.id) && ag_store_has(store, b.trial.id), "after reopening");
    put(store, &c);
    close_store(store);
    ASK("deep/er/store", "SELECT count(*) FROM trial", "3");
    ASK("deep/er/store", "SELECT count(*) FROM experiment", "2");
    ASK("deep/er/store", "SELECT count(*) FROM environment", "2");
    ASK("deep/er/store", "SELECT group_concat(experiment_id) FROM trial ORDER BY rowid", "1,1,2");
    ASK("deep/er/store", "SELECT count(*) FROM layer_epoch", "27");
    ASK("deep/er/store", "SELECT done || '/' || planned FROM progress WHERE experiment_id = 2",
        "1/1");
}

static void test_values(void) {
    fixture a;
    make(&a, "re'lu\n\x1b[31m", 0.1, 0, 0.9);
    a.epochs[1].train_loss = HUGE_VAL;
    strcpy(a.settings, "{\"optimizer\":{\"learning_rate\":0.1},\"seed\":0}");
    static const ag_robustness_row noisy[] = {{0, 0.25, 0.9, (double)NAN},
                                              {1.5, HUGE_VAL, 0.125, (double)NAN}};
    a.record.robustness_rows = noisy, a.record.n_robustness = 2;
    a.record.robustness_noise = "uniform", a.record.robustness_part = "test";
    a.record.chosen_epoch = 1, a.record.stopped_early = true;
    ag_store *store = open_store("values", "{}", 1, &a.trial);
    put(store, &a);
    close_store(store);
    ASK("values", "SELECT activation = 're''lu' || char(10, 27) || '[31m' FROM trial", "1");
    ASK("values", "SELECT test_loss FROM trial", "NULL");
    ASK("values", "SELECT diverged_step FROM trial", "NULL");
    ASK("values", "SELECT chosen_epoch || ' ' || stopped_early FROM trial", "1 1");
    ASK("values", "SELECT group_concat(noise || ' ' || level || ' ' || part) FROM robustness",
        "uniform 0.0 test,uniform 1.5 test");
    ASK("values", "SELECT loss || ' ' || accuracy FROM robustness WHERE level = 0", "0.25 0.9");
    ASK("values", "SELECT loss FROM robustness WHERE level = 1.5", "inf");
    ASK("values", "SELECT r2 FROM robustness WHERE level = 1.5", "NULL");
    ASK("values", "SELECT level FROM (SELECT * FROM robustness ORDER BY level DESC)", "1.5");
    ASK("values", "SELECT train_loss FROM epoch WHERE epoch = 1", "inf");
    ASK("values", "SELECT train_loss = 9e999 FROM epoch WHERE epoch = 1", "1");
    ASK("values", "SELECT dead_fraction FROM layer_epoch WHERE layer = 3 AND epoch = 1", "NULL");
    ASK("values", "SELECT settings ->> '$.optimizer.learning_rate' FROM trial", "0.1");
    ASK("values", "SELECT digest FROM trial", "000000000000002a");
    ASK("values", "SELECT grad_norm FROM layer_epoch WHERE layer = 2 AND epoch = 2", "0.06");
    ASK("values", "SELECT saturated_fraction FROM layer_epoch LIMIT 1", "NULL");
}

static void test_failed_is_replaced(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    fixture broken = a;
    fail(&broken, "no memory");
    ag_store *store = open_store("failed", "{}", 1, &a.trial);
    put(store, &broken);
    CHECK(!ag_store_has(store, a.trial.id), "a failed trial says nothing");
    put(store, &broken);
    close_store(store);
    ASK("failed", "SELECT status || ': ' || error FROM trial", "failed: no memory");
    store = open_store("failed", "{}", 1, &a.trial);
    put(store, &a);
    CHECK(ag_store_has(store, a.trial.id), "now it does");
    close_store(store);
    ASK("failed", "SELECT group_concat(status) FROM trial", "finished");
    ASK("failed", "SELECT failed || ' ' || n FROM leaderboard", "0 1");
}

static void test_two_writers(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    ag_store *store = open_store("locked", "{}", 1, &a.trial);
    char holder[AG_HOLDER_MAX] = "";
    CHECK(ag_store_holder(in_folder("locked"), holder), "held");
    const ag_plan plan = {.name = "test", .resolved = "{}", .source = "", .description = ""};
    const ag_store_about about = {.plan = &plan};
    ag_store *second = NULL;
    ag_error err = {0};
    CHECK(ag_store_open(in_folder("locked"), &about, &second, &err) == AG_STORE, "refused");
    char want[64];
    snprintf(want, sizeof want, "is in use by process %ld on ", (long)getpid());
    CHECK(strstr(err.text, want), "%s", err.text);
    put(store, &a); /* the first goes on */
    close_store(store);
    CHECK(!ag_store_holder(in_folder("locked"), holder), "free again");
}

static void test_unknown_probe(void) {
    static const char *const names[METRICS] = {"grad_norm", "delta_norm", "charisma"};
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    a.record.metric_names = names;
    ag_store *store = open_store("unknown", "{}", 1, &a.trial);
    ag_error err = {0};
    CHECK(ag_store_put(store, &a.record, &err) == AG_STORE && strstr(err.text, "'charisma'"), "%s",
          err.text);
    CHECK(!ag_store_has(store, a.trial.id), "nothing of it stays");
    close_store(store);
    ASK("unknown", "SELECT count(*) FROM trial", "0");
    CHECK(access(in_folder("unknown/arrays.log"), F_OK) != 0, "nor its arrays");
}

/* --- damage ---------------------------------------------------------------------- */

static void write_file(const char *name, const char *text) {
    FILE *out = fopen(in_folder(name), "w");
    if (!out) exit(3);
    fputs(text, out);
    fclose(out);
}

static void expect_refused(const char *name, const char *want) {
    const ag_plan plan = {.name = "test", .resolved = "{}", .source = "", .description = ""};
    const ag_store_about about = {.plan = &plan};
    ag_store *store = NULL;
    ag_error err = {0};
    const ag_status status = ag_store_open(in_folder(name), &about, &store, &err);
    CHECK(status == AG_STORE || status == AG_IO, "%s: status %d", name, status);
    CHECK(strstr(err.text, want), "%s: %s", name, err.text);
    if (status == AG_OK) close_store(store);
}

static void test_damage(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    close_store(open_store("noise", "{}", 1, &a.trial));
    write_file("noise/results.sqlite", "this is no database, and it is long enough to be read "
                                       "as a header of one hundred bytes, or so one would think.");
    expect_refused("noise", "is damaged");
    CHECK(strstr(ask("noise", "SELECT 1"), "is damaged"), "%s", ask("noise", "SELECT 1"));

    close_store(open_store("newer", "{}", 1, &a.trial));
    char command[600];
    snprintf(command, sizeof command, "sqlite3 '%s' 'PRAGMA user_version = 99'",
             in_folder("newer/results.sqlite"));
    if (system(command) == 0) {
        expect_refused("newer", "store format 99, this program knows up to 9");
        CHECK(strstr(ask("newer", "SELECT 1"), "store format 99"), "%s", ask("newer", "SELECT 1"));
        command[strlen(command) - 3] = '1';
        command[strlen(command) - 2] = '\'';
        command[strlen(command) - 1] = '\0';
        CHECK(system(command) == 0, "%s", command);
        expect_refused("newer", "store format 1, this program writes 9");
        ASK("newer", "SELECT count(*) FROM trial", "0");
        ASK("newer", "SELECT charisma FROM trial",
            "no such column: charisma (the store has format 1, this program's have 9: "
            "`actgrid query DIR` lists what it has)");
    } else {
        printf("skipped: the refusal of newer stores (no sqlite3 program)\n");
    }

    ag_store *store = open_store("curves", "{}", 1, &a.trial);
    write_file("curves/curves.h5", "no HDF5 file");
    put(store, &a);
    ag_error err = {0};
    CHECK(ag_store_close(store, &err) == AG_STORE && strstr(err.text, "damaged"), "%s", err.text);
    ASK("curves", "SELECT count(*) FROM trial", "1");
    expect_refused("curves", "damaged"); /* and not after another night of training */
    unlink(in_folder("curves/curves.h5"));
    store = open_store("curves", "{}", 1, &a.trial); /* the arrays are still there */
    close_store(store);
    CHECK(access(in_folder("curves/curves.h5"), F_OK) == 0, "gathered at last");
    write_file("afile", "");
    expect_refused("afile", "is a file, must be a folder");
    CHECK(strstr(ask("nowhere", "SELECT 1"), "there is no store"), "%s",
          ask("nowhere", "SELECT 1"));
}

/* A run killed while it made the store leaves a part of it under another name; one of an earlier
 * version an empty file or, in WAL mode, a header. */
static void test_stillborn(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    ag_arena arena = AG_ARENA_EMPTY;
    uint64_t *ids;
    size_t n = 7;
    ag_error err = {0};
    CHECK(ag_store_ids(in_folder("never"), &arena, &ids, &n, &err) == AG_OK && n == 0, "%s",
          err.text);
    ag_store *store = open_store("stillborn", "{}", 1, &a.trial);
    close_store(store);
    CHECK(unlink(in_folder("stillborn/results.sqlite")) == 0, "was there");
    write_file("stillborn/results.sqlite.tmp", "half a database");
    write_file("stillborn/results.sqlite.tmp-wal", "half of its log");
    CHECK(ag_store_ids(in_folder("stillborn"), &arena, &ids, &n, &err) == AG_OK && n == 0, "%s",
          err.text);
    store = open_store("stillborn", "{}", 1, &a.trial);
    ASK("stillborn", "SELECT done || ' of ' || planned FROM progress", "0 of 1");
    close_store(store);
    CHECK(access(in_folder("stillborn/results.sqlite.tmp"), F_OK) != 0 &&
              access(in_folder("stillborn/results.sqlite.tmp-wal"), F_OK) != 0,
          "nothing is left of it");
    write_file("stillborn/results.sqlite", "");
    CHECK(ag_store_ids(in_folder("stillborn"), &arena, &ids, &n, &err) == AG_OK && n == 0, "%s",
          err.text);
    CHECK(strstr(ask("stillborn", "SELECT 1"), "is empty; `actgrid run` makes one"), "%s",
          ask("stillborn", "SELECT 1"));
    store = open_store("stillborn", "{}", 1, &a.trial);
    put(store, &a);
    close_store(store);
    CHECK(ag_store_ids(in_folder("stillborn"), &arena, &ids, &n, &err) == AG_OK && n == 1 &&
              ids[0] == a.trial.id,
          "%zu ids, %s", n, err.text);
    write_file("stillborn/results.sqlite", "no database");
    CHECK(ag_store_ids(in_folder("stillborn"), &arena, &ids, &n, &err) == AG_STORE, "damage is");
    ag_arena_close(&arena);
}

/* --- the order in which things reach the disk -------------------------------------------- */

/* If the arrays cannot be written, there is no row: a row would promise them. */
static void test_arrays_before_row(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    ag_store *store = open_store("order", "{}", 1, &a.trial);
    write_file("order/arrays.log", "in the way");
    ag_error err = {0};
    CHECK(ag_store_put(store, &a.record, &err) == AG_IO, "status of '%s'", err.text);
    CHECK(!ag_store_has(store, a.trial.id), "not there");
    ASK("order", "SELECT (SELECT count(*) FROM trial) || (SELECT count(*) FROM epoch)", "00");
    fixture b;
    make(&b, "relu", 0.1, 1, 0.9);
    ag_error again = {0};
    CHECK(ag_store_put(store, &b.record, &again) == AG_IO && strcmp(err.text, again.text) == 0,
          "nothing is written behind a failure: '%s'", again.text);
    unlink(in_folder("order/arrays.log"));
    close_store(store);
    store = open_store("order", "{}", 1, &a.trial);
    put(store, &a); /* and now it is */
    close_store(store);
    ASK("order", "SELECT count(*) FROM trial", "1");
}

/* Appends the arrays of a trial as a run does that is killed before the row. */
static void append(const char *name, const fixture *f) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_log log;
    ag_error err = {0};
    ag_record record = f->record;
    record.trial = &f->trial;
    char dir[600];
    snprintf(dir, sizeof dir, "%s", in_folder(name));
    const ag_log_entry entry = ag_log_entry_of(&record, &arena), *one = &entry;
    CHECK(ag_log_open(&log, dir, &arena), "memory");
    CHECK(ag_log_append(&log, &one, 1, &err) == AG_OK, "%s", err.text);
    ag_log_close(&log);
    ag_arena_close(&arena);
}

/* Dead between the arrays and the row: the trial never was, and runs again. */
static void test_death_between_arrays_and_row(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    close_store(open_store("half", "{}", 1, &a.trial));
    append("half", &a);
    CHECK(access(in_folder("half/arrays.log"), F_OK) == 0, "the first half");
    ag_store *store = open_store("half", "{}", 1, &a.trial);
    CHECK(!ag_store_has(store, a.trial.id), "without its row there is no trial");
    CHECK(access(in_folder("half/arrays.log"), F_OK) != 0, "and no arrays of it");
    put(store, &a);
    close_store(store);
    ASK("half", "SELECT count(*) FROM trial", "1");
}

enum { MANY = 150, CURVES_MAX = 1 << 20 };

/* The bytes of curves.h5. */
static size_t read_curves(const char *store, char *bytes, size_t most) {
    char path[64];
    snprintf(path, sizeof path, "%s/curves.h5", store);
    FILE *in = fopen(in_folder(path), "rb");
    const size_t n = in ? fread(bytes, 1, most, in) : 0;
    if (in) fclose(in);
    return n;
}

/* Dead between the new curves.h5 and the removal of arrays.log: gathered again, to the same
 * bytes. */
static void test_death_before_log_goes(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    ag_store *store = open_store("again", "{}", 1, &a.trial);
    put(store, &a);
    close_store(store);
    static char before[CURVES_MAX], after[CURVES_MAX];
    const size_t n = read_curves("again", before, CURVES_MAX);
    append("again", &a);
    close_store(open_store("again", "{}", 1, &a.trial));
    CHECK(read_curves("again", after, CURVES_MAX) == n && memcmp(before, after, n) == 0, "%zu", n);
    CHECK(access(in_folder("again/arrays.log"), F_OK) != 0, "the log is gone");
}

/* --- curves.h5 ------------------------------------------------------------------------ */

/* Reads a whole dataset; returns its rank. */
static int read_floats(const char *store, const char *name, hsize_t size[4], float out[],
                       int most) {
    char path[64];
    snprintf(path, sizeof path, "%s/curves.h5", store);
    const hid_t file = H5Fopen(in_folder(path), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t set = H5Dopen2(file, name, H5P_DEFAULT), space = H5Dget_space(set);
    const int rank = H5Sget_simple_extent_dims(space, size, NULL);
    CHECK(H5Sget_simple_extent_npoints(space) <= most, "%s", name);
    if (H5Sget_simple_extent_npoints(space) <= most)
        H5Dread(set, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
    H5Sclose(space);
    H5Dclose(set);
    H5Fclose(file);
    return rank;
}

static void test_curves(void) {
    fixture f[3];
    static const char *const names[] = {"relu", "tanh", "gelu"};
    ag_store *store = open_store("arrays", "{}", 0, NULL);
    for (int i = 0; i < 3; i++) {
        make(&f[i], names[i], 0.1, 0, 0.9);
        f[i].arrays[0].size[0] = (size_t)(STEPS - i); /* of different length */
        f[i].loss[0] = (float)i;
        put(store, &f[i]);
    }
    close_store(store);
    int order[3] = {0, 1, 2}; /* rows stand in the order of the ids */
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            if (f[order[j]].trial.id > f[order[j + 1]].trial.id) {
                const int t = order[j];
                order[j] = order[j + 1];
                order[j + 1] = t;
            }
    hsize_t size[4];
    float x[64];
    CHECK(read_floats("arrays", "step/loss", size, x, 64) == 2, "rank");
    CHECK(size[0] == 3 && size[1] == STEPS, "padded to the longest");
    for (int r = 0; r < 3; r++)
        for (int s = 0; s < STEPS; s++) {
            const fixture *t = &f[order[r]];
            const bool there = s < STEPS - order[r];
            const float got = x[r * STEPS + s];
            CHECK(there ? got == t->loss[s] : isnan(got), "row %d step %d: %g", r, s, (double)got);
        }
    CHECK(read_floats("arrays", "layer/grad_norm", size, x, 64) == 3, "rank");
    CHECK(size[1] == EPOCHS && size[2] == LAYERS, "axes");
    CHECK(x[9 + 4] == f[0].norms[4], "epoch 1, layer 2 of row 1");
}

/* A run that is killed: a child puts trials and dies without closing. */
static void die_with(const char *name, const fixture *trials, int n) {
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        ag_store *store = open_store(name, "{}", 0, NULL);
        for (int i = 0; i < n; i++)
            put(store, &trials[i]);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

/* Changes the byte `from_end` before the end of arrays.log, or cuts the file there. */
static void spoil(const char *name, long from_end, bool cut) {
    char path[600];
    snprintf(path, sizeof path, "%s/arrays.log", in_folder(name));
    FILE *file = fopen(path, "r+b");
    if (!file) exit(3);
    fseek(file, -from_end, SEEK_END);
    if (cut) {
        CHECK(ftruncate(fileno(file), ftell(file)) == 0, "cut");
    } else {
        const int byte = fgetc(file);
        fseek(file, -from_end, SEEK_END);
        fputc(byte ^ 1, file);
    }
    fclose(file);
}

/* Removes a trial's rows, as if they had not been committed. */
static void forget(const char *name, const fixture *f) {
    char sql[256], id[AG_ID_TEXT];
    snprintf(sql, sizeof sql, "DELETE FROM trial WHERE trial_id = '%s'",
             ag_id_text(id, f->trial.id));
    run_sql(name, sql);
}

/* Half an entry at the end was never promised. A damaged one was: it is said, and the rows stay. */
static void test_damaged_log(void) {
    fixture t[3];
    for (int i = 0; i < 3; i++)
        make(&t[i], "relu", 0.1, (uint64_t)i, 0.9);
    die_with("torn", t, 3);
    spoil("torn", 30, true);
    forget("torn", &t[2]); /* its row was not committed, so */
    close_store(open_store("torn", "{}", 0, NULL));
    ASK("torn", "SELECT count(*) FROM trial", "2");
    hsize_t size[4];
    float x[64];
    CHECK(read_floats("torn", "step/loss", size, x, 64) == 2 && size[0] == 2, "both are there");
    CHECK(!isnan(x[0]) && !isnan(x[STEPS]), "with their arrays");

    static const long places[] = {20, 400}; /* in the last entry, in one before it */
    for (int i = 0; i < AG_COUNT(places); i++) {
        const char *name = i ? "flipped" : "flipped at the end";
        die_with(name, t, 3);
        spoil(name, places[i], false);
        expect_refused(name, "damaged: move it away and run again");
        ASK(name, "SELECT count(*) FROM trial", "3");
        char log[64];
        snprintf(log, sizeof log, "%s/arrays.log", name);
        unlink(in_folder(log));
        close_store(open_store(name, "{}", 0, NULL));
    }

    die_with("foreign", t, 1);
    write_file("foreign/arrays.log", "somebody's own notes, longer than a head");
    expect_refused("foreign", "does not hold the arrays of trials");
}

/* Puts trials from..to-1 of a sweep in which some diverge. */
static void put_some(ag_store *store, int from, int to) {
    for (int i = from; i < to; i++) {
        fixture f;
        make(&f, i % 2 ? "relu" : "tanh", 0.1, (uint64_t)(i / 2), 0.5 + 0.001 * i);
        if (i % 7 == 0) diverge(&f);
        if (ag_store_has(store, f.trial.id)) continue;
        put(store, &f);
    }
}

/* A child writes some trials and is killed without closing; leftovers of every
 * kind lie around; then the rest is written. */
static void test_interrupted_equals_uninterrupted(void) {
    ag_store *store = open_store("whole", "{}", 0, NULL);
    put_some(store, 0, MANY);
    close_store(store);

    store = open_store("broken", "{}", 0, NULL);
    put_some(store, 0, 30);
    close_store(store);
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        put_some(open_store("broken", "{}", 0, NULL), 20, 90);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    write_file("broken/curves.h5.tmp", "half a file");
    store = open_store("broken", "{}", 0, NULL);
    CHECK(access(in_folder("broken/curves.h5.tmp"), F_OK) != 0, "removed");
    CHECK(access(in_folder("broken/arrays.log"), F_OK) != 0, "gathered");
    put_some(store, 0, MANY);
    close_store(store);

    static char a[CURVES_MAX], b[CURVES_MAX];
    const size_t na = read_curves("whole", a, CURVES_MAX),
                 nb = read_curves("broken", b, CURVES_MAX);
    CHECK(na > 1000 && na == nb && memcmp(a, b, na) == 0, "%zu and %zu bytes", na, nb);
    static const char *const tables[] = {
        ("SELECT group_concat(trial_id || status || ifnull(val_loss, '-') || cell, ';') FROM"
         " (SELECT * FROM trial ORDER BY trial_id)"),
        "SELECT count(*) || ' ' || sum(train_loss) FROM epoch",
        "SELECT group_concat(cell || n || val_accuracy_mean || val_accuracy_std) FROM cell_result",
        "SELECT group_concat(cell || epoch || n || val_loss) FROM cell_epoch",
        "SELECT group_concat(cell || layer || n || dead_fraction) FROM cell_layer",
    };
    for (int i = 0; i < AG_COUNT(tables); i++) {
        static char whole[1024];
        strcpy(whole, ask("whole", tables[i]));
        CHECK(strcmp(whole, ask("broken", tables[i])) == 0, "%s", tables[i]);
    }
    ASK("whole", "SELECT count(*) FROM cell_result WHERE n > 60", "2");
}

/* Enough for the id set to grow several times; no arrays, so that it is quick. */
static void test_many_ids(void) {
    enum { N = 1500 };
    ag_store *store = open_store("ids", "{}", 0, NULL);
    fixture f;
    for (int i = 0; i < N; i++) {
        make(&f, "relu", 0.1, (uint64_t)i, 0.5);
        fail(&f, "");
        f.record.outcome = AG_DIVERGED;
        f.record.n_arrays = 0;
        if (i % 10 == 0) put(store, &f);
    }
    close_store(store);
    store = open_store("ids", "{}", 0, NULL);
    for (int i = 0; i < N; i++) {
        make(&f, "relu", 0.1, (uint64_t)i, 0.5);
        CHECK(ag_store_has(store, f.trial.id) == (i % 10 == 0), "trial %d", i);
    }
    close_store(store);
}

int main(void) {
    new_folder();
    test_put_and_find_again();
    test_values();
    test_failed_is_replaced();
    test_two_writers();
    test_unknown_probe();
    test_damage();
    test_stillborn();
    test_arrays_before_row();
    test_death_between_arrays_and_row();
    test_death_before_log_goes();
    test_curves();
    test_damaged_log();
    test_interrupted_equals_uninterrupted();
    test_many_ids();
    remove_folder();
    return check_report();
}

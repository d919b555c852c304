/* What others did to a store's files, and what SQLite refuses: said, and nothing half stored. */
#include "store_fixture.h"

static void shell(const char *what, const char *name) {
    char command[900];
    snprintf(command, sizeof command, "cd '%s/%s' && %s", folder, name, what);
    CHECK(system(command) == 0, "%s", command);
}

/* A run was killed, and its database removed to begin anew, but not the log beside it. */
static void test_log_without_database(void) {
    fixture a, b;
    make(&a, "relu", 0.1, 0, 0.9);
    make(&b, "tanh", 0.1, 0, 0.8);
    ag_store *store = open_store("left", "{}", 1, &a.trial);
    put(store, &a);
    copy_store("left", "anew"); /* as a kill leaves it */
    close_store(store);
    shell("test -s results.sqlite-wal && rm results.sqlite", "anew");
    store = open_store("anew", "{}", 1, &a.trial);
    CHECK(!ag_store_has(store, a.trial.id), "nothing comes back from the log of another database");
    put(store, &b);
    put(store, &a);
    close_store(store);
    ASK("anew", "SELECT count(*) FROM trial", "2");
    run_sql("anew", "CREATE TEMP TABLE state (of_it TEXT CHECK (of_it = 'ok'));"
                    "INSERT INTO state SELECT * FROM pragma_integrity_check");
}

/* A row of a probe that SQLite refuses: the trial is not stored without it. */
static void test_refused_row(void) {
    fixture a;
    make(&a, "relu", 0.1, 0, 0.9);
    close_store(open_store("refused", "{}", 1, &a.trial));
    run_sql("refused", "CREATE UNIQUE INDEX once ON layer_epoch_row (epoch) WHERE epoch = 1");
    ag_store *store = open_store("refused", "{}", 1, &a.trial);
    ag_error err = {0};
    CHECK(ag_store_put(store, &a.record, &err) == AG_STORE && strstr(err.text, "UNIQUE"),
          "said '%s'", err.text);
    CHECK(!ag_store_has(store, a.trial.id), "not there");
    close_store(store);
    ASK("refused", "SELECT (SELECT count(*) FROM trial) + (SELECT count(*) FROM layer_epoch_row)",
        "0");
}

/* More trials than ids: what is made by id has no room for all of them. */
static void test_ids_that_are_none(void) {
    enum { N = 40 };
    ag_store *store = open_store("ids", "{}", 0, NULL);
    fixture f;
    for (int i = 0; i < N; i++) {
        make(&f, "relu", 0.1, (uint64_t)i, 0.5);
        put(store, &f);
    }
    close_store(store);
    run_sql("ids", "UPDATE trial SET trial_id = format('x%015d', number)");
    const ag_plan plan = {.name = "test", .resolved = "{}", .source = "", .description = ""};
    const ag_store_about about = {.plan = &plan};
    ag_error err = {0};
    CHECK(ag_store_open(in_folder("ids"), &about, &store, &err) == AG_STORE &&
              strstr(err.text, "has 40 trials of 1 different ids"),
          "said '%s'", err.text);
}

/* No memory was out: there is a number of arrays that no run needs. */
static void test_too_many_arrays(void) {
    enum { N = 257 };
    static char names[N][24];
    static ag_array arrays[N];
    static const float x[1];
    fixture f;
    make(&f, "relu", 0.1, 0, 0.5);
    for (int i = 0; i < N; i++) {
        snprintf(names[i], sizeof names[i], "step/number%03d", i);
        arrays[i] = (ag_array){names[i], 1, {1}, {"step"}, "", "", x};
    }
    f.record.arrays = arrays;
    f.record.n_arrays = N;
    ag_store *store = open_store("many", "{}", 0, NULL);
    put(store, &f);
    ag_error err = {0};
    CHECK(ag_store_close(store, &err) == AG_STORE &&
              strstr(err.text, "'arrays.log': with 'step/number256' there would be more than 256 "
                               "different arrays in curves.h5"),
          "said '%s'", err.text);
}

int main(void) {
    new_folder();
    test_log_without_database();
    test_refused_row();
    test_ids_that_are_none();
    test_too_many_arrays();
    remove_folder();
    return check_report();
}

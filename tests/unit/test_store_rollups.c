/* The tables cell_* and curve_* against what the views *_now compute from the rows, whatever
 * happened to the store in between. The tables are found in the store: a new one is tested by being
 * there. */
#include "store_fixture.h"

#include <sys/wait.h>

enum { MANY = 170, TABLES_MAX = 16, NAME = 64 };

/* --- tables against views --------------------------------------------------------------- */

static int list_tables(const char *store, char table[TABLES_MAX][NAME]) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_table t;
    ag_error err = {0};
    int n = 0;
    const char *sql = "SELECT replace(name, '_now', '') FROM sqlite_schema WHERE type = 'view'"
                      " AND name LIKE '%\\_now' ESCAPE '\\'";
    CHECK(ag_store_query(in_folder(store), sql, 5, &arena, &t, &err) == AG_OK, "%s", err.text);
    for (; err.text[0] == '\0' && n < (int)t.n_rows && n < TABLES_MAX; n++)
        snprintf(table[n], NAME, "%s", t.cells[n]);
    ag_arena_close(&arena);
    CHECK(n >= 6, "%d tables of means", n);
    return n;
}

/* Every row of every table is a row that its view computes, bit by bit, and the other way
 * round. `at_least`: rows that the smallest of them has. */
static void expect_recomputed(const char *store, const char *when, long at_least) {
    char table[TABLES_MAX][NAME], sql[8192];
    ASK(store, "SELECT count(*) FROM cell WHERE settled = 0", "0");
    ASK(store, "SELECT count(*) FROM curve WHERE settled = 0", "0");
    copy_store(store, "copy");
    const int n = list_tables(store, table);
    for (int i = 0; i < n; i++) {
        const char *t = table[i];
        /* Curves come from the tables of settled cells, cells from the rows. */
        const bool of_curve = strncmp(t, "curve", 5) == 0;
        run_sql("copy", of_curve ? "UPDATE cell SET settled = 1; UPDATE curve SET settled = 0"
                                 : "UPDATE cell SET settled = 0");
        snprintf(sql, sizeof sql,
                 "SELECT (SELECT count(*) FROM (SELECT * FROM %s EXCEPT SELECT * FROM %s_now))"
                 " || ' ' || (SELECT count(*) FROM (SELECT * FROM %s_now EXCEPT SELECT * FROM %s))",
                 t, t, t, t);
        CHECK(strcmp(ask("copy", sql), "0 0") == 0, "%s: %s: %s differ", when, t, ask("copy", sql));
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", t);
        CHECK(strtol(ask("copy", sql), NULL, 10) >= at_least, "%s: %s: %s rows", when, t,
              ask("copy", sql));
    }
}

/* The views of people say the same whether the tables are used or not. */
static void expect_same_answers(const char *store, const char *when) {
    static const char *const views[] = {"leaderboard", "best_learning_rate", "gradient_decay",
                                        "dead_units",  "convergence",        "pairs",
                                        "curves"};
    copy_store(store, "copy");
    copy_store("copy", "anew");
    char table[TABLES_MAX][NAME], sql[2048];
    const int n = list_tables(store, table);
    for (int i = 0; i < n; i++) {
        snprintf(sql, sizeof sql, "DELETE FROM %s", table[i]);
        run_sql("anew", sql);
    }
    run_sql("anew", "UPDATE cell SET settled = 0; UPDATE curve SET settled = 0");
    if (system("command -v sqlite3 >/dev/null") != 0) {
        printf("skipped: views against tables (no sqlite3 program)\n");
        return;
    }
    for (int i = 0; i < AG_COUNT(views); i++) {
        char command[4096];
        snprintf(command, sizeof command,
                 "for s in copy anew; do sqlite3 \"%s/$s/results.sqlite\" 'SELECT * FROM %s'"
                 " | sort > \"%s/$s.txt\"; done; cmp -s '%s/copy.txt' '%s/anew.txt' &&"
                 " test -s '%s/copy.txt'",
                 folder, views[i], folder, folder, folder, folder);
        CHECK(system(command) == 0, "%s: %s says something else when computed anew", when,
              views[i]);
    }
}

/* --- trials ----------------------------------------------------------------------------- */

static ag_robustness_row noises[] = {{0.1, 0.5, 0.8, 0}, {0.2, 0.9, 0.6, 0}};

/* Three activations, two rates; some trials diverge, some have gradients that vanish. */
static void make_one(fixture *f, int i) {
    static const char *const activation[] = {"relu", "tanh", "elu"};
    make(f, activation[i % 3], i / 3 % 2 ? 0.1 : 0.01, (uint64_t)(i / 6),
         0.3 + 0.6 * ((i * 37) % 101) / 101);
    f->record.test_loss = 0.1 * (i % 13);
    if (i % 5 == 0) f->values[(2 * LAYERS + 0) * METRICS] = 1e-9 * (1 + i);
    if (i % 11 == 3) {
        diverge(f);
        return;
    }
    f->record.robustness_noise = "normal";
    f->record.robustness_part = "test";
    f->record.robustness_rows = noises;
    f->record.n_robustness = 2;
    for (int k = 0; k < 2; k++)
        noises[k].r2 = (double)NAN;
}

static void put_some(ag_store *store, int from, int to) {
    for (int i = from; i < to; i++) {
        fixture f;
        make_one(&f, i);
        if (!ag_store_has(store, f.trial.id)) put(store, &f);
    }
}

static ag_store *reopen(void) { return open_store("rolled", "{}", 0, NULL); }

/* Curves against what they mean, from the rows of trials. */
static void expect_curves(const char *store) {
    ASK(store,
        "WITH of_cell AS (SELECT c.activation, c.initializer, c.model, c.training, e.epoch,"
        " avg(e.val_loss) AS loss, count(*) AS n FROM trial t JOIN cell c USING (cell)"
        " JOIN epoch e USING (trial_id) WHERE t.status = 'finished' GROUP BY c.cell, e.epoch),"
        " mine AS (SELECT activation, initializer, model, training, epoch, count(*) AS cells,"
        " sum(n) AS n, avg(loss) AS loss FROM of_cell GROUP BY 1, 2, 3, 4, 5)"
        " SELECT count(*) || ' ' || sum(m.cells = v.cells AND m.n = v.n AND"
        " abs(m.loss - v.val_loss_mean) <= 1e-14 * abs(m.loss)) || ' ' ||"
        " (SELECT count(*) FROM curves) || ' ' || (max(m.cells) > 1)"
        " FROM mine m LEFT JOIN curves v USING (activation, initializer, model, training, epoch)",
        ask(store, "SELECT count(*) || ' ' || count(*) || ' ' || count(*) || ' 1' FROM curves"));
}

#define GELU_PAIRS "SELECT sum(n) > 0 FROM pairs WHERE 'gelu' IN (activation_a, activation_b)"

/* In order: a sweep; more seeds and a new cell; failures, tried again with success. */
static void test_grown(void) {
    ag_store *store = reopen();
    put_some(store, 0, 60);
    close_store(store);
    expect_recomputed("rolled", "a sweep", 6);

    store = reopen();
    put_some(store, 0, MANY); /* enough to be settled now and then on the way */
    CHECK(strtol(ask("rolled", "SELECT count(*) FROM cell WHERE settled = 1"), NULL, 10) > 0 ||
              strtol(ask("rolled", "SELECT count(*) FROM cell WHERE settled = 0"), NULL, 10) == 6,
          "some cells");
    expect_same_answers("rolled", "while it runs");
    expect_curves("rolled");
    close_store(store);
    expect_curves("rolled");
    expect_recomputed("rolled", "more seeds", 6);

    fixture f;
    make(&f, "gelu", 0.1, 0, 0.7);
    fail(&f, "the disk went away");
    store = reopen();
    put(store, &f);
    close_store(store);
    expect_recomputed("rolled", "one failed", 6);
    ASK("rolled", "SELECT n || failed FROM leaderboard WHERE activation = 'gelu'", "01");
    ASK("rolled", GELU_PAIRS, "0");

    make(&f, "gelu", 0.1, 0, 0.7);
    store = reopen();
    put(store, &f);
    close_store(store);
    expect_recomputed("rolled", "tried again", 6);
    ASK("rolled", "SELECT n || failed FROM leaderboard WHERE activation = 'gelu'", "10");
    ASK("rolled", GELU_PAIRS, "1");
}

/* A trial that is there is refused, and a store opened and closed for nothing is the same. */
static void test_twice(void) {
    fixture f;
    make_one(&f, 0);
    ag_store *store = reopen();
    ag_error err = {0};
    f.record.trial = &f.trial;
    CHECK(ag_store_put(store, &f.record, &err) == AG_STORE, "put twice");
    ag_error ignored;
    ag_store_close(store, &ignored);
    close_store(reopen());
    expect_recomputed("rolled", "put twice", 6);
}

/* A child is killed with cells settled, unsettled and half their trials there. */
static void test_killed(void) {
    for (int stop = MANY + 3; stop < MANY + 150; stop += 70) {
        fflush(stdout);
        const pid_t child = fork();
        if (child == 0) {
            put_some(reopen(), 0, stop);
            _exit(0);
        }
        waitpid(child, NULL, 0);
        expect_same_answers("rolled", "killed");
        close_store(reopen());
        expect_recomputed("rolled", "killed, opened, closed", 6);
        expect_same_answers("rolled", "closed");
    }
}

/* One by one with a settling in between, or all at once: the same bits. */
static void test_order(void) {
    ag_store *store = open_store("at_once", "{}", 0, NULL);
    for (int i = 89; i >= 0; i--) {
        fixture f;
        make_one(&f, i);
        put(store, &f);
    }
    close_store(store);
    for (int i = 0; i < 90; i += 30) {
        store = open_store("in_parts", "{}", 0, NULL);
        put_some(store, i, i + 30);
        close_store(store);
    }
    char table[TABLES_MAX][NAME], command[4096];
    const int n = list_tables("at_once", table);
    for (int i = 0; i < n; i++) {
        /* The number of a curve tells when it came. */
        const char *what = strcmp(table[i], "curve_epoch") == 0
                               ? "curves ORDER BY activation, initializer, epoch"
                               : table[i];
        snprintf(command, sizeof command,
                 "for s in at_once in_parts; do sqlite3 \"%s/$s/results.sqlite\""
                 " 'SELECT * FROM %s' > \"%s/$s.txt\"; done;"
                 " cmp -s '%s/at_once.txt' '%s/in_parts.txt'",
                 folder, what, folder, folder, folder);
        CHECK(system(command) == 0, "%s depends on the order of arrival", table[i]);
    }
}

/* Settings that another version puts in other words are in the cell that is there, and its curve
 * knows of them. */
static void test_other_words(void) {
    for (int seed = 0; seed < 2; seed++) {
        fixture f;
        make(&f, "relu", 0.1, (uint64_t)seed, 0.7);
        f.record.training = seed ? "epochs: 2" : "epochs=2";
        ag_store *store = open_store("words", "{}", 0, NULL);
        put(store, &f);
        close_store(store);
    }
    ASK("words", "SELECT count(*) || ' ' || min(n) || ' ' || max(n) FROM curves", "3 2 2");
    ASK("words", "SELECT count(*) FROM curve", "1");
}

int main(void) {
    new_folder();
    test_grown();
    test_twice();
    test_killed();
    test_order();
    test_other_words();
    remove_folder();
    return check_report();
}

/* A store of an older format: it says what it said, and a run brings it up to date without
 * touching a row of a trial. */
#include "store_fixture.h"

enum { TRIALS = 24 };

static char schema_file[512]; /* tests/cases/store/to_format_3.sql */

static bool shell(const char *command) { return system(command) == 0; }

static bool to_format_3(const char *name) {
    char command[2048];
    snprintf(command, sizeof command, "sqlite3 -bail '%s/%s/results.sqlite' < '%s'", folder, name,
             schema_file);
    return shell(command);
}

static void put_some(ag_store *store, int from, int to) {
    static const char *const activation[] = {"relu", "tanh", "elu"};
    for (int i = from; i < to; i++) {
        fixture f;
        make(&f, activation[i % 3], i / 3 % 2 ? 0.1 : 0.01, (uint64_t)(i / 6),
             0.3 + 0.02 * (i * 7 % 25));
        if (i % 7 == 3) diverge(&f);
        put(store, &f);
    }
}

static void make_store(const char *name, int n) {
    ag_store *store = open_store(name, "{}", 0, NULL);
    put_some(store, 0, n);
    close_store(store);
}

/* Writes every row of a table or view into `file`. */
static void dump(const char *name, const char *what, const char *columns, const char *file) {
    char command[4096];
    snprintf(command, sizeof command,
             "sqlite3 '%s/%s/results.sqlite' 'SELECT %s FROM %s' | sort > '%s/%s'"
             " && test -s '%s/%s'",
             folder, name, columns, what, folder, file, folder, file);
    CHECK(shell(command), "%s", command);
}

static void expect_same(const char *a, const char *what, const char *b, const char *when) {
    dump(a, what, "*", "a.txt");
    dump(b, what, "*", "b.txt");
    char command[2048];
    snprintf(command, sizeof command, "cmp -s '%s/a.txt' '%s/b.txt'", folder, folder);
    CHECK(shell(command), "%s: %s of %s and %s", when, what, a, b);
}

static const char *const views[] = {
    "trial",      "epoch",          "layer",       "layer_epoch",        "leaderboard",
    "dead_units", "gradient_decay", "convergence", "best_learning_rate", "pairs"};

/* Shipped queries answer as well, or say why not. */
static void test_read(void) {
    ASK("old", "PRAGMA user_version", "3");
    for (int i = 0; i < AG_COUNT(views); i++)
        expect_same("old", views[i], "new", "read");
    for (int i = 0; i < ag_n_shipped_queries; i++) {
        char name[80];
        snprintf(name, sizeof name, "@%s", ag_shipped_queries[i].name);
        const char *answer = ask("old", name);
        if (strstr(answer, "no such"))
            CHECK(strstr(answer, "has format 3, this program's have 5: `actgrid run` of its"
                                 " experiment brings it up to date"),
                  "%s: %s", name, answer);
    }
    CHECK(strstr(ask("old", "@leaderboard"), "no such") == NULL, "%s", ask("old", "@leaderboard"));
    ASK("old", "PRAGMA user_version", "3");
}

/* Opened for nothing it is up to date; with more trials it is what a new store would be. */
static void test_upgraded(void) {
    close_store(open_store("old", "{}", 0, NULL));
    ASK("old", "PRAGMA user_version", "5");
    for (int i = 0; i < AG_COUNT(views); i++)
        expect_same("old", views[i], "new", "opened");
    expect_same("old", "cell_pair", "new", "opened");
    dump("old", "sqlite_schema", "name, sql", "a.txt");
    dump("new", "sqlite_schema", "name, sql", "b.txt");
    char command[2048];
    snprintf(command, sizeof command, "cmp '%s/a.txt' '%s/b.txt'", folder, folder);
    CHECK(shell(command), "an upgraded store has other tables than a new one");

    for (int i = 0; i < 2; i++) {
        ag_store *store = open_store(i ? "old" : "new", "{}", 0, NULL);
        put_some(store, TRIALS, TRIALS + 6);
        close_store(store);
    }
    for (int i = 0; i < AG_COUNT(views); i++)
        expect_same("old", views[i], "new", "extended");
}

/* Format 4 lacks one table, and keeps its means. */
static void test_format_4(void) {
    char command[2048];
    make_store("four", TRIALS);
    snprintf(command, sizeof command,
             "sqlite3 '%s/four/results.sqlite' 'DROP VIEW activation_parameter;"
             " DROP TABLE activation_parameter_row; PRAGMA user_version = 4'",
             folder);
    CHECK(shell(command), "%s", command);
    CHECK(strstr(ask("four", "@learned_parameters"), "has format 4, this program's have 5"), "%s",
          ask("four", "@learned_parameters"));
    ASK("four", "SELECT count(*) > 0 FROM leaderboard", "1");
    close_store(open_store("four", "{}", 0, NULL));
    ASK("four", "PRAGMA user_version", "5");
    ASK("four", "SELECT count(*) FROM activation_parameter", "0");
    ASK("four", "SELECT count(*) FROM cell WHERE settled = 0", "0");
}

/* Its own views and indexes belong to whoever made them. */
static void test_own_view_stays(void) {
    char command[2048];
    make_store("own", 6);
    CHECK(to_format_3("own"), "to format 3");
    snprintf(command, sizeof command,
             "sqlite3 '%s/own/results.sqlite' 'CREATE VIEW mine AS SELECT count(*) AS n FROM trial;"
             " CREATE INDEX own_index ON trial (seed)'",
             folder);
    CHECK(shell(command), "%s", command);
    close_store(open_store("own", "{}", 0, NULL));
    ASK("own", "PRAGMA user_version", "5");
    ASK("own", "SELECT n FROM mine", "6");
    ASK("own", "SELECT count(*) FROM sqlite_schema WHERE name = 'own_index'", "1");
}

/* The first stores of format 3 did not say what memory a run took. */
static void test_no_peak(void) {
    char command[2048];
    make_store("peak", 6);
    CHECK(to_format_3("peak"), "to format 3");
    snprintf(command, sizeof command,
             "sqlite3 '%s/peak/results.sqlite' 'ALTER TABLE progress DROP COLUMN peak_bytes'",
             folder);
    CHECK(shell(command), "%s", command);
    close_store(open_store("peak", "{}", 0, NULL));
    ASK("peak", "PRAGMA user_version", "5");
    ASK("peak", "SELECT peak_bytes > 0 FROM progress", "1");
}

/* What this program did not make is not half upgraded: all or nothing. */
static void test_half(void) {
    char command[2048];
    make_store("half", 6);
    CHECK(to_format_3("half"), "to format 3");
    snprintf(command, sizeof command, "sqlite3 '%s/half/results.sqlite' 'DROP VIEW pairs'", folder);
    CHECK(shell(command), "%s", command);
    const ag_plan plan = {.name = "test", .resolved = "{}", .source = "", .description = ""};
    const ag_store_about about = {.plan = &plan};
    ag_store *store = NULL;
    ag_error err = {0};
    CHECK(ag_store_open(in_folder("half"), &about, &store, &err) == AG_STORE, "refused");
    CHECK(strstr(err.text, "no such view: pairs"), "%s", err.text);
    ASK("half", "PRAGMA user_version", "3");
    ASK("half", "SELECT count(*) > 0 FROM leaderboard", "1");
}

int main(void) {
    snprintf(schema_file, sizeof schema_file, "%s", __FILE__);
    char *end = strstr(schema_file, "unit/test_store_formats.c");
    if (!end) return 1;
    snprintf(end, sizeof schema_file - (size_t)(end - schema_file), "cases/store/to_format_3.sql");
    if (!shell("sqlite3 -version > /dev/null 2>&1")) {
        printf("skipped: older stores (no sqlite3 program)\n");
        return 77;
    }
    new_folder();
    make_store("new", TRIALS);
    make_store("old", TRIALS);
    CHECK(to_format_3("old"), "to format 3");
    test_read();
    test_upgraded();
    test_format_4();
    test_own_view_stays();
    test_no_peak();
    test_half();
    remove_folder();
    return check_report();
}

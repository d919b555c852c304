/* A store of an older format: it says what it said, and a run brings it up to date without
 * touching a row of a trial. */
#include "results/store/compare/diff.h"
#include "store_fixture.h"

enum { TRIALS = 24 };

static char folder_of_cases[512]; /* tests/cases/store */

static bool shell(const char *command) { return system(command) == 0; }

static void run_case(const char *name, int format) {
    char command[2048];
    snprintf(command, sizeof command,
             "sqlite3 -bail '%s/%s/results.sqlite' < '%s/to_format_%d.sql'", folder, name,
             folder_of_cases, format);
    CHECK(shell(command), "%s", command);
}

/* 3 to 8 */
static void to_format(const char *name, int format) {
    char command[2048];
    run_case(name, 8);
    if (format < 8) run_case(name, format == 4 ? 5 : format);
    if (format != 4) return;
    snprintf(command, sizeof command,
             "sqlite3 '%s/%s/results.sqlite' 'DROP VIEW activation_parameter;"
             " DROP TABLE activation_parameter_row; PRAGMA user_version = 4'",
             folder, name);
    CHECK(shell(command), "%s", command);
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

static void expect_same_columns(const char *a, const char *what, const char *columns, const char *b,
                                const char *when) {
    dump(a, what, columns, "a.txt");
    dump(b, what, columns, "b.txt");
    char command[2048];
    snprintf(command, sizeof command, "cmp -s '%s/a.txt' '%s/b.txt'", folder, folder);
    CHECK(shell(command), "%s: %s of %s and %s", when, what, a, b);
}

static void expect_same(const char *a, const char *what, const char *b, const char *when) {
    expect_same_columns(a, what, "*", b, when);
}

/* Until format 5 from sums of squares, which lose the last digits. */
static const char *const ROUNDED_PAIRS =
    "cell_a, cell_b, n, val_accuracy_difference_mean, round(val_accuracy_difference_std, 12),"
    " val_loss_difference_mean, round(val_loss_difference_std, 12), a_better, b_better, unpaired";

/* Up to format 8. */
static const char *const OF_PROBES =
    "trial_id, epoch, layer, grad_norm, delta_norm, weight_norm, update_ratio, activation_mean,"
    " activation_std, preactivation_mean, preactivation_std, dead_fraction, zero_fraction,"
    " saturated_fraction";

static const char *const views[] = {
    "trial",      "epoch",          "layer",       "layer_epoch",        "leaderboard",
    "dead_units", "gradient_decay", "convergence", "best_learning_rate", "pairs"};

/* Shipped queries answer as well, or say why not. */
static void test_read(const char *old, int format) {
    char version[16], why[160];
    snprintf(version, sizeof version, "%d", format);
    snprintf(why, sizeof why,
             "has format %d, this program's have 9: `actgrid run` of its experiment brings it up to"
             " date",
             format);
    ASK(old, "PRAGMA user_version", version);
    for (int i = 0; i < AG_COUNT(views); i++)
        expect_same_columns(old, views[i],
                            strcmp(views[i], "pairs") == 0         ? ROUNDED_PAIRS
                            : strcmp(views[i], "layer_epoch") == 0 ? OF_PROBES
                                                                   : "*",
                            "new", "read");
    for (int i = 0; i < ag_n_shipped_queries; i++) {
        char name[80];
        snprintf(name, sizeof name, "@%s", ag_shipped_queries[i].name);
        const char *answer = ask(old, name);
        if (strstr(answer, "no such")) CHECK(strstr(answer, why), "%s: %s", name, answer);
    }
    CHECK(strstr(ask(old, "@leaderboard"), "no such") == NULL, "%s", ask(old, "@leaderboard"));
    if (format < 6) CHECK(strstr(ask(old, "@curves"), why), "%s", ask(old, "@curves"));
    const char *flight = ask(old, "SELECT count(*) FROM flight");
    if (format < 7) CHECK(strstr(flight, "no such table: flight"), "%s", flight);
    const char *selection = ask(old, "SELECT count(*) FROM selection");
    if (format < 8) CHECK(strstr(selection, "no such table: selection"), "%s", selection);
    ASK(old, "PRAGMA user_version", version);
}

/* Opened for nothing it is up to date; with more trials it is what a new store would be. */
static void test_upgraded(const char *old) {
    static const char *const derived[] = {"cell_result", "cell_epoch", "cell_layer", "cell_pair"};
    close_store(open_store(old, "{}", 0, NULL));
    ASK(old, "PRAGMA user_version", "9");
    for (int i = 0; i < AG_COUNT(views); i++)
        expect_same(old, views[i], "new", "opened");
    for (int i = 0; i < AG_COUNT(derived); i++)
        expect_same(old, derived[i], "new", "opened");
    expect_same(old, "curves", "new", "opened");
    dump(old, "sqlite_schema", "name, sql", "a.txt");
    dump("new", "sqlite_schema", "name, sql", "b.txt");
    char command[2048];
    snprintf(command, sizeof command, "cmp '%s/a.txt' '%s/b.txt'", folder, folder);
    CHECK(shell(command), "an upgraded store has other tables than a new one");

    copy_store("new", "more");
    for (int i = 0; i < 2; i++) {
        ag_store *store = open_store(i ? old : "more", "{}", 0, NULL);
        put_some(store, TRIALS, TRIALS + 6);
        close_store(store);
    }
    for (int i = 0; i < AG_COUNT(views); i++)
        expect_same(old, views[i], "more", "extended");
    expect_same(old, "curves", "more", "extended");
}

/* What both formats have is the same; what only one has is said. */
static void test_compared(const char *old, int format) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_diff diff;
    char path[2][512];
    snprintf(path[0], sizeof path[0], "%s/%s", folder, old);
    snprintf(path[1], sizeof path[1], "%s/new", folder);
    const ag_diff_wish wish = {.only_common = false};
    const ag_status status =
        ag_store_diff((const char *const[]){path[0], path[1]}, &wish, &arena, &diff, &err);
    CHECK(status == AG_OK && diff.equal && diff.trials == TRIALS, "%s: %s", old, err.text);
    CHECK(diff.format[0] == format && diff.format[1] > format, "format %d", diff.format[0]);
    CHECK(diff.n_notes >= 1 && strstr(diff.note[0], "means are left out"), "it is said");
    bool said = false;
    for (size_t i = 0; i < diff.n_notes; i++)
        said |= strstr(diff.note[i], "table 'activation_parameter' is in ") != NULL;
    CHECK(said == (format < 5), "%s: that it has no learned parameters", old);
    ag_arena_close(&arena);
}

static void test_format(int format) {
    char old[16];
    snprintf(old, sizeof old, "old%d", format);
    copy_store("new", old);
    to_format(old, format);
    test_read(old, format);
    test_compared(old, format);
    if (format < 5)
        CHECK(strstr(ask(old, "@learned_parameters"), "no such table: activation_parameter_row"),
              "%s", ask(old, "@learned_parameters"));
    test_upgraded(old);
    ASK(old, "SELECT count(*) FROM activation_parameter", "0");
    if (format < 7) ASK(old, "SELECT count(*) FROM flight", "0");
    ASK(old, "SELECT count(*) FROM selection", "0");
    ASK(old, "SELECT count(*) FROM cell WHERE settled = 0", "0");
    ASK(old, "SELECT count(*) FROM curve WHERE settled = 0", "0");
}

/* Its own views and indexes belong to whoever made them. */
static void test_own_view_stays(void) {
    char command[2048];
    make_store("own", 6);
    to_format("own", 3);
    snprintf(command, sizeof command,
             "sqlite3 '%s/own/results.sqlite' 'CREATE VIEW mine AS SELECT count(*) AS n FROM trial;"
             " CREATE INDEX own_index ON trial (seed)'",
             folder);
    CHECK(shell(command), "%s", command);
    close_store(open_store("own", "{}", 0, NULL));
    ASK("own", "PRAGMA user_version", "9");
    ASK("own", "SELECT n FROM mine", "6");
    ASK("own", "SELECT count(*) FROM sqlite_schema WHERE name = 'own_index'", "1");
}

/* The first stores of format 3 did not say what memory a run took. */
static void test_no_peak(void) {
    char command[2048];
    make_store("peak", 6);
    to_format("peak", 3);
    snprintf(command, sizeof command,
             "sqlite3 '%s/peak/results.sqlite' 'ALTER TABLE progress DROP COLUMN peak_bytes'",
             folder);
    CHECK(shell(command), "%s", command);
    close_store(open_store("peak", "{}", 0, NULL));
    ASK("peak", "PRAGMA user_version", "9");
    ASK("peak", "SELECT peak_bytes > 0 FROM progress", "1");
}

/* What this program did not make is not half upgraded: all or nothing. */
static void test_half(void) {
    char command[2048];
    make_store("half", 6);
    to_format("half", 3);
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
    const char *source = getenv("AG_SOURCE"); /* set by ctest */
    snprintf(folder_of_cases, sizeof folder_of_cases, "%s/tests/cases/store",
             source ? source : ".");
    if (!shell("sqlite3 -version > /dev/null 2>&1")) {
        printf("skipped: older stores (no sqlite3 program)\n");
        return 77;
    }
    new_folder();
    make_store("new", TRIALS);
    for (int format = 3; format < 9; format++)
        test_format(format);
    test_own_view_stays();
    test_no_peak();
    test_half();
    remove_folder();
    return check_report();
}

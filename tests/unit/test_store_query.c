/* The views' numbers against values worked by hand, and the guard around queries. */
#include "store_fixture.h"

/* relu at 0.1: seeds 0, 1, 2 with 0.9, 0.7, 0.5, and seed 3 diverged; relu at 0.01
 * and 1: one seed each (the latter diverged); tanh at 0.1: seeds 0, 1, 3; and one
 * relu with other settings that no column shows. */
static void make_sweep(void) {
    ag_store *store = open_store("sweep", "{}", 0, NULL);
    static const double accuracy[] = {0.9, 0.7, 0.5};
    fixture f;
    for (uint64_t s = 0; s < 3; s++) {
        make(&f, "relu", 0.1, s, accuracy[s]);
        if (s == 0)
            f.values[(2 * LAYERS + 0) * METRICS] = 0.0006; /* decay 0.01 in the last epoch */
        if (s == 1) f.values[(2 * LAYERS + 0) * METRICS + 2] = 0.6; /* dead, hidden1, last */
        put(store, &f);
    }
    make(&f, "relu", 0.1, 3, 0.99);
    diverge(&f);
    put(store, &f);
    make(&f, "relu", 0.01, 0, 0.6);
    put(store, &f);
    make(&f, "relu", 1, 0, 0.99);
    diverge(&f);
    put(store, &f);
    make(&f, "tanh", 0.1, 0, 0.8);
    put(store, &f);
    make(&f, "tanh", 0.1, 1, 0.4);
    put(store, &f);
    make(&f, "tanh", 0.1, 3, 0.5);
    put(store, &f);
    make(&f, "relu", 0.1, 0, 0.1);
    char *more = strstr(f.settings, "\"seed\"");
    snprintf(more, 64, "\"dropout\":0.5,\"seed\":0}");
    f.trial.id++;
    put(store, &f);
    close_store(store);
}

#define RELU "activation = 'relu' AND learning_rate = 0.1 AND settings NOT LIKE '%dropout%'"
#define CELL "(SELECT cell FROM leaderboard WHERE " RELU ")"

static void test_leaderboard(void) {
    ASK("sweep", "SELECT count(*) FROM leaderboard", "5");
    ASK("sweep", "SELECT n || ' ' || diverged || ' ' || failed FROM leaderboard WHERE " RELU,
        "3 1 0");
    ASK_NUMBER("sweep", "SELECT val_accuracy_mean FROM leaderboard WHERE " RELU, 0.7);
    ASK_NUMBER("sweep", "SELECT val_accuracy_std FROM leaderboard WHERE " RELU, 0.2);
    ASK_NUMBER("sweep", "SELECT test_accuracy_mean FROM leaderboard WHERE " RELU, 0.6);
    ASK_NUMBER("sweep", "SELECT val_loss_mean FROM leaderboard WHERE " RELU, 0.3);
    ASK("sweep", "SELECT test_loss_mean FROM leaderboard WHERE " RELU, "NULL");
    /* a cell of one seed has no spread, one that only diverged no mean */
    ASK("sweep", "SELECT val_accuracy_std FROM leaderboard WHERE learning_rate = 0.01", "NULL");
    ASK("sweep",
        "SELECT n || ifnull(val_accuracy_mean, ' none ') || diverged FROM leaderboard"
        " WHERE learning_rate = 1",
        "0 none 1");
    /* a setting without a column of its own is never averaged away */
    ASK_NUMBER("sweep",
               "SELECT val_accuracy_mean FROM leaderboard"
               " WHERE settings ->> '$.dropout' = 0.5",
               0.1);
    ASK("sweep", "SELECT count(*) FROM leaderboard WHERE settings ->> '$.seed' IS NOT NULL", "0");
    ASK("sweep", "SELECT activation || learning_rate FROM leaderboard", "relu0.1");
}

static void test_best_learning_rate(void) {
    ASK("sweep", "SELECT count(*) FROM best_learning_rate", "3");
    ASK("sweep",
        "SELECT learning_rate || ' ' || n || ' ' || rates_tried || ' ' || below || ' ' ||"
        " above || ' ' || on_edge FROM best_learning_rate WHERE cell = " CELL,
        "0.1 3 3 1 1 0");
    ASK("sweep",
        "SELECT below || ' ' || above || ' ' || on_edge FROM best_learning_rate"
        " WHERE activation = 'tanh'",
        "0 0 1");
}

static void test_gradient_decay(void) {
    /* 0.0006/0.06, then 0.5 twice: (0.01 * 0.25)^(1/3) */
    ASK_NUMBER("sweep", "SELECT gradient_decay FROM gradient_decay WHERE cell = " CELL,
               0.13572088082974532);
    ASK_NUMBER("sweep", "SELECT gradient_decay_initial FROM gradient_decay WHERE cell = " CELL,
               0.5);
    ASK_NUMBER("sweep", "SELECT delta_decay FROM gradient_decay WHERE cell = " CELL, 0.01);
    ASK_NUMBER("sweep", "SELECT gradient_decay FROM trial WHERE seed = 0 AND cell = " CELL, 0.01);
}

static void test_dead_units(void) {
    /* hidden1 at the end: 0.1, 0.6, 0.1; hidden2: 0.2 thrice; no row for the output */
    ASK_NUMBER("sweep", "SELECT dead_fraction FROM dead_units WHERE layer = 1 AND cell = " CELL,
               0.8 / 3);
    ASK_NUMBER("sweep", "SELECT dead_fraction_max FROM dead_units WHERE layer = 1 AND cell = " CELL,
               0.6);
    ASK_NUMBER("sweep", "SELECT dead_fraction FROM dead_units WHERE layer = 2 AND cell = " CELL,
               0.2);
    ASK_NUMBER("sweep",
               "SELECT dead_fraction_initial FROM dead_units WHERE layer = 2"
               " AND cell = " CELL,
               0.1);
    ASK("sweep", "SELECT group_concat(name || n) FROM dead_units WHERE cell = " CELL,
        "hidden13,hidden23");
    ASK_NUMBER("sweep", "SELECT dead_fraction FROM trial WHERE seed = 1 AND cell = " CELL, 0.4);
}

static void test_convergence(void) {
    ASK("sweep", "SELECT count(*) FROM convergence WHERE cell = " CELL, "3");
    ASK_NUMBER("sweep", "SELECT val_loss_mean FROM convergence WHERE epoch = 1 AND cell = " CELL,
               1.3);
    ASK("sweep", "SELECT n FROM convergence WHERE epoch = 2 AND cell = " CELL, "3");
    ASK_NUMBER("sweep", "SELECT train_loss_mean FROM convergence WHERE epoch = 0 AND cell = " CELL,
               2);
}

static void test_pairs(void) {
    /* seeds 0 and 1: 0.9 - 0.8 and 0.7 - 0.4; seed 3 ran with both, and relu diverged */
    ASK("sweep", "SELECT count(*) FROM pairs", "1");
    ASK("sweep",
        "SELECT activation_a || activation_b || n || a_better || b_better || unpaired"
        " FROM pairs",
        "relutanh2201");
    ASK_NUMBER("sweep", "SELECT val_accuracy_difference_mean FROM pairs", 0.2);
    CHECK(close_to(strtod(ask("sweep", "SELECT val_accuracy_difference_std FROM pairs"), NULL),
                   0.14142135623730951, 1e-9, 0),
          "std of the differences");
    ASK_NUMBER("sweep", "SELECT val_loss_difference_mean FROM pairs", -0.2);
}

/* Losses of 1e9 that differ by 1, 2 and 3: sums of squares would have no digit left. */
static void test_pairs_of_large_losses(void) {
    ag_store *store = open_store("large", "{}", 0, NULL);
    for (uint64_t s = 0; s < 3; s++) {
        fixture f;
        make(&f, "relu", 0.1, s, 0.5);
        f.record.val_loss = 1e9 + (double)s;
        put(store, &f);
        make(&f, "tanh", 0.1, s, 0.5);
        f.record.val_loss = 1.0 / 3 - (double)s;
        put(store, &f);
    }
    ASK("large", "SELECT val_loss_difference_std FROM pairs", "2");
    close_store(store);
    ASK("large", "SELECT val_loss_difference_std || ' ' || val_accuracy_difference_std FROM pairs",
        "2.0 0.0");
}

/* What the views say of a cell that is not settled must be what they say later. */
static void test_unsettled(void) {
    static const char *const questions[] = {
        "SELECT group_concat(cell || n || ifnull(val_accuracy_mean, '') || ifnull(val_accuracy_std,"
        " '') || diverged || ifnull(val_loss_std, '')) FROM leaderboard",
        "SELECT group_concat(cell || ifnull(gradient_decay, '')) FROM gradient_decay",
        "SELECT group_concat(cell || layer || n || dead_fraction || dead_fraction_max) FROM"
        " (SELECT * FROM dead_units ORDER BY cell, layer)",
        "SELECT group_concat(cell || epoch || n || val_loss_mean) FROM"
        " (SELECT * FROM convergence ORDER BY cell, epoch)",
    };
    fixture f;
    make(&f, "relu", 0.1, 9, 0.65);
    ag_store *store = open_store("sweep", "{}", 0, NULL);
    put(store, &f);
    ASK("sweep", "SELECT count(*) FROM cell WHERE settled = 0", "1");
    ASK_NUMBER("sweep", "SELECT val_accuracy_mean FROM leaderboard WHERE " RELU, 0.6875);
    char before[AG_COUNT(questions)][1024];
    for (int i = 0; i < AG_COUNT(questions); i++)
        strcpy(before[i], ask("sweep", questions[i]));
    close_store(store);
    ASK("sweep", "SELECT count(*) FROM cell WHERE settled = 0", "0");
    for (int i = 0; i < AG_COUNT(questions); i++)
        CHECK(strcmp(before[i], ask("sweep", questions[i])) == 0, "%s: %s, later %s", questions[i],
              before[i], ask("sweep", questions[i]));
}

/* --- shipped queries, functions ------------------------------------------------------ */

static void test_shipped(void) {
    CHECK(ag_n_shipped_queries >= 10, "%d", ag_n_shipped_queries);
    for (int i = 0; i < ag_n_shipped_queries; i++) {
        char name[80];
        snprintf(name, sizeof name, "@%s", ag_shipped_queries[i].name);
        ag_arena arena = AG_ARENA_EMPTY;
        ag_table table;
        ag_error err = {0};
        CHECK(ag_store_query(in_folder("sweep"), name, 5, &arena, &table, &err) == AG_OK, "%s: %s",
              name, err.text);
        CHECK(strlen(ag_shipped_queries[i].question) > 20, "%s has a question", name);
        int model = 0; /* normalization, dropout and blocks are nowhere else in a row */
        for (int c = 0; err.text[0] == '\0' && c < table.n_columns; c++)
            model += strcmp(table.columns[c], "model") == 0;
        CHECK(model == 1, "%s: which model is a row of?", name);
        ag_arena_close(&arena);
    }
    ASK("sweep", "@diverged", "relu");
    CHECK(strstr(ask("sweep", "@leaderbord"), "did you mean '@leaderboard'?"), "%s",
          ask("sweep", "@leaderbord"));
}

/* A cell whose every trial diverged has no decay; 0 would be a vanished gradient. */
static void test_null_stays(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_table t;
    ag_error err = {0};
    CHECK(ag_store_query(in_folder("sweep"), "@gradient_decay", 5, &arena, &t, &err) == AG_OK, "%s",
          err.text);
    int rate = 0, final = 0, empty = 0;
    for (int c = 0; c < t.n_columns; c++) {
        if (strcmp(t.columns[c], "learning_rate") == 0) rate = c;
        if (strcmp(t.columns[c], "gradient_final") == 0) final = c;
    }
    for (size_t r = 0; r < t.n_rows; r++) {
        const char *const *row = t.cells + r * (size_t)t.n_columns;
        if (strtod(row[rate], NULL) < 1) continue;
        CHECK(!row[final], "a decay of %s", row[final]);
        empty++;
    }
    CHECK(empty == 1, "%d cells diverged", empty);
    ag_arena_close(&arena);
}

static void test_functions(void) {
    ASK_NUMBER("sweep", "SELECT median(column1) FROM (VALUES (3), (1), (NULL), (2), (10))", 2.5);
    ASK_NUMBER("sweep", "SELECT geomean(column1) FROM (VALUES (1), (10), (NULL), (100))", 10);
    ASK_NUMBER("sweep", "SELECT geomean(column1) FROM (VALUES (1), (0))", 0);
    ASK("sweep", "SELECT geomean(column1) FROM (VALUES (1), (-1))", "NULL");
    /* one-pass sums of squares give nonsense here */
    ASK_NUMBER("sweep", "SELECT stddev(column1) FROM (VALUES (1e8), (1e8 + 1), (1e8 + 2))", 1);
    ASK("sweep", "SELECT stddev(column1) FROM (VALUES (1))", "NULL");
    ASK("sweep", "SELECT median(column1) FROM (VALUES (NULL))", "NULL");
    ASK("sweep", "SELECT median(column1) FROM (VALUES (9e999), (9e999), (1))", "inf");
    ASK("sweep", "SELECT median(column1) FROM (VALUES (9e999), (9e999))", "inf");
    ASK("sweep", "SELECT median(column1) FROM (VALUES (-9e999), (1))", "-inf");
    ASK("sweep", "SELECT geomean(column1) FROM (VALUES (9e999), (1))", "inf");
    ASK("sweep", "SELECT geomean(column1) FROM (VALUES (9e999), (0))", "NULL");
    ASK("sweep", "SELECT stddev(column1) FROM (VALUES (9e999), (1))", "NULL");
    ASK("sweep", "SELECT median(column1) FROM (VALUES (2), ('many'), (1))",
        "the query is wrong: median(): a value is text, must be a number");
    ASK("sweep", "SELECT significant(0.0012345, 3)", "0.00123");
    ASK("sweep", "SELECT significant(-98765, 2)", "-99000");
    ASK("sweep", "SELECT significant(9e999, 3)", "inf");
    ASK("sweep", "SELECT significant(NULL, 3)", "NULL");
    ASK("sweep", "SELECT significant('x', 3)", "NULL");
    ASK("sweep", "SELECT significant(1, NULL)", "NULL");
    ASK("sweep", "SELECT 0.1 + 0.2", "0.30000000000000004");
    /* as SQLite's own, which prints: of decimals, of their neighbours, of middles between two */
    ASK("sweep",
        "WITH RECURSIVE r(i) AS (SELECT -40000 UNION ALL SELECT i + 7 FROM r WHERE i < 40000),"
        " v(x, n) AS (SELECT i * f, d FROM r, (SELECT 0.00005 AS f UNION SELECT 0.000333"
        " UNION SELECT 1.0 / 3 UNION SELECT 0.125 UNION SELECT 1234567.8951),"
        " (SELECT 1 AS d UNION SELECT 3 UNION SELECT 4))"
        " SELECT sum(round(x, n) IS NOT CAST(printf('%!.' || n || 'f', x) AS REAL)) || ' of ' ||"
        " (count(*) > 150000) FROM v",
        "0 of 1");
    ASK("sweep", "SELECT round(9e999, 4) || ' ' || round(-0.00001, 4) || ' ' || round(2.5, 0)",
        "Inf 0.0 3.0");
    ASK("sweep", "SELECT round(3.4678620000000002, 12)", "3.467862"); /* theirs misses it */
    ASK("sweep", "SELECT round(NULL, 4)", "NULL");
    ASK("sweep", "SELECT round(1e17, 4)", "1e+17");
    ASK("sweep", "SELECT 1e-5", "1e-05");
}

/* --- the guard ------------------------------------------------------------------------ */

static void test_guard(void) {
    static const char *const refused[] = {
        "UPDATE trial SET seed = 7",
        "DELETE FROM trial",
        "INSERT INTO environment VALUES (1, 'a', 'b')",
        "DROP TABLE trial",
        "CREATE TABLE x (y)",
        "CREATE TEMP TABLE x (y)",
        "ATTACH 'other.db' AS other",
        "ATTACH ':memory:' AS other",
        "DETACH main",
        "ALTER TABLE trial ADD COLUMN x",
        "CREATE VIRTUAL TABLE x USING fts5 (y)",
        "EXPLAIN DELETE FROM trial",
        "PRAGMA writable_schema = 1",
        "SELECT * FROM pragma_journal_mode",
        "PRAGMA journal_mode = DELETE",
        "PRAGMA user_version = 9",
        "PRAGMA query_only = 0",
        "PRAGMA wal_checkpoint",
        "VACUUM INTO 'copy.db'",
        "SELECT load_extension('x')",
        "BEGIN",
        "COMMIT",
        "SELECT fts3_tokenizer('simple')",
        "REINDEX",
        "ANALYZE",
        "WITH x AS (SELECT 1) DELETE FROM trial",
    };
    for (int i = 0; i < AG_COUNT(refused); i++)
        CHECK(strstr(ask("sweep", refused[i]), "a query may only read"), "%s: %s", refused[i],
              ask("sweep", refused[i]));
    ASK("sweep", "SELECT count(*) FROM trial WHERE seed = 7", "0");
    ASK("sweep", "SELECT 1; SELECT 2", "the query has more than one statement, must be one");
    ASK("sweep", "SELECT 1; -- the end\n /* really */ ;", "1");
    ASK("sweep", " -- nothing", "the query is empty");
    ASK("sweep", "PRAGMA user_version", "9");
    ASK("sweep", "SELECT name FROM pragma_table_info('epoch')", "trial_id");
    ASK("sweep", "SELECT count(*) FROM json_each('[1,2]')", "2");
}

static void test_messages(void) {
    CHECK(
        strstr(ask("sweep", "SELECT 1 FROM trail"), "no such table: trail; did you mean 'trial'?"),
        "%s", ask("sweep", "SELECT 1 FROM trail"));
    CHECK(strstr(ask("sweep", "SELECT 1 FROM zzzzzzzzzz"), "; there are cell, "), "%s",
          ask("sweep", "SELECT 1 FROM zzzzzzzzzz"));
    ASK("sweep", "SELECT activaton FROM trial",
        "no such column: activaton; did you mean 'activation'?");
    ASK("sweep", "SELECT t.lerning_rate FROM trial t",
        "no such column: t.lerning_rate; did you mean 'learning_rate'?");
    ASK("sweep", "SELECT val_loss FROM leaderboard",
        "no such column: val_loss; did you mean 'val_loss_mean'?");
    ASK("sweep", "SELECT Val_Los FROM Trial", "no such column: Val_Los; did you mean 'val_loss'?");
    ASK("sweep", "SELECT delta_norm FROM environment", "no such column: delta_norm");
    ASK("sweep", "SELEC", "the query is wrong: near \"SELEC\": syntax error");
}

#define FOREVER "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) "

static void test_runaway(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_table table;
    ag_error err = {0};
    CHECK(ag_store_query(in_folder("sweep"), FOREVER "SELECT count(*) FROM r", 0.2, &arena, &table,
                         &err) == AG_STORE,
          "stopped");
    CHECK(strstr(err.text, "was stopped after 200 ms"), "%s", err.text);
    CHECK(ag_store_query(in_folder("sweep"), "SELECT zeroblob(200000000)", 5, &arena, &table, &err),
          "too large a value");
    ag_reader_limit_memory(16 << 20);
    CHECK(ag_store_query(in_folder("sweep"), "SELECT randomblob(9000000), randomblob(9000000)", 5,
                         &arena, &table, &err) == AG_NOMEM,
          "more memory than allowed");
    CHECK(strstr(err.text, "the query needs more than 16.8 MB of memory"), "%s", err.text);
    ag_reader_limit_memory(0);
    ag_arena_close(&arena);
}

/* A reader sees one moment, whatever is written meanwhile. */
static ag_status note_count(void *self, const ag_cell *cells, ag_error *err) {
    (void)err;
    *(long *)self = strtol(cells[0].text, NULL, 10);
    return AG_OK;
}

static void test_reading_while_writing(void) {
    fixture f;
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_reader *reader = NULL;
    ag_store *store = open_store("busy", "{}", 0, NULL);
    long before = -1, after = -1;
    make(&f, "relu", 0.1, 0, 0.5);
    put(store, &f);
    CHECK(ag_reader_open(in_folder("busy"), &arena, &reader, &err) == AG_OK, "%s", err.text);
    if (!reader) return;
    const char *sql = "SELECT count(*) FROM trial";
    ag_reader_select(reader, sql, 1, (ag_row_sink){no_header, note_count, &before}, &err);
    make(&f, "relu", 0.1, 1, 0.5);
    put(store, &f);
    ag_reader_select(reader, sql, 1, (ag_row_sink){no_header, note_count, &after}, &err);
    CHECK(before == 1 && after == 1, "%ld, %ld", before, after);
    ASK("busy", "SELECT count(*) FROM trial", "2");
    close_store(store);
    ag_reader_close(reader);
    ag_arena_close(&arena);
    ASK("busy", "SELECT count(*) FROM trial", "2");
    CHECK(access(in_folder("busy/results.sqlite-wal"), F_OK) != 0, "tidied up");
}

int main(void) {
    new_folder();
    make_sweep();
    test_leaderboard();
    test_best_learning_rate();
    test_gradient_decay();
    test_dead_units();
    test_convergence();
    test_pairs();
    test_pairs_of_large_losses();
    test_shipped();
    test_null_stays();
    test_functions();
    test_guard();
    test_messages();
    test_runaway();
    test_reading_while_writing();
    test_unsettled();
    remove_folder();
    return check_report();
}

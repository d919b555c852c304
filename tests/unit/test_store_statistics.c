/* The aggregates of queries: against closed forms, against results/stats, and whatever all of them
 * must do with what they are given. */
#include "results/stats/interval.h"
#include "results/stats/paired.h"
#include "results/stats/unpaired.h"
#include "results/store/read/functions.h"
#include "store_fixture.h"

#define OF(call, values)                                                                           \
    "SELECT " call " FROM (SELECT column1 AS x, column2 AS f FROM (VALUES " values "))"

static void test_descriptions(void) {
    ASK_NUMBER("s", OF("mean(x)", "(1,0),(2,0),(6,0),(NULL,0)"), 3);
    ASK_NUMBER("s", OF("mean(x)", "(1e16,0),(1,0),(-1e16,0)"), 1.0 / 3);
    ASK_NUMBER("s", OF("std(x)", "(1,0),(2,0),(6,0)"), sqrt(7));
    ASK_NUMBER("s", OF("quantile(x, 0.25)", "(10,0),(20,0),(30,0)"), 15);
    ASK_NUMBER("s", OF("quantile(x, 1)", "(10,0),(9e999,0),(30,0)"), HUGE_VAL);
    ASK_NUMBER("s", OF("iqm(x)", "(100,0),(2,0),(4,0),(-50,0)"), 3);
    ASK_NUMBER("s", OF("mad(x)", "(1,0),(2,0),(4,0),(9,0)"), 1.5);
    ASK_NUMBER("s", OF("median(x) FILTER (WHERE f = 1)", "(1,0),(2,1),(4,1),(9,1)"), 4);
}

static void test_intervals(void) {
    /* with 2 degrees of freedom the quantile of t is (2 p - 1) / sqrt(2 p (1 - p)) */
    const double reach = 0.95 / sqrt(0.04875) / sqrt(3), narrow = 0.9 / sqrt(0.095) / sqrt(3);
    ASK_NUMBER("s", OF("ci_low(x)", "(1,0),(2,0),(3,0)"), 2 - reach);
    ASK_NUMBER("s", OF("ci_high(x)", "(1,0),(2,0),(3,0)"), 2 + reach);
    ASK_NUMBER("s", OF("ci_high(x, 0.9)", "(1,0),(2,0),(3,0)"), 2 + narrow);
    ASK("s", OF("ci_low(x)", "(1,0)"), "NULL");
    /* Wilson 1927: p = 1/2, n = 10 */
    const double z = 1.959963984540054, half = z / (1 + z * z / 10) * sqrt(0.025 + z * z / 400);
    ASK_NUMBER("s",
               OF("wilson_low(x > 5)", "(1,0),(2,0),(3,0),(4,0),(5,0),(6,0),(7,0),(8,0),(9,0)"
                                       ",(10,0)"),
               0.5 - half);
    ASK_NUMBER("s", OF("wilson_high(x)", "(1,0),(1,0)"), 1);
    /* the interval of results/stats, of the numbers in ascending order */
    const double sorted[] = {1, 2, 3, 5, 8, 13};
    ag_arena arena = AG_ARENA_EMPTY;
    ag_bootstrap how = AG_BOOTSTRAP_STANDARD;
    ag_bounds bounds;
    ag_error err = {0};
    how.statistic = AG_STATISTIC_IQM;
    how.level = 0.8;
    CHECK(ag_bootstrap_sample(6, sorted, &how, &arena, &bounds, &err) == AG_OK, "%s", err.text);
    ASK_NUMBER("s", OF("boot_low(x, 0.8)", "(5,0),(3,0),(13,0),(8,0),(2,0),(1,0)"), bounds.low);
    ASK_NUMBER("s", OF("boot_high(x, 0.8)", "(5,0),(3,0),(13,0),(8,0),(2,0),(1,0)"), bounds.high);
    ag_arena_close(&arena);
}

static void test_tests(void) {
    /* all five on one side: 2 of 2^5 */
#define FIVE "(0.1,0),(0.2,0),(0.35,0),(0.4,0),(0.7,0)"
    ASK_NUMBER("s", OF("wilcoxon(x)", FIVE), 0.0625);
    ASK_NUMBER("s", OF("sign_flip(-x)", FIVE), 0.0625);
    ASK_NUMBER("s", OF("sign_test(x)", FIVE), 0.0625);
    ASK_NUMBER("s", OF("cohen_d(x)", FIVE), 0.35 / sqrt(0.21 / 4));
    ASK_NUMBER("s", OF("prob_better(x)", "(0.1,0),(0,0),(-1,0),(3,0)"), 0.625);
    /* R: t.test(c(1, 2, 4))$p.value */
    ASK_NUMBER("s", OF("paired_t(x)", "(1,0),(2,0),(4,0)"),
               ag_paired_t_test(3, (double[]){1, 2, 4}).p.two_sided);
    ASK("s", OF("paired_t(x)", "(1,0)"), "NULL");
    /* 3 against 3, none overlapping: 2 of 20 */
#define SIX "(1,0),(9,1),(2,0),(8,1),(3,0),(7,1)"
    ASK_NUMBER("s", OF("mann_whitney(x, f)", SIX), 0.1);
    ASK_NUMBER("s", OF("prob_better(x, f)", SIX), 1);
    ASK_NUMBER("s", OF("prob_better(x, f = 0)", SIX), 0);
    ASK_NUMBER("s", OF("cohen_d(x, f)", SIX), 6);
    ASK_NUMBER("s", OF("hedges_g(x, f)", SIX),
               6 * 0.7978845608028654); /* Gamma(2) / (sqrt(2) Gamma(3/2)) */
    ASK("s", OF("mann_whitney(x, f)", "(1,0),(2,0)"), "NULL");
    ASK("s", OF("welch(x, f)", "(1,0),(2,1)"), "NULL");
    const ag_two_samples two = {3, 3, (double[]){7, 8, 9}, (double[]){1, 2, 3}};
    ASK_NUMBER("s", OF("welch(x, f)", SIX), ag_welch_test(&two, 0.95).test.p.two_sided);
}

static void test_expected_best(void) {
    /* pairs of 1, 2, 4: 2, 4, 4 */
    ASK_NUMBER("s", OF("expected_best(x, 2)", "(1,0),(2,0),(4,0)"), 10.0 / 3);
    ASK_NUMBER("s", OF("expected_best(x, 2, f)", "(1,7),(2,5),(4,0)"), 5.0 / 3);
    ASK_NUMBER("s", OF("-expected_best(-x, 2)", "(1,0),(2,0),(4,0)"), 4.0 / 3);
    ASK("s", OF("expected_best(x, 4)", "(1,0),(2,0),(4,0)"), "NULL");
}

/* R: p.adjust(c(0.01, 0.04, 0.03, 0.04), "holm") */
#define HOLM(over)                                                                                 \
    "SELECT group_concat(round(q, 6), ' ') FROM (SELECT holm(x, m) " over " AS q FROM (SELECT x,"  \
    " count(x) OVER () AS m FROM (SELECT column1 AS x FROM (VALUES (0.04),(NULL),(0.01),(0.03),"   \
    "(0.04)))))"

static void test_holm(void) {
    ASK("s", HOLM("OVER (ORDER BY x)"), "0.04 0.09 0.09 0.09");
    ASK("s", HOLM("OVER (ORDER BY x NULLS LAST)"), "0.04 0.09 0.09 0.09");
    ASK("s", HOLM("OVER (PARTITION BY x > 0.03 ORDER BY x)"), "0.04 0.09 0.16 0.16");
    CHECK(strstr(ask("s", HOLM("OVER ()")), "holm(): p must ascend"), "%s",
          ask("s", HOLM("OVER ()")));
    CHECK(strstr(ask("s", "SELECT holm(0.5, 1)"), "holm(): it is of rows in order"), "%s",
          ask("s", "SELECT holm(0.5, 1)"));
    CHECK(strstr(ask("s", HOLM("OVER (ORDER BY x ROWS 1 PRECEDING)")), "must begin with"), "%s",
          ask("s", HOLM("OVER (ORDER BY x ROWS 1 PRECEDING)")));
    CHECK(strstr(ask("s", "SELECT holm(0.5, 0) OVER ()"), "m must be how many"), "%s",
          ask("s", "SELECT holm(0.5, 0) OVER ()"));
    CHECK(strstr(ask("s", "SELECT holm(1.5, 1) OVER ()"), "p must be from 0 to 1"), "%s",
          ask("s", "SELECT holm(1.5, 1) OVER ()"));
}

static void test_refused(void) {
    static const struct {
        const char *sql, *want;
    } cases[] = {
        {OF("iqm(x)", "(1,0),(9e999,0)"), "iqm(): a value is infinite, must be finite: FILTER"},
        {OF("iqm(x)", "(1,0),('two',0)"), "iqm(): a value is text, must be a number"},
        {OF("iqm(x)", "(x'00',0)"), "iqm(): a value is a blob, must be a number"},
        {OF("quantile(x, 25)", "(1,0)"), "quantile(): p is 25, must be from 0 to 1"},
        {OF("quantile(x, NULL)", "(1,0)"), "quantile(): p is NULL, must be from 0 to 1"},
        {OF("quantile(x, f)", "(1,0),(1,1)"),
         "quantile(): p is 0 and 1 in one group, must be one number"},
        {OF("ci_low(x, 95)", "(1,0)"),
         "ci_low(): level is 95, must be above 0 and below 1: 0.95 for 95 %"},
        {OF("expected_best(x, 1.5)", "(1,0)"),
         "expected_best(): k is 1.5, must be a whole number of at least 1"},
        {OF("wilson_low(x)", "(2,0)"), "wilson_low(): hit is 2, must be 1, 0 or, for a tie, 0.5"},
        {OF("welch(x, f)", "(2,5)"), "welch(): first is 5, must be 0 or 1"},
        {OF("qantile(x, 1)", "(1,0)"), "no such function: qantile; did you mean 'quantile'?"},
        {OF("zzzzzzzzzz(x)", "(1,0)"), "`actgrid help sql` lists them"},
        {OF("quantile(x)", "(1,0)"), "function quantile(); it is quantile(x, p)"},
        {"WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)"
         " SELECT prob_better(x) FROM r",
         "prob_better(): more than 20000 values in a group"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++)
        CHECK(strstr(ask("s", cases[i].sql), cases[i].want), "%s: %s", cases[i].sql,
              ask("s", cases[i].sql));
}

/* --- all of them ----------------------------------------------------------------------- */

/* A call with each argument that it can have: x and f are columns. */
static void write_call(char *call, size_t size, const ag_sql_function *f, bool whole) {
    static const struct {
        const char *name, *value;
    } values[] = {{"x", "x"},     {"d", "x"},       {"hit", "x"}, {"first", "f"},
                  {"value", "f"}, {"level", "0.9"}, {"p", "0.3"}, {"k", "2"}};
    size_t at = (size_t)snprintf(call, size, "%s(", f->name);
    int n = 0;
    for (const char *c = f->arguments; *c;) {
        if (*c == '[' && !whole) break;
        const size_t length = strspn(c, "abcdefghijklmnopqrstuvwxyz");
        for (int i = 0; length && i < AG_COUNT(values); i++)
            if (strlen(values[i].name) == length && strncmp(values[i].name, c, length) == 0)
                at += (size_t)snprintf(call + at, size - at, "%s%s", n++ ? ", " : "",
                                       values[i].value);
        c += length ? length : 1;
    }
    snprintf(call + at, size - at, ")");
}

enum { ANSWER = sizeof((ag_error *)0)->text };

/* The only cell of a query on a reader that stays open: most of `ask` is opening. */
static ag_status note(void *self, const ag_cell *cells, ag_error *err) {
    (void)err;
    const bool nothing = cells[0].kind == AG_CELL_NULL;
    snprintf(self, ANSWER, "%.*s", nothing ? 4 : (int)cells[0].n, nothing ? "NULL" : cells[0].text);
    return AG_OK;
}

/* Puts `call` for each % of the format, which asks a question; the answer as of `ask`. */
static void tell(ag_reader *reader, char answer[ANSWER], const char *format, const char *call) {
    char sql[1000];
    size_t at = 0;
    for (const char *c = format; *c && at < sizeof sql - 100; c++)
        at += (size_t)snprintf(sql + at, sizeof sql - at, *c == '%' ? "%s" : "%.1s",
                               *c == '%' ? call : c);
    ag_error err = {0};
    strcpy(answer, "no row");
    if (ag_reader_select(reader, sql, ASK_SECONDS, (ag_row_sink){no_header, note, answer}, &err))
        snprintf(answer, ANSWER, "%s", err.text);
}

static void test_one(ag_reader *reader, const char *call) {
    char first[ANSWER], answer[ANSWER], *end;
    /* in any order, with NULL between; of a window the same as of a group */
#define ROWS "(0.25,1),(1,1),(0,0),(0.5,0),(0.75,0),(NULL,1)"
    static const char *const same[] = {
        OF("%", "(1,1),(NULL,0),(0.75,0),(0.25,1),(0,0),(0.5,0)"),
        OF("%", "(0.5,0),(0,0),(0.25,1),(0.75,0),(1,1),(NULL,NULL)"),
        OF("% OVER ()", ROWS),
    };
    tell(reader, first, OF("%", ROWS), call);
    strtod(first, &end);
    CHECK(end != first && *end == '\0', "%s is %s", call, first);
    for (int i = 0; i < AG_COUNT(same); i++) {
        tell(reader, answer, same[i], call);
        CHECK(strcmp(answer, first) == 0, "%s: %s: %s, not %s", call, same[i], answer, first);
    }
    /* what left the frame of a window does not count any more */
    tell(reader, answer,
         "WITH t(r, x, f) AS (VALUES (1,0.5,0),(2,0.25,1),(3,NULL,1),(4,1,0),(5,0,1),(6,0.75,0),"
         "(7,0.5,1),(8,0,0))"
         " SELECT group_concat(v IS w) FROM (SELECT % OVER (ORDER BY r ROWS BETWEEN 3 PRECEDING"
         " AND CURRENT ROW) AS v, (SELECT % FROM t WHERE t.r BETWEEN a.r - 3 AND a.r) AS w FROM t "
         "a)",
         call);
    CHECK(strcmp(answer, "1,1,1,1,1,1,1,1") == 0, "%s: %s", call, answer);
    static const struct {
        const char *sql, *is, *is_not, *has;
    } cases[] = {
        {OF("%", "(NULL,1),(NULL,0)"), "NULL", NULL, NULL},
        {OF("%", "(1,1)") " WHERE x > 1", "NULL", NULL, NULL},
        {OF("%", "(0.5,1)"), NULL, "wrong", NULL}, /* one: a number or NULL */
        {OF("%", "(1,1),(1,0),(1,1),(1,0)"), NULL, "wrong", NULL},
        {OF("%", "(1,1),('a',0)"), NULL, NULL, "(): a value is text, must be a number"},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        tell(reader, answer, cases[i].sql, call);
        CHECK((!cases[i].is || strcmp(answer, cases[i].is) == 0) &&
                  (!cases[i].is_not || !strstr(answer, cases[i].is_not)) &&
                  (!cases[i].has || strstr(answer, cases[i].has)),
              "%s: %s: %s", call, cases[i].sql, answer);
    }
    /* infinity: a number, NULL, or a sentence that names the function */
    tell(reader, answer, OF("%", "(1,1),(9e999,0),(0,0),(1,1)"), call);
    CHECK(!strstr(answer, "wrong") || strstr(answer, "(): a value is infinite"), "%s: %s", call,
          answer);
}

static void test_all(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_reader *reader;
    if (ag_reader_open(in_folder("s"), &arena, &reader, &err) != AG_OK) exit(1);
    int n = 0;
    for (; ag_sql_function_at(n); n++) {
        const ag_sql_function *f = ag_sql_function_at(n);
        char call[80];
        CHECK(strlen(f->meaning) >= 8, "%s: %s", f->name, f->meaning);
        if (strstr(f->meaning, "of a row: ") || strstr(f->meaning, "ORDER BY")) continue;
        write_call(call, sizeof call, f, false);
        test_one(reader, call);
        write_call(call, sizeof call, f, true);
        test_one(reader, call);
    }
    CHECK(n >= 24, "%d functions", n);
    ag_reader_close(reader);
    ag_arena_close(&arena);
}

/* --- shipped queries --------------------------------------------------------------------- */

/* Six seeds: tanh is worse than relu by 0.05 and more, sigmoid now 0.01 better, now worse; of a
 * seventh relu diverged. */
static void make_pairs(void) {
    static const char *const names[] = {"relu", "tanh", "sigmoid"};
    ag_store *store = open_store("pairs", "{}", 0, NULL);
    for (uint64_t seed = 0; seed < 7; seed++)
        for (int a = 0; a < AG_COUNT(names); a++) {
            const double below[] = {0, 0.05 + 0.01 * (double)seed, seed % 2 ? 0.01 : -0.01};
            fixture f;
            make(&f, names[a], 0.1, seed, 0.9 - below[a]);
            if (seed == 6 && a == 0) diverge(&f);
            put(store, &f);
        }
    close_store(store);
}

/* Of the row whose first cells are those. */
static const char *find(const ag_table *t, const char *a, const char *b, const char *column) {
    for (size_t r = 0; r < t->n_rows; r++) {
        const char *const *row = t->cells + r * (size_t)t->n_columns;
        if (strcmp(row[0], a) != 0 || (b && strcmp(row[1], b) != 0)) continue;
        for (int c = 0; c < t->n_columns; c++)
            if (strcmp(t->columns[c], column) == 0) return row[c] ? row[c] : "NULL";
    }
    return "none";
}

static void test_shipped(void) {
    static const struct {
        const char *query, *a, *b, *column, *want;
    } cases[] = {
        {"@paired", "relu", "tanh", "n", "6"},
        {"@paired", "relu", "tanh", "unpaired", "1"},
        {"@paired", "relu", "tanh", "a_minus_b", "0.075"},
        {"@paired", "relu", "tanh", "low", "0.0554"}, /* 0.075 - 2.570582 x 0.0187083 / sqrt(6) */
        {"@paired", "relu", "tanh", "a_better", "1"},
        {"@paired", "relu", "tanh", "p", "0.0312"}, /* 2 of 64 */
        {"@paired", "relu", "tanh", "p_holm", "0.0625"},
        {"@paired", "relu", "sigmoid", "a_better", "0.5"},
        {"@paired", "relu", "sigmoid", "p_holm", "1"},
        {"@paired", "sigmoid", "tanh", "n", "7"},
        {"@paired", "sigmoid", "tanh", "p", "0.0156"},
        {"@paired", "sigmoid", "tanh", "p_holm", "0.0469"},
        {"@intervals", "relu", NULL, "n", "6"},
        {"@intervals", "relu", NULL, "left_out", "1"},
        {"@intervals", "tanh", NULL, "mean", "0.82"},
        {"@intervals", "tanh", NULL, "high", "0.84"}, /* 0.82 + 2.446912 x 0.0216025 / sqrt(7) */
        {"@intervals", "tanh", NULL, "iqm", "0.82"},
    };
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_table t;
    for (int i = 0; i < AG_COUNT(cases); i++) {
        if (ag_store_query(in_folder("pairs"), cases[i].query, 10, &arena, &t, &err) != AG_OK)
            exit(1);
        const char *got = find(&t, cases[i].a, cases[i].b, cases[i].column);
        CHECK(close_to(strtod(got, NULL), strtod(cases[i].want, NULL), 1e-9, 0),
              "%s %s %s: %s is %s, not %s", cases[i].query, cases[i].a,
              cases[i].b ? cases[i].b : "", cases[i].column, got, cases[i].want);
    }
    ag_arena_close(&arena);
}

/* Memory and time run out in the middle of a group, not of the program. */
static void test_large(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_table table;
    ag_error err = {0};
#define MANY "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r LIMIT %d) "
    char sql[300];
    snprintf(sql, sizeof sql, MANY "SELECT quantile(x, 0.5) FROM r", 1000001);
    ASK("s", sql, "500001");
    ag_reader_limit_memory(4 << 20);
    CHECK(ag_store_query(in_folder("s"), sql, 20, &arena, &table, &err) == AG_NOMEM, "too much");
    CHECK(strstr(err.text, "needs more than 4.19 MB"), "%s", err.text);
    ag_reader_limit_memory(0);
    snprintf(sql, sizeof sql, MANY "SELECT boot_low(x) FROM r", 1000000000);
    CHECK(strstr(ask("s", sql), "boot_low(): more than 100000 values"), "%s", ask("s", sql));
    ag_arena_close(&arena);
}

int main(void) {
    new_folder();
    fixture f;
    make(&f, "relu", 0.1, 0, 0.5);
    ag_store *store = open_store("s", "{}", 0, NULL);
    put(store, &f);
    close_store(store);
    test_descriptions();
    test_intervals();
    test_tests();
    test_expected_best();
    test_holm();
    test_refused();
    test_all();
    make_pairs();
    test_shipped();
    test_large();
    remove_folder();
    return check_report();
}

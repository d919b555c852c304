/* Successive halving, from stores made by hand: who goes on from each rung, by what, and that
 * nothing else counts. */
#include "results/report/choose.h"
#include "store_fixture.h"

#include "harness/plan/tuning.h"

enum { N = 9, SEEDS = 2, RUNGS = 3, GROUPS = 2 };

/* What relu's candidates come to in each rung and seed: MISSING, DIVERGED, FAILED, or an accuracy.
 * tanh's are the same the other way round. */
enum { MISSING = -1, DIVERGED = -2, FAILED = -3 };
typedef struct numbers {
    double of[RUNGS][SEEDS][N];
} numbers;

static ag_arena arena = {.fail_after = -1};

static ag_plan read_metric(const char *metric) {
    char text[1024];
    ag_plan plan;
    ag_error err = {0};
    snprintf(text, sizeof text,
             "dataset: {name: xor, samples: 100}\nmodel: {type: mlp, depth: 2, width: 8}\n"
             "initializer: he_normal\noptimizer: sgd\ntraining: {epochs: 9}\n"
             "grid:\n  activation: [relu, tanh]\n"
             "  optimizer.learning_rate: [9, 8, 7, 6, 5, 4, 3, 2, 1]\n"
             "tuning: {over: [optimizer.learning_rate], metric: %s, seeds: 2,"
             " halving: {eta: 3, rungs: 3}}\n",
             metric);
    CHECK(ag_plan_read(&arena, "x", text, strlen(text), NULL, 0, &plan, &err) == AG_OK, "%s",
          err.text);
    return plan;
}

static void put_one(ag_store *store, const ag_plan *plan, size_t point, int seed, int rung,
                    double x) {
    const ag_trial trial = ag_tuned_trial(plan, point, seed, rung);
    fixture f;
    make(&f, point < N ? "relu" : "tanh", 0.1, trial.seed, x);
    f.trial.id = trial.id;
    f.record.settings = ag_plan_settings_json(plan, &trial, &arena);
    f.record.phase = "tune";
    if (x == DIVERGED) diverge(&f);
    if (x == FAILED) fail(&f, "no");
    put(store, &f);
}

/* Puts all that is not MISSING, forwards or backwards. */
static void fill(const char *name, const ag_plan *plan, const numbers *x, bool backwards) {
    const ag_store_about about = {.plan = plan};
    ag_store *store = NULL;
    ag_error err = {0};
    CHECK(ag_store_open(in_folder(name), &about, &store, &err) == AG_OK, "%s", err.text);
    const int n = RUNGS * SEEDS * GROUPS * N;
    for (int k = 0; store && k < n; k++) {
        const int i = backwards ? n - 1 - k : k;
        const int point = i % (GROUPS * N), seed = i / (GROUPS * N) % SEEDS,
                  rung = i / (GROUPS * N * SEEDS);
        const int candidate = point < N ? point : 2 * N - 1 - point;
        const double value = x->of[rung][seed][candidate];
        if (value != MISSING) put_one(store, plan, (size_t)point, seed, rung, value);
    }
    if (store) close_store(store);
}

static void choose(const char *name, const ag_plan *plan, ag_winner winners[GROUPS]) {
    ag_error err = {0};
    CHECK(ag_choose(plan, in_folder(name), &arena, winners, &err) == AG_OK, "%s: %s", name,
          err.text);
}

static bool has(const ag_winner *w, int rung, int n, const size_t *points) {
    bool same = w->rung >= rung && w->left[rung];
    for (int i = 0; i < n && same; i++)
        same = w->left[rung][i] == points[i];
    return same;
}

/* The best three by the mean of both seeds, in order of the file; of them the best in the second
 * rung, whatever it was in the first; its number is that of the last. */
static void test_way(void) {
    static const numbers x = {{
        {{0.1, 0.5, 0.2, 0.3, 0.9, 0.3, 0.5, 0.1, 0.1},
         {0.1, 0.5, 0.2, 0.3, 0.5, 0.9, 0.1, 0.1, 0.1}}, /* 4: 0.7, 5: 0.6, 1: 0.5 */
        {{-1, 0.6, -1, -1, 0.5, 0.7, -1, -1, -1}, {-1, 0.8, -1, -1, 0.5, 0.5, -1, -1, -1}},
        {{-1, 0.25, -1, -1, -1, -1, -1, -1, -1}, {-1, 0.75, -1, -1, -1, -1, -1, -1, -1}},
    }};
    static const size_t relu[] = {1, 4, 5}, tanh[] = {12, 13, 16}, one[] = {1}, other[] = {16};
    const ag_plan plan = read_metric("val_accuracy");
    for (int backwards = 0; backwards < 2; backwards++) {
        const char *name = backwards ? "way_back" : "way";
        ag_winner w[GROUPS];
        fill(name, &plan, &x, backwards);
        choose(name, &plan, w);
        CHECK(has(&w[0], 1, 3, relu) && has(&w[0], 2, 1, one), "relu");
        CHECK(has(&w[1], 1, 3, tanh) && has(&w[1], 2, 1, other), "tanh");
        CHECK(w[0].known && w[0].point == 1 && w[0].value == 0.5 && w[0].seeds == 2, "%zu: %g",
              w[0].point, w[0].value);
        CHECK(w[1].known && w[1].point == 16 && !w[1].edge, "%zu: %s", w[1].point, w[1].edge);
    }
}

/* Losses should be small; the fixture's is 1 - accuracy. The edge is that of the whole grid. */
static void test_loss(void) {
    static const numbers x = {{
        {{0.9, 0.1, 0.1, 0.1, 0.8, 0.7, 0.1, 0.1, 0.1},
         {0.9, 0.1, 0.1, 0.1, 0.8, 0.7, 0.1, 0.1, 0.1}},
        {{0.9, -1, -1, -1, 0.8, 0.7, -1, -1, -1}, {0.9, -1, -1, -1, 0.8, 0.7, -1, -1, -1}},
        {{0.5, -1, -1, -1, -1, -1, -1, -1, -1}, {0.5, -1, -1, -1, -1, -1, -1, -1, -1}},
    }};
    const ag_plan plan = read_metric("val_loss");
    ag_winner w[GROUPS];
    fill("loss", &plan, &x, false);
    choose("loss", &plan, w);
    CHECK(w[0].known && w[0].point == 0 && w[0].value == 0.5, "%zu", w[0].point);
    CHECK(w[0].edge && strcmp(w[0].edge, "learning_rate=9 is the largest of 9") == 0, "%s",
          w[0].edge);
}

/* Those that diverged go on when there are no others: as many as in every group. Of equals the
 * smaller rate, which comes later in the file of relu. */
static void test_divergence_and_ties(void) {
    static const numbers x = {{
        {{DIVERGED, 0.9, DIVERGED, DIVERGED, DIVERGED, DIVERGED, DIVERGED, DIVERGED, DIVERGED},
         {DIVERGED, DIVERGED, DIVERGED, 0.1, DIVERGED, DIVERGED, DIVERGED, DIVERGED, DIVERGED}},
        {{-1, 0.5, -1, 0.5, -1, -1, -1, -1, DIVERGED}, {-1, 0.5, -1, 0.5, -1, -1, -1, -1, 0.9}},
        {{-1, -1, -1, DIVERGED, -1, -1, -1, -1, -1}, {-1, -1, -1, DIVERGED, -1, -1, -1, -1, -1}},
    }};
    static const size_t three[] = {1, 3, 8};
    const ag_plan plan = read_metric("val_accuracy");
    ag_winner w[GROUPS];
    fill("ties", &plan, &x, false);
    choose("ties", &plan, w);
    CHECK(has(&w[0], 1, 3, three), "the smallest rate of those that always diverged");
    CHECK(w[0].known && w[0].point == 3 && isnan(w[0].value) && w[0].diverged == 2, "%zu",
          w[0].point);
}

/* A group waits in the rung that lacks a trial; a failed one is one that lacks. */
static void test_missing(void) {
    static const double first[SEEDS][N] = {{0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1},
                                           {0.9, 0.8, 0.7, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}};
    static const size_t three[] = {0, 1, 2};
    const ag_plan plan = read_metric("val_accuracy");
    for (int failed = 0; failed < 2; failed++) {
        ag_winner w[GROUPS];
        numbers x;
        for (int i = 0; i < RUNGS * SEEDS * N; i++)
            x.of[i / (SEEDS * N)][i / N % SEEDS][i % N] = MISSING;
        const char *name = failed ? "failed" : "missing";
        choose(name, &plan, w);
        CHECK(!w[0].known && w[0].rung == 0 && w[0].left[0][8] == 8 && w[1].left[0][0] == 9,
              "nothing is there");
        memcpy(x.of[0], first, sizeof first);
        x.of[0][1][8] = failed ? FAILED : MISSING;
        fill(name, &plan, &x, false);
        choose(name, &plan, w);
        CHECK(!w[0].known && w[0].rung == 0 && !w[1].known && w[1].rung == 0, "%d %d", w[0].rung,
              w[1].rung);
        x.of[0][1][8] = 0.1;
        x.of[1][0][0] = x.of[1][0][1] = x.of[1][0][2] = x.of[1][1][0] = x.of[1][1][1] = 0.5;
        x.of[1][1][2] = failed ? FAILED : MISSING;
        const char *more = failed ? "failed_more" : "missing_more";
        fill(more, &plan, &x, false);
        choose(more, &plan, w);
        CHECK(!w[0].known && w[0].rung == 1 && has(&w[0], 1, 3, three), "rung %d", w[0].rung);
    }
}

static void check_alike(const char *name, const ag_plan *plan, int rung, int tested, int n) {
    ag_winner w[GROUPS];
    ag_alike alike = {0};
    ag_error err = {0};
    choose(name, plan, w);
    CHECK(ag_choose_alike(plan, in_folder(name), w, rung, &arena, &alike, &err) == AG_OK, "%s",
          err.text);
    CHECK(alike.tested == tested && alike.n == n && alike.is[0] == (n > 0) &&
              alike.is[1] == (n > 0),
          "%s, rung %d: %d of %d", name, rung, alike.n, alike.tested);
}

/* By hand, of all orders of the second seed's ranks: the share in which the columns' squared sums
 * are as large. */
static void test_chance(void) {
    enum { D = DIVERGED };
    static const struct {
        const char *name;
        double of[SEEDS][N];
        bool alike;
    } cases[] = {
        /* the same order: 1 / 9! */
        {"agree",
         {{.9, .8, .7, .6, .5, .4, .3, .2, .1}, {.8, .7, .6, .5, .4, .3, .2, .1, 0}},
         false},
        /* all columns 10: the smallest there is, 1 */
        {"oppose",
         {{.9, .8, .7, .6, .5, .4, .3, .2, .1}, {.1, .2, .3, .4, .5, .6, .7, .8, .9}},
         true},
        /* nothing learned: no ranks */
        {"equal",
         {{.1, .1, .1, .1, .1, .1, .1, .1, .1}, {.1, .1, .1, .1, .1, .1, .1, .1, .1}},
         true},
        /* ranks 1 2 6 ... 6 twice: 1 / (9 x 8); 1 5.5 ... 5.5 twice: 1 / 9 */
        {"two", {{.9, D, D, D, .8, D, D, D, D}, {.5, D, D, D, .4, D, D, D, D}}, false},
        {"single", {{.9, D, D, D, D, D, D, D, D}, {.5, D, D, D, D, D, D, D, D}}, true},
        /* those that diverged are last: ranks 1 2 6 ... 6 and 8.5 8.5 4 4 4 4 4 4 4 (columns 9.5,
         * 10.5 and 10) have the smallest sum of squares, 1 */
        {"last", {{.9, .8, .1, .1, .1, .1, .1, .1, .1}, {D, D, .1, .1, .1, .1, .1, .1, .1}}, true},
    };
    const ag_plan plan = read_metric("val_accuracy");
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        numbers x;
        for (int i = 0; i < RUNGS * SEEDS * N; i++)
            x.of[i / (SEEDS * N)][i / N % SEEDS][i % N] = c == 0 ? 0.1 : MISSING;
        memcpy(x.of[0], cases[c].of, sizeof cases[c].of);
        fill(cases[c].name, &plan, &x, false);
        check_alike(cases[c].name, &plan, 0, GROUPS, cases[c].alike ? GROUPS : 0);
        check_alike(cases[c].name, &plan, 1, 0, 0); /* of 3 and 2 seeds p is 1/6 or more */
        check_alike(cases[c].name, &plan, 2, 0, 0);
    }
    numbers none;
    for (int i = 0; i < RUNGS * SEEDS * N; i++)
        none.of[i / (SEEDS * N)][i / N % SEEDS][i % N] = i && i < SEEDS * N ? 0.1 : MISSING;
    fill("not_chosen", &plan, &none, false);
    check_alike("not_chosen", &plan, 0, 0, 0);
}

int main(void) {
    new_folder();
    test_way();
    test_loss();
    test_divergence_and_ties();
    test_missing();
    test_chance();
    remove_folder();
    ag_arena_close(&arena);
    return check_report();
}

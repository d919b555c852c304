/* What a tuning chooses, from stores made by hand: the best, ties, divergence, what is missing,
 * edges; and what the store keeps of it. */
#include "results/report/choose.h"
#include "store_fixture.h"

#include "harness/plan/tuning.h"
#include "plan_fixture.h"

#define GRID BASE "grid:\n  activation: [relu, tanh]\n  optimizer.learning_rate: [1, 0.1, 0.01]\n"

static ag_plan read_metric(const char *metric) {
    char text[1024];
    snprintf(text, sizeof text,
             GRID "tuning: {over: [optimizer.learning_rate], metric: %s, seeds: 2}\n", metric);
    return read_text(text);
}

enum { MISSING = -1, DIVERGED = -2, FAILED = -3 };

/* Accuracies of relu at the rates 1, 0.1, 0.01 and of tanh, for one seed after the other; or one
 * of the above. */
static void fill(const char *name, const ag_plan *plan, const double accuracy[2][6],
                 const ag_store_about *with, bool backwards) {
    ag_store_about about = with ? *with : (ag_store_about){0};
    ag_store *store = NULL;
    ag_error err = {0};
    about.plan = plan;
    CHECK(ag_store_open(in_folder(name), &about, &store, &err) == AG_OK, "%s", err.text);
    for (size_t k = 0; store && k < plan->n_trials; k++) {
        const size_t i = backwards ? plan->n_trials - 1 - k : k;
        const double x = accuracy[i / 6][i % 6];
        fixture f;
        if (x == MISSING) continue;
        make(&f, i % 6 < 3 ? "relu" : "tanh", 0.1, plan->trials[i].seed, x);
        f.trial.id = plan->trials[i].id;
        f.record.settings = ag_plan_settings_json(plan, &plan->trials[i], &arena);
        f.record.phase = "tune";
        if (x == DIVERGED) diverge(&f);
        if (x == FAILED) fail(&f, "no");
        put(store, &f);
    }
    if (store) close_store(store);
}

static void choose(const char *name, const ag_plan *plan, ag_winner winners[2]) {
    ag_error err = {0};
    CHECK(ag_choose(plan, in_folder(name), &arena, winners, &err) == AG_OK, "%s: %s", name,
          err.text);
}

static double rate(const ag_plan *plan, const ag_winner *w) {
    double x = 0;
    CHECK(ag_tuned_number(plan, &plan->trials[w->point], 0, &x), "a rate");
    return x;
}

/* By the mean over seeds, whatever the order of arrival. */
static void test_best(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double accuracy[2][6] = {{0.5, 0.6, 0.5, 0.9, 0.8, 0.7},
                                   {0.5, 0.62, 0.67, 0.1, 0.8, 0.7}};
    for (int backwards = 0; backwards < 2; backwards++) {
        const char *name = backwards ? "best_back" : "best";
        ag_winner w[2];
        fill(name, &plan, accuracy, NULL, backwards);
        choose(name, &plan, w);
        CHECK(w[0].known && rate(&plan, &w[0]) == 0.1, "relu: %g", rate(&plan, &w[0]));
        CHECK(rate(&plan, &w[1]) == 0.1 && w[1].value == 0.8, "tanh: %g", rate(&plan, &w[1]));
        CHECK(w[0].seeds == 2 && w[0].diverged == 0 && !w[0].edge, "%s", w[0].edge);
    }
}

/* A loss should be small: the fixture's is 1 - accuracy. */
static void test_loss(void) {
    const ag_plan plan = read_metric("val_loss");
    const double accuracy[2][6] = {{0.5, 0.6, 0.7, 0.9, 0.8, 0.7}, {0.5, 0.6, 0.7, 0.9, 0.8, 0.7}};
    ag_winner w[2];
    fill("loss", &plan, accuracy, NULL, false);
    choose("loss", &plan, w);
    const bool small = w[0].value < 1 && w[0].value > 0;
    CHECK(small, "%g", w[0].value);
    CHECK(rate(&plan, &w[0]) == 0.01, "relu: %g", rate(&plan, &w[0]));
    CHECK(w[0].edge && strcmp(w[0].edge, "learning_rate=0.01 is the smallest of 3") == 0, "%s",
          w[0].edge);
    CHECK(w[1].edge && strcmp(w[1].edge, "learning_rate=1 is the largest of 3") == 0, "%s",
          w[1].edge);
}

/* Of two values each is an edge, which is no news; yet the tuning can go on beyond it. */
static void test_edges_of_two(void) {
    const ag_plan plan =
        read_text("dataset: {name: xor, samples: 100}\nmodel: {type: mlp, depth: 2, width: 8}\n"
                  "initializer: he_normal\noptimizer: sgd\ntraining: {epochs: 3}\n"
                  "grid:\n  activation: [relu, tanh]\n  optimizer.learning_rate: [0.1, 0.01]\n"
                  "tuning: {over: [optimizer.learning_rate], metric: val_accuracy, seeds: 3}\n");
    const double accuracy[2][6] = {{0.5, 0.6, 0.5, 0.9, 0.5, 0.6}, {0.5, 0.9, 0.5, 0.6, 0.5, 0.9}};
    ag_winner w[2];
    fill("two", &plan, accuracy, NULL, false);
    choose("two", &plan, w);
    for (int g = 0; g < 2; g++) {
        CHECK(w[g].known && !w[g].edge, "%s", w[g].edge);
        CHECK((w[g].least | w[g].most) == 1, "%d: it has an end", g);
    }
}

/* One that diverged once stands behind all that never did, of equals the smaller rate is taken. */
static void test_divergence_and_ties(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double accuracy[2][6] = {{0.9, 0.5, 0.25, 0.5, 0.25, 0.75},
                                   {DIVERGED, 0.5, 0.75, 0.25, 0.5, 0}};
    ag_winner w[2];
    fill("ties", &plan, accuracy, NULL, false);
    choose("ties", &plan, w);
    CHECK(rate(&plan, &w[0]) == 0.01 && w[0].value == 0.5, "relu: %g", rate(&plan, &w[0]));
    CHECK(rate(&plan, &w[1]) == 0.01 && w[1].value == 0.375, "tanh: %g %g", rate(&plan, &w[1]),
          w[1].value);
}

/* (0.1 + 0.7) / 2 is 0.4, which it is not in binary. */
static void test_ties_in_decimals(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double accuracy[2][6] = {{0.4, 0.4, 0.1, 0.4, 0.1, 0.4}, {0.4, 0.4, 0.7, 0.4, 0.1, 0.4}};
    ag_winner w[2];
    fill("decimals", &plan, accuracy, NULL, false);
    choose("decimals", &plan, w);
    CHECK(rate(&plan, &w[0]) == 0.01, "relu: %g", rate(&plan, &w[0]));
    CHECK(rate(&plan, &w[1]) == 0.01, "tanh: %g", rate(&plan, &w[1]));
}

/* Of those that diverged the one that did less often; all of them: the smallest rate. */
static void test_all_diverged(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double accuracy[2][6] = {{DIVERGED, 0.1, DIVERGED, DIVERGED, DIVERGED, DIVERGED},
                                   {DIVERGED, DIVERGED, DIVERGED, DIVERGED, DIVERGED, DIVERGED}};
    ag_winner w[2];
    fill("all_diverged", &plan, accuracy, NULL, false);
    choose("all_diverged", &plan, w);
    CHECK(w[0].known && rate(&plan, &w[0]) == 0.1 && w[0].diverged == 1 && w[0].value == 0.1,
          "relu: %g", rate(&plan, &w[0]));
    CHECK(w[1].known && rate(&plan, &w[1]) == 0.01 && w[1].diverged == 2 && isnan(w[1].value),
          "tanh: %g", rate(&plan, &w[1]));
}

/* Nothing is chosen before everything is there; a failed trial is not there. */
static void test_missing(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double accuracy[2][6] = {{0.5, 0.6, 0.7, 0.9, MISSING, 0.7},
                                   {0.5, 0.6, 0.7, 0.9, 0.8, 0.7}},
                 failed[2][6] = {{0.5, 0.6, 0.7, 0.9, 0.8, 0.7}, {FAILED, 0.6, 0.7, 0.9, 0.8, 0.7}};
    ag_winner w[2];
    fill("missing", &plan, accuracy, NULL, false);
    choose("missing", &plan, w);
    CHECK(w[0].known && !w[1].known, "%d %d", w[0].known, w[1].known);
    fill("failed", &plan, failed, NULL, false);
    choose("failed", &plan, w);
    CHECK(!w[0].known && w[1].known, "%d %d", w[0].known, w[1].known);
    choose("nowhere", &plan, w);
    CHECK(!w[0].known && !w[1].known, "%d %d", w[0].known, w[1].known);
}

/* A finished trial without the metric: nothing is chosen silently. */
static void test_no_metric(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double accuracy[2][6] = {{0.5, (double)NAN, 0.7, 0.9, 0.8, 0.7},
                                   {0.5, 0.6, 0.7, 0.9, 0.8, 0.7}};
    ag_winner w[2];
    ag_error err = {0};
    fill("no_metric", &plan, accuracy, NULL, false);
    CHECK(ag_choose(&plan, in_folder("no_metric"), &arena, w, &err) == AG_DATA, "refused");
    CHECK(strstr(err.text, "has no val_accuracy to choose by"), "%s", err.text);
}

/* The table says what is chosen now, the other what was before; the same again adds nothing. */
static void test_selection(void) {
    const ag_plan plan = read_metric("val_accuracy");
    const double nothing[2][6] = {{MISSING, MISSING, MISSING, MISSING, MISSING, MISSING},
                                  {MISSING, MISSING, MISSING, MISSING, MISSING, MISSING}};
    static const char *const over[] = {"optimizer.learning_rate"};
    ag_selection s[2];
    for (int i = 0; i < 2; i++) {
        ag_trial final = plan.trials[i];
        final.phase = AG_PHASE_FINAL;
        s[i] = (ag_selection){.settings = ag_plan_settings_json(&plan, &final, &arena),
                              .over = over,
                              .n_over = 1,
                              .activation = "relu",
                              .chosen = i ? "{\"optimizer.learning_rate\":0.1}"
                                          : "{\"optimizer.learning_rate\":1}",
                              .label = i ? "learning_rate=0.1" : "learning_rate=1",
                              .metric = "val_accuracy",
                              .value = 0.5,
                              .seeds = 2,
                              .candidates = 3,
                              .trials = 6,
                              .how = "grid"};
    }
    for (int i = 0; i < 4; i++) {
        const ag_store_about about = {.selections = &s[i / 2], .n_selections = 1};
        fill("selection", &plan, nothing, &about, false);
        ASK("selection", "SELECT count(*) FROM selection", "1");
        ASK("selection", "SELECT count(*) FROM selection_past", i < 2 ? "0" : "1");
        ASK("selection", "SELECT label FROM selection", s[i / 2].label);
    }
    ASK("selection", "SELECT label FROM selection_past", "learning_rate=1");
    ASK("selection",
        "SELECT json_extract(group_settings, '$.optimizer.learning_rate',"
        " '$.seed', '$.phase') FROM selection",
        "[null,null,null]");
}

int main(void) {
    new_folder();
    test_best();
    test_loss();
    test_edges_of_two();
    test_divergence_and_ties();
    test_ties_in_decimals();
    test_all_diverged();
    test_missing();
    test_no_metric();
    test_selection();
    remove_folder();
    ag_arena_close(&arena);
    return check_report();
}

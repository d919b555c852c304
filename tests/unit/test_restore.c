/* Plans out of stored settings: every trial comes back with its id, and what cannot is told. */
#include "plan_fixture.h"

#include "harness/plan/restore.h"

#include <stdio.h>

static ag_plan restore(ag_restored *stored, size_t n) {
    ag_plan plan;
    ag_error err = {0};
    const ag_status status = ag_plan_restore(stored, n, &arena, &plan, &err);
    CHECK(status == AG_OK, "%s", err.text);
    if (status) exit(check_report());
    return plan;
}

/* All trials of an experiment, each from its own JSON, in one plan with as many variants. */
static void check_all(const char *text) {
    const ag_plan plan = read_text(text);
    ag_restored *stored = AG_NEW_ARRAY(&arena, ag_restored, plan.n_trials);
    for (size_t t = 0; t < plan.n_trials; t++)
        stored[t] = (ag_restored){
            .id = plan.trials[t].id,
            .settings = ag_plan_settings_json(&plan, &plan.trials[t], &arena),
        };
    const ag_plan again = restore(stored, plan.n_trials);
    CHECK(again.n_trials == plan.n_trials, "%zu of %zu", again.n_trials, plan.n_trials);
    for (int p = 0; p < AG_PARTS; p++)
        CHECK(again.n_variants[p] == plan.n_variants[p], "%s: %d variants, not %d",
              ag_part_names[p], again.n_variants[p], plan.n_variants[p]);
    for (size_t t = 0; t < plan.n_trials; t++) {
        CHECK(stored[t].trial && stored[t].trial->id == plan.trials[t].id, "trial %zu: %s", t,
              stored[t].trouble ? stored[t].trouble : "another id");
        if (!stored[t].trial) continue;
        const char *json = ag_plan_settings_json(&again, stored[t].trial, &arena);
        CHECK(strcmp(json, stored[t].settings) == 0, "%s\n%s", json, stored[t].settings);
    }
}

static void test_all_come_back(void) {
    check_all(BASE);
    check_all(BASE "seeds: [3, 5, 9007199254740991]\nprobes: {every: 7, which: [grad_norm]}\n"
                   "grid:\n"
                   "  activation: [relu, {name: elu, alpha: 0.5}, {layers: [tanh, relu]},\n"
                   "    {formula: 'x*sigmoid(b*x)', name: mine, parameters: {b: {init: 1,\n"
                   "     learned: per_layer}}}, {formula: 'max(x, 0)^2'}]\n"
                   "  training.gradient_clip: [none, 5, {value: 0.1}]\n"
                   "  training.early_stopping: [none, 3]\n"
                   "zip: [{optimizer: [sgd, adam], training.batch_size: [16, 32]}]\n");
    check_all("dataset: mnist\nactivation: relu\ninitializer: auto\ntraining: {steps: 10}\n"
              "grid:\n  model: [{type: cnn}, {type: lenet5}, {type: autoencoder}]\n"
              "  optimizer: [adamw, rmsprop]\n");
}

/* --- what cannot come back ------------------------------------------------------- */

/* The settings with the first `from` replaced. */
static const char *changed(const char *json, const char *from, const char *to) {
    const char *at = strstr(json, from);
    CHECK(at != NULL, "no %s in %s", from, json);
    char *text = AG_NEW_ARRAY(&arena, char, strlen(json) + strlen(to) + 1);
    if (!at || !text) exit(check_report());
    sprintf(text, "%.*s%s%s", (int)(at - json), json, to, at + strlen(from));
    return text;
}

static void test_troubles(void) {
    const ag_plan plan = read_text(BASE);
    const uint64_t id = plan.trials[0].id;
    const char *json = ag_plan_settings_json(&plan, plan.trials, &arena);
    const ag_plan mixed = read_text(BASE "grid: {activation: [{layers: [tanh, relu]}]}\n");
    const char *layers = ag_plan_settings_json(&mixed, mixed.trials, &arena);
    const struct {
        const char *settings, *words;
    } bad[] = {
        {changed(json, "\"depth\":2", "\"depth\":3"), "have the id"},
        {changed(json, "\"relu\"", "\"reluu\""), "did you mean 'relu'"},
        {changed(json, "},\"seed\"", "},\"sead\""), "'sead', which this version does not know"},
        {changed(json, "},\"seed\":0", "}"), "no 'seed'"},
        {changed(json, "},\"seed\":0", "},\"seed\":-1"), "seed is -1"},
        {changed(json, "\"samples\":100", "\"samples\":1e300"), "samples"},
        {changed(layers, "{\"name\":\"relu\"}]", "{\"name\":\"relu\"},{\"name\":\"tanh\"}]"),
         "have the id"},
        {"", "nothing here"},
        {"[1]", "no map"},
        {"{\"dataset\": ", "not YAML"},
    };
    enum { N = sizeof bad / sizeof *bad };
    ag_restored stored[N + 1];
    for (int i = 0; i < N; i++)
        stored[i] = (ag_restored){.id = id, .settings = bad[i].settings};
    stored[N] = (ag_restored){.id = id, .settings = json};
    const ag_plan again = restore(stored, N + 1);
    CHECK(again.n_trials == 1 && stored[N].trial == again.trials, "%zu trials", again.n_trials);
    for (int i = 0; i < N; i++)
        CHECK(!stored[i].trial && stored[i].trouble && strstr(stored[i].trouble, bad[i].words),
              "%d: %s: '%s'", i, bad[i].words, stored[i].trouble ? stored[i].trouble : "none");
}

/* Settings that were stored with the id that they have, and that no plan would have let through. */
static void test_impossible(void) {
    const ag_plan plan = read_text(BASE "grid: {activation: [{layers: [tanh, relu]}]}\n");
    const char *json = ag_plan_settings_json(&plan, plan.trials, &arena);
    ag_restored stored = {.settings = changed(json, "\"depth\":2", "\"depth\":3")};
    (void)restore(&stored, 1);
    const char *at = stored.trouble ? strstr(stored.trouble, "have the id ") : NULL;
    CHECK(at != NULL, "another id");
    if (!at) return;
    stored.id = strtoull(at + strlen("have the id "), NULL, 16);
    (void)restore(&stored, 1);
    CHECK(!stored.trial && strstr(stored.trouble, "'layers' has 2 activations"), "'%s'",
          stored.trouble ? stored.trouble : "none");
}

static void test_nothing(void) {
    const ag_plan plan = restore(NULL, 0);
    CHECK(plan.n_trials == 0, "%zu trials", plan.n_trials);
}

/* Paths begin at the folder of the experiment: the same settings of two are two data sets. */
static void test_files(void) {
    static const char text[] =
        "dataset: {name: csv, path: nowhere.csv, target: y}\n"
        "model: {type: mlp, depth: 1, width: 8}\nactivation: relu\n"
        "initializer: he_normal\noptimizer: {name: sgd, learning_rate: 0.1}\n"
        "training: {epochs: 1}\n";
    const ag_plan plan = read_text(text);
    ag_restored stored[3];
    for (int i = 0; i < 3; i++)
        stored[i] = (ag_restored){.id = plan.trials[0].id,
                                  .settings = ag_plan_settings_json(&plan, plan.trials, &arena),
                                  .file = i == 1 ? "b/x.yaml" : "a/x.yaml"};
    const ag_plan again = restore(stored, 3);
    CHECK(again.n_trials == 3 && again.n_variants[AG_PART_DATASET] == 2, "%d data sets",
          again.n_variants[AG_PART_DATASET]);
    CHECK(strcmp(again.variants[AG_PART_DATASET][1].is.choice.file, "b/x.yaml") == 0, "%s",
          again.variants[AG_PART_DATASET][1].is.choice.file);
}

static void test_memory(void) {
    const ag_plan plan = read_text(BASE);
    ag_restored stored = {.id = plan.trials[0].id,
                          .settings = ag_plan_settings_json(&plan, plan.trials, &arena)};
    int failed = 0;
    ag_status status = AG_NOMEM;
    for (long n = 0; status == AG_NOMEM && n < 10000; n++) {
        ag_arena small = {.fail_after = n};
        ag_plan again;
        ag_error err = {0};
        status = ag_plan_restore(&stored, 1, &small, &again, &err);
        failed += status == AG_NOMEM;
        ag_arena_close(&small);
    }
    CHECK(status == AG_OK && failed > 10, "%d failures, then status %d", failed, (int)status);
}

int main(void) {
    test_all_come_back();
    test_troubles();
    test_impossible();
    test_nothing();
    test_files();
    test_memory();
    ag_arena_close(&arena);
    return check_report();
}

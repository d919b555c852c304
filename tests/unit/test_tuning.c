/* Tuned plans: groups, candidates, draws, the trials that follow from a choice. What is wrong with
 * bad files is tested by tests/cases/config; which candidate is chosen, by test_report_choose. */
#include "plan_fixture.h"

#include "harness/plan/restore.h"
#include "harness/plan/tuning.h"

#include <math.h>

#define GRID                                                                                       \
    BASE "grid:\n  activation: [relu, tanh]\n  optimizer.learning_rate: [0.01, 0.1, 1]\n"          \
         "  model.depth: [1, 2]\n"
#define TUNED                                                                                      \
    GRID "tuning: {over: [optimizer.learning_rate], metric: val_loss, seeds: 2,"                   \
         " final_seeds: 4}\n"

static ag_plan with_final(const ag_plan *plan, const size_t *points, size_t n) {
    ag_plan whole;
    ag_error err = {0};
    const ag_tuning_stage stage = {.phase = AG_PHASE_FINAL, .points = points, .n = n};
    CHECK(ag_plan_stages(plan, &stage, 1, &arena, &whole, &err) == AG_OK, "%s", err.text);
    return whole;
}

static void test_groups(void) {
    const ag_plan plan = read_text(TUNED);
    const ag_tuning *t = plan.tuning;
    CHECK(plan.n_trials == 24 && t->n_points == 12 && t->n_groups == 4 && t->n_candidates == 3,
          "%zu trials, %d groups", plan.n_trials, t->n_groups);
    for (size_t p = 0; p < t->n_points; p++) {
        /* activation, rate, depth: the last one fastest */
        const uint32_t group = (uint32_t)(p / 6 * 2 + p % 2), candidate = (uint32_t)(p / 2 % 3);
        CHECK(t->group[p] == group && t->candidate[p] == candidate, "point %zu", p);
    }
    for (size_t i = 0; i < plan.n_trials; i++) {
        CHECK(plan.trials[i].phase == AG_PHASE_TUNE, "trial %zu", i);
        CHECK(plan.trials[i].seed == 1000 + i / 12, "trial %zu", i);
    }
    CHECK(!t->larger, "a loss should be small");
    CHECK(!ag_tuned_axis(&plan, 0) && ag_tuned_axis(&plan, 1) && !ag_tuned_axis(&plan, 2), "axes");
    CHECK(strcmp(ag_tuned_label(&plan, &plan.trials[2], &arena), "learning_rate=0.1") == 0,
          "label");
    CHECK(strcmp(ag_tuned_json(&plan, &plan.trials[2], &arena),
                 "{\"optimizer.learning_rate\":0.1}") == 0,
          "JSON");
}

/* Seeds are other ones, the same for all groups; ids of phases differ, those of `grid` stay. */
static void test_final(void) {
    const ag_plan plan = read_text(TUNED), grid = read_text(GRID "seeds: [1000, 1001]\n");
    const size_t points[] = {2, 3, 10, 11};
    const ag_plan whole = with_final(&plan, points, 4);
    CHECK(whole.n_trials == plan.n_trials + 16, "%zu", whole.n_trials);
    for (size_t i = 0; i < plan.n_trials; i++) {
        CHECK(whole.trials[i].id == plan.trials[i].id, "trial %zu", i);
        CHECK(grid.trials[i].id != plan.trials[i].id, "trial %zu", i);
        CHECK(memcmp(grid.trials[i].variant, plan.trials[i].variant, sizeof grid.trials->variant) ==
                  0,
              "trial %zu", i);
    }
    for (size_t i = 0; i < 16; i++) {
        const ag_trial *trial = &whole.trials[plan.n_trials + i];
        CHECK(trial->seed == i / 4 && trial->phase == AG_PHASE_FINAL, "trial %zu", i);
        CHECK(trial->index == plan.n_trials + i, "trial %zu", i);
        CHECK(memcmp(trial->variant, plan.trials[points[i % 4]].variant, sizeof trial->variant) ==
                  0,
              "trial %zu", i);
        const char *json = ag_plan_settings_json(&whole, trial, &arena);
        CHECK(strstr(json, ",\"phase\":\"final\"}"), "%s", json);
    }
    const char *json = ag_plan_settings_json(&grid, grid.trials, &arena);
    CHECK(!strstr(json, "phase"), "%s", json);
}

/* A trial's settings are an experiment of one trial with the same id, and are restored. */
static void test_round_trips(void) {
    const ag_plan plan = read_text(TUNED);
    const size_t points[] = {1, 8};
    const ag_plan whole = with_final(&plan, points, 2);
    ag_restored *stored = AG_NEW_ARRAY(&arena, ag_restored, whole.n_trials);
    for (size_t i = 0; i < whole.n_trials; i++) {
        const char *json = ag_plan_settings_json(&whole, &whole.trials[i], &arena);
        const ag_plan one = read_text(json);
        CHECK(one.n_trials == 1 && one.trials[0].id == whole.trials[i].id, "%s", json);
        CHECK(ag_plan_settings(&one, one.trials).phase == whole.trials[i].phase, "%s", json);
        stored[i] = (ag_restored){.id = whole.trials[i].id, .settings = json};
    }
    ag_plan again;
    ag_error err = {0};
    CHECK(ag_plan_restore(stored, whole.n_trials, &arena, &again, &err) == AG_OK, "%s", err.text);
    for (size_t i = 0; i < whole.n_trials; i++)
        CHECK(stored[i].trial && stored[i].trial->id == whole.trials[i].id &&
                  stored[i].trial->phase == whole.trials[i].phase,
              "trial %zu: %s", i, stored[i].trouble ? stored[i].trouble : "another one");
    const ag_plan resolved = read_text(plan.resolved);
    CHECK(resolved.n_trials == plan.n_trials && strcmp(resolved.resolved, plan.resolved) == 0, "%s",
          resolved.resolved);
    for (size_t i = 0; i < plan.n_trials; i++)
        CHECK(resolved.trials[i].id == plan.trials[i].id, "trial %zu", i);
}

#define RANGES                                                                                     \
    BASE "grid:\n  activation: [relu, tanh, elu]\n"                                                \
         "  optimizer.learning_rate: log_uniform(1e-4, 1)\n  optimizer.momentum: [0, 0.5, 0.9]\n"  \
         "  model.width: uniform_int(4, 7)\n  model.dropout: uniform(0.1, 0.5)\n"
#define OVER                                                                                       \
    "over: [optimizer.learning_rate, optimizer.momentum, model.width, model.dropout], metric: "    \
    "val_loss, seeds: 1"

/* Every draw lies where it must, all groups have the same ones, and half of them lie in half of
 * each range (5 standard deviations; of sobol all but a few). */
static void check_draws(const char *search, int n, double far) {
    char text[2048];
    snprintf(text, sizeof text, RANGES "tuning: {" OVER ", search: {%s: %d}}\n", search, n);
    const ag_plan plan = read_text(text);
    const ag_tuning *t = plan.tuning;
    CHECK(t->n_groups == 3 && t->n_candidates == n && plan.n_trials == (size_t)(3 * n),
          "%s: %d candidates, %zu trials", search, t->n_candidates, plan.n_trials);
    int low[4] = {0}, width[8] = {0};
    for (size_t i = 0; i < plan.n_trials; i++) {
        double x[4] = {0};
        for (int k = 0; k < 4; k++) {
            double other;
            CHECK(ag_tuned_number(&plan, &plan.trials[i], k, &x[k]), "a number");
            ag_tuned_number(&plan, &plan.trials[i % (size_t)n], k, &other);
            CHECK(x[k] == other, "%s: groups have the same candidates", search);
        }
        CHECK(x[0] >= 1e-4 && x[0] <= 1, "%g", x[0]);
        CHECK(x[1] == 0 || x[1] == 0.5 || x[1] == 0.9, "%g", x[1]);
        CHECK(x[2] >= 4 && x[2] <= 7 && x[2] == floor(x[2]), "%g", x[2]);
        CHECK(x[3] >= 0.1 && x[3] <= 0.5, "%g", x[3]);
        low[0] += x[0] < 1e-2;
        low[2] += x[2] < 6;
        low[3] += x[3] < 0.3;
        if (i < (size_t)n) width[(int)x[2]]++;
    }
    const int half[] = {0, 2, 3};
    for (int k = 0; k < 3; k++)
        CHECK(fabs(low[half[k]] / 3.0 - n / 2.0) <= far, "%s: %d of %d", search, low[half[k]] / 3,
              n);
    for (int w = 4; w < 8; w++)
        CHECK(fabs(width[w] - n / 4.0) <= far, "%s: width %d %d times", search, w, width[w]);
}

/* More draws are the same and others; another seed draws others; overrides work. */
static void test_more_draws(const char *search) {
    char few[2048], many[2048], other[80];
    snprintf(few, sizeof few, RANGES "tuning: {" OVER ", search: {%s: 5}}\n", search);
    snprintf(many, sizeof many, RANGES "tuning: {" OVER ", search: {%s: 9}}\n", search);
    snprintf(other, sizeof other, "tuning.search={%s: 5, seed: 1}", search);
    const char *const words[] = {other};
    const ag_plan a = read_text(few), b = read_text(many), c = read_words(few, words, 1);
    for (size_t i = 0; i < 5; i++) {
        CHECK(a.trials[i].id == b.trials[i].id, "%s: draw %zu", search, i);
        CHECK(a.trials[i].id != c.trials[i].id, "%s: draw %zu", search, i);
    }
    const ag_plan resolved = read_text(c.resolved);
    for (size_t i = 0; i < c.n_trials; i++)
        CHECK(resolved.trials[i].id == c.trials[i].id, "%s: trial %zu", search, i);
}

static void test_zip(void) {
    const ag_plan plan =
        read_text(BASE "grid: {activation: [relu, tanh]}\n"
                       "zip: {optimizer.learning_rate: [0.1, 1], optimizer.momentum: [0.9, 0]}\n"
                       "tuning: {over: [optimizer.momentum, optimizer.learning_rate], metric: "
                       "val_accuracy, seeds: [77]}\n");
    CHECK(plan.tuning->n_groups == 2 && plan.tuning->n_candidates == 2 && plan.tuning->larger,
          "%d groups", plan.tuning->n_groups);
    CHECK(strcmp(ag_tuned_label(&plan, plan.trials, &arena), "momentum=0.9 learning_rate=0.1") == 0,
          "%s", ag_tuned_label(&plan, plan.trials, &arena));
    CHECK(plan.trials[0].seed == 77 && plan.n_trials == 4, "seeds");
}

/* What is no number: by its label. */
static void test_whole_part(void) {
    const ag_plan plan = read_text(
        BASE "grid:\n  activation: [relu, tanh]\n  optimizer: [{name: sgd, learning_rate: 0.1},"
             " {name: adam, learning_rate: 0.01}]\n  initializer: [he_normal, glorot_uniform]\n"
             "tuning: {over: [optimizer, initializer], metric: val_loss, seeds: 1}\n");
    double x;
    CHECK(plan.tuning->n_candidates == 4, "%d", plan.tuning->n_candidates);
    CHECK(!ag_tuned_number(&plan, plan.trials, 0, &x), "no number");
    const char *label = ag_tuned_label(&plan, &plan.trials[3], &arena),
               *json = ag_tuned_json(&plan, &plan.trials[3], &arena);
    CHECK(strcmp(label, "optimizer=adam(learning_rate=0.01) initializer=glorot_uniform") == 0, "%s",
          label);
    CHECK(strcmp(json, "{\"optimizer\":\"adam(learning_rate=0.01)\",\"initializer\":"
                       "\"glorot_uniform\"}") == 0,
          "%s", json);
}

static void test_no_memory(void) {
    for (long k = 0;; k += 1 + k / 8) { /* the more, the coarser */
        ag_arena small = AG_ARENA_EMPTY;
        small.fail_after = k;
        ag_plan plan;
        ag_error err = {0};
        static const char *const text = RANGES "tuning: {" OVER ", search: {sobol: 3}}\n";
        const ag_status status =
            ag_plan_read(&small, "f", text, strlen(text), NULL, 0, &plan, &err);
        ag_arena_close(&small);
        if (status == AG_OK) {
            CHECK(k > 20, "%ld allocations", k);
            return;
        }
        CHECK(status == AG_NOMEM, "allocation %ld: %s", k, err.text);
    }
}

int main(void) {
    test_groups();
    test_final();
    test_round_trips();
    check_draws("random", 200, 35);
    check_draws("sobol", 128, 2);
    test_more_draws("random");
    test_more_draws("sobol");
    test_zip();
    test_whole_part();
    test_no_memory();
    ag_arena_close(&arena);
    return check_report();
}

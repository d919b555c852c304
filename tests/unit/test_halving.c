/* Successive halving in the plan: what each rung has, which trials these are. What is wrong with
 * bad files is tested by tests/cases/config; who goes on, by test_report_halving. */
#include "check.h"

#include "harness/plan/restore.h"
#include "harness/plan/tuning.h"

#include <stdlib.h>
#include <string.h>

static ag_arena arena = {.fail_after = -1};

/* Three groups of n candidates, with `length` of "epochs" or "steps" and these words of `tuning`.
 */
static const char *text_of(int n, const char *unit, long length, const char *words) {
    enum { SIZE = 4096 };
    char *text = AG_NEW_ARRAY(&arena, char, SIZE);
    int used = snprintf(text, SIZE,
                        "dataset: {name: xor, samples: 100}\n"
                        "model: {type: mlp, depth: 2, width: 8}\n"
                        "initializer: he_normal\noptimizer: sgd\n"
                        "training: {%s: %ld, batch_size: 32}\n"
                        "tuning: {over: [optimizer.learning_rate], metric: val_loss, seeds: 2, "
                        "final_seeds: 3%s}\n"
                        "grid:\n  activation: [relu, tanh, elu]\n  training.batch_size: [32]\n"
                        "  optimizer.learning_rate: [0.5",
                        unit, length, words);
    for (int i = 1; i < n; i++)
        used += snprintf(text + used, (size_t)(SIZE - used), ", %g", 0.5 / (1 << i));
    snprintf(text + used, (size_t)(SIZE - used), "]\n");
    return text;
}

static ag_status try_text(const char *text, ag_plan *plan, ag_error *err) {
    return ag_plan_read(&arena, "x.yaml", text, strlen(text), NULL, 0, plan, err);
}

static ag_plan read_text(const char *text) {
    ag_plan plan;
    ag_error err = {0};
    CHECK(try_text(text, &plan, &err) == AG_OK, "%s: %s\n%s", err.where, err.text, text);
    if (err.status) exit(check_report());
    return plan;
}

/* The first candidates of each group in every rung, and the first of all as the final ones. */
static ag_plan with_stages(const ag_plan *plan) {
    const ag_tuning *t = plan->tuning;
    ag_tuning_stage stages[AG_RUNGS_MAX];
    ag_plan whole;
    ag_error err = {0};
    for (int r = 1; r <= t->n_rungs; r++) {
        const bool final = r == t->n_rungs;
        size_t *points = AG_NEW_ARRAY(&arena, size_t, t->n_points);
        ag_tuning_stage *stage = &stages[r - 1];
        *stage = (ag_tuning_stage){.phase = final ? AG_PHASE_FINAL : AG_PHASE_TUNE, .rung = r};
        stage->points = points;
        for (size_t p = 0; p < t->n_points; p++)
            if ((int)t->candidate[p] < (final ? 1 : t->rungs[r].candidates)) points[stage->n++] = p;
    }
    CHECK(ag_plan_stages(plan, stages, t->n_rungs, &arena, &whole, &err) == AG_OK, "%s", err.text);
    return whole;
}

/* What the first rungs of an experiment have: by dividing again and again, and rounding up each
 * time, which comes to the same. */
static void check_rungs(int n, const char *unit, long length, int eta, int n_rungs) {
    char words[80];
    ag_plan plan;
    ag_error err = {0};
    const ag_mark mark = ag_arena_mark(&arena);
    bool fits = true;
    long parts = 1;
    int candidates[AG_RUNGS_MAX] = {n};
    long lengths[AG_RUNGS_MAX];
    lengths[n_rungs - 1] = length;
    for (int r = 1; r < n_rungs; r++) {
        parts *= eta;
        candidates[r] = (candidates[r - 1] + eta - 1) / eta;
        fits &= candidates[r] < candidates[r - 1];
        lengths[n_rungs - 1 - r] = (lengths[n_rungs - r] + eta - 1) / eta;
    }
    fits &= length >= parts;
    snprintf(words, sizeof words, ", halving: {eta: %d, rungs: %d}", eta, n_rungs);
    const ag_status status = try_text(text_of(n, unit, length, words), &plan, &err);
    CHECK((status == AG_OK) == fits, "%d candidates, %ld %s, eta %d, %d rungs: %s", n, length, unit,
          eta, n_rungs, err.text);
    if (status == AG_OK) {
        const ag_plan whole = with_stages(&plan);
        size_t count[3][AG_RUNGS_MAX] = {{0}}, total = 0;
        for (size_t i = 0; i < whole.n_trials; i++) {
            const ag_trial *trial = &whole.trials[i];
            if (trial->phase == AG_PHASE_TUNE)
                count[trial->variant[AG_PART_ACTIVATION]][ag_tuned_rung(&plan, trial)]++;
        }
        for (int r = 0; r < n_rungs; r++) {
            const ag_rung *rung = &plan.tuning->rungs[r];
            CHECK(rung->candidates == candidates[r] && rung->epochs + rung->steps == lengths[r] &&
                      (rung->epochs > 0) == (strcmp(unit, "epochs") == 0),
                  "%d candidates, %ld %s, eta %d, rung %d of %d: %d at %ld", n, length, unit, eta,
                  r + 1, n_rungs, rung->candidates, rung->epochs + rung->steps);
            CHECK(r == 0 || rung->epochs + rung->steps > rung[-1].epochs + rung[-1].steps,
                  "%ld %s, eta %d: each rung is longer", length, unit, eta);
            for (int g = 0; g < 3; g++)
                CHECK(count[g][r] == 2 * (size_t)candidates[r], "group %d, rung %d: %zu trials", g,
                      r + 1, count[g][r]);
            total += 3 * 2 * (size_t)candidates[r];
        }
        CHECK(plan.n_trials == 3 * 2 * (size_t)n && whole.n_trials == total + 3 * 3,
              "%zu of %zu trials", plan.n_trials, whole.n_trials);
    }
    ag_arena_release(&arena, mark);
}

static void test_rungs(void) {
    for (int n = 1; n <= 30; n += n < 12 ? 1 : 3)
        for (int eta = 2; eta <= 4; eta++)
            for (int n_rungs = 2; n_rungs <= 4; n_rungs++)
                for (long length = 3; length < 200; length += length - 1)
                    check_rungs(n, n % 2 ? "epochs" : "steps", length, eta, n_rungs);
}

#define THREE ", halving: {eta: 3, rungs: 3}"

/* A trial of a rung is what an experiment has that is as long as the rung; those of the whole
 * length are those of the experiment without halving. */
static void test_ordinary(void) {
    const ag_plan plan = read_text(text_of(9, "epochs", 17, THREE)), whole = with_stages(&plan);
    const long epochs[] = {2, 6, 17};
    ag_plan at[3];
    for (int r = 0; r < 3; r++)
        at[r] = read_text(text_of(9, "epochs", epochs[r], ""));
    const ag_plan finals = with_stages(&at[2]);
    for (size_t i = 0; i < whole.n_trials; i++) {
        const ag_trial *trial = &whole.trials[i];
        const bool final = trial->phase == AG_PHASE_FINAL;
        const int r = final ? 2 : ag_tuned_rung(&plan, trial);
        const ag_plan *other = final ? &finals : &at[r];
        bool found = false;
        for (size_t k = 0; k < other->n_trials; k++)
            found |= other->trials[k].id == trial->id;
        CHECK(found && trial->index == i, "trial %zu, rung %d", i, r);
        CHECK(ag_plan_settings(&whole, trial).training.epochs == epochs[r], "trial %zu", i);
    }
    for (size_t p = 0; p < plan.tuning->n_points; p++)
        for (int r = 0; r < 3; r++)
            CHECK(ag_tuned_trial(&plan, p, 1, r).id == at[r].trials[plan.tuning->n_points + p].id,
                  "point %zu, rung %d", p, r);
    CHECK(plan.tuning->n_rungs == 3 && at[0].tuning->n_rungs == 1, "rungs");
}

/* Settings out of a store; the experiment out of one; a plan out of a whole one. */
static void test_round_trips(void) {
    const ag_plan plan = read_text(text_of(9, "epochs", 9, THREE)), whole = with_stages(&plan);
    ag_restored *stored = AG_NEW_ARRAY(&arena, ag_restored, whole.n_trials);
    for (size_t i = 0; i < whole.n_trials; i++) {
        const char *json = ag_plan_settings_json(&whole, &whole.trials[i], &arena);
        const ag_plan one = read_text(json);
        CHECK(one.n_trials == 1 && one.trials[0].id == whole.trials[i].id, "%s", json);
        stored[i] = (ag_restored){.id = whole.trials[i].id, .settings = json};
    }
    ag_plan restored;
    ag_error err = {0};
    CHECK(ag_plan_restore(stored, whole.n_trials, &arena, &restored, &err) == AG_OK, "%s",
          err.text);
    for (size_t i = 0; i < whole.n_trials; i++)
        CHECK(stored[i].trial && stored[i].trial->id == whole.trials[i].id, "trial %zu: %s", i,
              stored[i].trouble ? stored[i].trouble : "another one");
    const ag_plan resolved = read_text(plan.resolved), again = with_stages(&whole);
    CHECK(strcmp(resolved.resolved, plan.resolved) == 0, "%s", resolved.resolved);
    CHECK(strstr(plan.resolved, "\"training\":{\"epochs\":9,"), "%s", plan.resolved);
    CHECK(resolved.n_trials == plan.n_trials && again.n_trials == whole.n_trials, "trials");
    for (size_t i = 0; i < plan.n_trials; i++)
        CHECK(resolved.trials[i].id == plan.trials[i].id, "trial %zu", i);
    for (size_t i = 0; i < whole.n_trials; i++)
        CHECK(again.trials[i].id == whole.trials[i].id, "trial %zu", i);
}

static void test_words(void) {
    const ag_plan plan = read_text(text_of(9, "steps", 18, THREE)),
                  none = read_text(text_of(9, "steps", 18, ", halving: none"));
    const ag_tuning *t = plan.tuning;
    const char *how = ag_tuning_how(t, &arena);
    CHECK(strcmp(how, "grid, successive halving (eta 3, 3 rungs: 9 candidates at 2 steps, 3 at 6, "
                      "1 at 18)") == 0,
          "%s", how);
    CHECK(strcmp(ag_tuning_how(none.tuning, &arena), "grid") == 0, "none");
    CHECK(!strstr(none.resolved, "halving") && none.tuning->n_rungs == 1, "%s", none.resolved);
    for (int r = 0; r < 3; r++) {
        static const char *const labels[] = {"relu learning_rate=0.5 steps=2 seed=1000",
                                             "relu learning_rate=0.5 steps=6 seed=1000",
                                             "relu learning_rate=0.5 seed=1000"};
        const ag_trial trial = ag_tuned_trial(&plan, 0, 0, r);
        const char *label = ag_plan_trial_label(&plan, &trial, &arena);
        CHECK(strcmp(label, labels[r]) == 0, "%s", label);
    }
}

/* A claim is about the final trials, which are of the whole length. */
static void test_claims(void) {
    char text[4096];
    ag_plan plan;
    ag_error err = {0};
    const char *without = text_of(9, "epochs", 18, THREE);
    snprintf(text, sizeof text, "%sclaims: ['val_loss(relu) < val_loss(tanh) at training.%s']\n",
             without, "epochs=18");
    CHECK(try_text(text, &plan, &err) == AG_OK && plan.n_claims == 1, "%s", err.text);
    snprintf(text, sizeof text, "%sclaims: ['val_loss(relu) < val_loss(tanh) at training.%s']\n",
             without, "epochs=2");
    CHECK(try_text(text, &plan, &err) == AG_CONFIG &&
              strstr(err.text, "training.epochs is 2 nowhere in the grid, it is 18"),
          "%s", err.text);
}

int main(void) {
    test_rungs();
    test_ordinary();
    test_round_trips();
    test_words();
    test_claims();
    ag_arena_close(&arena);
    return check_report();
}

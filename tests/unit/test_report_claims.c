/* Claims of an experiment against a store made by hand: which trials count, how they are paired and
 * averaged, what is missing. */
#include "results/report/claims.h"
#include "store_fixture.h"

#include <math.h>

static ag_arena arena = {.fail_after = -1};

#define BASE                                                                                       \
    "name: test\ndataset: xor\nmodel: {type: mlp, depth: 2, width: 8}\nactivation: relu\n"         \
    "initializer: he_normal\noptimizer: {name: sgd, learning_rate: 0.1}\n"                         \
    "training: {epochs: 2}\n"
#define GRID                                                                                       \
    "grid: {activation: [relu, tanh], model.depth: [2, 4], initializer: [he_normal, rai]}\n"

static ag_plan *read_plan(const char *text) {
    ag_plan *plan = AG_NEW(&arena, ag_plan);
    ag_error err = {0};
    CHECK(plan && ag_plan_read(&arena, "x.yaml", text, strlen(text), NULL, 0, plan, &err) == AG_OK,
          "%s: %s", err.where, err.text);
    CHECK(ag_claims_check(plan, &err) == AG_OK, "%s: %s", err.where, err.text);
    return plan;
}

/* --- a trial of a plan, with this accuracy ---------------------------------------------------- */

static bool is(const ag_plan *plan, const ag_trial *t, ag_part part, const char *label) {
    return strcmp(plan->variants[part][t->variant[part]].label, label) == 0;
}

static int depth_of(const ag_plan *plan, const ag_trial *t) {
    return is(plan, t, AG_PART_MODEL, "mlp(depth=4 width=8)") ? 4 : 2;
}

static void prepare(fixture *f, const ag_plan *plan, const ag_trial *t, double accuracy) {
    const char *label = plan->variants[AG_PART_ACTIVATION][t->variant[AG_PART_ACTIVATION]].label;
    make(f, label, 0.1, t->seed, accuracy);
    f->trial = *t;
    f->record.settings = ag_plan_settings_json(plan, t, &arena);
    f->record.initializer =
        plan->variants[AG_PART_INITIALIZER][t->variant[AG_PART_INITIALIZER]].label;
    f->record.depth = depth_of(plan, t);
}

/* Noise of a seed, which all activations share, and one that they do not. */
static double shared(uint64_t seed) { return 0.01 * (double)(seed * 7 % 5); }
static double own(uint64_t seed) { return 0.002 * (double)(seed * 3 % 7); }

/* relu 0.1 above tanh; depth 4 0.02 below 2; rai 0.05 below he_normal. */
static double accuracy_of(const ag_plan *plan, const ag_trial *t) {
    const bool relu = is(plan, t, AG_PART_ACTIVATION, "relu");
    return 0.6 + shared(t->seed) + (relu ? 0.1 + own(t->seed) : 0) -
           0.01 * (depth_of(plan, t) - 2) - (is(plan, t, AG_PART_INITIALIZER, "rai") ? 0.05 : 0);
}

typedef enum change { AS_IT_IS, DIVERGE, FAIL, SKIP } change;

/* Puts all trials of the plan but those that `changed` changes. */
static void fill(const char *name, const ag_plan *plan,
                 change (*changed)(const ag_plan *, const ag_trial *)) {
    ag_store *store = open_store(name, plan->resolved, plan->n_trials, plan->trials);
    for (size_t i = 0; i < plan->n_trials; i++) {
        const ag_trial *t = &plan->trials[i];
        const change what = changed ? changed(plan, t) : AS_IT_IS;
        fixture f;
        prepare(&f, plan, t, accuracy_of(plan, t));
        if (what == DIVERGE) diverge(&f);
        if (what == FAIL) fail(&f, "no");
        if (what != SKIP && !ag_store_has(store, t->id)) put(store, &f);
    }
    close_store(store);
}

static ag_claim_results evaluate(const char *name, const ag_plan *plan) {
    ag_claim_results r = {0};
    ag_error err = {0};
    CHECK(ag_claims_evaluate(in_folder(name), plan, &arena, &r, &err) == AG_OK, "%s", err.text);
    CHECK(r.n == plan->n_claims, "%d results", r.n);
    return r;
}

static double mean_own(uint64_t n) {
    double sum = 0;
    for (uint64_t s = 0; s < n; s++)
        sum += own(s);
    return sum / (double)n;
}

/* --- what is compared with what --------------------------------------------------------------- */

static const char WHOLE[] = BASE GRID
    "seeds: 5\n"
    "claims:\n"
    "- val_accuracy(relu) > val_accuracy(tanh)\n"
    "- val_accuracy(relu) < val_accuracy(tanh) at model.depth=4, initializer=rai\n"
    "- val_accuracy(relu at initializer=rai) < val_accuracy(relu at initializer=he_normal)\n"
    "- val_accuracy(relu at model.depth=2) ~= val_accuracy(relu at model.depth=4) within 0.03\n"
    "- val_accuracy(tanh) > 0.5 at model.depth=2, initializer=he_normal\n"
    "- gradient_decay(relu) ~= gradient_decay(tanh) within 10%\n";

static void test_whole(void) {
    const ag_plan *plan = read_plan(WHOLE);
    fill("whole", plan, NULL);
    const ag_claim_results r = evaluate("whole", plan);
    const ag_claim_result *c = r.result;
    CHECK(c[0].settings == 4 && c[0].planned == 40 && c[0].done == 40 && c[0].there, "%d, %zu",
          c[0].settings, c[0].planned);
    CHECK(close_to(c[0].judged.difference.estimate, 0.1 + mean_own(5), 1e-9, 0), "%g",
          c[0].judged.difference.estimate);
    CHECK(close_to(c[0].left - c[0].right, 0.1 + mean_own(5), 1e-9, 0), "sides");
    CHECK(c[0].judged.verdict == AG_SUPPORTED && c[0].judged.n == 5, "paired: 5 seeds do");
    CHECK(c[1].settings == 1 && c[1].planned == 10, "%d, %zu", c[1].settings, c[1].planned);
    CHECK(c[1].judged.verdict == AG_CONTRADICTED, "%s", ag_claim_word(&c[1]));
    CHECK(c[2].claim->apart && c[2].planned == 20 && c[2].settings == 2, "%zu", c[2].planned);
    CHECK(close_to(c[2].judged.difference.estimate, -0.05, 1e-9, 0) && c[2].judged.by_signs,
          "the same for each seed: %g", c[2].judged.difference.estimate);
    CHECK(c[2].judged.verdict == AG_UNDECIDED && c[2].judged.p == 0.0625, "5 seeds cannot");
    CHECK(c[2].judged.alone == AG_UNDECIDED && c[2].judged.likely > 5, "more can");
    CHECK(close_to(c[3].judged.difference.estimate, 0.02, 1e-9, 0), "depth");
    CHECK(close_to(c[4].left, 0.6 + 0.02, 1e-9, 0) && c[4].right == 0.5, "%g", c[4].left);
    CHECK(c[4].judged.verdict == AG_SUPPORTED && c[4].planned == 5, "%s", ag_claim_word(&c[4]));
    CHECK(c[5].judged.difference.estimate == 0 && c[5].left == c[5].right, "all decay to 0.5");
    CHECK(close_to(c[5].judged.margin, log(1.1), 1e-14, 0), "10 %%: %g", c[5].judged.margin);
    CHECK(r.counts[AG_SUPPORTED] == 2 && r.counts[AG_CONTRADICTED] == 1 &&
              r.counts[AG_UNDECIDED] == 3 && r.missing == 0,
          "counted");
}

/* What else is in the store does not count: other widths, more seeds, another experiment. */
static void test_others(void) {
    copy_store("whole", "others");
    fill("others", read_plan(BASE GRID "seeds: 9\n"), NULL);
    ag_plan *wide = read_plan("name: wide\ndataset: xor\nmodel: {type: mlp, depth: 2, width: 9}\n"
                              "activation: relu\ninitializer: he_normal\n"
                              "optimizer: {name: sgd, learning_rate: 0.1}\n"
                              "training: {epochs: 2}\nseeds: 9\n" GRID);
    fill("others", wide, NULL);
    const ag_plan *plan = read_plan(WHOLE);
    const ag_claim_results r = evaluate("others", plan), alone = evaluate("whole", plan);
    for (int c = 0; c < r.n; c++) {
        const ag_judgement *a = &r.result[c].judged, *b = &alone.result[c].judged;
        CHECK(a->n == b->n && a->p == b->p && a->verdict == b->verdict &&
                  r.result[c].planned == alone.result[c].planned,
              "claim %d", c);
    }
}

/* --- what is missing -------------------------------------------------------------------------- */

static change some_lost(const ag_plan *plan, const ag_trial *t) {
    const bool deep_relu = is(plan, t, AG_PART_ACTIVATION, "relu") && depth_of(plan, t) == 4;
    return deep_relu && t->seed == 1 && is(plan, t, AG_PART_INITIALIZER, "rai") ? DIVERGE
                                                                                : AS_IT_IS;
}

static change most_lost(const ag_plan *plan, const ag_trial *t) {
    return is(plan, t, AG_PART_ACTIVATION, "tanh") && t->seed > 0 ? DIVERGE : AS_IT_IS;
}

static change some_failed(const ag_plan *plan, const ag_trial *t) {
    if (!is(plan, t, AG_PART_ACTIVATION, "tanh")) return AS_IT_IS;
    return t->seed == 0 ? FAIL : t->seed == 1 ? SKIP : AS_IT_IS;
}

static void test_lost(void) {
    const ag_plan *plan = read_plan(WHOLE);
    fill("lost", plan, some_lost);
    ag_claim_results r = evaluate("lost", plan);
    CHECK(r.result[0].there && r.result[0].diverged == 1 && r.result[0].left_out == 1 &&
              r.result[0].judged.n == 4,
          "%d diverged, %d left out, n = %d", r.result[0].diverged, r.result[0].left_out,
          r.result[0].judged.n);
    CHECK(r.result[4].diverged == 0 && r.result[4].judged.n == 5, "not the business of tanh");
    CHECK(r.result[2].left_out == 1 && r.result[2].judged.n == 4, "apart: %d left out",
          r.result[2].left_out);

    fill("most", plan, most_lost);
    r = evaluate("most", plan);
    CHECK(r.result[0].judged.n == 1 && r.result[0].judged.verdict == AG_UNDECIDED &&
              r.result[0].diverged == 16,
          "one pair decides nothing");

    fill("failed", plan, some_failed);
    r = evaluate("failed", plan);
    CHECK(!r.result[0].there && r.result[0].done == 32 && r.result[0].failed == 4, "%zu of %zu",
          r.result[0].done, r.result[0].planned);
    CHECK(strcmp(ag_claim_word(&r.result[0]), "not yet") == 0, "no verdict");
    CHECK(r.result[2].there, "relu is all there");
    CHECK(r.missing == 4 && r.counts[AG_UNDECIDED] == 2, "%d missing", r.missing);
}

/* --- out of the store ------------------------------------------------------------------------- */

static void test_of_store(void) {
    ag_claim_results r, again;
    ag_error err = {0};
    CHECK(ag_claims_of_store(in_folder("lost"), &arena, &r, &err) == AG_OK, "%s", err.text);
    const ag_plan *plan = read_plan(WHOLE);
    again = evaluate("lost", plan);
    CHECK(r.n == again.n && strcmp(r.experiment, "test") == 0, "%d claims", r.n);
    for (int c = 0; c < r.n; c++)
        CHECK(r.result[c].judged.p == again.result[c].judged.p &&
                  strcmp(r.result[c].claim->text, again.result[c].claim->text) == 0,
              "claim %d", c);
    const ag_plan *back = read_plan(plan->resolved);
    CHECK(back->n_claims == plan->n_claims && strcmp(back->resolved, plan->resolved) == 0,
          "resolved is an experiment with the same claims");
    close_store(open_store("none", "{}", 0, NULL));
    CHECK(ag_claims_of_store(in_folder("none"), &arena, &r, &err) == AG_OK && r.n == 0, "none");
    close_store(open_store("old", "{\"claims\":[\"nonsense\"]}", 0, NULL));
    CHECK(ag_claims_of_store(in_folder("old"), &arena, &r, &err) == AG_STORE, "%s", err.text);
}

int main(void) {
    new_folder();
    test_whole();
    test_others();
    test_lost();
    test_of_store();
    remove_folder();
    ag_arena_close(&arena);
    return check_report();
}

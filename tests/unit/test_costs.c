/* Plans of a million trials: how much memory they take, how few different costs they have;
 * and that what is reckoned for all trials together is what each costs alone. */
#include "check.h"

#include "harness/train/cost.h"

#include <stdlib.h>
#include <string.h>

#define BASE                                                                                       \
    "dataset: {name: blobs}\n"                                                                     \
    "model: {type: mlp, depth: 2, width: 16}\n"                                                    \
    "activation: elu\n"                                                                            \
    "initializer: he_normal\n"                                                                     \
    "optimizer: {name: sgd, learning_rate: 0.05}\n"                                                \
    "training: {epochs: 2, batch_size: 16}\n"

static ag_plan read_text(const char *text, ag_arena *arena) {
    ag_plan plan;
    ag_error err = {0};
    CHECK(ag_plan_read(arena, "million.yaml", text, strlen(text), NULL, 0, &plan, &err) == AG_OK,
          "%s: %s\n%s", err.where, err.text, text);
    if (!plan.n_trials) exit(check_report());
    return plan;
}

/* --- a million trials ----------------------------------------------------------- */

/* Shapes of a grid: one part with many variants, two with some, seeds only, ... With the plan's
 * bytes go those of its costs. */
static void test_million(void) {
    static const struct {
        const char *what, *text;
        size_t trials, costs;
        double bytes_max; /* of plan and costs, for each trial */
    } shapes[] = {
        {"seeds", BASE "seeds: 1000000\n", 1000000, 1, 70},
        {"learning rates and parameters of an activation",
         BASE "grid:\n"
              "  optimizer.learning_rate: logspace(1e-4,1,1000)\n"
              "  activation.alpha: linspace(0.1,2,1000)\n",
         1000000, 1, 70},
        {"settings of training",
         BASE "grid:\n"
              "  training.l1: linspace(0,0.1,300)\n"
              "  training.l2: linspace(0,0.1,300)\n"
              "seeds: 11\n",
         990000, 1, 250},
        {"zip and exclude",
         BASE "zip: {optimizer.learning_rate: linspace(0.001,1,1000),\n"
              "      training.l2: linspace(0,0.1,1000)}\n"
              "grid: {activation.alpha: linspace(0.1,2,1000)}\n"
              "exclude: [{activation.alpha: 2, training.l2: [0, 0.1]},\n"
              "          {optimizer.learning_rate: 1, training.batch_size: 16}]\n",
         998999, 1, 70},
        {"three parts of many variants each",
         BASE "zip: {optimizer.learning_rate: linspace(0.001,1,100000),\n"
              "      training.l2: linspace(0,0.1,100000),\n"
              "      activation.alpha: linspace(0.1,2,100000)}\n"
              "seeds: 10\n",
         1000000, 1, 400},
        {"every trial costs something else",
         BASE "grid:\n"
              "  model.width: range(1,101)\n"
              "  training.batch_size: range(1,101)\n"
              "  training.epochs: range(1,101)\n",
         1000000, 1000000, 150},
    };
    for (int i = 0; i < AG_COUNT(shapes); i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        const ag_plan plan = read_text(shapes[i].text, &arena);
        ag_costs costs;
        CHECK(ag_costs_make(&plan, &arena, &costs, &err) == AG_OK, "%s", err.text);
        CHECK(plan.n_trials == shapes[i].trials && costs.n == shapes[i].costs,
              "%s: %zu trials, %zu costs", shapes[i].what, plan.n_trials, costs.n);
        const double bytes = (double)arena.peak / (double)plan.n_trials;
        CHECK(bytes <= shapes[i].bytes_max, "%s: %.0f bytes for each trial", shapes[i].what, bytes);
        ag_arena_close(&arena);
    }
}

/* --- the same as one by one ------------------------------------------------------- */

static bool same_cost(const ag_trial_cost *a, const ag_trial_cost *b) {
    return a->parameters == b->parameters && a->steps == b->steps && a->flops == b->flops &&
           a->work == b->work && a->bytes == b->bytes;
}

/* Everything that a cost may depend on varies, and more: the order of the axes makes nets come
 * and go. */
static void test_same_as_alone(void) {
    static const char text[] =
        BASE "grid:\n"
             "  training.batch_size: [8, 300]\n"
             "  activation: [relu, {name: prelu, learned: per_channel}, prelu, {name: prelu, "
             "slope: 0.1}, maxout, {name: maxout, pieces: 3}]\n"
             "  optimizer: [sgd, {name: adam, learning_rate: 0.1}, {name: adam}]\n"
             "  dataset: [{name: blobs, classes: 2}, {name: blobs, classes: 3}, {name: xor}]\n"
             "  training.early_stopping: [none, 3]\n"
             "  training.accumulate: [1, 3]\n"
             "  model.depth: [0, 3]\n"
             "  training.loss: [auto, mean_squared_error]\n"
             "  training.robustness: [none, {normal: [0, 1, 2]}]\n"
             "  probes: [none, {every: 2}, {histograms: true}]\n"
             "seeds: 2\n";
    ag_arena arena = AG_ARENA_EMPTY, scratch = AG_ARENA_EMPTY;
    ag_error err = {0};
    const ag_plan plan = read_text(text, &arena);
    ag_costs costs;
    CHECK(ag_costs_make(&plan, &arena, &costs, &err) == AG_OK, "%s", err.text);
    CHECK(costs.n > 100 && costs.n < plan.n_trials / 2, "%zu costs of %zu trials", costs.n,
          plan.n_trials);
    for (size_t t = 0; t < plan.n_trials; t += 7) {
        const ag_settings s = ag_plan_settings(&plan, &plan.trials[t]);
        const ag_data_outline *data = &plan.outlines[plan.trials[t].variant[AG_PART_DATASET]];
        ag_trial_cost alone;
        CHECK(ag_train_cost(&s, data, &scratch, &alone, &err) == AG_OK, "%s", err.text);
        CHECK(same_cost(&alone, ag_cost_of(&costs, t)), "trial %zu costs something else alone", t);
        ag_arena_reset(&scratch);
    }
    ag_arena_close(&scratch);
    ag_arena_close(&arena);
}

/* Memory that runs out at any moment is said, and nothing else. */
static void test_no_memory(void) {
    static const char text[] = BASE "grid: {model.depth: [1, 2], training.epochs: [1, 2]}\n";
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_plan plan = read_text(text, &arena);
    ag_status status = AG_NOMEM;
    for (long k = 0; status == AG_NOMEM && k < 1000; k++) {
        ag_costs costs;
        ag_error err = {0};
        const ag_mark mark = ag_arena_mark(&arena);
        arena.fail_after = k;
        status = ag_costs_make(&plan, &arena, &costs, &err);
        CHECK(status == AG_OK || (status == AG_NOMEM && err.text[0]), "piece %ld: %d", k, status);
        ag_arena_release(&arena, mark);
    }
    CHECK(status == AG_OK, "it never was enough");
    ag_arena_close(&arena);
}

int main(void) {
    test_million();
    test_same_as_alone();
    test_no_memory();
    return check_report();
}

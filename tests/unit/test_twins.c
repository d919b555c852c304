/* Two trials side by side: the first number that differs is named, and it is the right one. */
#include "check.h"

#include "harness/train/twins.h"

#include "harness/plan/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ag_arena arena = {.fail_after = -1};

static const char base[] = "dataset: {name: blobs, samples: 100}\n"
                           "model: {type: mlp, depth: 2, width: 8}\n"
                           "activation: relu\n"
                           "initializer: he_normal\n"
                           "optimizer: {name: sgd, learning_rate: 0.1}\n"
                           "training: {epochs: 3, batch_size: 20}\n";

/* `base` and one word of the command line more. */
static ag_settings settings_of(const char *word, ag_data *data) {
    ag_plan plan;
    ag_error err = {0};
    ag_status status =
        ag_plan_read(&arena, "x.yaml", base, strlen(base), &word, word[0] != 0, &plan, &err);
    ag_settings settings = {0};
    if (!status) {
        settings = ag_plan_settings(&plan, plan.trials);
        status = ag_dataset_open(&settings.dataset, &arena, data, &err);
    }
    CHECK(status == AG_OK, "%s: %s", word, err.text);
    if (status) exit(check_report());
    return settings;
}

static ag_twins *open_twins(const char *one, const char *other) {
    ag_twins *t = AG_NEW(&arena, ag_twins);
    ag_settings *settings = AG_NEW_ARRAY(&arena, ag_settings, 2);
    ag_data *data = AG_NEW_ARRAY(&arena, ag_data, 2);
    settings[0] = settings_of(one, &data[0]);
    settings[1] = settings_of(other, &data[1]);
    ag_error err = {0};
    const ag_status status = ag_twins_open(settings, (const ag_data *const[]){&data[0], &data[1]},
                                           NULL, &arena, t, &err);
    CHECK(status == AG_OK, "%s, %s: %s", one, other, err.text);
    if (status) exit(check_report());
    return t;
}

/* To the end, or to where they part: step -1 if they do not. */
static ag_parting part(ag_twins *t) {
    ag_parting p = {.step = -1, .what = "nothing", .name = "", .kind = ""};
    if (ag_twins_part_at_start(t, &p)) return p;
    while (ag_twins_step(t))
        if (ag_twins_part(t, &p)) return p;
    ag_twins_part(t, &p);
    return p;
}

static void test_named(void) {
    static const struct {
        const char *one, *other;
        long step;
        const char *what;
        const char *name; /* NULL: of no layer */
    } expected[] = {
        {"", "", -1, "nothing", ""},
        {"probes=none", "probes.every=1", -1, "nothing", ""},
        {"", "seed=1", 0, "initial weights of", "hidden1"},
        {"", "initializer=he_uniform", 0, "initial weights of", "hidden1"},
        {"", "activation=tanh", 1, "output of", "hidden1"},
        {"activation=leaky_relu", "activation=prelu", 1, "output of", "hidden1"},
        {"activation={name: leaky_relu, slope: 0.25}",
         "activation={name: prelu, learned: per_channel}", 2, "output of", "hidden1"},
        {"", "activation={layers: [relu, tanh]}", 1, "output of", "hidden2"},
        {"", "training.batch_size=10", 1, "examples of a step", NULL},
        {"", "training.accumulate=2", 1, "examples of a step", NULL},
        {"", "training.shuffle=false", 1, "order of the examples", NULL},
        {"training.batch_size=10", "training={epochs: 3, batch_size: 5, accumulate: 2}", 1,
         "examples of a mini-batch", NULL},
        {"training.noise=0.1", "training.noise=0.2", 1, "inputs", NULL},
        {"", "dataset.seed=1", 1, "inputs", NULL},
        {"", "optimizer.learning_rate=0.2", 1, "weights after the update of", "hidden1"},
        {"", "optimizer=adam", 1, "weights after the update of", "hidden1"},
        {"", "optimizer.momentum=0.5", 1, "what the optimizer remembers of the weights of",
         "hidden1"},
        {"optimizer.momentum=0.4", "optimizer.momentum=0.5", 2, "weights after the update of",
         "hidden1"},
        {"", "training.l2=0.1", 1, "gradient of the weights of", "output"},
        {"", "training.gradient_clip=1e-3", 1, "gradient of the weights of", "output"},
        {"", "training.schedule={name: step, every: 2}", 9, "weights after the update of",
         "hidden1"},
        {"", "training.schedule=cosine", 2, "weights after the update of", "hidden1"},
        {"", "model.width=9", 0, "shape of", "hidden1"},
        {"", "model.depth=3", 0, "shape of", "output"},
        {"", "model.dropout=0.3", 0, "steps of the computation from", "hidden2"},
        {"model.dropout=0.2", "model.dropout=0.3", 1, "output of", "hidden1"},
        {"", "training.epochs=2", -1, "nothing", ""},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const ag_parting p = part(open_twins(expected[i].one, expected[i].other));
        const char *name = expected[i].name;
        CHECK(p.step == expected[i].step && strcmp(p.what, expected[i].what) == 0 &&
                  (name ? p.name && strcmp(p.name, name) == 0 : !p.name),
              "%s, %s: step %ld, %s %s", expected[i].one, expected[i].other, p.step, p.what,
              p.name ? p.name : "");
    }
}

/* One bit of one number, in the middle of training. */
static void test_planted(void) {
    enum { AT = 7, NUMBER = 5 };
    ag_parting p;
    ag_twins *t = open_twins("model.normalization=batch", "model.normalization=batch");
    for (int s = 0; s < AT; s++)
        CHECK(ag_twins_step(t) && !ag_twins_part(t, &p), "step %d", s);
    CHECK(ag_twins_distance(t) == 0, "distance %g", ag_twins_distance(t));

    const ag_layer *output = t->run[1].net.stages[2].weights;
    ag_real *weight = &output->parameter[AG_ROLE_WEIGHT][NUMBER];
    const ag_real was = *weight;
    *weight = (ag_real)nextafterf((float)was, 9);
    CHECK(ag_twins_part(t, &p) && p.step == AT && p.layer == 3 && p.element == NUMBER &&
              p.has_element && p.value[0] == (double)was && p.value[1] == (double)*weight &&
              strcmp(p.what, "weights after the update of") == 0 && strcmp(p.kind, "dense") == 0,
          "step %ld, %s %d [%zu]", p.step, p.what, p.layer, p.element);
    CHECK(ag_twins_distance(t) > 0 && ag_twins_distance(t) < 1e-6, "distance %g",
          ag_twins_distance(t));
    *weight += 1;
    CHECK(ag_twins_step(t) && ag_twins_part(t, &p) && strcmp(p.what, "output of") == 0 &&
              p.layer == 3,
          "%s %d", p.what, p.layer);

    ag_twins *u = open_twins("model.normalization=batch", "model.normalization=batch");
    CHECK(ag_twins_step(u) && !ag_twins_part(u, &p), "the same again");
    u->run[1].net.statistics[0] += 1;
    CHECK(ag_twins_part(u, &p) && strcmp(p.what, "running statistics of") == 0 && p.layer == 1,
          "%s", p.what);
    u->run[1].net.statistics[0] -= 1;
    ag_twins *m = open_twins("optimizer.momentum=0.5", "optimizer.momentum=0.5");
    CHECK(ag_twins_step(m) && !ag_twins_part(m, &p), "the same again");
    m->run[1].state[0][m->run[1].net.n_parameters - 1] += 1;
    CHECK(ag_twins_part(m, &p) && strstr(p.what, "optimizer remembers of the biases") &&
              p.layer == 3,
          "%s", p.what);
}

/* Which epoch's weights are kept at the end is no number of a step. */
static void test_end(void) {
    ag_parting p;
    ag_twins *t = open_twins("", "");
    while (ag_twins_step(t)) {
    }
    CHECK(t->ended && t->step == 12 && !ag_twins_part(t, &p), "step %ld", t->step);
    t->run[1].net.parameters[0] += 1;
    CHECK(ag_twins_part(t, &p) && strcmp(p.what, "final weights of") == 0, "%s", p.what);
    t->run[1].rows[3].val_loss += 1;
    t->n_rows = 3;
    CHECK(ag_twins_part(t, &p) && strcmp(p.what, "validation loss") == 0 && p.step == 12, "%s",
          p.what);
}

/* The same numbers as far as both have some, and then only one has. */
static void test_longer(void) {
    static const struct {
        const char *one, *other;
        bool alike;
    } expected[] = {{"", "", true},
                    {"", "training.epochs=2", false},
                    {"activation={formula: x*exp(x*x)}", "", false},
                    {"activation={formula: x*exp(x*x)}", "activation={formula: x*exp(x*x)}", true}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ag_twins *t = open_twins(expected[i].one, expected[i].other);
        CHECK(part(t).step == -1 && t->ended, "they do not part");
        CHECK(ag_twins_end_alike(t) == expected[i].alike, "'%s', '%s'", expected[i].one,
              expected[i].other);
    }
}

int main(void) {
    test_named();
    test_longer();
    test_planted();
    test_end();
    ag_arena_close(&arena);
    return check_report();
}

/* Plans: ids, order, pairing, overrides, limits, the JSON of settings. What is wrong
 * with bad experiment files is tested by tests/cases/config, see test_config.c. */
#include "plan_fixture.h"

#include "harness/base/digest.h"
#include "harness/base/text.h"
#include "harness/config/document.h"
#include "harness/plan/help.h"

#include <inttypes.h>
#include <time.h>

static ag_plan read_word(const char *text, const char *word) { return read_words(text, &word, 1); }

static uint64_t first_id(const char *text) { return read_text(text).trials[0].id; }

/* --- ids ------------------------------------------------------------------- */

/* Written down once. They change only if a table of parameters of one of these
 * elements changes, and then every stored trial of it is another trial too. */
static void test_golden_ids(void) {
    static const struct {
        const char *text, *id;
    } golden[] = {
        {BASE, "a76424495ce468f4"},
        {BASE "seed: 7\n", "d77eeae290e247ba"},
        {BASE "probes: none\n", "e49df008ab97f531"},
    };
    for (int i = 0; i < (int)(sizeof golden / sizeof *golden); i++) {
        char id[AG_ID_TEXT];
        ag_id_text(id, first_id(golden[i].text));
        CHECK(strcmp(id, golden[i].id) == 0, "%d: id %s, was %s", i, id, golden[i].id);
    }
}

/* The recipe of trials.c, done here once more from the variants' own JSON. */
static void test_id_recipe(void) {
    const ag_plan plan = read_text(BASE "seed: 300\n");
    unsigned char bytes[64];
    for (int p = 0; p < 8; p++) {
        const char *json =
            p < 7 ? ag_plan_variant_json((ag_part)p, &plan.variants[p][0], &arena) : NULL;
        const uint64_t word = json ? ag_digest(json, strlen(json), 0) : 300;
        for (int i = 0; i < 8; i++)
            bytes[8 * p + i] = (unsigned char)(word >> (8 * i));
    }
    CHECK(plan.trials[0].id == ag_digest(bytes, 64, 0), "the id is the documented hash");
}

static void test_same_settings_same_id(void) {
    const uint64_t id = first_id(BASE);
    CHECK(first_id(BASE "name: other\ndescription: x\nprobes: {every: epoch}\n") == id,
          "names and standard values are no settings");
    CHECK(first_id("{dataset: {samples: 100, name: xor}, activation: {name: relu}, "
                   "model: {depth: 2.0, width: 8e0, type: mlp, dropout: 0}, "
                   "initializer: he_normal, optimizer: {name: sgd, learning_rate: 1e-1, "
                   "momentum: 0}, training: {epochs: 3, batch_size: 128, loss: auto, "
                   "gradient_clip: none}, seeds: [0]}") == id,
          "order and spelling do not matter");
    CHECK(first_id(BASE "grid: {optimizer.learning_rate: [0.1, 0.2]}\n") == id,
          "a grid gives the same trial");
    CHECK(read_word(BASE, "activation={layers: [relu, relu]}").trials[0].id == id,
          "the same activation in every layer");
    CHECK(first_id(BASE "seed: 1\n") != id, "another seed");
    CHECK(read_word(BASE, "training.epochs=4").trials[0].id != id, "another length");
    CHECK(read_word(BASE, "activation=silu").trials[0].id ==
              read_word(BASE, "activation=swish").trials[0].id,
          "an alias is the same");
}

/* Only the length differs: the ids are those of plans that say so. */
static void test_other_length(void) {
    const char *const words[] = {"training.epochs=4", "training={steps: 77}"};
    const long lengths[][2] = {{4, 0}, {0, 77}};
    const ag_plan plan = read_text(BASE "seeds: 3\n");
    for (int i = 0; i < AG_COUNT(words); i++) {
        const ag_training *training = plan.variants[AG_PART_TRAINING][0].is.training;
        uint64_t hash;
        CHECK(ag_plan_length_hash(training, lengths[i][0], lengths[i][1], &arena, &hash), "memory");
        const ag_plan other = read_word(BASE "seeds: 3\n", words[i]);
        for (size_t t = 0; t < plan.n_trials; t++)
            CHECK(ag_plan_id_with(&plan, &plan.trials[t], AG_PART_TRAINING, hash) ==
                      other.trials[t].id,
                  "%s: trial %zu", words[i], t);
    }
}

static void check_round_trip(const ag_plan *expected) {
    const ag_plan plan = *expected;
    for (size_t t = 0; t < plan.n_trials; t++) {
        const char *json = ag_plan_settings_json(&plan, &plan.trials[t], &arena);
        const ag_plan again = read_text(json);
        CHECK(again.n_trials == 1 && again.trials[0].id == plan.trials[t].id, "%s", json);
    }
    const ag_plan again = read_text(plan.resolved);
    CHECK(again.n_trials == plan.n_trials, "resolved: %zu trials", again.n_trials);
    for (size_t t = 0; t < plan.n_trials && t < again.n_trials; t++)
        CHECK(again.trials[t].id == plan.trials[t].id, "resolved: trial %zu", t);
}

/* A trial's settings and the resolved experiment are experiment files themselves. */
static void test_round_trip(void) {
    const ag_plan plan = read_text(
        BASE "seeds: [3, 5]\nprobes: {every: 7, which: [grad_norm]}\n"
             "grid:\n  activation: [relu, {name: elu, alpha: 0.5}, {layers: [tanh, relu]}]\n"
             "  training.gradient_clip: [none, 5, {value: 0.1}]\n"
             "zip: [{optimizer: [sgd, adam], training.batch_size: [16, 32]}]\n"
             "exclude: [{activation: elu, optimizer: adam}]\n");
    CHECK(plan.n_trials == 2 * (3 * 3 * 2 - 3), "%zu trials", plan.n_trials);
    check_round_trip(&plan);
    const ag_plan keys = read_text(
        BASE "grid:\n  training.shuffle: [true, false, once]\n"
             "  training.noise: [none, 0.3, {uniform: 0.5}]\n"
             "  training.early_stopping: [none, 3, {patience: 4, metric: val_accuracy}]\n"
             "  training.robustness: [none, {normal: range(0, 3)}]\n"
             "  activation.layers: [[relu, tanh], [tanh, relu]]\n"
             "zip: [{training.l1: [0, 1e-5], training.accumulate: [1, 4],"
             " training.activation_l1: [1e-3, 0]}]\n"
             "exclude: [{training.noise: [0.3, none], training.shuffle: once}, "
             "{activation.layers: [tanh, relu], training.robustness.normal: [0, 1, 2]}]\n");
    CHECK(keys.n_trials == 2 * 3 * 3 * (3 * 3 - 2), "%zu trials", keys.n_trials);
    check_round_trip(&keys);
}

static void test_settings_json(void) {
    const ag_plan plan = read_text(BASE);
    const char *json = ag_plan_settings_json(&plan, plan.trials, &arena);
    static const char *const parts[] = {
        "{\"dataset\":{\"name\":\"xor\",\"samples\":100,",
        ",\"model\":{\"type\":\"mlp\",\"depth\":2,\"width\":8,",
        ",\"activation\":{\"name\":\"relu\"}",
        ",\"initializer\":{\"name\":\"he_normal\"",
        ",\"optimizer\":{\"name\":\"sgd\",\"learning_rate\":0.1,",
        ",\"training\":{\"epochs\":3,\"batch_size\":128,\"accumulate\":1,\"shuffle\":true,\"drop_"
        "last\":false,\"l1\":0,\"l2\":0,\"loss\":{\"name\":"
        "\"auto\"},"
        "\"schedule\":{\"name\":\"constant\",\"warmup\":0},\"gradient_clip\":{\"name\":\"none\"},"
        "\"early_stopping\":{\"name\":\"none\"},\"noise\":{\"name\":\"none\"},\"augment\":{"
        "\"name\":\"none\"},\"robustness\":{\"name\":\"none\"}}",
        ",\"probes\":{\"every\":\"epoch\",\"which\":\"all\",\"examples\":256",
        ",\"histograms\":false,\"channels\":false}",
        ",\"seed\":0}",
    };
    const char *from = json;
    for (int i = 0; i < (int)(sizeof parts / sizeof *parts); i++) {
        const char *found = strstr(from, parts[i]);
        CHECK(found != NULL, "no %s in %s", parts[i], json);
        if (found) from = found;
    }
    CHECK(!strchr(json, '\n') && json[0] == '{' && from[strlen(from) - 1] == '}', "one line");
}

/* A key that came when there were ids already: where it is standard, settings and id are those
 * without it. */
static void test_late_key(void) {
    const ag_plan without = read_text(BASE);
    const ag_plan plan = read_text(BASE "grid: {training.activation_l1: [0, 0.001]}\n");
    const char *json = ag_plan_settings_json(&plan, &plan.trials[0], &arena);
    CHECK(plan.n_trials == 2 && plan.trials[0].id == without.trials[0].id, "the same id");
    CHECK(strcmp(json, ag_plan_settings_json(&without, without.trials, &arena)) == 0, "%s", json);
    json = ag_plan_settings_json(&plan, &plan.trials[1], &arena);
    CHECK(plan.trials[1].id != without.trials[0].id, "another id");
    CHECK(strstr(json, ",\"l2\":0,\"activation_l1\":0.001,") != NULL, "%s", json);
    const char *standard = ag_plan_late_standard("training.activation_l1");
    CHECK(standard && strcmp(standard, "0") == 0, "%s", standard ? standard : "none");
    CHECK(!ag_plan_late_standard("training.l1") && !ag_plan_late_standard("activation_l1") &&
              !ag_plan_late_standard("optimizer.activation_l1") && !ag_plan_late_standard(""),
          "keys that are always there, and none at all");
    check_round_trip(&plan);
}

/* --- order, labels ---------------------------------------------------------- */

static void check_labels(const ag_plan *plan, const char *const *want, size_t n) {
    CHECK(plan->n_trials == n, "%zu trials", plan->n_trials);
    for (size_t t = 0; t < n && t < plan->n_trials; t++) {
        const char *label = ag_plan_trial_label(plan, &plan->trials[t], &arena);
        CHECK(strcmp(label, want[t]) == 0, "trial %zu is %s, not %s", t, label, want[t]);
        CHECK(plan->trials[t].index == t, "index %u", plan->trials[t].index);
    }
}

static void test_order(void) {
    const ag_plan grid = read_text(BASE "seeds: [4, 2]\n"
                                        "grid:\n  activation: [tanh, {name: elu, alpha: 0.5}]\n"
                                        "  model.depth: [3, 1]\n");
    static const char *const want[] = {
        "tanh depth=3 seed=4",           "tanh depth=1 seed=4",
        "elu(alpha=0.5) depth=3 seed=4", "elu(alpha=0.5) depth=1 seed=4",
        "tanh depth=3 seed=2",           "tanh depth=1 seed=2",
        "elu(alpha=0.5) depth=3 seed=2", "elu(alpha=0.5) depth=1 seed=2"};
    check_labels(&grid, want, 8);
    CHECK(grid.n_axes == 2 && strcmp(grid.axes[1].name, "model.depth") == 0 &&
              grid.axes[0].n_choices == 2,
          "axes");

    const ag_plan zip = read_text(BASE "zip: [{model.depth: [2, 4], optimizer: [sgd, adam]}]\n"
                                       "grid: {training.shuffle: [true, false]}\n"
                                       "exclude: [{model.depth: 4, training.shuffle: false}]\n");
    static const char *const zipped[] = {"depth=2 sgd shuffle=true", "depth=2 sgd shuffle=false",
                                         "depth=4 adam shuffle=true"};
    check_labels(&zip, zipped, 3);
    CHECK(zip.n_excluded == 1, "%zu excluded", zip.n_excluded);
    CHECK(strcmp(zip.axes[0].name, "model.depth + optimizer") == 0, "%s", zip.axes[0].name);

    static const char *const alone[] = {"relu"};
    const ag_plan one = read_text(BASE);
    check_labels(&one, alone, 1);
    CHECK(strcmp(one.name, "some-file") == 0, "name %s", one.name);
}

static void test_settings(void) {
    const ag_plan plan = read_text(
        BASE
        "seed: 9\nprobes: {every: 10, examples: 50, histograms: true, which: [zero_fraction]}\n"
        "grid: {training.gradient_clip: [{value: 0.5}], training.schedule.warmup: [20], "
        "activation: [{layers: [tanh, {name: elu, alpha: 2}]}], "
        "optimizer: [{name: sgd, nesterov: true, momentum: 0.5}], training.loss: [auto]}\n");
    const ag_settings s = ag_plan_settings(&plan, plan.trials);
    CHECK(s.seed == 9, "seed");
    CHECK(s.training.gradient_clip.element == &ag_clip_value &&
              s.training.gradient_clip.number[0] == 0.5,
          "clip");
    CHECK(s.training.epochs == 3 && s.training.steps == 0 && s.training.batch_size == 128,
          "length");
    CHECK(ag_choice_number(&s.training.schedule, "warmup", -1) == 20, "warm-up");
    CHECK(!s.training.loss.element, "auto");
    CHECK(s.activation.n == 2 && s.activation.items[1].number[0] == 2, "layers");
    CHECK(ag_choice_number(&s.optimizer, "nesterov", -1) == 1, "flag");
    CHECK(ag_choice_number(&s.optimizer, "momentum", -1) == 0.5, "momentum");
    CHECK(s.probes.on && s.probes.every == 10 && s.probes.examples == 50 && s.probes.histograms,
          "probes");
    CHECK(s.probes.which && !(s.probes.which & (s.probes.which - 1)), "one probe");
    const ag_plan off = read_text(BASE "probes: none\n");
    CHECK(!ag_plan_settings(&off, off.trials).probes.on, "no probes");
}

/* --- overrides --------------------------------------------------------------- */

static void check_override(const char *text, const char *word, const char *want_json,
                           size_t n_trials) {
    const ag_plan plan = read_word(text, word);
    const char *json = ag_plan_settings_json(&plan, plan.trials, &arena);
    CHECK(strstr(json, want_json) != NULL, "%s: no %s in %s", word, want_json, json);
    CHECK(plan.n_trials == n_trials, "%s: %zu trials", word, plan.n_trials);
}

static void test_overrides(void) {
    check_override(BASE, "training.epochs=5", "\"epochs\":5", 1);
    check_override(BASE, "model.depth=2,4,8", "\"depth\":2", 3);
    check_override(BASE, "model.depth=range(3,33,2)", "\"depth\":3", 15);
    check_override(BASE, "grid.model.depth=7", "\"depth\":7", 1);
    check_override(BASE, "activation={name: elu, alpha: 0.5}", "\"alpha\":0.5", 1);
    check_override(BASE, "activation={name: elu, alpha: 0.5},relu", "\"alpha\":0.5", 2);
    check_override(BASE, "activation={layers: [tanh, relu]}", "{\"layers\":[{\"name\":\"tanh\"},",
                   1);
    check_override(BASE, "optimizer.momentum=0.9", "\"learning_rate\":0.1", 1);
    check_override(BASE, "probes.which=[grad_norm, delta_norm]",
                   "\"which\":[\"delta_norm\",\"grad_norm\"]", 1);
    check_override(BASE, "activation.layers=[tanh, relu]", "{\"layers\":[{\"name\":\"tanh\"},", 1);
    check_override(BASE, "activation.layers=tanh,relu", "{\"layers\":[{\"name\":\"tanh\"},", 1);
    check_override(BASE, "activation.layers=[tanh,relu],[relu,elu]",
                   "{\"layers\":[{\"name\":\"tanh\"},", 2);
    check_override(BASE, "grid.activation.layers=[relu,tanh]", "{\"layers\":[{\"name\":\"relu\"},",
                   1);
    check_override(BASE, "probes.which=grad_norm,delta_norm",
                   "\"which\":[\"delta_norm\",\"grad_norm\"]", 1);
    check_override(BASE, "probes.which=[[grad_norm],all]", "\"which\":[\"grad_norm\"]", 2);
    check_override(BASE, "probes.which=[all, singular_mean]", "\"singular_mean\"", 1);
    check_override(BASE, "probes.which=[all, grad_norm]", "\"which\":\"all\"", 1);
    check_override(BASE "grid: {probes: [{every: 2}]}\n", "probes.which=all", "\"every\":2", 1);
    check_override(BASE "seed: 4\n", "seeds=10", "\"seed\":0", 10);
    check_override(BASE "seeds: 4\n", "seed=3", "\"seed\":3", 1);
    check_override(BASE "seeds: 4\n", "~seeds", "\"seed\":0", 1);
    check_override(BASE "grid: {optimizer: [adam, sgd]}\n", "optimizer.learning_rate=0.25",
                   "\"adam\",\"learning_rate\":0.25", 2);
    check_override(BASE "grid: {model.depth: [2, 4]}\n", "model.depth=5", "\"depth\":5", 1);
    check_override(BASE "grid: {model.depth: [2, 4]}\n", "model.depth=5,6,7", "\"depth\":5", 3);
    check_override(BASE "grid: {model.depth: [4, 5]}\n", "~grid.model.depth", "\"depth\":2", 1);
    const ag_plan plan = read_word(BASE, "description=a, b: {c");
    CHECK(strcmp(plan.description, "a, b: {c") == 0, "%s", plan.description);
}

/* --- size -------------------------------------------------------------------- */

static void test_a_million_trials(void) {
    ag_arena own = AG_ARENA_EMPTY;
    static const char text[] = BASE
        "seeds: 10\ngrid:\n"
        "  activation: [relu, tanh, sigmoid, elu, selu, gelu, swish, softplus, linear, prelu]\n"
        "  model.depth: range(1,11)\n"
        "  model.width: range(8,18)\n"
        "  optimizer.learning_rate: logspace(1e-4,1e-1,10)\n"
        "  optimizer.momentum: linspace(0,0.9,10)\n";
    ag_plan plan;
    ag_error err = {0};
    const clock_t start = clock();
    const ag_status status = ag_plan_read(&own, "f", text, strlen(text), NULL, 0, &plan, &err);
    const double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
    CHECK(status == AG_OK && plan.n_trials == 1000000, "%s", err.text);
    CHECK(own.peak < 400u << 20, "%zu bytes", own.peak);
    printf("1000000 trials: %.2f s, %.0f MiB\n", seconds, (double)own.peak / 1048576.0);
    CHECK(plan.n_variants[AG_PART_MODEL] == 100 && plan.n_variants[AG_PART_OPTIMIZER] == 100 &&
              plan.n_variants[AG_PART_ACTIVATION] == 10 && plan.n_variants[AG_PART_DATASET] == 1,
          "variants are read once");
    ag_arena_close(&own);
}

static void test_help(void) {
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    ag_plan_help(out);
    fclose(out);
    static const char *const words[] = {"dataset",    "grid",       "exclude",
                                        "batch_size", "logspace",   "1 to 100000",
                                        "mlp",        "(required)", "(128)"};
    for (int i = 0; i < (int)(sizeof words / sizeof *words); i++)
        CHECK(strstr(text, words[i]) != NULL, "the help does not mention %s", words[i]);
    free(text);
}

int main(void) {
    test_golden_ids();
    test_id_recipe();
    test_same_settings_same_id();
    test_other_length();
    test_round_trip();
    test_settings_json();
    test_late_key();
    test_order();
    test_settings();
    test_overrides();
    test_a_million_trials();
    test_help();
    ag_arena_close(&arena);
    return check_report();
}

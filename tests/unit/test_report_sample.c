/* Samples read from stores made by hand: blocks, pairs, conditions, every metric. */
#include "results/report/sample.h"
#include "store_fixture.h"

/* One trial with settings of its own. */
typedef struct special {
    const char *activation; /* JSON */
    const char *label, *initializer, *phase;
    int depth;
    double rate;
    uint64_t seed;
    double accuracy;
} special;

static void prepare(fixture *f, const special *s) {
    static const ag_parameter_row slopes[] = {{0, 1, "slope", 0.25, 0.25, 0.25},
                                              {0, 2, "slope", 0.25, 0.25, 0.25},
                                              {EPOCHS - 1, 1, "slope", 0.3, 0.1, 0.5},
                                              {EPOCHS - 1, 1, "other", 9, 9, 9},
                                              {EPOCHS - 1, 2, "slope", -0.1, -0.2, 0.1}};
    static const ag_robustness_row noisy[] = {
        {0, 1.0, 0.9, (double)NAN}, {0.5, 2.0, 0.7, (double)NAN}, {1, 4.0, 0.4, (double)NAN}};
    make(f, s->label, s->rate, s->seed, s->accuracy);
    for (int e = 0; e < EPOCHS; e++)
        f->epochs[e].seconds = (double[EPOCHS]){0.1, 0.6, 0.8}[e];
    f->record.parameter_rows = slopes;
    f->record.n_parameter_rows = sizeof slopes / sizeof slopes[0];
    f->record.robustness_rows = noisy;
    f->record.n_robustness = sizeof noisy / sizeof noisy[0];
    f->record.robustness_noise = "normal";
    f->record.robustness_part = "test";
    snprintf(
        f->settings, sizeof f->settings,
        "{\"dataset\":{\"name\":\"xor\"},\"model\":{\"type\":\"mlp\",\"depth\":%d},"
        "\"activation\":%s,\"initializer\":{\"name\":\"%s\"},"
        "\"optimizer\":{\"name\":\"sgd\",\"learning_rate\":%g},\"phase\":\"%s\",\"seed\":%llu}",
        s->depth, s->activation, s->initializer, s->rate, s->phase, (unsigned long long)s->seed);
    f->trial.id = ag_digest(f->settings, strlen(f->settings), 0);
    f->record.initializer = s->initializer;
    f->record.depth = s->depth;
    f->record.phase = s->phase;
}

static ag_samples read_samples(const char *name, const ag_sample_query *query, ag_arena *arena) {
    ag_samples samples = {0};
    ag_error err = {0};
    CHECK(ag_samples_read(in_folder(name), query, arena, &samples, &err) == AG_OK, "%s: %s", name,
          err.text);
    return samples;
}

static ag_sample_query of(const char *metric) {
    return (ag_sample_query){.metric = ag_metric_find(metric)};
}

/* --- a grid of two depths -------------------------------------------------------------------- */

/* tanh before relu in the file; depth 16 before 2; seeds 0 to 3, of which relu at depth 16 lost
 * seed 1 (diverged) and seed 3 (failed), and tanh never ran seed 2 there. */
static void make_grid(void) {
    ag_store *store = open_store(
        "grid", "{\"grid\":{\"activation\":[\"tanh\",{\"name\":\"relu\"}],\"model.depth\":[16,2]}}",
        0, NULL);
    for (int depth = 2; depth <= 16; depth += 14)
        for (uint64_t seed = 0; seed < 4; seed++)
            for (int relu = 0; relu < 2; relu++) {
                fixture f;
                const special s = {relu ? "{\"name\":\"relu\"}" : "{\"name\":\"tanh\"}",
                                   relu ? "relu" : "tanh",
                                   "he_normal",
                                   "grid",
                                   depth,
                                   0.1,
                                   seed,
                                   0.5 + 0.1 * relu + 0.01 * (double)seed + 0.001 * depth};
                prepare(&f, &s);
                if (depth == 16 && relu && seed == 1) diverge(&f);
                if (depth == 16 && relu && seed == 3) fail(&f, "no");
                if (depth == 16 && !relu && seed == 2) continue;
                put(store, &f);
            }
    close_store(store);
}

static void test_blocks(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_sample_query query = of("val_accuracy");
    const ag_samples s = read_samples("grid", &query, &arena);
    CHECK(s.n_activations == 2 && s.n_blocks == 2, "%d x %d", s.n_activations, s.n_blocks);
    CHECK(strcmp(s.phase, "grid") == 0 && s.n_trials == 15, "%s %d", s.phase, s.n_trials);
    CHECK(strcmp(s.activations[0], "tanh") == 0, "in the file's order, not %s", s.activations[0]);
    CHECK(strcmp(s.blocks[0].label, "depth=2") == 0, "'%s'", s.blocks[0].label);
    CHECK(strcmp(s.blocks[1].label, "depth=16") == 0, "2 before 16: '%s'", s.blocks[1].label);
    CHECK(s.varying.n == 1 && strcmp(s.varying.key[0], "model.depth") == 0, "%d", s.varying.n);
    CHECK(s.blocks[1].depth == 16 && strcmp(s.blocks[1].initializer, "he_normal") == 0, "columns");
    CHECK(!strstr(s.blocks[0].settings, "seed") && !strstr(s.blocks[0].settings, "activation"),
          "%s", s.blocks[0].settings);
    const ag_cell_sample *deep = ag_samples_cell(&s, 1, 1);
    CHECK(deep->ran == 4 && deep->diverged == 1 && deep->failed == 1 && deep->without == 0 &&
              deep->n == 2,
          "%d %d %d %d %d", deep->ran, deep->diverged, deep->failed, deep->without, deep->n);
    CHECK(deep->seed[0] == 0 && deep->seed[1] == 2, "seeds ascend");
    CHECK(deep->value[1] == 0.5 + 0.1 + 0.02 + 0.016, "%.17g", deep->value[1]);
    CHECK(strcmp(deep->tuned, "") == 0, "'%s'", deep->tuned);
    CHECK(ag_samples_activation(&s, "relu") == 1 && ag_samples_activation(&s, "selu") == -1,
          "by label");
    ag_arena_close(&arena);
}

static void test_pairs(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_sample_query query = of("val_accuracy");
    const ag_samples s = read_samples("grid", &query, &arena);
    double d[4];
    uint64_t seed[4];
    CHECK(ag_sample_pairs(&s, 0, 1, 0, d, seed) == 4, "depth 2");
    /* 0.612 - 0.512 and 0.622 - 0.522 differ in binary */
    CHECK(d[0] == d[1] && d[1] == d[2] && close_to(d[0], 0.1, 1e-12, 0), "%.17g %.17g", d[0], d[1]);
    CHECK(ag_sample_pairs(&s, 1, 1, 0, d, seed) == 1 && seed[0] == 0, "depth 16");
    double *difference;
    uint64_t *seeds;
    int n = 0, left_out = 0;
    ag_error err = {0};
    CHECK(ag_sample_pairs_overall(&s, 0, 1, &arena, &difference, &seeds, &n, &left_out, &err) ==
              AG_OK,
          "%s", err.text);
    CHECK(n == 1 && left_out == 3 && seeds[0] == 0 && close_to(difference[0], -0.1, 1e-9, 0),
          "%d %d", n, left_out);
    ag_by_seed values;
    CHECK(ag_sample_values_over(&s, NULL, 0, &arena, &values, &err) == AG_OK, "%s", err.text);
    CHECK(values.n == 3 && values.blocks == 2 && values.left_out == 1, "%d of %d, %d out", values.n,
          values.blocks, values.left_out);
    CHECK(close_to(values.value[2], 0.53 + 0.009, 1e-12, 0), "%.17g", values.value[2]);
    ag_arena_close(&arena);
}

/* Each list once begins, ends and jumps before the other. */
static void test_common_seeds(void) {
    const uint64_t x[] = {1, 2, 5, 9, UINT64_MAX}, y[] = {0, 2, 3, 4, 9, 10};
    ag_common_seeds both = {.x = x, .y = y, .n_x = 5, .n_y = 6};
    int i, j;
    CHECK(ag_common_seeds_next(&both, &i, &j) && i == 1 && j == 1, "2 is at %d, %d", i, j);
    CHECK(ag_common_seeds_next(&both, &i, &j) && i == 3 && j == 4, "9 is at %d, %d", i, j);
    CHECK(!ag_common_seeds_next(&both, &i, &j), "no more");
    CHECK(!ag_common_seeds_next(&both, &i, &j), "still no more");
    ag_common_seeds none = {.x = x, .n_x = 5};
    CHECK(!ag_common_seeds_next(&none, &i, &j), "an empty list has none");
}

static void test_conditions(void) {
    static const struct {
        const char *key, *value;
        int blocks;
        const char *says;
    } cases[] = {
        {"model.depth", "16", 1, ""},
        {"depth", "2.0", 1, ""},
        {"initializer", "he_normal", 2, ""},
        {"dataset", "xor", 2, ""},
        {"model", "mlp", 2, ""},
        {"model.depth", "8", 0, "no trial has model.depth=8; there are: 2, 16"},
        {"initializer", "he_norma", 0,
         "no trial has initializer=he_norma; did you mean 'he_normal'?; there are: he_normal"},
        {"model.deph", "2", 0,
         "the trials have no setting 'model.deph'; did you mean 'model.depth'?"},
        {"x' OR 1", "2", 0, "the trials have no setting 'x' OR 1'"},
        {"model.depth", "2' OR '1", 0, "no trial has model.depth=2' OR '1; there are: 2, 16"},
        {"seed", "1", 0,
         "'seed' is no condition: activations are compared seed by seed, under conditions that "
         "they share"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        const ag_condition at = {.key = cases[i].key, .value = cases[i].value};
        ag_sample_query query = of("val_accuracy");
        query.at = &at;
        query.n_at = 1;
        ag_samples s = {0};
        ag_error err = {0};
        const ag_status status = ag_samples_read(in_folder("grid"), &query, &arena, &s, &err);
        CHECK((status == AG_OK) == (cases[i].blocks > 0), "%s=%s: %s", at.key, at.value, err.text);
        CHECK(s.n_blocks == cases[i].blocks, "%s=%s: %d blocks", at.key, at.value, s.n_blocks);
        CHECK(strcmp(err.text, cases[i].says) == 0, "'%s'", err.text);
        ag_arena_close(&arena);
    }
}

/* --- a key that came later -------------------------------------------------------------------- */

/* Trials of settings that lack activation_l1, because it is 0, beside those that have it. */
static void make_late(void) {
    ag_store *store = open_store("late", "{}", 0, NULL);
    for (uint64_t seed = 0; seed < 2; seed++)
        for (int with = 0; with < 2; with++) {
            fixture f;
            const special s = {"\"relu\"", "relu", "he_normal", "grid", 2, 0.1, seed, 0.5};
            prepare(&f, &s);
            const size_t n = strlen(f.settings) - 1;
            snprintf(f.settings + n, sizeof f.settings - n, ",\"training\":{\"epochs\":3%s}}",
                     with ? ",\"activation_l1\":0.001" : "");
            f.trial.id = ag_digest(f.settings, strlen(f.settings), 0);
            put(store, &f);
        }
    close_store(store);
}

static void test_late(void) {
    static const struct {
        const char *value, *label;
    } cases[] = {{"0", ""}, {"0.001", ""}, {NULL, "activation_l1=0"}};
    for (int i = 0; i < 3; i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        const ag_condition at = {.key = "training.activation_l1", .value = cases[i].value};
        ag_sample_query query = of("val_accuracy");
        query.at = &at;
        query.n_at = cases[i].value != NULL;
        const ag_samples s = read_samples("late", &query, &arena);
        CHECK(s.n_blocks == (cases[i].value ? 1 : 2), "case %d: %d blocks", i, s.n_blocks);
        CHECK(strcmp(s.blocks[0].label, cases[i].label) == 0, "'%s'", s.blocks[0].label);
        CHECK((strstr(s.blocks[0].settings, "activation_l1") != NULL) == (i == 1), "%s",
              s.blocks[0].settings);
        ag_arena_close(&arena);
    }
}

/* --- what was tuned -------------------------------------------------------------------------- */

/* Final trials at rates of their own; the search beside them is never read. */
static void make_tuned(void) {
    ag_store *store =
        open_store("tuned", "{\"tuning\":{\"over\":[\"optimizer.learning_rate\"]}}", 0, NULL);
    for (uint64_t seed = 0; seed < 3; seed++) {
        fixture f;
        const special relu = {"\"relu\"", "relu", "he_normal", "final", 2, 0.1, seed + 10, 0.9};
        const special tanh = {"\"tanh\"", "tanh", "he_normal", "final", 2, 0.3, seed + 10, 0.8};
        const special tune = {"\"tanh\"", "tanh", "he_normal", "tune", 2, 0.1, seed, 0.1};
        prepare(&f, &relu);
        put(store, &f);
        prepare(&f, &tanh);
        put(store, &f);
        prepare(&f, &tune);
        put(store, &f);
    }
    close_store(store);
}

static void test_tuned(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_sample_query query = of("val_accuracy");
    const ag_samples s = read_samples("tuned", &query, &arena);
    double d[3];
    CHECK(strcmp(s.phase, "final") == 0 && s.n_trials == 6, "%s %d", s.phase, s.n_trials);
    CHECK(s.n_blocks == 1 && strcmp(s.blocks[0].label, "") == 0, "%d blocks", s.n_blocks);
    CHECK(strcmp(ag_samples_cell(&s, 0, 0)->tuned, "learning_rate=0.1") == 0, "'%s'",
          ag_samples_cell(&s, 0, 0)->tuned);
    CHECK(ag_sample_pairs(&s, 0, 0, 1, d, NULL) == 3 && close_to(d[0], 0.1, 1e-12, 0), "paired");
    const ag_condition at = {.key = "learning_rate", .value = "0.1"};
    const ag_sample_query tuned = {.metric = query.metric, .at = &at, .n_at = 1};
    ag_samples none;
    ag_error err = {0};
    CHECK(ag_samples_read(in_folder("tuned"), &tuned, &arena, &none, &err) == AG_CONFIG &&
              strstr(err.text, "tuned"),
          "a rate is no condition where it was tuned: %s", err.text);
    ag_arena_close(&arena);
}

/* --- a grid of one activation ------------------------------------------------------------------
 */

/* A list of one value is kept as that value, of one map as that map. */
static void test_one_activation(void) {
    static const struct {
        const char *name, *resolved;
    } cases[] = {{"one_word", "{\"grid\":{\"activation\":\"relu\",\"model.depth\":[2,16]}}"},
                 {"one_map", "{\"grid\":{\"activation\":{\"name\":\"relu\"}}}"}};
    for (int i = 0; i < 2; i++) {
        ag_arena arena = AG_ARENA_EMPTY;
        ag_store *store = open_store(cases[i].name, cases[i].resolved, 0, NULL);
        fixture f;
        prepare(&f, &(special){"\"relu\"", "relu", "he_normal", "grid", 2, 0.1, 0, 0.5});
        put(store, &f);
        close_store(store);
        const ag_sample_query query = of("val_accuracy");
        const ag_samples s = read_samples(cases[i].name, &query, &arena);
        CHECK(s.n_blocks == 1 && s.n_activations == 1 && s.n_trials == 1, "%s", cases[i].name);
        ag_arena_close(&arena);
    }
}

/* --- what zip moves with an activation -------------------------------------------------------- */

/* selu has another initializer than relu, and both are pairs; where relu comes with two, the
 * initializer tells blocks apart. */
static void make_zipped(const char *name, const char *resolved, int n_relu) {
    ag_store *store = open_store(name, resolved, 0, NULL);
    for (uint64_t seed = 0; seed < 2; seed++) {
        fixture f;
        const special selu = {
            "{\"name\":\"selu\"}", "selu", "lecun_normal", "grid", 2, 0.1, seed, 0.9};
        prepare(&f, &selu);
        put(store, &f);
        for (int k = 0; k < n_relu; k++) {
            const special relu = {"{\"name\":\"relu\"}",
                                  "relu",
                                  k ? "lecun_normal" : "he_normal",
                                  "grid",
                                  2,
                                  0.1,
                                  seed,
                                  0.8};
            prepare(&f, &relu);
            put(store, &f);
        }
    }
    close_store(store);
}

static void test_zipped(void) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_sample_query query = of("val_accuracy");
    make_zipped("zipped",
                "{\"zip\":[{\"activation\":[\"selu\",\"relu\"],\"initializer\":"
                "[\"lecun_normal\",\"he_normal\"]}]}",
                1);
    ag_samples s = read_samples("zipped", &query, &arena);
    double d[2];
    CHECK(s.n_blocks == 1 && s.n_activations == 2, "%d blocks", s.n_blocks);
    CHECK(ag_sample_pairs(&s, 0, ag_samples_activation(&s, "selu"),
                          ag_samples_activation(&s, "relu"), d, NULL) == 2 &&
              close_to(d[0], 0.1, 1e-12, 0),
          "pairs");
    const int selu = ag_samples_activation(&s, "selu");
    CHECK(strcmp(ag_samples_cell(&s, 0, selu)->tuned, "initializer=lecun_normal") == 0, "'%s'",
          ag_samples_cell(&s, 0, selu)->tuned);
    const ag_condition at = {.key = "initializer", .value = "he_normal"};
    query.at = &at;
    query.n_at = 1;
    s = read_samples("zipped", &query, &arena);
    CHECK(s.n_activations == 1 && strcmp(s.activations[0], "relu") == 0, "only relu has it");
    query.n_at = 0;
    make_zipped("twice",
                "{\"zip\":[{\"activation\":[\"selu\",\"relu\",\"relu\"],\"initializer\":"
                "[\"lecun_normal\",\"he_normal\",\"lecun_normal\"]}]}",
                2);
    s = read_samples("twice", &query, &arena);
    CHECK(s.n_blocks == 2, "%d blocks", s.n_blocks);
    ag_arena_close(&arena);
}

/* --- scales, metrics ------------------------------------------------------------------------- */

static void test_scales(void) {
    const ag_metric *decay = ag_metric_find("gradient_decay");
    CHECK(ag_metric_scaled(decay, 0) == -HUGE_VAL && isnan(ag_metric_scaled(decay, -1)), "log");
    CHECK(ag_metric_unscaled(decay, ag_metric_scaled(decay, 1)) == 1, "and back");
    const ag_metric *accuracy = ag_metric_find("val_accuracy");
    CHECK(ag_metric_rounded(accuracy, 0.3 - 0.1) == ag_metric_rounded(accuracy, 0.9 - 0.7), "same");
    CHECK(!signbit(ag_metric_rounded(accuracy, -1e-13)), "no -0");
    CHECK(fabs(ag_metric_rounded(accuracy, 1.0 / 7) - 1.0 / 7) < 1e-12, "and little is lost");
    CHECK(isnan(ag_metric_rounded(accuracy, (double)NAN)), "NaN stays");
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_sample_query query = {.metric = decay};
    const ag_samples s = read_samples("grid", &query, &arena);
    double d[4];
    CHECK(ag_sample_pairs(&s, 0, 0, 1, d, NULL) == 4 && d[0] == 0, "equal decays: ratio 1");
    ag_arena_close(&arena);
}

/* Each metric can be asked for, and what it says is what the fixture holds. */
static void test_metrics(void) {
    static const struct {
        const char *name;
        double value;
    } known[] = {
        {"val_accuracy", 0.502},
        {"test_accuracy", 0.402},
        {"mean_train_loss", 0.5},     /* epochs of equally many steps: 1 and 0 */
        {"mean_val_accuracy", 0.452}, /* 0.402, 0.502 */
        {"first_epoch_half", 2},      /* 2, 1, 0: 1 is not below 1 */
        {"diverged", 0},
        {"grad_norm", 1},
        {"grad_norm_min", 0.01},
        {"vanished", 0},
        {"dead_fraction", 0.15}, /* 0.1 and 0.2 */
        {"dead_fraction_max", 0.2},
        {"died_fraction", 0.1},
        {"born_dead", 0},
        {"gradient_decay", 0.5},
        {"delta_decay", 0.01},
        {"seconds", 1.5},
        {"seconds_per_step", 0.075},
        {"seconds_per_step_least", 0.02}, /* 0.5 s, then 0.2 s, of 10 steps each */
        {"steps", 20},
        {"robust_accuracy", 0.55},
        {"robust_loss", 3},
        {"robust_drop", 0.35},
        {"slope_first", 0.3},
        {"slope_last", -0.1},
        {"slope_fall", 0.4},
    };
    for (int m = 0; m < ag_n_metrics; m++) {
        ag_arena arena = AG_ARENA_EMPTY;
        const ag_sample_query query = {.metric = &ag_metrics[m]};
        const ag_samples s = read_samples("grid", &query, &arena);
        const ag_cell_sample *cell = ag_samples_cell(&s, 0, 0);
        CHECK(cell->n + cell->without == 4, "%s: %d and %d", ag_metrics[m].name, cell->n,
              cell->without);
        CHECK(ag_metric_find(ag_metrics[m].name) == &ag_metrics[m], "%s: twice",
              ag_metrics[m].name);
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            if (strcmp(known[k].name, ag_metrics[m].name) == 0)
                CHECK(cell->n == 4 && close_to(cell->value[0], known[k].value, 1e-12, 0),
                      "%s: %.17g, not %.17g", known[k].name, cell->n ? cell->value[0] : 0,
                      known[k].value);
        ag_arena_close(&arena);
    }
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_sample_query query = of("diverged");
    const ag_samples s = read_samples("grid", &query, &arena);
    const ag_cell_sample *deep = ag_samples_cell(&s, 1, 1);
    CHECK(deep->n == 3 && deep->value[1] == 1 && deep->failed == 1,
          "the failed one does not count");
    ag_arena_close(&arena);
    const ag_metric *metric;
    ag_error err = {0};
    CHECK(ag_metric_wanted("val_acuracy", AG_NOWHERE, &metric, &err) == AG_NOTFOUND &&
              strstr(err.text, "did you mean 'val_accuracy'"),
          "%s", err.text);
}

static void test_empty(void) {
    close_store(open_store("empty", "{}", 0, NULL));
    ag_arena arena = AG_ARENA_EMPTY;
    const ag_sample_query query = of("val_accuracy");
    const ag_samples s = read_samples("empty", &query, &arena);
    CHECK(s.n_blocks == 0 && s.n_activations == 0 && s.n_trials == 0, "nothing");
    ag_by_seed none;
    ag_error err = {0};
    CHECK(ag_sample_values_over(&s, NULL, 0, &arena, &none, &err) == AG_OK && none.n == 0, "none");
    ag_arena_close(&arena);
}

int main(void) {
    new_folder();
    make_grid();
    make_late();
    make_tuned();
    test_blocks();
    test_pairs();
    test_common_seeds();
    test_conditions();
    test_late();
    test_tuned();
    test_one_activation();
    test_zipped();
    test_scales();
    test_metrics();
    test_empty();
    remove_folder();
    return check_report();
}

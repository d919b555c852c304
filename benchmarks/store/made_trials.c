#include "benchmarks/store/made_trials.h"

#include "harness/base/digest.h"
#include "harness/base/random.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const activations[] = {"relu", "leaky_relu", "elu",  "selu",
                                          "gelu", "swish",      "tanh", "sigmoid"};
static const char *const initializers[] = {"he_normal", "he_uniform", "glorot_normal",
                                           "glorot_uniform", "lecun_normal"};
enum {
    ACTIVATIONS = 8,
    INITIALIZERS = 5,
    WIDTHS = 4,
    METRICS = 11,
    SETTINGS_MAX = 1536,
    EVERY_DIVERGED = 100,
    EVERY_FAILED = 1000
};

static const char *const metrics[METRICS] = {
    "grad_norm",       "delta_norm",     "weight_norm",        "update_ratio",
    "activation_mean", "activation_std", "preactivation_mean", "preactivation_std",
    "dead_fraction",   "zero_fraction",  "saturated_fraction"};

/* Where trial i stands in the grid. */
typedef struct point {
    const char *activation, *initializer;
    int width, rate, seed;
    double learning_rate;
} point;

static point point_of(const ag_made_sweep *sweep, int i) {
    const int cells = (sweep->size.trials + sweep->size.seeds - 1) / sweep->size.seeds;
    const int cell = i % cells;
    point p = {.activation = activations[cell % ACTIVATIONS],
               .initializer = initializers[cell / ACTIVATIONS % INITIALIZERS],
               .width = 64 << cell / (ACTIVATIONS * INITIALIZERS) % WIDTHS,
               .rate = cell / (ACTIVATIONS * INITIALIZERS * WIDTHS),
               .seed = i / cells};
    p.learning_rate = 1e-4 * pow(10.0, 0.1 * p.rate);
    return p;
}

/* As long as the settings of a real trial: every standard value is written out. */
static int write_settings(const ag_made_sweep *sweep, const point *p, char text[SETTINGS_MAX]) {
    return snprintf(
        text, SETTINGS_MAX,
        "{\"dataset\":{\"name\":\"mnist1d\",\"samples\":5000,\"seed\":42,\"shuffled\":false,"
        "\"validation\":0.1,\"split_seed\":0,\"standardize\":\"none\"},\"model\":{\"type\":\"mlp\","
        "\"depth\":%d,\"width\":%d,\"residual\":0,\"skip_place\":\"after\","
        "\"normalization\":\"none\",\"normalization_place\":\"before\",\"dropout\":0,"
        "\"dropout_kind\":\"standard\",\"output\":\"linear\"},\"activation\":{\"name\":\"%s\"},"
        "\"initializer\":{\"name\":\"%s\"},\"optimizer\":{\"name\":\"adam\",\"learning_rate\":"
        "%.17g,\"weight_decay\":0,\"beta1\":0.9,\"beta2\":0.999,\"epsilon\":1e-08},\"training\":"
        "{\"epochs\":%d,\"batch_size\":100,\"accumulate\":1,\"shuffle\":true,\"drop_last\":false,"
        "\"l1\":0,\"l2\":0,\"loss\":{\"name\":\"auto\"},\"schedule\":{\"name\":\"constant\","
        "\"warmup\":0},\"gradient_clip\":{\"name\":\"none\"},\"early_stopping\":{\"name\":\"none\"}"
        ","
        "\"noise\":{\"name\":\"none\"},\"augment\":{\"name\":\"none\"},\"robustness\":{\"name\":"
        "\"none\"}},\"probes\":{\"every\":\"epoch\",\"which\":\"all\",\"examples\":256,"
        "\"histograms\":false,\"channels\":false},\"seed\":%d}",
        sweep->size.layers - 1, p->width, p->activation, p->initializer, p->learning_rate,
        sweep->size.epochs, p->seed);
}

bool ag_made_sweep_init(ag_made_sweep *sweep, ag_made_size size, ag_arena *arena) {
    *sweep = (ag_made_sweep){.size = size};
    sweep->trials = AG_NEW_ARRAY(arena, ag_trial, (size_t)size.trials);
    if (!sweep->trials) return false;
    for (int i = 0; i < size.trials; i++) {
        char settings[SETTINGS_MAX];
        const point p = point_of(sweep, i);
        const int n = write_settings(sweep, &p, settings);
        sweep->trials[i] = (ag_trial){.id = ag_digest(settings, (size_t)n, 0),
                                      .seed = (uint64_t)p.seed,
                                      .index = (uint32_t)i};
    }
    sweep->plan = (ag_plan){.file = "made.yaml",
                            .name = "made",
                            .description = "numbers nobody trained",
                            .source = "name: made\n",
                            .resolved = "{\"name\":\"made\"}",
                            .trials = sweep->trials,
                            .n_trials = (size_t)size.trials};
    return true;
}

/* --- one trial ---------------------------------------------------------------------- */

typedef struct maker {
    ag_arena *arena;
    ag_stream random;
    ag_record *record;
    int rows, layers; /* rows: epochs that were reached, epoch 0 among them */
    bool good;
} maker;

static void *take(maker *m, size_t count, size_t size) {
    void *memory = ag_alloc(m->arena, count ? count : 1, size);
    if (!memory) m->good = false;
    return memory;
}

static double noisy(maker *m, double x) { return x * (1 + 0.05 * ag_random_uniform(&m->random)); }

static void make_epochs(maker *m, int steps, double rate) {
    ag_epoch_row *row = take(m, (size_t)m->rows, sizeof *row);
    for (int e = 0; row && e < m->rows; e++) {
        const double loss = noisy(m, 0.3 + 2.0 / (1 + 0.3 * e));
        row[e] = (ag_epoch_row){.epoch = e,
                                .step = (long)e * steps,
                                .learning_rate = rate,
                                .train_loss = loss,
                                .train_accuracy = 1 - loss / 3,
                                .val_loss = noisy(m, loss),
                                .val_accuracy = floor(500 * (1 - loss / 3)) / 500,
                                .val_r2 = (double)NAN,
                                .grad_norm = noisy(m, loss),
                                .seconds = noisy(m, 0.02)};
    }
    m->record->epoch_rows = row;
    m->record->n_epoch_rows = row ? m->rows : 0;
}

static void make_layers(maker *m, int width) {
    ag_layer_row *row = take(m, (size_t)m->layers, sizeof *row);
    for (int k = 0; row && k < m->layers; k++) {
        const bool output = k == m->layers - 1;
        char *name = take(m, 24, 1);
        if (!name) return;
        snprintf(name, 24, output ? "output" : "hidden%d", k + 1);
        row[k] = (ag_layer_row){k + 1, name, "dense", output ? 10 : width,
                                (size_t)width * (size_t)(width + 1)};
    }
    m->record->layer_rows = row;
    m->record->n_layers = row ? m->layers : 0;
}

/* The output layer has no activation; the share of dead units is a ratio of counts. */
static void make_metrics(maker *m, int width) {
    double *x = take(m, (size_t)m->rows * (size_t)m->layers * METRICS, sizeof *x);
    m->record->layer_values = x;
    for (int e = 0; x && e < m->rows; e++)
        for (int k = 0; k < m->layers; k++, x += METRICS) {
            for (int i = 0; i < METRICS; i++)
                x[i] = noisy(m, pow(0.9, m->layers - k) / (1 + 0.1 * e));
            if (k == m->layers - 1)
                for (int i = 4; i < METRICS; i++)
                    x[i] = (double)NAN;
            else
                x[8] = floor(x[8] * width / 4) / width;
        }
    m->record->metric_names = metrics;
    m->record->n_metrics = METRICS;
}

static void add_array(maker *m, ag_array *list, ag_array array) {
    size_t count = 1;
    for (int a = 0; a < array.rank; a++)
        count *= array.size[a];
    float *x = take(m, count, sizeof *x);
    for (size_t i = 0; x && i < count; i++)
        x[i] = (float)noisy(m, 1.0 / (1 + 0.01 * (double)i));
    array.data = x;
    list[m->record->n_arrays++] = array;
}

/* What the training loop hands over: per step, per epoch, per epoch and layer. */
static void make_arrays(maker *m, int steps) {
    static const char *const of_epochs[] = {
        "epoch/grad_norm",    "epoch/learning_rate", "epoch/train_accuracy", "epoch/train_loss",
        "epoch/val_accuracy", "epoch/val_loss",      "epoch/val_r2"};
    static const char *const of_layers[] = {
        "layer/grad_norm",          "layer/delta_norm",        "layer/weight_norm",
        "layer/update_ratio",       "layer/activation_mean",   "layer/activation_std",
        "layer/preactivation_mean", "layer/preactivation_std", "layer/dead_fraction",
        "layer/zero_fraction",      "layer/saturated_fraction"};
    static const char *const of_steps[] = {"step/grad_norm", "step/delta_norm",
                                           "step/update_ratio"};
    const size_t rows = (size_t)m->rows, layers = (size_t)m->layers;
    ag_array *list =
        take(m, 2 + AG_COUNT(of_epochs) + AG_COUNT(of_layers) + AG_COUNT(of_steps), sizeof *list);
    if (!list) return;
    m->record->arrays = list;
    add_array(
        m, list,
        (ag_array){
            "step/loss", 1, {(rows - 1) * (size_t)steps}, {"step"}, "loss", "of each step", NULL});
    add_array(
        m, list,
        (ag_array){"step/recorded", 1, {rows - 1}, {"step"}, "1", "number of the step", NULL});
    for (int i = 0; i < AG_COUNT(of_steps); i++)
        add_array(m, list,
                  (ag_array){of_steps[i],
                             2,
                             {rows - 1, layers},
                             {"step", "layer"},
                             "1",
                             "at the recorded steps",
                             NULL});
    for (int i = 0; i < AG_COUNT(of_epochs); i++)
        add_array(m, list,
                  (ag_array){of_epochs[i], 1, {rows}, {"epoch"}, "1", "of the epoch", NULL});
    for (int i = 0; i < AG_COUNT(of_layers); i++)
        add_array(
            m, list,
            (ag_array){
                of_layers[i], 2, {rows, layers}, {"epoch", "layer"}, "1", "of the layer", NULL});
}

static void make_labels(const ag_made_sweep *sweep, const point *p, ag_record *r) {
    r->phase = "grid";
    r->dataset = "mnist1d";
    r->model = p->width == 64    ? "mlp(depth=9 width=64)"
               : p->width == 128 ? "mlp(depth=9 width=128)"
               : p->width == 256 ? "mlp(depth=9 width=256)"
                                 : "mlp(depth=9 width=512)";
    r->activation = r->activation_name = p->activation;
    r->initializer = p->initializer;
    r->optimizer = "adam";
    r->training = "epochs=50";
    r->loss = "cross_entropy";
    r->depth = sweep->size.layers - 1;
    r->width = p->width;
    r->batch_size = 100;
    r->learning_rate = p->learning_rate;
    r->started_at = "2026-01-01T00:00:00Z";
    r->finished_at = "2026-01-01T00:00:02Z";
}

static void make_scores(maker *m) {
    ag_record *r = m->record;
    const ag_epoch_row *last = &r->epoch_rows[m->rows - 1];
    const bool finished = r->outcome == AG_FINISHED;
    r->train_loss = finished ? last->train_loss : (double)NAN;
    r->train_accuracy = finished ? last->train_accuracy : (double)NAN;
    r->val_loss = finished ? last->val_loss : HUGE_VAL;
    r->val_accuracy = finished ? last->val_accuracy : (double)NAN;
    r->test_loss = finished ? noisy(m, last->val_loss) : (double)NAN;
    r->test_accuracy = finished ? noisy(m, last->val_accuracy) : (double)NAN;
    r->best_val_loss = last->val_loss;
    r->best_val_accuracy = last->val_accuracy;
    r->best_epoch = r->chosen_epoch = m->rows - 1;
    r->seconds = noisy(m, 1.0);
    r->samples_per_second = noisy(m, 1e5);
    r->probe_seconds = noisy(m, 0.03);
    r->flops = 1e9;
}

static void make_robustness(maker *m) {
    static const double levels[] = {0.1, 0.2, 0.5, 1.0};
    ag_record *r = m->record;
    if (r->outcome != AG_FINISHED) return;
    ag_robustness_row *row = take(m, AG_COUNT(levels), sizeof *row);
    for (int i = 0; row && i < AG_COUNT(levels); i++)
        row[i] = (ag_robustness_row){levels[i], noisy(m, r->test_loss + levels[i]),
                                     r->test_accuracy / (1 + levels[i]), (double)NAN};
    r->robustness_rows = row;
    r->n_robustness = row ? AG_COUNT(levels) : 0;
    r->robustness_noise = "normal";
    r->robustness_part = "test";
}

bool ag_made_record(const ag_made_sweep *sweep, int i, ag_arena *arena, ag_record *record) {
    static const ag_error trouble = {.text = "out of memory for a made trial"};
    const point p = point_of(sweep, i);
    char *settings = AG_NEW_ARRAY(arena, char, SETTINGS_MAX);
    if (!settings) return false;
    write_settings(sweep, &p, settings);
    *record = (ag_record){.plan = &sweep->plan,
                          .trial = &sweep->trials[i],
                          .settings = settings,
                          .outcome = i % EVERY_FAILED == EVERY_FAILED - 1       ? AG_BROKEN
                                     : i % EVERY_DIVERGED == EVERY_DIVERGED - 1 ? AG_DIVERGED
                                                                                : AG_FINISHED,
                          .train_r2 = (double)NAN,
                          .val_r2 = (double)NAN,
                          .test_r2 = (double)NAN,
                          .diverged_step = -1,
                          .diverged_layer = -1,
                          .digest = (uint64_t)i,
                          .epochs = sweep->size.epochs,
                          .steps = (long)sweep->size.epochs * sweep->size.steps,
                          .parameters = 100000};
    make_labels(sweep, &p, record);
    if (record->outcome == AG_BROKEN) {
        record->error = &trouble;
        return true;
    }
    maker m = {.arena = arena,
               .random = ag_stream_open((uint64_t)i, AG_RANDOM_TEST, 0),
               .record = record,
               .rows = sweep->size.epochs + 1,
               .layers = sweep->size.layers,
               .good = true};
    if (record->outcome == AG_DIVERGED) {
        m.rows = sweep->size.epochs / 2 + 1;
        record->diverged_step = (long)m.rows * sweep->size.steps;
        record->diverged_layer = 1;
        record->diverged_what = "gradient";
    }
    make_epochs(&m, sweep->size.steps, p.learning_rate);
    make_layers(&m, p.width);
    make_metrics(&m, p.width);
    make_arrays(&m, sweep->size.steps);
    if (m.good) make_scores(&m);
    if (m.good) make_robustness(&m);
    return m.good;
}

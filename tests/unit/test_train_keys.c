/* What the keys of `training` do: order, early stopping, noise, augmentation, robustness.
 * Penalties and gathered gradients: tests/numeric/test_training.c. */
#include "train_fixture.h"

#include "harness/train/augment.h"
#include "harness/train/lengths.h"
#include "harness/train/noise.h"
#include "harness/train/robustness.h"
#include "harness/train/stopping.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- lengths and order --------------------------------------------------------- */

static void test_lengths(void) {
    static const struct {
        int batch, accumulate;
        bool drop_last;
        size_t n;
        long per_step, per_epoch, steps;
    } cases[] = {
        {32, 1, false, 300, 32, 300, 10},  {32, 1, true, 300, 32, 288, 9},
        {32, 4, false, 300, 128, 300, 3},  {32, 4, true, 300, 128, 288, 3},
        {500, 1, true, 300, 300, 300, 1},  {32, 100, false, 300, 300, 300, 1},
        {32, 100, true, 300, 288, 288, 1}, {1000000, 100000, false, 7, 7, 7, 1},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        const ag_training t = {.epochs = 3,
                               .batch_size = cases[i].batch,
                               .accumulate = cases[i].accumulate,
                               .drop_last = cases[i].drop_last};
        const ag_lengths l = ag_lengths_of(&t, cases[i].n);
        CHECK(l.per_step == cases[i].per_step && l.per_epoch == cases[i].per_epoch &&
                  l.steps_per_epoch == cases[i].steps && l.total_steps == 3 * cases[i].steps &&
                  l.total_epochs == 3,
              "case %d: %ld %ld %ld", i, l.per_step, l.per_epoch, l.steps_per_epoch);
    }
}

static void test_order(void) {
    const ag_data data = data_set();
    uint32_t order[3][4][N_TRAIN];
    for (int how = AG_SHUFFLE_NEVER; how <= AG_SHUFFLE_ONCE; how++) {
        ag_settings s = settings_of("relu", 1);
        s.training.shuffle = how;
        ag_arena arena = AG_ARENA_EMPTY;
        ag_error err = {0};
        ag_training_run run;
        CHECK(ag_train_begin(&s, &data, &arena, NULL, &run, &err) == AG_OK, "%s", err.text);
        for (int e = 0; e < 4; e++) {
            (void)ag_train_epoch(&run);
            memcpy(order[how][e], run.order, sizeof order[how][e]);
        }
        ag_arena_close(&arena);
    }
    const size_t bytes = sizeof order[0][0];
    CHECK(order[AG_SHUFFLE_NEVER][3][299] == 299 && order[AG_SHUFFLE_NEVER][3][7] == 7, "as is");
    CHECK(memcmp(order[AG_SHUFFLE_ONCE][0], order[AG_SHUFFLE_EACH][0], bytes) == 0, "first epoch");
    CHECK(memcmp(order[AG_SHUFFLE_ONCE][3], order[AG_SHUFFLE_ONCE][0], bytes) == 0, "always");
    CHECK(memcmp(order[AG_SHUFFLE_EACH][1], order[AG_SHUFFLE_EACH][0], bytes) != 0, "each anew");
    CHECK(order[AG_SHUFFLE_ONCE][0][0] != 0 || order[AG_SHUFFLE_ONCE][0][1] != 1, "shuffled");
}

/* --- early stopping -------------------------------------------------------------- */

static ag_settings stopping(double patience, int metric, double min_delta) {
    ag_settings s = settings_of("relu", 2);
    s.training.epochs = 60;
    set(&s.optimizer, "learning_rate", 0.5);
    s.training.early_stopping = (ag_choice){.element = &ag_stop_patience,
                                            .number = {[AG_STOP_PATIENCE] = patience,
                                                       [AG_STOP_METRIC] = metric,
                                                       [AG_STOP_MIN_DELTA] = min_delta}};
    return s;
}

/* The rule, applied to the rows that the run left. */
static void check_stopped(const ag_training_run *run, double patience, int metric,
                          double min_delta) {
    long best = 0;
    for (long e = 1; e < run->n_rows; e++) {
        const ag_epoch_row *row = &run->rows[e], *old = &run->rows[best];
        const double gain = metric == AG_STOP_VAL_LOSS ? old->val_loss - row->val_loss
                                                       : row->val_accuracy - old->val_accuracy;
        if (gain > min_delta) best = e;
        CHECK((double)(e - best) < patience || e == run->n_rows - 1, "went on after epoch %ld", e);
    }
    CHECK(run->chosen_epoch == best, "epoch %ld, not %ld", run->chosen_epoch, best);
    CHECK(run->stopped_early == (run->step < run->total_steps), "stopped early");
    CHECK(!run->stopped_early || (double)(run->epoch - best) == patience, "patience");
    ag_training_run copy = *run;
    ag_stopping_swap(&copy);
    const ag_scores now = ag_train_evaluate(&copy, &run->data->validation);
    CHECK(now.loss == run->rows[best].val_loss && now.accuracy == run->rows[best].val_accuracy,
          "the weights are those of epoch %ld: %g, not %g", best, now.loss,
          run->rows[best].val_loss);
}

static void test_stopping(void) {
    const ag_data data = data_set();
    static const struct {
        double patience;
        int metric;
        double min_delta;
        bool early;
    } cases[] = {
        {3, AG_STOP_VAL_LOSS, 0, true},     {1, AG_STOP_VAL_ACCURACY, 0, true},
        {5, AG_STOP_VAL_ACCURACY, 0, true}, {4, AG_STOP_VAL_LOSS, 1e6, true},
        {1000, AG_STOP_VAL_LOSS, 0, false},
    };
    for (int i = 0; i < AG_COUNT(cases); i++) {
        const ag_settings s = stopping(cases[i].patience, cases[i].metric, cases[i].min_delta);
        ag_arena arena, other;
        const ag_training_run run = train(&s, &data, &arena);
        CHECK(run.outcome == AG_FINISHED && run.stopped_early == cases[i].early, "case %d: %ld", i,
              run.epoch);
        check_stopped(&run, cases[i].patience, cases[i].metric, cases[i].min_delta);
        CHECK(cases[i].min_delta == 0 || run.chosen_epoch == 0, "nothing is that much better");
        ag_settings blind = s;
        blind.probes.on = false;
        ag_training_run again = train(&blind, &data, &other);
        ag_stopping_swap(&again);
        CHECK(digest(&run) == digest(&again) && run.epoch == again.epoch, "case %d: probes", i);
        ag_arena_close(&other);
        ag_arena_close(&arena);
    }
}

/* What stays as it is does not improve. */
static void test_standstill(void) {
    const ag_data data = data_set();
    for (int metric = AG_STOP_VAL_LOSS; metric <= AG_STOP_VAL_ACCURACY; metric++) {
        ag_settings s = stopping(4, metric, 0);
        set(&s.optimizer, "learning_rate", 0);
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        CHECK(run.chosen_epoch == 0 && run.epoch == 4 && run.stopped_early, "epoch %ld", run.epoch);
        ag_arena_close(&arena);
    }
}

static void check_refused(const ag_settings *s, const ag_data *data, const char *want) {
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_training_run run;
    CHECK(ag_train_begin(s, data, &arena, NULL, &run, &err) == AG_CONFIG, "%s", want);
    CHECK(strstr(err.text, want) != NULL, "%s\n    not %s", err.text, want);
    ag_arena_close(&arena);
}

static void test_refused(void) {
    ag_data data = data_set();
    ag_settings s = settings_of("relu", 1);
    s.training.augment = (ag_choice){.element = &ag_augment_image, .number = {1, 0}};
    check_refused(&s, &data, "augment needs images or signals; these examples are 6 numbers");
    data.shape = (ag_shape){1, 1, FEATURES};
    s.training.augment.number[AG_AUGMENT_FLIP] = 1;
    check_refused(&s, &data, "flip needs images; these examples are signals of 6 values");
    data.shape = (ag_shape){1, 2, 3};
    s.training.augment.number[AG_AUGMENT_CROP] = 2;
    check_refused(&s, &data, "crop is 2, must be below 2");
    data.validation.n = 0;
    s = stopping(3, AG_STOP_VAL_LOSS, 0);
    check_refused(&s, &data, "early_stopping needs a validation part");
}

/* --- noise -------------------------------------------------------------------------- */

enum { DRAWS = 200000 };
static ag_real noisy[DRAWS], twice[DRAWS];

static void test_noise(bool uniform) {
    for (int i = 0; i < DRAWS; i++)
        noisy[i] = twice[i] = 1;
    ag_noise noise = {ag_stream_open(3, AG_RANDOM_NOISE, 1), uniform, 0.5, 0};
    ag_noise_add(&noise, DRAWS, noisy);
    noise = (ag_noise){ag_stream_open(3, AG_RANDOM_NOISE, 1), uniform, 1, 0};
    for (int i = 0, n = 1; i < DRAWS; i += n, n = n * 2 < DRAWS - i ? n * 2 + 1 : DRAWS - i)
        ag_noise_add(&noise, (size_t)n, twice + i); /* in pieces: the stream goes on */
    double mean = 0, square = 0, largest = 0;
    for (int i = 0; i < DRAWS; i++) {
        const double n = (double)noisy[i] - 1;
        mean += n / DRAWS, square += n * n / DRAWS, largest = fmax(largest, fabs(n));
        CHECK(fabs(2 * n - ((double)twice[i] - 1)) < 1e-6, "twice the level, twice the noise");
    }
    const double variance = uniform ? 0.25 / 3 : 0.25;
    CHECK(fabs(mean) < 5 * sqrt(variance / DRAWS), "mean %g", mean);
    CHECK(close_to(square, variance, 0.02, 0), "variance %g", square);
    CHECK(uniform ? largest <= 0.5 && largest > 0.49 : largest > 1.5, "largest %g", largest);
    noise.level = 0;
    memcpy(noisy, twice, sizeof noisy);
    ag_noise_add(&noise, DRAWS, twice);
    CHECK(memcmp(noisy, twice, sizeof noisy) == 0, "level 0 changes nothing");
}

/* The share of the normal distribution below a word's number is the share of the words. */
static void test_quantile(void) {
    uint32_t word = 0;
    double worst = 0, far = 0;
    for (int i = 0; i < 100000; i++) {
        /* both tails word by word, and the middle */
        word = i < 40000 ? (uint32_t)i : i < 80000 ? UINT32_MAX - (uint32_t)(i - 40000) : word;
        if (i >= 80000) word += 214748;
        const double share = ((double)word + 0.5) * 0x1p-32, z = ag_noise_normal_of(word);
        const double tail = share < 0.5 ? share : 1 - share;
        const double off = fabs(0.5 * erfc(fabs(z) / sqrt(2)) / tail - 1);
        far = fmax(far, off);
        if (tail > 3e-8) worst = fmax(worst, off);
        CHECK(z == -ag_noise_normal_of(~word), "%u: not symmetric", word);
    }
    CHECK(worst < 3e-6, "off by %g of the tail", worst);
    CHECK(far < 0.02, "off by %g of the last tail", far);
}

/* Noise changes what is learned, not what is evaluated; the same bits each time. */
static void test_noise_in_training(const ag_element *kind) {
    const ag_data data = data_set();
    const ag_settings plain = settings_of("relu", 1);
    ag_settings s = plain;
    s.training.noise = (ag_choice){.element = kind, .number = {0.5}};
    ag_arena arena[3];
    const ag_training_run a = train(&plain, &data, &arena[0]), b = train(&s, &data, &arena[1]),
                          c = train(&s, &data, &arena[2]);
    CHECK(digest(&a) != digest(&b) && digest(&b) == digest(&c), "noise");
    CHECK(a.rows[0].train_loss == b.rows[0].train_loss &&
              a.rows[0].grad_norm == b.rows[0].grad_norm,
          "the state before the first step is seen without noise");
    for (int i = 0; i < 3; i++)
        ag_arena_close(&arena[i]);
}

/* With nothing learned and all examples in each step, only noise and augmentation change
 * the loss from step to step. */
static void test_each_step_anew(void) {
    ag_data data = data_set();
    data.shape = (ag_shape){1, 2, 3};
    for (int how = 0; how < 3; how++) {
        ag_settings s = settings_of("relu", 1);
        set(&s.optimizer, "learning_rate", 0);
        s.training.batch_size = N_TRAIN, s.training.shuffle = AG_SHUFFLE_NEVER;
        if (how == 1) s.training.noise = (ag_choice){.element = &ag_noise_normal, .number = {1}};
        if (how == 2)
            s.training.augment = (ag_choice){.element = &ag_augment_image, .number = {1, 1}};
        ag_arena arena;
        const ag_training_run run = train(&s, &data, &arena);
        CHECK((run.step_loss[0] == run.step_loss[1]) == (how == 0), "%d: %g, %g", how,
              (double)run.step_loss[0], (double)run.step_loss[1]);
        CHECK((run.step_loss[1] == run.step_loss[2]) == (how == 0), "%d", how);
        CHECK(run.rows[0].val_loss == run.rows[4].val_loss, "%d: evaluated as they are", how);
        ag_arena_close(&arena);
    }
}

/* --- augmentation -------------------------------------------------------------------- */

enum { C = 2, R = 3, K = 4, PIXELS = C * R * K, IMAGES = 4000 };
static ag_real images[IMAGES][PIXELS];

/* Which move of the image 1, 2, 3, ... this is; false: none of them. */
static bool recognise(const ag_real *x, int crop, bool flip, int found[3]) {
    for (int down = -crop; down <= crop; down++)
        for (int right = -crop; right <= crop; right++)
            for (int mirror = 0; mirror <= flip; mirror++) {
                bool same = true;
                for (int i = 0; i < PIXELS && same; i++) {
                    const int c = i / (R * K), r = i / K % R, k = i % K;
                    const int from_r = r + down, from_k = (mirror ? K - 1 - k : k) + right;
                    const bool inside = from_r >= 0 && from_r < R && from_k >= 0 && from_k < K;
                    const double want = inside ? 1 + c * R * K + from_r * K + from_k : 0;
                    same = (double)x[i] == want;
                }
                if (same) {
                    found[0] = down, found[1] = right, found[2] = mirror;
                    return true;
                }
            }
    return false;
}

static void test_augment(int crop, bool flip) {
    ag_real room[PIXELS];
    for (int e = 0; e < IMAGES; e++)
        for (int i = 0; i < PIXELS; i++)
            images[e][i] = (ag_real)(i + 1);
    ag_augmentation a = {ag_stream_open(2, AG_RANDOM_AUGMENT, 5), crop, flip, {C, R, K}, room};
    ag_augment(&a, IMAGES / 2, images[0]); /* in two mini-batches */
    ag_augment(&a, IMAGES / 2, images[IMAGES / 2]);
    int count[5][5] = {{0}}, mirrored = 0, found[3] = {0};
    for (int e = 0; e < IMAGES; e++) {
        CHECK(recognise(images[e], crop, flip, found), "image %d is no move of the image", e);
        count[found[0] + crop][found[1] + crop]++;
        mirrored += found[2];
    }
    const int side = 2 * crop + 1;
    for (int d = 0; d < side; d++)
        for (int r = 0; r < side; r++)
            CHECK(abs(count[d][r] - IMAGES / (side * side)) < 6 * sqrt(IMAGES / (side * side)),
                  "move %d %d: %d times", d, r, count[d][r]);
    CHECK(flip ? abs(mirrored - IMAGES / 2) < 200 : mirrored == 0, "%d mirrored", mirrored);
}

static void test_augment_signal(void) {
    ag_real room[4], x[100][4];
    for (int e = 0; e < 100; e++)
        for (int i = 0; i < 4; i++)
            x[e][i] = (ag_real)(i + 1);
    ag_augmentation a = {ag_stream_open(2, AG_RANDOM_AUGMENT, 5), 1, false, {1, 1, 4}, room};
    ag_augment(&a, 100, x[0]);
    int moved = 0;
    for (int e = 0; e < 100; e++) {
        const double by = (double)x[e][1] - 2;
        CHECK(fabs(by) <= 1 && x[e][2] == x[e][1] + 1, "signal %d", e);
        moved += by != 0;
    }
    CHECK(moved > 40 && moved < 95, "%d of 100 moved", moved);
}

/* --- robustness ---------------------------------------------------------------------- */

static void test_robustness(void) {
    ag_data data = data_set();
    data.test = data.validation;
    static const ag_value levels[] = {{.number = 0}, {.number = 1}, {.number = 8}};
    static const ag_list list = {.n = 3, .n_items = 1, .values = levels};
    ag_settings s = settings_of("relu", 1);
    s.training.robustness = (ag_choice){.element = &ag_robustness_uniform, .list = {&list}};
    ag_arena arena;
    ag_training_run run = train(&s, &data, &arena);
    ag_robustness_row rows[3];
    for (int test = 0; test < 2; test++) {
        ag_record record = {0};
        ag_error err = {0};
        if (!test) data.test.n = 0;
        CHECK(ag_robustness_record(&run, &record, &err) == AG_OK, "%s", err.text);
        CHECK(record.n_robustness == 3 && strcmp(record.robustness_noise, "uniform") == 0, "rows");
        CHECK(strcmp(record.robustness_part, test ? "test" : "validation") == 0, "part");
        if (test)
            CHECK(memcmp(rows, record.robustness_rows, sizeof rows) == 0, "the same each time");
        memcpy(rows, record.robustness_rows, sizeof rows);
        data.test.n = data.validation.n;
    }
    CHECK(rows[0].loss == run.rows[run.n_rows - 1].val_loss, "without noise: what it was");
    CHECK(rows[0].accuracy > rows[1].accuracy && rows[1].accuracy > rows[2].accuracy, "%g %g %g",
          rows[0].accuracy, rows[1].accuracy, rows[2].accuracy);
    CHECK(rows[2].loss > rows[1].loss && rows[2].level == 8, "%g", rows[2].loss);
    ag_arena_close(&arena);
}

int main(void) {
    test_lengths();
    test_order();
    test_stopping();
    test_standstill();
    test_refused();
    test_noise(true);
    test_noise(false);
    test_quantile();
    test_noise_in_training(&ag_noise_uniform);
    test_noise_in_training(&ag_noise_hidden);
    test_each_step_anew();
    test_augment(2, true);
    test_augment(1, false);
    test_augment(0, true);
    test_augment_signal();
    test_robustness();
    return check_report();
}

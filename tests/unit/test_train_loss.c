/* What training minimises and what it reports: label smoothing, and answers that are
 * numbers. */
#include "train_fixture.h"

#include "harness/train/gradient.h"

#include <string.h>

/* Smoothing moves the weights, not the meaning of a loss: before the first update all
 * losses are those of the run without it. */
static void test_label_smoothing(void) {
    const ag_data data = data_set();
    ag_settings s = settings_of("relu", 2);
    s.training.epochs = 40;
    s.training.loss = choose(&ag_losses, "cross_entropy");
    ag_arena plain_arena, smooth_arena;
    const ag_training_run plain = train(&s, &data, &plain_arena);
    set(&s.training.loss, "label_smoothing", 0.2);
    const ag_training_run smooth = train(&s, &data, &smooth_arena);
    CHECK(smooth.rows[0].train_loss == plain.rows[0].train_loss &&
              smooth.rows[0].val_loss == plain.rows[0].val_loss &&
              smooth.step_loss[0] == plain.step_loss[0],
          "reported without smoothing");
    CHECK(smooth.step_loss[1] != plain.step_loss[1], "smoothing changes the gradient");
    /* With 4 classes and smoothing 0.2 the minimum is a net that gives the label 0.85: a
     * loss of 0.163 without smoothing, towards which training stops falling. */
    const double end = smooth.rows[smooth.n_rows - 1].train_loss;
    CHECK(end > 0.163 && plain.rows[plain.n_rows - 1].train_loss < end, "%g at the end", end);
    CHECK(smooth.rows[smooth.n_rows - 1].train_accuracy > 0.8, "it learns all the same");
    ag_arena_close(&plain_arena);
    ag_arena_close(&smooth_arena);
}

/* Two numbers to predict, linear in the features up to a little. */
static float target[2 * N_TRAIN];

static ag_data numbers(void) {
    ag_data data = data_set();
    ag_stream random = ag_stream_open(3, AG_RANDOM_TEST, 2);
    for (int e = 0; e < N_TRAIN; e++)
        for (int u = 0; u < 2; u++)
            target[2 * e + u] = 3 * train_x[e * FEATURES + u] + 5 * (float)u +
                                0.1f * (float)ag_random_normal(&random);
    data.regression = true;
    data.n_classes = 0;
    data.n_targets = 2;
    data.train.label = NULL;
    data.train.target = target;
    data.validation = (ag_examples){0};
    return data;
}

/* For the mean squared error R2 is 1 - error / variance, whatever was minimised. */
static void test_r2(const char *loss) {
    const ag_data data = numbers();
    ag_settings s = settings_of("relu", 1);
    s.training.epochs = 30;
    s.training.loss = choose(&ag_losses, loss);
    set(&s.optimizer, "learning_rate", 0.03);
    ag_arena arena;
    ag_training_run run = train(&s, &data, &arena);
    const ag_scores scores = ag_train_evaluate(&run, &data.train);
    double mean[2] = {0}, spread = 0, errors = 0;
    for (int i = 0; i < 2 * N_TRAIN; i++)
        mean[i % 2] += (double)target[i] / N_TRAIN;
    for (size_t e = 0; e < N_TRAIN; e++) {
        const ag_examples one = {.n = 1, .x = train_x + e * FEATURES, .target = target + 2 * e};
        const ag_scores alone = ag_train_evaluate(&run, &one);
        CHECK(isnan(alone.r2), "of one example there is no R2");
        for (int u = 0; u < 2; u++) {
            const double gap =
                (double)ag_net_last(&run.net)->y[u] - (double)target[2 * e + (size_t)u];
            errors += gap * gap;
            spread += pow((double)target[2 * e + (size_t)u] - mean[u], 2);
        }
    }
    CHECK(close_to(scores.r2, 1 - errors / spread, 1e-6, 0), "%s: R2 %.9g, not %.9g", loss,
          scores.r2, 1 - errors / spread);
    CHECK(scores.r2 > 0.8 && isnan(scores.accuracy), "%s: R2 %g, accuracy %g", loss, scores.r2,
          scores.accuracy);
    if (strcmp(loss, "mean_squared_error") == 0)
        CHECK(close_to(scores.loss, errors / (2 * N_TRAIN), 1e-6, 0), "loss %g", scores.loss);
    const ag_scores none = ag_train_evaluate(&run, &data.validation);
    CHECK(isnan(none.loss) && isnan(none.r2), "of no examples");
    ag_arena_close(&arena);
}

/* The target of a net that predicts its input: the example as augmentation left it,
 * without the noise; and nobody looks at the labels. */
static void test_reconstruction(void) {
    ag_data data = data_set();
    data.shape = (ag_shape){1, 2, FEATURES / 2};
    ag_settings s = settings_of("relu", 1);
    s.model = choose(&ag_models, "autoencoder");
    set(&s.model, "code", 3);
    s.training.augment = ag_choice_standard(&ag_augment_image);
    set(&s.training.augment, "flip", 1);
    ag_arena arena = AG_ARENA_EMPTY;
    ag_error err = {0};
    ag_training_run run;
    CHECK(ag_train_begin(&s, &data, &arena, NULL, &run, &err) == AG_OK, "%s", err.text);
    uint32_t index[32];
    for (uint32_t i = 0; i < 32; i++)
        index[i] = i;
    for (int noisy = 0; noisy < 2; noisy++) {
        if (noisy) {
            s.training.noise = ag_choice_standard(&ag_noise_normal);
            s.training.noise.number[0] = 0.5;
        }
        long correct = 0;
        int rows, flipped = 0, same = 0;
        (void)ag_gradient_take(&run, index, 32, true, &correct, &rows);
        for (int i = 0; i < 32 * FEATURES; i++) {
            same += (float)run.x[i] == run.target[i];
            flipped += run.target[i] != train_x[i];
        }
        CHECK(flipped > 0 && flipped < 32 * FEATURES, "%d numbers moved", flipped);
        CHECK(noisy ? same == 0 : same == 32 * FEATURES, "noise %d: %d of x are targets", noisy,
              same);
        CHECK(correct == 0 && !run.label, "labels");
    }
    ag_arena_close(&arena);
}

int main(void) {
    test_reconstruction();
    test_r2("mean_squared_error");
    test_r2("mean_absolute_error");
    test_r2("huber");
    test_label_smoothing();
    return check_report();
}

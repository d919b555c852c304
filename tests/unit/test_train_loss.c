/* What training minimises and what it reports: label smoothing, and answers that are
 * numbers. */
#include "train_fixture.h"

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

int main(void) {
    test_label_smoothing();
    return check_report();
}

/* What becomes of the learned parameters of activations, epoch by epoch. */
#include "train_fixture.h"

enum { DEPTH = 3, WIDTH = 16, ALL_EPOCHS = 5 /* 0 to 4 */ };

static void test_prelu(const char *how, int layers) {
    const ag_data data = data_set();
    ag_settings settings = settings_of("prelu", DEPTH);
    ag_arena arena;
    set_word(&activation, "learned", how);
    const ag_training_run run = train(&settings, &data, &arena);
    const int n = run.n_parameter_rows;
    CHECK(n == ALL_EPOCHS * layers, "%s: %d rows", how, n);
    for (int i = 0; i < n; i++) {
        const ag_parameter_row *row = &run.parameter_rows[i];
        CHECK(row->epoch == i / layers && row->layer == i % layers + 1, "%s: row %d", how, i);
        CHECK(strcmp(row->name, "slope") == 0, "%s: %s", how, row->name);
        CHECK(row->min <= row->mean && row->mean <= row->max, "%s: row %d", how, i);
        if (row->epoch == 0)
            CHECK(row->min == 0.25 && row->max == 0.25, "%s begins at %g", how, row->mean);
        else
            CHECK(row->mean != row[-layers].mean, "%s: row %d does not move", how, i);
    }
    for (int s = 0; s < layers; s++) { /* the last ones are those of the net as it is */
        const ag_layer *layer = run.net.stages[s].activation;
        const ag_parameter_row *row = &run.parameter_rows[n - layers + s];
        const size_t values = layer->slice[AG_ROLE_LEARNED].n;
        double sum = 0;
        CHECK(values == (strcmp(how, "per_channel") == 0 ? WIDTH : 1), "%zu values", values);
        for (size_t c = 0; c < values; c++) {
            const double x = (double)layer->parameter[AG_ROLE_LEARNED][c];
            CHECK(row->min <= x && x <= row->max, "%s: %g", how, x);
            sum += x;
        }
        CHECK(close_to(row->mean, sum / (double)values, 1e-12, 0), "%s: %g", how, row->mean);
        CHECK((row->min < row->max) == (values > 1), "%s: %g to %g", how, row->min, row->max);
    }
    ag_arena_close(&arena);
}

/* Several parameters of one layer keep their names apart; nothing learned, no rows. */
static void test_several(void) {
    const ag_data data = data_set();
    ag_settings settings = settings_of("acon_c", 1);
    ag_arena arena;
    const ag_training_run run = train(&settings, &data, &arena);
    static const char *const names[] = {"p1", "p2", "beta"};
    static const double begin[] = {1.0, 0.0, 1.0};
    CHECK(run.n_parameter_rows == 3 * ALL_EPOCHS, "%d rows", run.n_parameter_rows);
    for (int i = 0; i < run.n_parameter_rows; i++) {
        const ag_parameter_row *row = &run.parameter_rows[i];
        CHECK(strcmp(row->name, names[i % 3]) == 0, "row %d: %s", i, row->name);
        CHECK(row->epoch > 0 || row->mean == begin[i % 3], "%s begins at %g", row->name, row->mean);
    }
    ag_arena_close(&arena);

    settings = settings_of("relu", 2);
    const ag_training_run none = train(&settings, &data, &arena);
    CHECK(none.n_parameter_rows == 0, "%d rows", none.n_parameter_rows);
    ag_arena_close(&arena);
}

int main(void) {
    test_prelu("shared", 1);
    test_prelu("per_layer", DEPTH);
    test_prelu("per_channel", DEPTH);
    test_several();
    return check_report();
}

#include "harness/train/diverge.h"

#include "harness/num/norms.h"
#include "harness/train/batch.h"
#include "harness/train/flight.h"

#include <math.h>

static void diverged(ag_training_run *run, const char *what, int stage) {
    run->outcome = AG_DIVERGED;
    run->done = true;
    run->diverged_step = run->step;
    run->diverged_what = what;
    run->diverged_stage = stage;
}

static int bad_stage(const ag_training_run *run, int rows) {
    for (int i = 0; i < run->net.n_layers; i++) {
        const ag_layer *layer = &run->net.layers[i];
        if (!ag_all_finite((size_t)rows * ag_shape_size(layer->out), layer->y)) return layer->stage;
    }
    return run->net.n_stages;
}

/* In a step: what went through the net last is what was not finite. */
static void diverged_here(ag_training_run *run, const char *what, int stage, int rows) {
    ag_flight_look(run, rows, true);
    diverged(run, what, stage);
}

void ag_diverge_loss(ag_training_run *run, int rows) {
    diverged_here(run, "loss", bad_stage(run, rows), rows);
}

static bool finite_stage(const ag_layer *layer, ag_real *const *values) {
    for (int role = 0; role < AG_ROLE_COUNT; role++)
        if (layer->slice[role].n && !ag_all_finite(layer->slice[role].n, values[role]))
            return false;
    return true;
}

void ag_diverge_gradient(ag_training_run *run, int rows) {
    int i = run->net.n_layers - 1;
    while (i > 0 && finite_stage(&run->net.layers[i], run->net.layers[i].gradient))
        i--;
    diverged_here(run, "gradient", run->net.layers[i].stage, rows);
}

void ag_diverge_weights(ag_training_run *run, int rows) {
    int i = 0;
    while (i + 1 < run->net.n_layers &&
           finite_stage(&run->net.layers[i], run->net.layers[i].parameter))
        i++;
    diverged_here(run, "weights", run->net.layers[i].stage, rows);
}

void ag_diverge_statistics(ag_training_run *run, int rows) {
    int i = 0;
    while (i + 1 < run->net.n_layers &&
           ag_all_finite(run->net.layers[i].statistic_slice.n, run->net.layers[i].statistic))
        i++;
    diverged_here(run, "statistics", run->net.layers[i].stage, rows);
}

int ag_diverge_stage(ag_training_run *run, const ag_examples *part, double loss) {
    if (!part->n || isfinite(loss)) return 0;
    int stage = run->net.n_stages, rows;
    for (size_t first = 0; first < part->n && !ag_train_is_asked_to_stop(run);
         first += (size_t)rows) {
        rows = ag_batch_forward(run, part, first, NULL);
        ag_flight_look(run, rows, first == 0);
        const int here = bad_stage(run, rows);
        if (here < stage) stage = here;
    }
    return stage;
}

void ag_diverge_in(ag_training_run *run, int stage) {
    if (stage) diverged(run, "loss", stage);
}

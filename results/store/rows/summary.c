/* What a trial's per-layer numbers come down to: one number before the first
 * step and one at the end, as columns of `trial`. */
#include "results/store/store_private.h"

#include <math.h>
#include <string.h>

static int metric(const ag_record *record, const char *name) {
    for (int m = 0; m < record->n_metrics; m++)
        if (strcmp(record->metric_names[m], name) == 0) return m;
    return -1;
}

static bool is_hidden(const ag_layer_row *layer) { return strcmp(layer->name, "output") != 0; }

static double value(const ag_record *record, int epoch, int layer, int m) {
    return record->layer_values[((size_t)epoch * (size_t)record->n_layers + (size_t)layer) *
                                    (size_t)record->n_metrics +
                                (size_t)m];
}

/* First hidden layer's over the last hidden layer's, among those with weights. */
static double decay(const ag_record *record, int epoch, int m) {
    int first = -1, last = -1;
    for (int k = 0; k < record->n_layers; k++) {
        if (!is_hidden(&record->layer_rows[k]) || record->layer_rows[k].parameters == 0) continue;
        if (first < 0) first = k;
        last = k;
    }
    if (m < 0 || first < 0) return (double)NAN;
    const double a = value(record, epoch, first, m), b = value(record, epoch, last, m);
    return isfinite(a) && isfinite(b) && b > 0.0 ? a / b : (double)NAN;
}

/* Mean over the hidden layers that have the metric. */
static double hidden_mean(const ag_record *record, int epoch, int m) {
    double sum = 0.0;
    int n = 0;
    for (int k = 0; m >= 0 && k < record->n_layers; k++) {
        if (!is_hidden(&record->layer_rows[k])) continue;
        const double x = value(record, epoch, k, m);
        if (isnan(x)) continue;
        sum += x;
        n++;
    }
    return n ? sum / n : (double)NAN;
}

ag_summary ag_summary_of(const ag_record *record) {
    const bool any = record->layer_values && record->n_epoch_rows > 0;
    const int grad = metric(record, "grad_norm"), delta = metric(record, "delta_norm");
    const int dead = metric(record, "dead_fraction");
    ag_summary summary;
    for (int i = 0; i < 2; i++) {
        const int epoch = i ? record->n_epoch_rows - 1 : 0;
        summary.gradient_decay[i] = any ? decay(record, epoch, grad) : (double)NAN;
        summary.delta_decay[i] = any ? decay(record, epoch, delta) : (double)NAN;
        summary.dead_fraction[i] = any ? hidden_mean(record, epoch, dead) : (double)NAN;
    }
    return summary;
}

ag_vanishing ag_vanishing_of(const ag_record *record, int layer) {
    const int m = record->layer_values ? metric(record, "grad_norm") : -1;
    ag_vanishing found = {.smallest = (double)NAN, .epoch = -1};
    for (int e = 0; m >= 0 && e < record->n_epoch_rows; e++) {
        const double x = value(record, e, layer, m);
        if (!(x >= found.smallest)) found.smallest = isnan(x) ? found.smallest : x;
        if (x < AG_VANISHED && found.epoch < 0) found.epoch = record->epoch_rows[e].epoch;
    }
    return found;
}

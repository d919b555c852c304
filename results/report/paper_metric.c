/* Metrics of one epoch, or of one layer at an epoch: columns of the store's tables. */
#include "harness/base/nearest.h"
#include "harness/config/writer.h"
#include "results/report/paper_compare.h"

#include <string.h>

static const char *const epoch_columns[] = {
    "train_loss", "train_accuracy", "val_loss", "val_accuracy", "val_r2", "grad_norm", NULL};
static const char *const layer_columns[] = {"grad_norm",          "delta_norm",
                                            "weight_norm",        "update_ratio",
                                            "activation_mean",    "activation_std",
                                            "preactivation_mean", "preactivation_std",
                                            "dead_fraction",      "zero_fraction",
                                            "saturated_fraction", "singular_mean",
                                            "activation_median",  NULL};

/* What may lie orders of magnitude apart. */
static ag_scale scale_of(const char *column) {
    const char *last = strrchr(column, '_');
    return last && (strcmp(last, "_norm") == 0 || strcmp(last, "_ratio") == 0) ? AG_SCALE_LOG
                                                                               : AG_SCALE_LINEAR;
}

static ag_status check_column(const ag_paper_number *number, const char *const *columns,
                              const char *table, ag_error *err) {
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(number->metric);
    for (int i = 0; columns[i]; i++) {
        if (strcmp(columns[i], number->metric) == 0) return AG_OK;
        ag_nearest_offer(&nearest, columns[i]);
    }
    return AG_FAIL(err, AG_NOTFOUND, number->metric_place, "the table %s has no '%.60s'%s", table,
                   number->metric, ag_nearest_hint(hint, &nearest, ""));
}

ag_status ag_paper_metric(const ag_paper_number *number, ag_arena *arena, ag_metric *metric,
                          ag_error *err) {
    const bool of_layer = number->layer != AG_LAYER_NONE;
    if (!of_layer && number->epoch == AG_EPOCH_NONE) {
        const ag_metric *known;
        AG_TRY(ag_metric_wanted(number->metric, number->metric_place, &known, err));
        *metric = *known;
        return AG_OK;
    }
    AG_TRY(check_column(number, of_layer ? layer_columns : epoch_columns,
                        of_layer ? "layer_epoch" : "epoch", err));
    ag_writer w = AG_WRITER(arena);
    ag_write_format(&w, "(SELECT x.%s FROM %s x WHERE x.trial = t.number AND x.epoch = ",
                    number->metric, of_layer ? "layer_epoch_row" : "epoch_row");
    if (number->epoch == AG_EPOCH_NONE)
        ag_write(&w, "t.epochs");
    else
        ag_write_format(&w, "%ld", number->epoch);
    if (of_layer) ag_write_format(&w, " AND x.layer = %d", number->layer);
    ag_write(&w, ")");
    if (w.failed) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for a metric");
    *metric = (ag_metric){.name = number->metric,
                          .title = number->what,
                          .unit = "",
                          .sql = w.text,
                          .better = AG_BETTER_NEITHER,
                          .scale = scale_of(number->metric)};
    return AG_OK;
}

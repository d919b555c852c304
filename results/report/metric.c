#include "results/report/metric.h"

#include "harness/base/catalogue.h"
#include "harness/base/nearest.h"

#include <math.h>
#include <string.h>

/* A share of at most 1e6 examples or units: neighbouring values, and neighbouring differences of
 * two, are farther apart than this; rounding errors, of 1e-15, are not. */
#define SHARE 1e-12

#define HIDDEN(layer) " JOIN layer_row l ON l.trial = " layer ".trial AND l.layer = " layer ".layer"

/* What a probe saw of the hidden layers; `of` aggregates over them. */
#define AT_END(of)                                                                                 \
    "(SELECT " of                                                                                  \
    " FROM layer_epoch_row p" HIDDEN("p") " WHERE p.trial = t.number"                              \
                                          " AND p.epoch = t.epochs AND l.name <> 'output')"
#define AT_START(of)                                                                               \
    "(SELECT " of " FROM layer_epoch_row p" HIDDEN("p") " WHERE p.trial = t.number"                \
                                                        " AND p.epoch = 0 AND l.name <> 'output')"

/* Of the first and the last hidden layer. */
#define HIDDEN_LAYER(which)                                                                        \
    "(SELECT " which "(l.layer) FROM layer_row l WHERE l.trial = t.number AND l.name <> 'output')"
#define OF_LAYER(column, epoch, which)                                                             \
    "(SELECT p." column " FROM layer_epoch_row p WHERE p.trial = t.number AND p.epoch = " epoch    \
    " AND p.layer = " HIDDEN_LAYER(which) ")"

/* Mean of a column of the epochs behind the first step. */
#define OVER_EPOCHS(of) "(SELECT " of " FROM epoch_row e WHERE e.trial = t.number AND e.epoch > 0)"

#define NOISY(column)                                                                              \
    "(SELECT avg(r." column ") FROM robustness r WHERE r.trial_id = t.trial_id AND r.level > 0)"

#define LEARNED(name, which)                                                                       \
    "(SELECT a.mean FROM activation_parameter_row a WHERE a.trial = t.number AND a.name = '" name  \
    "' AND a.epoch = t.epochs ORDER BY a.layer " which " LIMIT 1)"

#define LARGER .better = AG_BETTER_LARGER
#define SMALLER .better = AG_BETTER_SMALLER
#define NEITHER .better = AG_BETTER_NEITHER
#define LOGARITHMIC .scale = AG_SCALE_LOG

const ag_metric ag_metrics[] = {
    /* --- of the chosen epoch's weights -----------------------------------------------------------
     */
    {"val_accuracy", "validation accuracy", "", "t.val_accuracy", LARGER, .least = SHARE},
    {"test_accuracy", "test accuracy", "", "t.test_accuracy", LARGER, .least = SHARE,
     .of_test = true},
    {"train_accuracy", "training accuracy", "", "t.train_accuracy", LARGER, .least = SHARE},
    {"val_loss", "validation loss", "", "t.val_loss", SMALLER},
    {"test_loss", "test loss", "", "t.test_loss", SMALLER, .of_test = true},
    {"train_loss", "training loss", "", "t.train_loss", SMALLER},
    {"val_r2", "validation R2", "", "t.val_r2", LARGER},
    {"test_r2", "test R2", "", "t.test_r2", LARGER, .of_test = true},
    {"train_r2", "training R2", "", "t.train_r2", LARGER},
    {"best_val_accuracy", "validation accuracy at the lowest validation loss", "",
     "t.best_val_accuracy", LARGER, .least = SHARE},
    {"best_val_loss", "lowest validation loss", "", "t.best_val_loss", SMALLER},
    {"loss_gap", "validation loss above training loss", "", "t.val_loss - t.train_loss", SMALLER},
    {"accuracy_gap", "training accuracy above validation accuracy", "",
     "t.train_accuracy - t.val_accuracy", SMALLER, .least = SHARE},
    {"robust_accuracy", "accuracy on noisy inputs, mean over the levels of noise", "",
     NOISY("accuracy"), LARGER, .least = SHARE},
    {"robust_loss", "loss on noisy inputs, mean over the levels of noise", "", NOISY("loss"),
     SMALLER},
    {"robust_r2", "R2 on noisy inputs, mean over the levels of noise", "", NOISY("r2"), LARGER},
    {"robust_drop", "accuracy lost to noise on the inputs, mean over its levels above 0", "",
     "(SELECT r.accuracy FROM robustness r WHERE r.trial_id = t.trial_id AND r.level = 0) - " NOISY(
         "accuracy"),
     SMALLER, .least = SHARE},

    /* --- on the way ------------------------------------------------------------------------------
     */
    {"mean_train_loss", "training loss, mean over all steps", "",
     "(SELECT sum(e.train_loss * (e.step - b.step)) / sum(e.step - b.step) FROM epoch_row e"
     " JOIN epoch_row b ON b.trial = e.trial AND b.epoch = e.epoch - 1 WHERE e.trial = t.number)",
     SMALLER},
    {"mean_val_accuracy", "validation accuracy, mean over the epochs (area under its curve)", "",
     OVER_EPOCHS("avg(e.val_accuracy)"), LARGER, .least = SHARE},
    {"mean_val_loss", "validation loss, mean over the epochs", "", OVER_EPOCHS("avg(e.val_loss)"),
     SMALLER},
    {"first_epoch_half", "first epoch with half of the initial training loss; none if it is never",
     "epochs",
     "(SELECT min(e.epoch) FROM epoch_row e JOIN epoch_row b ON b.trial = e.trial AND b.epoch = 0"
     " WHERE e.trial = t.number AND e.train_loss < 0.5 * b.train_loss)",
     SMALLER},
    {"best_epoch", "epoch with the lowest validation loss", "epochs", "t.best_epoch", NEITHER},
    {"chosen_epoch", "epoch whose weights were tested", "epochs", "t.chosen_epoch", NEITHER},
    {"epochs", "epochs done", "epochs", "t.epochs", NEITHER, .of_diverged = true},
    {"steps", "steps done", "steps", "t.steps", NEITHER, .of_diverged = true},
    {"diverged", "share of trials that diverged", "",
     "CASE t.status WHEN 'diverged' THEN 1 WHEN 'finished' THEN 0 END", SMALLER,
     .of_diverged = true, .yes_or_no = true},

    /* --- gradients -------------------------------------------------------------------------------
     */
    {"gradient_decay", "gradient of the first hidden layer over that of the last, at the end", "",
     "t.gradient_decay", NEITHER, LOGARITHMIC},
    {"gradient_decay_initial",
     "gradient of the first hidden layer over that of the last, before the first step", "",
     "t.gradient_decay_initial", NEITHER, LOGARITHMIC, .of_diverged = true},
    {"delta_decay", "dLoss/dz of the first hidden layer over that of the last, at the end", "",
     "t.delta_decay", NEITHER, LOGARITHMIC},
    {"delta_decay_initial",
     "dLoss/dz of the first hidden layer over that of the last, before the first step", "",
     "t.delta_decay_initial", NEITHER, LOGARITHMIC, .of_diverged = true},
    {"grad_norm", "norm of the gradient of all parameters, last epoch", "",
     "(SELECT e.grad_norm FROM epoch_row e WHERE e.trial = t.number AND e.epoch = t.epochs)",
     NEITHER, LOGARITHMIC},
    {"grad_norm_initial", "norm of the gradient of all parameters, before the first step", "",
     "(SELECT e.grad_norm FROM epoch_row e WHERE e.trial = t.number AND e.epoch = 0)", NEITHER,
     LOGARITHMIC, .of_diverged = true},
    {"grad_norm_max", "largest norm of the gradient of all parameters, of all epochs", "",
     "(SELECT max(e.grad_norm) FROM epoch_row e WHERE e.trial = t.number)", NEITHER, LOGARITHMIC},
    {"grad_norm_min", "smallest norm of a layer's gradient, of all hidden layers and epochs", "",
     "(SELECT min(l.grad_norm_min) FROM layer_row l WHERE l.trial = t.number"
     " AND l.name <> 'output')",
     NEITHER, LOGARITHMIC},
    {"vanished", "share of trials in which the gradient of a hidden layer fell below 1e-7", "",
     "(SELECT count(l.vanished_epoch) > 0 FROM layer_row l WHERE l.trial = t.number"
     " AND l.name <> 'output')",
     SMALLER, .yes_or_no = true},

    /* --- units: means over the hidden layers -----------------------------------------------------
     */
    {"dead_fraction", "share of dead units at the end", "", "t.dead_fraction", SMALLER,
     .least = SHARE},
    {"dead_fraction_initial", "share of dead units before the first step", "",
     "t.dead_fraction_initial", SMALLER, .least = SHARE, .of_diverged = true},
    {"dead_fraction_max", "share of dead units of the layer with most of them, at the end", "",
     AT_END("max(p.dead_fraction)"), SMALLER, .least = SHARE},
    {"died_fraction", "share of units dead at the end, above that before the first step", "",
     "t.dead_fraction - t.dead_fraction_initial", SMALLER, .least = SHARE},
    {"born_dead", "share of nets with a layer of dead units only before the first step", "",
     AT_START("max(p.dead_fraction) >= 1"), SMALLER, .of_diverged = true, .yes_or_no = true},
    {"zero_fraction", "share of activations that are 0, at the end", "",
     AT_END("avg(p.zero_fraction)"), NEITHER, .least = SHARE},
    {"saturated_fraction", "share of saturated activations at the end", "",
     AT_END("avg(p.saturated_fraction)"), NEITHER, .least = SHARE},
    {"activation_mean", "mean activation at the end, mean over the hidden layers", "",
     AT_END("avg(p.activation_mean)"), NEITHER},
    {"activation_mean_median", "mean activation at the end, median over the hidden layers", "",
     AT_END("median(p.activation_mean)"), NEITHER},
    {"activation_median",
     "median over a layer's units of their mean activation at the end, mean over the hidden layers",
     "", AT_END("avg(p.activation_median)"), NEITHER},
    {"activation_offset", "distance of the mean activation from 0 at the end, mean over the layers",
     "", AT_END("avg(abs(p.activation_mean))"), NEITHER},
    {"activation_std", "standard deviation of activations at the end, mean over the layers", "",
     AT_END("avg(p.activation_std)"), NEITHER},
    {"activation_mean_last", "mean activation of the last hidden layer at the end", "",
     OF_LAYER("activation_mean", "t.epochs", "max"), NEITHER},
    {"activation_std_last", "standard deviation of the last hidden layer's activations at the end",
     "", OF_LAYER("activation_std", "t.epochs", "max"), NEITHER, LOGARITHMIC},
    {"activation_std_last_initial",
     "standard deviation of the last hidden layer's activations before the first step", "",
     OF_LAYER("activation_std", "0", "max"), NEITHER, LOGARITHMIC, .of_diverged = true},
    {"activation_decay_initial",
     "standard deviation of activations of the last hidden layer over that of the first, before "
     "the first step",
     "",
     OF_LAYER("activation_std", "0", "max") " / nullif(" OF_LAYER("activation_std", "0",
                                                                  "min") ", 0)",
     NEITHER, LOGARITHMIC, .of_diverged = true},
    {"slope_first", "learned slope of the first layer at the end, mean over its values", "",
     LEARNED("slope", "ASC"), NEITHER},
    {"slope_last", "learned slope of the last layer at the end, mean over its values", "",
     LEARNED("slope", "DESC"), NEITHER},
    {"slope_fall", "learned slope of the first layer above that of the last, at the end", "",
     LEARNED("slope", "ASC") " - " LEARNED("slope", "DESC"), NEITHER},

    {"singular_mean", "mean singular value of weights at the end, mean over the hidden layers", "",
     AT_END("avg(p.singular_mean)"), NEITHER},

    /* --- cost ------------------------------------------------------------------------------------
     */
    {"seconds", "time of a trial", "s", "t.seconds", SMALLER, LOGARITHMIC, .of_diverged = true},
    {"seconds_per_step", "time of a step, without what observing takes", "s",
     "(t.seconds - ifnull(t.probe_seconds, 0)) / nullif(t.steps, 0)", SMALLER, LOGARITHMIC},
    {"seconds_per_step_least",
     "time of a step in the fastest epoch, with its evaluation: little disturbed by other programs",
     "s",
     "(SELECT min((e.seconds - b.seconds) / (e.step - b.step)) FROM epoch_row e JOIN epoch_row b"
     " ON b.trial = e.trial AND b.epoch = e.epoch - 1 WHERE e.trial = t.number)",
     SMALLER, LOGARITHMIC},
    {"samples_per_second", "examples trained on in a second", "1/s", "t.samples_per_second", LARGER,
     LOGARITHMIC},
    {"flops", "floating-point operations of a trial", "", "t.flops", SMALLER, LOGARITHMIC},
    {"parameters", "learned numbers of the net", "", "t.parameters", NEITHER, LOGARITHMIC},
};

const int ag_n_metrics = AG_COUNT(ag_metrics);

const ag_metric *ag_metric_find(const char *name) {
    for (int i = 0; i < ag_n_metrics; i++)
        if (strcmp(ag_metrics[i].name, name) == 0) return &ag_metrics[i];
    return NULL;
}

ag_status ag_metric_wanted(const char *name, ag_place place, const ag_metric **metric,
                           ag_error *err) {
    *metric = ag_metric_find(name);
    if (*metric) return AG_OK;
    char hint[AG_HINT_MAX];
    ag_nearest nearest = ag_nearest_begin(name);
    for (int i = 0; i < ag_n_metrics; i++)
        ag_nearest_offer(&nearest, ag_metrics[i].name);
    return AG_FAIL(err, AG_NOTFOUND, place, "no metric '%.64s'%s", name,
                   ag_nearest_hint(hint, &nearest, "; `actgrid compare --metrics` lists them"));
}

double ag_metric_scaled(const ag_metric *metric, double value) {
    return metric->scale == AG_SCALE_LOG ? log(value) : value;
}

double ag_metric_unscaled(const ag_metric *metric, double scaled) {
    return metric->scale == AG_SCALE_LOG ? exp(scaled) : scaled;
}

double ag_metric_rounded(const ag_metric *metric, double x) {
    if (!(metric->least > 0) || metric->scale == AG_SCALE_LOG) return x;
    return nearbyint(x / metric->least) * metric->least + 0.0; /* -0 becomes 0 */
}

/* What the store has of one trial. */
#include "harness/cli/stored.h"
#include "harness/cli/why.h"
#include "results/store/store.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for what happened to a trial");
}

/* --- cells ----------------------------------------------------------------------------- */

static double real(const char *cell) { return cell ? strtod(cell, NULL) : (double)NAN; }
static long whole(const char *cell) { return cell ? strtol(cell, NULL, 10) : 0; }
static const char *word(const char *cell) { return cell ? cell : ""; }

/* The store's answer to `sql`, in which %s is the trial's id. */
static ag_status ask(const char *folder, const char *sql, const ag_why *why, ag_arena *arena,
                     ag_table *table, ag_error *err) {
    enum { SQL_MAX = 2048 };
    char text[SQL_MAX];
    const char *hole = strstr(sql, "%s");
    snprintf(text, sizeof text, "%.*s%.16s%s", (int)(hole - sql), sql, why->id, hole + 2);
    return ag_store_query(folder, text, 0, arena, table, err);
}

/* --- the trial ---------------------------------------------------------------------------- */

static const char *const TRIAL =
    "SELECT error, activation, settings ->> '$.optimizer.name', loss, diverged_what,"
    " settings ->> '$.initializer.name', settings ->> '$.model.normalization',"
    " settings ->> '$.training.gradient_clip.name',"
    " settings ->> '$.dataset.standardize_target', learning_rate,"
    " settings ->> '$.optimizer.weight_decay', coalesce(diverged_step, steps),"
    " settings ->> '$.training.epochs', diverged_layer, val_accuracy, val_loss, epochs"
    " FROM trial WHERE trial_id = '%s'";

enum {
    ERROR,
    ACTIVATION,
    OPTIMIZER,
    LOSS,
    WHAT,
    INITIALIZER,
    NORMALIZATION,
    CLIP,
    STANDARDIZED,
    RATE,
    DECAY,
    STEP,
    EPOCHS,
    LAYER,
    VAL_ACCURACY,
    VAL_LOSS,
    EPOCHS_DONE
};

static ag_status read_trial(const char *folder, ag_arena *arena, ag_why *why, ag_error *err) {
    ag_table t;
    AG_TRY(ask(folder, TRIAL, why, arena, &t, err));
    if (!t.n_rows) return AG_FAIL(err, AG_STORE, AG_NOWHERE, "trial %.16s is gone", why->id);
    const char *const *cell = t.cells;
    why->error = word(cell[ERROR]);
    why->activation = word(cell[ACTIVATION]);
    why->optimizer = word(cell[OPTIMIZER]);
    why->loss = word(cell[LOSS]);
    why->what = cell[WHAT];
    why->initializer = word(cell[INITIALIZER]);
    why->normalization = word(cell[NORMALIZATION]);
    why->clip = word(cell[CLIP]);
    why->standardized = !cell[STANDARDIZED] || whole(cell[STANDARDIZED]);
    why->learning_rate = real(cell[RATE]);
    why->weight_decay = real(cell[DECAY]);
    why->step = whole(cell[STEP]);
    why->epochs = whole(cell[EPOCHS]);
    why->layer = (int)whole(cell[LAYER]);
    why->val_accuracy = real(cell[VAL_ACCURACY]);
    why->val_loss = real(cell[VAL_LOSS]);
    why->epochs_done = whole(cell[EPOCHS_DONE]);
    return AG_OK;
}

static ag_status read_epochs(const char *folder, ag_arena *arena, ag_why *why, ag_error *err) {
    ag_table t;
    AG_TRY(ask(folder,
               "SELECT step, train_loss, val_loss, val_loss IS NOT NULL FROM epoch"
               " WHERE trial_id = '%s' ORDER BY epoch",
               why, arena, &t, err));
    why->first_loss = why->last_val_loss = (double)NAN;
    if (!t.n_rows) return AG_OK;
    const char *const *last = t.cells + (t.n_rows - 1) * 4;
    why->first_loss = real(t.cells[1]);
    why->last_val_loss = real(last[2]);
    why->closed = whole(last[0]) == why->step;
    for (size_t r = 0; r < t.n_rows; r++)
        why->validates |= whole(t.cells[r * 4 + 3]) != 0;
    return AG_OK;
}

static ag_status read_rates(const char *folder, ag_arena *arena, ag_why *why, ag_error *err) {
    ag_table t;
    AG_TRY(ask(folder,
               "SELECT learning_rate, sum(status = 'finished'), count(*) FROM trial"
               " WHERE rate_group = (SELECT rate_group FROM trial WHERE trial_id = '%s')"
               " AND status <> 'failed' AND learning_rate IS NOT NULL"
               " GROUP BY learning_rate ORDER BY learning_rate",
               why, arena, &t, err));
    ag_why_rate *rates = AG_NEW_ARRAY(arena, ag_why_rate, t.n_rows + 1);
    if (!rates) return no_memory(err);
    for (size_t r = 0; r < t.n_rows; r++) {
        const char *const *cell = t.cells + r * 3;
        rates[r] = (ag_why_rate){real(cell[0]), whole(cell[1]), whole(cell[2])};
    }
    why->rates = rates;
    why->n_rates = (int)t.n_rows;
    return AG_OK;
}

/* --- its layers ------------------------------------------------------------------------------ */

static ag_status read_layers(const char *folder, ag_arena *arena, ag_why *why, ag_error *err) {
    ag_table names, t;
    AG_TRY(ask(folder, "SELECT layer, name FROM layer WHERE trial_id = '%s' ORDER BY layer", why,
               arena, &names, err));
    ag_why_layer *layers = AG_NEW_ARRAY(arena, ag_why_layer, names.n_rows + 1);
    if (!layers) return no_memory(err);
    const double none = (double)NAN;
    for (size_t k = 0; k <= names.n_rows; k++)
        layers[k] = (ag_why_layer){"net", none, none, none, none, none, none, none};
    for (size_t r = 0; r < names.n_rows; r++)
        layers[r + 1].name = word(names.cells[2 * r + 1]);
    why->layers = layers;
    why->n_layers = (int)names.n_rows;
    AG_TRY(ask(folder,
               "SELECT epoch, layer, preactivation_std, delta_norm, dead_fraction,"
               " saturated_fraction, update_ratio FROM layer_epoch"
               " WHERE trial_id = '%s' ORDER BY epoch, layer",
               why, arena, &t, err));
    for (size_t r = 0; r < t.n_rows; r++) {
        const char *const *cell = t.cells + r * 7;
        const long k = whole(cell[1]);
        if (k < 1 || k > why->n_layers) continue;
        ag_why_layer *layer = &layers[k];
        if (whole(cell[0]) == 0) {
            layer->std_initial = real(cell[2]);
            layer->delta_initial = real(cell[3]);
        }
        layer->delta = real(cell[3]); /* of the last epoch: the others came before */
        layer->dead = real(cell[4]);
        layer->saturated = real(cell[5]);
        layer->ratio = real(cell[6]);
    }
    return AG_OK;
}

/* --- its flight ------------------------------------------------------------------------------- */

enum { F_STEP, F_EPOCH, F_LAYER, F_LOSS, F_RATE, F_FIRST, F_LARGEST = F_FIRST + AG_FLOWN_SERIES };
enum { F_COLUMNS = F_LARGEST + 1 };

/* Step after step, each with all its layers. */
static bool is_whole(const ag_table *t, const ag_why *why) {
    const size_t each = (size_t)why->n_layers + 1;
    if (t->n_rows % each) return false;
    for (size_t r = 0; r < t->n_rows; r++) {
        const char *const *cell = t->cells + r * F_COLUMNS, *const *first =
                                                                cell - r % each * F_COLUMNS;
        if (whole(cell[F_LAYER]) != (long)(r % each) || whole(cell[F_STEP]) != whole(first[F_STEP]))
            return false;
    }
    return true;
}

static ag_status take_flight(const ag_table *t, ag_arena *arena, ag_why *why, ag_error *err) {
    const size_t each = (size_t)why->n_layers + 1, n = t->n_rows / each;
    long *at = AG_NEW_ARRAY(arena, long, n + 1), *epoch = AG_NEW_ARRAY(arena, long, n + 1);
    double *loss = AG_NEW_ARRAY(arena, double, n + 1), *rate = AG_NEW_ARRAY(arena, double, n + 1);
    double *series[AG_FLOWN_SERIES];
    for (int k = 0; k < AG_FLOWN_SERIES; k++) {
        series[k] = AG_NEW_ARRAY(arena, double, each *n + 1);
        why->series[k] = series[k];
        if (!series[k]) return no_memory(err);
    }
    if (!at || !epoch || !loss || !rate) return no_memory(err);
    for (size_t r = 0; r < t->n_rows; r++) {
        const char *const *cell = t->cells + r * F_COLUMNS;
        const size_t s = r / each, layer = r % each;
        for (int k = 0; k < AG_FLOWN_SERIES; k++)
            series[k][layer * n + s] = real(cell[F_FIRST + k]);
        why->layers[layer].largest = real(cell[F_LARGEST]);
        if (layer) continue;
        at[s] = whole(cell[F_STEP]), epoch[s] = whole(cell[F_EPOCH]);
        loss[s] = real(cell[F_LOSS]), rate[s] = real(cell[F_RATE]);
    }
    why->at = at, why->epoch_at = epoch, why->net_loss = loss, why->rate = rate;
    why->n_steps = (int)n;
    return AG_OK;
}

/* A store of an older format has none. */
static ag_status read_flight(const char *folder, ag_arena *arena, ag_why *why, ag_error *err) {
    ag_table t;
    AG_TRY(ag_store_query(folder, "SELECT 1 FROM sqlite_schema WHERE name = 'flight'", 0, arena, &t,
                          err));
    if (!t.n_rows) return AG_OK;
    AG_TRY(ask(folder,
               "SELECT step, epoch, layer, loss, learning_rate, grad_norm, weight_norm,"
               " update_ratio, preactivation_max FROM flight"
               " WHERE trial_id = '%s' ORDER BY step, layer",
               why, arena, &t, err));
    if (!is_whole(&t, why))
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s': the last steps of trial %.16s are damaged: rows of the table flight"
                       " are missing",
                       folder, why->id);
    return take_flight(&t, arena, why, err);
}

ag_status ag_why_read(const char *folder, const char *name, ag_arena *arena, ag_why *why,
                      ag_error *err) {
    ag_stored_trial trial;
    *why = (ag_why){0};
    AG_TRY(ag_stored_find(folder, name, arena, &trial, err));
    why->id = trial.name;
    why->label = trial.label;
    why->status = trial.status;
    AG_TRY(read_trial(folder, arena, why, err));
    AG_TRY(read_epochs(folder, arena, why, err));
    AG_TRY(read_rates(folder, arena, why, err));
    AG_TRY(read_layers(folder, arena, why, err));
    if (why->layer > why->n_layers)
        return AG_FAIL(err, AG_STORE, AG_NOWHERE,
                       "'%s': trial %.16s diverged in layer %d, but has %d layers", folder, why->id,
                       why->layer, why->n_layers);
    return read_flight(folder, arena, why, err);
}

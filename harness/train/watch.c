#include "harness/train/watch.h"

#include "harness/base/clock.h"
#include "harness/num/norms.h"
#include "harness/probes/probe.h"
#include "harness/train/gradient.h"
#include "harness/train/snapshot.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct ag_watch {
    int n_probes, n_stages;
    const ag_probe *probe[AG_WATCH_PROBES_MAX];
    const char *name[AG_WATCH_PROBES_MAX];
    double *value;   /* [epochs + 1][stages][probes] */
    double *sum;     /* [stages][probes]: of this epoch's recorded steps */
    ag_real *before; /* parameters before an update */
    uint32_t *index; /* of the examples that the first gradients are of */
    ag_snapshot *snapshot;
    long n_recorded, recorded_max;
    float *recorded;                    /* [recorded_max]: numbers of the steps */
    float *series[AG_WATCH_PROBES_MAX]; /* step probes: [recorded_max][stages] */
};

static bool at_step(const ag_probe *probe) { return probe->time != AG_PROBE_EPOCH; }

bool ag_watch_records(const ag_training_run *run, long step) {
    if (!run->settings->probes.on) return false;
    const long every = run->settings->probes.every;
    const long full = run->per_epoch / run->per_step;      /* steps; one more may be short */
    const long at = (step - 1) % run->steps_per_epoch + 1; /* in its epoch */
    return at == full || (step == run->total_steps && at < full) || (every && step % every == 0);
}

static long recorded_max(const ag_probing *probing, long epochs, long steps) {
    return epochs + 1 + (probing->every ? steps / probing->every : 0);
}

size_t ag_watch_bytes(const ag_probing *probing, const ag_net *net, long epochs, long steps) {
    if (!probing->on) return 0;
    size_t n = 0, n_step = 0;
    for (int i = 0; i < ag_probes.n_items && i < AG_WATCH_PROBES_MAX; i++)
        if (probing->which >> i & 1) {
            n++;
            n_step += at_step(ag_probe_of(ag_probes.items[i]));
        }
    const size_t recorded = (size_t)recorded_max(probing, epochs, steps);
    /* the record takes each probe's numbers per epoch once more, as floats */
    const size_t per_epoch = n * (sizeof(double) + sizeof(float));
    return net->n_parameters * sizeof(ag_real) + ag_snapshot_bytes(probing, net, epochs) +
           (size_t)net->n_stages *
               (((size_t)epochs + 1) * per_epoch + recorded * n_step * sizeof(float));
}

ag_status ag_watch_open(ag_training_run *run, ag_error *err) {
    ag_watch *w = run->watch = AG_NEW(run->arena, ag_watch);
    if (!w) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for probes");
    const ag_probing *probing = &run->settings->probes;
    if (!probing->on) return AG_OK;
    const size_t epochs = (size_t)run->total_epochs + 1;
    w->n_stages = run->net.n_stages;
    w->recorded_max = recorded_max(probing, run->total_epochs, run->total_steps);
    for (int i = 0; i < ag_probes.n_items && i < AG_WATCH_PROBES_MAX; i++)
        if (probing->which >> i & 1) {
            w->probe[w->n_probes] = ag_probe_of(ag_probes.items[i]);
            w->name[w->n_probes++] = ag_probes.items[i]->name;
        }
    const size_t each = (size_t)w->n_stages * (size_t)w->n_probes;
    w->value = AG_NEW_ARRAY(run->arena, double, epochs *each);
    w->sum = AG_NEW_ARRAY(run->arena, double, each);
    w->before = AG_NEW_ARRAY(run->arena, ag_real, run->net.n_parameters);
    w->index = AG_NEW_ARRAY(run->arena, uint32_t, (size_t)run->per_step);
    w->recorded = AG_NEW_ARRAY(run->arena, float, (size_t)w->recorded_max);
    bool ok = w->value && w->sum && w->before && w->index && w->recorded;
    for (int p = 0; p < w->n_probes; p++)
        if (at_step(w->probe[p])) {
            w->series[p] =
                AG_NEW_ARRAY(run->arena, float, (size_t)w->recorded_max *(size_t)w->n_stages);
            ok = ok && w->series[p];
        }
    if (!ok) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for probes");
    for (size_t i = 0; i < epochs * each; i++)
        w->value[i] = (double)NAN; /* until somebody measures it */
    return ag_snapshot_open(run, &w->snapshot, err);
}

/* Runs the probes of one kind and keeps their numbers: as those of this epoch, or as
 * those of this recorded step. */
static void observe(ag_training_run *run, ag_probe_time time, int rows, bool at_epoch) {
    ag_watch *w = run->watch;
    ag_view view = {.net = &run->net, .rows = rows, .before = w->before};
    for (int p = 0; p < w->n_probes; p++) {
        if (w->probe[p]->time != time) continue;
        for (int s = 0; s < w->n_stages; s++) {
            view.tally = ag_snapshot_tally(w->snapshot, s);
            const double x = w->probe[p]->observe(&view, &run->net.stages[s]);
            if (at_epoch) {
                w->value[((size_t)run->epoch * (size_t)w->n_stages + (size_t)s) *
                             (size_t)w->n_probes +
                         (size_t)p] = x;
            } else {
                w->sum[s * w->n_probes + p] += x;
                w->series[p][w->n_recorded * w->n_stages + s] = (float)x;
            }
        }
    }
}

static double gradient_norm(const ag_training_run *run) {
    return sqrt(ag_sum_squares(run->net.n_parameters, run->net.gradients));
}

void ag_watch_gradients(ag_training_run *run, int rows) {
    const double began = ag_clock_now();
    run->watch->recorded[run->watch->n_recorded] = (float)run->step;
    run->epoch_norm += gradient_norm(run);
    run->epoch_recorded++;
    observe(run, AG_PROBE_GRADIENT, rows, false);
    run->probe_seconds += ag_clock_now() - began;
}

void ag_watch_before_update(ag_training_run *run) {
    const double began = ag_clock_now();
    memcpy(run->watch->before, run->net.parameters, run->net.n_parameters * sizeof(ag_real));
    run->probe_seconds += ag_clock_now() - began;
}

void ag_watch_after_update(ag_training_run *run, int rows) {
    const double began = ag_clock_now();
    observe(run, AG_PROBE_UPDATE, rows, false);
    run->watch->n_recorded++;
    run->probe_seconds += ag_clock_now() - began;
}

/* Step probes: the averages since the last call. */
static void close_averages(ag_training_run *run) {
    ag_watch *w = run->watch;
    double *value = w->value + (size_t)run->epoch * (size_t)(w->n_stages * w->n_probes);
    for (int p = 0; p < w->n_probes; p++) {
        if (!at_step(w->probe[p])) continue;
        for (int s = 0; s < w->n_stages; s++) {
            double *sum = &w->sum[s * w->n_probes + p];
            value[s * w->n_probes + p] = *sum / (double)run->epoch_recorded;
            *sum = 0;
        }
    }
}

/* Gradients before the first step: no update yet, and without a finite loss none at
 * all. Of as many examples as a step has, because norms depend on their number, spread
 * evenly over the training part. */
static void observe_initial_gradients(ag_training_run *run) {
    long correct = 0;
    int rows = 0;
    for (size_t i = 0; i < (size_t)run->per_step; i++)
        run->watch->index[i] = (uint32_t)(i * run->data->train.n / (size_t)run->per_step);
    if (!isfinite(ag_gradient_take(run, run->watch->index, run->per_step, false, &correct, &rows)))
        return;
    observe(run, AG_PROBE_GRADIENT, rows, true);
    run->epoch_norm = gradient_norm(run);
    run->epoch_recorded = 1;
}

void ag_watch_epoch(ag_training_run *run) {
    if (!run->settings->probes.on) return;
    const double began = ag_clock_now();
    if (run->epoch == 0)
        observe_initial_gradients(run);
    else
        close_averages(run);
    ag_snapshot_take(run, run->watch->snapshot);
    observe(run, AG_PROBE_EPOCH, 0, true);
    run->probe_seconds += ag_clock_now() - began;
}

/* --- handing over --------------------------------------------------------- */

static const char *join(ag_arena *arena, const char *folder, const char *name) {
    const size_t n = strlen(folder) + strlen(name) + 2;
    char *text = AG_NEW_ARRAY(arena, char, n);
    if (text) snprintf(text, n, "%s/%s", folder, name);
    return text;
}

/* value[epoch][stage][p] of one probe as a float array [epoch][stage]. */
static float *by_epoch(const ag_training_run *run, int p) {
    const ag_watch *w = run->watch;
    const size_t n = (size_t)run->n_rows * (size_t)w->n_stages;
    float *out = AG_NEW_ARRAY(run->arena, float, n);
    for (size_t i = 0; out && i < n; i++)
        out[i] = (float)w->value[i * (size_t)w->n_probes + (size_t)p];
    return out;
}

void ag_watch_record(const ag_training_run *run, ag_record *record, ag_array *arrays,
                     int *n_arrays) {
    const ag_watch *w = run->watch;
    record->metric_names = w->name;
    record->n_metrics = w->n_probes;
    record->layer_values = w->value;
    if (!run->settings->probes.on) return;
    const size_t epochs = (size_t)run->n_rows, stages = (size_t)w->n_stages;
    const size_t recorded = (size_t)w->n_recorded;
    ag_array *next = arrays + *n_arrays;
    *next++ = (ag_array){"step/recorded", 1,      {recorded},
                         {"record"},      "step", "number of each recorded step, from 1",
                         w->recorded};
    for (int p = 0; p < w->n_probes; p++) {
        const ag_probe *probe = w->probe[p];
        *next++ = (ag_array){join(run->arena, "layer", w->name[p]),
                             2,
                             {epochs, stages},
                             {"epoch", "layer"},
                             probe->unit,
                             probe->about.formula,
                             by_epoch(run, p)};
        if (w->series[p])
            *next++ = (ag_array){join(run->arena, "step", w->name[p]),
                                 2,
                                 {recorded, stages},
                                 {"record", "layer"},
                                 probe->unit,
                                 probe->about.formula,
                                 w->series[p]};
    }
    next = ag_snapshot_record(run, w->snapshot, next);
    *n_arrays = (int)(next - arrays);
}

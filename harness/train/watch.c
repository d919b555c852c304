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
    uint32_t *index; /* of the examples that the first gradients are of */
    ag_snapshot *snapshot;
    long n_recorded, recorded_max;
    float *recorded;                    /* [recorded_max]: numbers of the steps */
    float *series[AG_WATCH_PROBES_MAX]; /* [recorded_max][stages], or NULL */

    double *room; /* of probes that ask for some */
    ag_look *look;
    bool values; /* a probe asks for values at steps */
};

/* What a probe's numbers are over, in curves.h5. */
static const struct {
    const char *step, *epoch;
} scope[] = {
    [AG_PROBE_GRADIENT] = {"of the step's mini-batch, before clipping",
                           "mean over the epoch's recorded steps"},
    [AG_PROBE_UPDATE] = {"of the step", "mean over the epoch's recorded steps"},
    [AG_PROBE_VALUES] = {"over the step's mini-batch, before its update",
                         "over the fixed probe batch, after the epoch"},
    [AG_PROBE_WEIGHTS] = {"after the step", "after the epoch"},
    [AG_PROBE_EPOCH] = {"", "of weights or over the fixed probe batch"},
};

/* An epoch's number is the mean over its recorded steps. */
static bool averaged(const ag_probe *probe) {
    return probe->time == AG_PROBE_GRADIENT || probe->time == AG_PROBE_UPDATE;
}

static bool at_step(const ag_probing *probing, const ag_probe *probe) {
    return averaged(probe) || (probing->every && probe->time != AG_PROBE_EPOCH);
}

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

static size_t room_of(const ag_probing *probing, const ag_net *net) {
    size_t most = 0;
    for (int i = 0; i < ag_probes.n_items; i++) {
        const ag_probe *probe = ag_probe_of(ag_probes.items[i]);
        for (int s = 0; s < net->n_stages && probe->room && (probing->which >> i & 1); s++) {
            const size_t n = probe->room(net->stages[s].weights);
            if (n > most) most = n;
        }
    }
    return most;
}

double ag_watch_flops(const ag_probing *probing, const ag_net *net, long epochs) {
    double sum = 0;
    for (int i = 0; i < ag_probes.n_items && probing->on; i++) {
        const ag_probe *probe = ag_probe_of(ag_probes.items[i]);
        for (int s = 0; s < net->n_stages && probe->flops && (probing->which >> i & 1); s++)
            sum += probe->flops(net->stages[s].weights);
    }
    return sum * ((double)epochs + 1);
}

size_t ag_watch_bytes(const ag_probing *probing, const ag_net *net, long epochs, long steps) {
    if (!probing->on) return 0;
    size_t n = 0, n_step = 0;
    for (int i = 0; i < ag_probes.n_items && i < AG_WATCH_PROBES_MAX; i++)
        if (probing->which >> i & 1) {
            n++;
            n_step += at_step(probing, ag_probe_of(ag_probes.items[i]));
        }
    const size_t recorded = (size_t)recorded_max(probing, epochs, steps);
    /* the record takes each probe's numbers per epoch once more, as floats */
    const size_t per_epoch = n * (sizeof(double) + sizeof(float));
    return ag_look_bytes(net) + ag_snapshot_bytes(probing, net, epochs) + recorded * sizeof(float) +
           room_of(probing, net) * sizeof(double) +
           (size_t)net->n_stages *
               (((size_t)epochs + 1) * per_epoch + recorded * n_step * sizeof(float));
}

/* --- opening -------------------------------------------------------------- */

static ag_status no_memory(ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for probes");
}

static void choose(ag_watch *w, const ag_probing *probing) {
    for (int i = 0; i < ag_probes.n_items && i < AG_WATCH_PROBES_MAX; i++) {
        if (!(probing->which >> i & 1)) continue;
        const ag_probe *probe = ag_probe_of(ag_probes.items[i]);
        w->values |= probe->time == AG_PROBE_VALUES && at_step(probing, probe);
        w->probe[w->n_probes] = probe;
        w->name[w->n_probes++] = probe->about.name;
    }
}

ag_status ag_watch_open(ag_training_run *run, ag_error *err) {
    ag_watch *w = run->watch = AG_NEW(run->arena, ag_watch);
    if (!w) return no_memory(err);
    const ag_probing *probing = &run->settings->probes;
    if (!probing->on) return AG_OK;
    const size_t epochs = (size_t)run->total_epochs + 1;
    w->n_stages = run->net.n_stages;
    w->recorded_max = recorded_max(probing, run->total_epochs, run->total_steps);
    choose(w, probing);
    const size_t each = (size_t)w->n_stages * (size_t)w->n_probes;
    w->value = AG_NEW_ARRAY(run->arena, double, epochs *each);
    w->sum = AG_NEW_ARRAY(run->arena, double, each);
    w->look = ag_look_new(&run->net, run->arena);
    w->index = AG_NEW_ARRAY(run->arena, uint32_t, (size_t)run->per_step);
    w->recorded = AG_NEW_ARRAY(run->arena, float, (size_t)w->recorded_max);
    w->room = AG_NEW_ARRAY(run->arena, double, room_of(probing, &run->net));
    bool ok = w->value && w->sum && w->look && w->index && w->recorded && w->room;
    for (int p = 0; p < w->n_probes; p++)
        if (at_step(probing, w->probe[p])) {
            w->series[p] =
                AG_NEW_ARRAY(run->arena, float, (size_t)w->recorded_max *(size_t)w->n_stages);
            ok = ok && w->series[p];
        }
    if (!ok) return no_memory(err);
    for (size_t i = 0; i < epochs * each; i++)
        w->value[i] = (double)NAN; /* until somebody measures it */
    return ag_snapshot_open(run, &w->snapshot, err);
}

/* --- numbers -------------------------------------------------------------- */

/* What there is to see of one stage; *seen stays with the caller. */
static ag_view view_of(const ag_training_run *run, int s, ag_seen *seen) {
    const int i = ag_net_owner(&run->net, run->net.stages[s].weights);
    const ag_moved *moved = &run->moved[i];
    *seen = ag_look_seen(run->watch->look, s);
    return (ag_view){.gradient = run->net.layers[i].gradient_squares[AG_ROLE_WEIGHT],
                     .delta = seen->delta,
                     .before = moved->before,
                     .change = moved->change,
                     .weights = moved->after,
                     .values = &seen->values,
                     .dead = seen->dead,
                     .median = ag_snapshot_median(run->watch->snapshot, s),
                     .owner = &run->net.layers[i],
                     .room = run->watch->room};
}

static double *value_at(const ag_training_run *run, int s, int p) {
    const ag_watch *w = run->watch;
    return &w->value[((size_t)run->epoch * (size_t)w->n_stages + (size_t)s) * (size_t)w->n_probes +
                     (size_t)p];
}

enum {
    TIMED_EVERY = 16
}; /* recorded steps; the others are taken for as long as the last of those */

const ag_observer *ag_watch_observer(const ag_training_run *run) {
    const ag_watch *w = run->watch;
    return ag_look_begin(w->look, w->values, w->n_recorded < 2 || w->n_recorded % TIMED_EVERY == 0);
}

void ag_watch_step(ag_training_run *run) {
    const double began = ag_clock_now();
    ag_watch *w = run->watch;
    w->recorded[w->n_recorded] = (float)run->step;
    run->epoch_norm += sqrt(ag_net_gradient_squares(&run->net));
    run->epoch_recorded++;
    for (int s = 0; s < w->n_stages; s++) {
        ag_seen seen;
        const ag_view view = view_of(run, s, &seen);
        for (int p = 0; p < w->n_probes; p++) {
            if (!w->series[p]) continue;
            const double x = w->probe[p]->observe(&view, &run->net.stages[s]);
            w->series[p][w->n_recorded * w->n_stages + s] = (float)x;
            if (averaged(w->probe[p])) w->sum[s * w->n_probes + p] += x;
        }
    }
    w->n_recorded++;
    run->probe_seconds += ag_clock_now() - began + ag_look_seconds(w->look);
}

/* The averages since the last call. */
static void close_averages(ag_training_run *run) {
    ag_watch *w = run->watch;
    for (int p = 0; p < w->n_probes; p++) {
        if (!averaged(w->probe[p])) continue;
        for (int s = 0; s < w->n_stages; s++) {
            double *sum = &w->sum[s * w->n_probes + p];
            *value_at(run, s, p) = *sum / (double)run->epoch_recorded;
            *sum = 0;
        }
    }
}

/* Gradients before the first step: no update yet, and without a finite loss none at
 * all. Of as many examples as a step has, because norms depend on their number, spread
 * evenly over the training part. */
static void observe_initial_gradients(ag_training_run *run) {
    ag_watch *w = run->watch;
    long correct = 0;
    int rows = 0;
    for (size_t i = 0; i < (size_t)run->per_step; i++)
        w->index[i] = (uint32_t)(i * run->data->train.n / (size_t)run->per_step);
    run->observer = ag_look_begin(w->look, false, false);
    const double loss = ag_gradient_take(run, w->index, run->per_step, false, &correct, &rows);
    run->observer = NULL;
    if (!isfinite(loss)) return;
    for (int s = 0; s < w->n_stages; s++) {
        ag_seen seen;
        const ag_view view = view_of(run, s, &seen);
        for (int p = 0; p < w->n_probes; p++)
            if (w->probe[p]->time == AG_PROBE_GRADIENT)
                *value_at(run, s, p) = w->probe[p]->observe(&view, &run->net.stages[s]);
    }
    run->epoch_norm = sqrt(ag_net_gradient_squares(&run->net));
    run->epoch_recorded = 1;
}

void ag_watch_look(ag_training_run *run) {
    if (!run->settings->probes.on) return;
    const double began = ag_clock_now();
    if (run->epoch == 0) observe_initial_gradients(run);
    ag_snapshot_take(run, run->watch->snapshot, run->watch->look);
    run->probe_seconds += ag_clock_now() - began;
}

void ag_watch_epoch(ag_training_run *run) {
    if (!run->settings->probes.on) return;
    const double began = ag_clock_now();
    ag_watch *w = run->watch;
    if (run->epoch > 0) close_averages(run);
    for (int s = 0; s < w->n_stages; s++) {
        ag_seen seen;
        const ag_view view = view_of(run, s, &seen);
        for (int p = 0; p < w->n_probes; p++)
            if (!averaged(w->probe[p]))
                *value_at(run, s, p) = w->probe[p]->observe(&view, &run->net.stages[s]);
    }
    run->probe_seconds += ag_clock_now() - began;
}

void ag_watch_state(ag_training_run *run, ag_transfer *transfer) {
    if (!run->settings->probes.on) return;
    ag_watch *w = run->watch;
    const size_t stages = (size_t)w->n_stages, each = stages * (size_t)w->n_probes;
    ag_transfer_block(transfer, &w->n_recorded, sizeof w->n_recorded);
    if (w->n_recorded < 0 || w->n_recorded > w->recorded_max) {
        w->n_recorded = 0;
        transfer->failed = true;
        return;
    }
    const size_t recorded = (size_t)w->n_recorded;
    ag_transfer_block(transfer, w->value, (size_t)run->n_rows * each * sizeof *w->value);
    ag_transfer_block(transfer, w->sum, each * sizeof *w->sum);
    ag_transfer_block(transfer, w->recorded, recorded * sizeof *w->recorded);
    for (int p = 0; p < w->n_probes; p++)
        if (w->series[p])
            ag_transfer_block(transfer, w->series[p], recorded * stages * sizeof(float));
    ag_snapshot_state(run, w->snapshot, transfer);
}

/* --- handing over --------------------------------------------------------- */

static const char *join(ag_arena *arena, const char *folder, const char *name) {
    const size_t n = strlen(folder) + strlen(name) + 2;
    char *text = AG_NEW_ARRAY(arena, char, n);
    if (text) snprintf(text, n, "%s/%s", folder, name);
    return text;
}

static const char *meaning(ag_arena *arena, const ag_probe *probe, const char *over) {
    const size_t n = strlen(probe->about.formula) + strlen(over) + 3;
    char *text = AG_NEW_ARRAY(arena, char, n);
    if (text) snprintf(text, n, "%s; %s", probe->about.formula, over);
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
                             meaning(run->arena, probe, scope[probe->time].epoch),
                             by_epoch(run, p)};
        if (w->series[p])
            *next++ = (ag_array){join(run->arena, "step", w->name[p]),
                                 2,
                                 {recorded, stages},
                                 {"record", "layer"},
                                 probe->unit,
                                 meaning(run->arena, probe, scope[probe->time].step),
                                 w->series[p]};
    }
    next = ag_snapshot_record(run, w->snapshot, next);
    *n_arrays = (int)(next - arrays);
}

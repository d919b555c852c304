#include "harness/train/snapshot.h"

#include "harness/num/spread.h"
#include "harness/probes/probe.h"
#include "harness/train/batch.h"

#include <math.h>
#include <string.h>

/* Histograms: shares of values in equal bins; what lies outside is in the outermost. */
enum { BINS = 64 };
static const double HISTOGRAM_LOW = -8.0, HISTOGRAM_HIGH = 8.0;

/* What is kept of every channel. */
enum { A_MEAN, A_STD, Z_MEAN, Z_STD, DEAD, CHANNEL_NUMBERS };
static const struct {
    const char *name, *unit, *meaning;
} channel_numbers[CHANNEL_NUMBERS] = {
    [A_MEAN] = {"channel/activation_mean", "as the values", "mean of a channel's activations"},
    [A_STD] = {"channel/activation_std", "as the values", "their standard deviation"},
    [Z_MEAN] = {"channel/preactivation_mean", "as the values",
                "mean of a channel's pre-activations"},
    [Z_STD] = {"channel/preactivation_std", "as the values", "their standard deviation"},
    [DEAD] = {"channel/dead", "1 dead, 0 alive",
              "whether |f'(z)| < 1e-6 for every value of the channel"},
};
static const char *const histograms[2] = {"histogram/activation", "histogram/preactivation"};

struct ag_snapshot {
    int examples, n_stages;
    int channels;          /* of the widest stage */
    ag_tally *tally;       /* [n_stages][channels] if single channels count, or NULL */
    double *mean, *median; /* [channels] to be sorted, [n_stages]; NULL: nobody asks for them */
    uint32_t *index;       /* [piece]: of the examples looked at */
    float *histogram[2];   /* [epochs + 1][stages][BINS], or NULL */
    float *channel[CHANNEL_NUMBERS]; /* [epochs + 1][stages][channels], or NULL */
};

static int widest(const ag_net *net) {
    int most = 0;
    for (int s = 0; s < net->n_stages; s++) {
        const int channels = ag_tally_channels(&net->stages[s]);
        if (channels > most) most = channels;
    }
    return most;
}

/* Whether a probe asks for the middle of the channels. */
static bool wants_median(const ag_probing *probing) {
    for (int i = 0; i < ag_probes.n_items; i++)
        if (strcmp(ag_probes.items[i]->name, "activation_median") == 0)
            return probing->which >> i & 1;
    return false;
}

static bool wants_tally(const ag_probing *probing) {
    return probing->channels || wants_median(probing);
}

size_t ag_snapshot_bytes(const ag_probing *probing, const ag_net *net, long epochs) {
    const size_t stages = (size_t)net->n_stages, channels = (size_t)widest(net);
    const size_t per_stage =
        (probing->histograms ? 2 * BINS : 0) + (probing->channels ? CHANNEL_NUMBERS * channels : 0);
    return (wants_tally(probing) ? stages * channels * sizeof(ag_tally) : 0) +
           (wants_median(probing) ? (stages + channels) * sizeof(double) : 0) +
           ((size_t)epochs + 1) * stages * per_stage * sizeof(float);
}

ag_status ag_snapshot_open(ag_training_run *run, ag_snapshot **out, ag_error *err) {
    const ag_probing *probing = &run->settings->probes;
    ag_snapshot *s = *out = AG_NEW(run->arena, ag_snapshot);
    if (!s) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for probes");
    s->n_stages = run->net.n_stages;
    s->channels = widest(&run->net);
    s->examples = (size_t)probing->examples < run->data->train.n ? probing->examples
                                                                 : (int)run->data->train.n;
    const size_t per_epoch = ((size_t)run->total_epochs + 1) * (size_t)s->n_stages;
    s->index = AG_NEW_ARRAY(run->arena, uint32_t, (size_t)run->piece);
    bool ok = s->index;
    if (wants_tally(probing)) {
        s->tally = AG_NEW_ARRAY(run->arena, ag_tally, (size_t)s->n_stages * (size_t)s->channels);
        ok = ok && s->tally;
    }
    if (wants_median(probing)) {
        s->mean = AG_NEW_ARRAY(run->arena, double, (size_t)s->channels);
        s->median = AG_NEW_ARRAY(run->arena, double, (size_t)s->n_stages);
        ok = ok && s->mean && s->median;
    }
    for (int h = 0; h < AG_COUNT(histograms) && probing->histograms; h++) {
        s->histogram[h] = AG_NEW_ARRAY(run->arena, float, per_epoch *BINS);
        ok = ok && s->histogram[h];
    }
    for (int c = 0; c < CHANNEL_NUMBERS && probing->channels; c++) {
        s->channel[c] = AG_NEW_ARRAY(run->arena, float, per_epoch *(size_t)s->channels);
        ok = ok && s->channel[c];
    }
    return ok ? AG_OK : AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for probes");
}

/* First number of this epoch and stage in an array [epochs + 1][stages][each]. */
static size_t place(const ag_training_run *run, const ag_snapshot *s, int stage, int each) {
    return ((size_t)run->epoch * (size_t)s->n_stages + (size_t)stage) * (size_t)each;
}

/* Adds to the bins the share that each value has in the whole probe batch. */
static void count(const ag_layer *layer, int rows, int examples, float *bins) {
    if (!layer) {
        for (int b = 0; b < BINS; b++)
            bins[b] = (float)NAN;
        return;
    }
    const size_t n = (size_t)rows * ag_shape_size(layer->out);
    const double all = (double)examples * (double)ag_shape_size(layer->out);
    size_t seen[BINS] = {0};
    for (size_t i = 0; i < n; i++) {
        if (isnan(layer->y[i])) continue; /* in no bin: the shares no longer add up to 1 */
        const double at =
            ((double)layer->y[i] - HISTOGRAM_LOW) * BINS / (HISTOGRAM_HIGH - HISTOGRAM_LOW);
        seen[at < 1 ? 0 : at >= BINS - 1 ? BINS - 1 : (int)at]++;
    }
    for (int b = 0; b < BINS; b++)
        bins[b] += (float)((double)seen[b] / all);
}

static void take_piece(ag_training_run *run, ag_snapshot *s, int rows) {
    for (int k = 0; k < s->n_stages; k++) {
        const ag_stage *stage = &run->net.stages[k];
        if (s->tally) ag_tally_add(stage, rows, s->tally + (size_t)k * (size_t)s->channels);
        if (!s->histogram[0]) continue;
        const size_t at = place(run, s, k, BINS);
        count(stage->activation, rows, s->examples, s->histogram[0] + at);
        count(stage->preactivation, rows, s->examples, s->histogram[1] + at);
    }
}

static void keep_channels(const ag_training_run *run, ag_snapshot *s) {
    for (int k = 0; k < s->n_stages; k++) {
        const ag_stage *stage = &run->net.stages[k];
        const size_t at = place(run, s, k, s->channels);
        const int n = ag_tally_channels(stage);
        for (int c = 0; c < s->channels; c++) {
            const ag_tally *tally = &s->tally[(size_t)k * (size_t)s->channels + (size_t)c];
            double number[CHANNEL_NUMBERS] = {
                [A_MEAN] = tally->a_mean,          [A_STD] = ag_tally_a_std(tally),
                [Z_MEAN] = tally->z_mean,          [Z_STD] = ag_tally_z_std(tally),
                [DEAD] = tally->live == 0 ? 1 : 0,
            };
            for (int i = 0; i < CHANNEL_NUMBERS; i++) {
                const bool there = c < n && (stage->activation || i == Z_MEAN || i == Z_STD);
                s->channel[i][at + (size_t)c] = there ? (float)number[i] : (float)NAN;
            }
        }
    }
}

/* NaN if a channel is: then it has no place among the others. */
static void find_medians(const ag_training_run *run, ag_snapshot *s) {
    for (int k = 0; k < s->n_stages; k++) {
        const int n = ag_tally_channels(&run->net.stages[k]);
        bool all = true;
        for (int c = 0; c < n; c++) {
            s->mean[c] = s->tally[(size_t)k * (size_t)s->channels + (size_t)c].a_mean;
            all &= !isnan(s->mean[c]);
        }
        s->median[k] = all ? ag_spread_of(n, s->mean).median : (double)NAN;
    }
}

double ag_snapshot_median(const ag_snapshot *s, int stage) {
    return s->median ? s->median[stage] : (double)NAN;
}

/* Examples spread evenly over the training part: the same for every trial on these
 * data. */
void ag_snapshot_take(ag_training_run *run, ag_snapshot *s, ag_look *look) {
    const size_t n = run->data->train.n;
    const ag_observer *observer = ag_look_begin(look, true, false);
    if (s->tally) memset(s->tally, 0, (size_t)s->n_stages * (size_t)s->channels * sizeof *s->tally);
    for (int first = 0, rows; first < s->examples && !ag_train_is_asked_to_stop(run);
         first += rows) {
        rows = s->examples - first < run->piece ? s->examples - first : run->piece;
        for (int i = 0; i < rows; i++)
            s->index[i] = (uint32_t)((size_t)(first + i) * n / (size_t)s->examples);
        ag_batch_load(run, &run->data->train, s->index, rows);
        *run->net.mode =
            (ag_mode){.team = run->host.team, .stop = run->host.stop, .observer = observer};
        ag_net_forward(&run->net, rows, run->x);
        take_piece(run, s, rows);
    }
    if (s->channel[0]) keep_channels(run, s);
    if (s->median && !ag_train_is_asked_to_stop(run)) find_medians(run, s);
}

void ag_snapshot_state(const ag_training_run *run, ag_snapshot *s, ag_transfer *transfer) {
    const size_t each = (size_t)run->n_rows * (size_t)s->n_stages * sizeof(float);
    for (int h = 0; h < AG_COUNT(histograms) && s->histogram[h]; h++)
        ag_transfer_block(transfer, s->histogram[h], each * BINS);
    for (int c = 0; c < CHANNEL_NUMBERS && s->channel[c]; c++)
        ag_transfer_block(transfer, s->channel[c], each * (size_t)s->channels);
}

ag_array *ag_snapshot_record(const ag_training_run *run, const ag_snapshot *s, ag_array *next) {
    const size_t epochs = (size_t)run->n_rows, stages = (size_t)s->n_stages;
    for (int h = 0; h < AG_COUNT(histograms) && s->histogram[h]; h++)
        *next++ = (ag_array){
            histograms[h],          3,
            {epochs, stages, BINS}, {"epoch", "layer", "bin"},
            "share of values",      "64 equal bins from -8 to 8, outliers in the outermost",
            s->histogram[h]};
    for (int c = 0; c < CHANNEL_NUMBERS && s->channel[c]; c++)
        *next++ = (ag_array){channel_numbers[c].name,
                             3,
                             {epochs, stages, (size_t)s->channels},
                             {"epoch", "layer", "channel"},
                             channel_numbers[c].unit,
                             channel_numbers[c].meaning,
                             s->channel[c]};
    return next;
}

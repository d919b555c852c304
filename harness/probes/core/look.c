#include "harness/probes/look.h"

#include "harness/base/clock.h"
#include "harness/num/norms.h"
#include "harness/probes/core/sums.h"

#include <string.h>

typedef struct stage_look {
    ag_sums sums; /* of the mini-batch that is going forward */
    ag_tally values;
    int *live; /* [channels] */
    bool all_live;
    bool joint; /* the activation's way back has summed the squares of dLoss/dz */
    double delta;
} stage_look;

struct ag_look {
    const ag_net *net;
    ag_observer observer;
    bool values, timed;
    double seconds;
    stage_look *stages; /* [net->n_stages] */
    int *live;          /* of all stages, one behind the other */
    size_t n_live;
};

static size_t channels(const ag_net *net) {
    size_t n = 0;
    for (int s = 0; s < net->n_stages; s++)
        n += (size_t)ag_tally_channels(&net->stages[s]);
    return n;
}

/* --- looking -------------------------------------------------------------- */

static void forward(void *self, const ag_layer *layer, int first, int rows) {
    ag_look *look = self;
    const ag_stage *stage = &look->net->stages[layer->stage - 1];
    const ag_layer *last = stage->activation ? stage->activation : stage->preactivation;
    if (!look->values || layer != last) return;
    stage_look *l = &look->stages[layer->stage - 1];
    const double began = look->timed ? ag_clock_now() : 0;
    ag_sums_add(stage, first, rows, &l->sums);
    if (!l->all_live) l->all_live = ag_mark_live(stage, first, rows, l->live);
    if (!layer->piece.goes_on) ag_sums_close(stage, first + rows, &l->sums, &l->values);
    if (look->timed) look->seconds += ag_clock_now() - began;
}

static void backward(void *self, const ag_layer *layer, int first, int rows) {
    ag_look *look = self;
    const ag_stage *stage = &look->net->stages[layer->stage - 1];
    stage_look *l = &look->stages[layer->stage - 1];
    if (layer != (l->joint ? stage->activation : stage->preactivation)) return;
    const double began = look->timed ? ag_clock_now() : 0;
    const size_t each = ag_shape_size(layer->out);
    if (first == 0) l->delta = 0;
    l->delta += l->joint ? layer->dx_squares
                         : ag_sum_squares((size_t)rows * each, layer->dy + (size_t)first * each);
    if (look->timed) look->seconds += ag_clock_now() - began;
}

/* --- its life ---------------------------------------------------------------- */

/* Whether nobody but the activation reads z: what it sends back is all of dLoss/dz. */
static bool alone(const ag_net *net, const ag_stage *stage) {
    if (!stage->activation) return false;
    const int z = stage->activation->from;
    int readers = 0;
    for (int i = 0; i < net->n_layers; i++)
        readers += (net->layers[i].from == z) + (net->layers[i].skip == z);
    return readers == 1;
}

ag_look *ag_look_new(const ag_net *net, ag_arena *arena) {
    ag_look *look = AG_NEW(arena, ag_look);
    if (!look) return NULL;
    *look = (ag_look){.net = net, .observer = {forward, backward, look}, .n_live = channels(net)};
    look->stages = AG_NEW_ARRAY(arena, stage_look, (size_t)net->n_stages);
    look->live = AG_NEW_ARRAY(arena, int, look->n_live);
    if (!look->stages || !look->live) return NULL;
    int *live = look->live;
    for (int s = 0; s < net->n_stages; s++) {
        const ag_stage *stage = &net->stages[s];
        look->stages[s].live = live;
        look->stages[s].joint = alone(net, stage);
        live += ag_tally_channels(stage);
    }
    return look;
}

size_t ag_look_bytes(const ag_net *net) {
    return sizeof(ag_look) + (size_t)net->n_stages * sizeof(stage_look) +
           channels(net) * sizeof(int);
}

const ag_observer *ag_look_begin(ag_look *look, bool values, bool timed) {
    look->values = values;
    look->timed = timed;
    if (timed) look->seconds = 0;
    memset(look->live, 0, look->n_live * sizeof *look->live);
    for (int s = 0; s < look->net->n_stages; s++) {
        stage_look *l = &look->stages[s];
        l->values = (ag_tally){0};
        l->all_live = !look->net->stages[s].activation;
        l->delta = 0;
    }
    return &look->observer;
}

double ag_look_seconds(const ag_look *look) { return look->seconds; }

ag_seen ag_look_seen(const ag_look *look, int stage) {
    const stage_look *l = &look->stages[stage];
    ag_seen seen = {.values = l->values, .delta = l->delta};
    for (int c = 0; !l->all_live && c < ag_tally_channels(&look->net->stages[stage]); c++)
        seen.dead += !l->live[c];
    return seen;
}

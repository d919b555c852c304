#include "models/net.h"

#include "models/initializer.h"
#include "models/layers.h"

#include <assert.h>
#include <stdio.h>

/* --- building ------------------------------------------------------------- */

ag_status ag_net_begin(ag_net *net, ag_shape in, int n_layers_max, ag_arena *arena, ag_error *err) {
    *net =
        (ag_net){.in = in, .arena = arena, .n_layers_max = n_layers_max, .next_from = AG_FROM_DATA};
    net->layers = AG_NEW_ARRAY(arena, ag_layer, (size_t)n_layers_max);
    net->stages = AG_NEW_ARRAY(arena, ag_stage, (size_t)n_layers_max);
    net->mode = AG_NEW(arena, ag_mode);
    if (!net->layers || !net->stages || !net->mode)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %d layers", n_layers_max);
    return AG_OK;
}

ag_shape ag_net_shape(const ag_net *net) {
    return net->next_from < 0 ? net->in : net->layers[net->next_from].out;
}

int ag_net_block(const ag_net *net) {
    return net->next_from < 0 ? 1 : net->layers[net->next_from].out_block;
}

ag_layer *ag_net_add(ag_net *net, const ag_layer_kind *kind, size_t own_bytes) {
    assert(net->n_layers < net->n_layers_max);
    const ag_shape in = ag_net_shape(net);
    const int block = ag_net_block(net);
    void *own = own_bytes ? ag_alloc(net->arena, 1, own_bytes) : NULL;
    if (own_bytes && !own) net->failed = true;
    if (net->failed) return NULL;
    ag_layer *layer = &net->layers[net->n_layers];
    *layer = (ag_layer){.kind = kind,
                        .mode = net->mode,
                        .stage = net->n_stages ? net->n_stages : 1,
                        .from = net->next_from,
                        .skip = AG_FROM_NOTHING,
                        .in = in,
                        .out = in,
                        .in_block = block,
                        .out_block = block,
                        .kernel_area = 1,
                        .own = own};
    net->next_from = net->n_layers++;
    return layer;
}

void ag_net_begin_stage(ag_net *net, int units, const char *name) {
    ag_layer *layer = ag_net_last(net);
    ag_stage *stage = &net->stages[net->n_stages++];
    layer->stage = net->n_stages;
    *stage = (ag_stage){.weights = layer, .preactivation = layer, .units = units};
    snprintf(stage->name, sizeof stage->name, "%s", name);
}

/* Layers that take a mini-batch piece by piece, one after the other: as many as have few
 * weights, which each piece reads again. Three convolutions of 256 channels would be 10 %
 * slower in pieces. */
static void cut_runs(ag_net *net) {
    enum { WEIGHT_BYTES = 256 << 10 };
    size_t weights = 0;
    for (int i = 0, start = 0; i < net->n_layers; i++) {
        ag_layer *layer = &net->layers[i];
        const size_t own = layer->slice[AG_ROLE_WEIGHT].n * sizeof(ag_real);
        const bool takes =
            layer->kind->by_piece && !layer->slice[AG_ROLE_LEARNED].n && !layer->lender;
        if (!takes || layer->kind->waits || weights + own > WEIGHT_BYTES) {
            start = i;
            weights = takes ? 0 : WEIGHT_BYTES + 1;
        }
        weights += own;
        layer->run = start;
    }
}

/* The block holds all weights, then all biases, ... role after role, each in the order
 * of the layers: one slice per role. */
ag_status ag_net_measure(ag_net *net, ag_error *err) {
    if (net->failed)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %d layers", net->n_layers_max);
    net->n_parameters = net->n_statistics = 0;
    for (int i = 0; i < net->n_layers; i++) {
        ag_layer *layer = &net->layers[i];
        if (layer->kind->measure) layer->kind->measure(layer);
        layer->statistic_slice.offset = net->n_statistics;
        net->n_statistics += layer->statistic_slice.n;
        layer->learns = layer->lender != NULL; /* what it learns is another's */
        if (layer->from >= 0) layer->learns |= net->layers[layer->from].learns;
        if (layer->skip >= 0) layer->learns |= net->layers[layer->skip].learns;
        for (int role = 0; role < AG_ROLE_COUNT; role++)
            layer->learns |= layer->slice[role].n > 0;
    }
    cut_runs(net);
    for (int role = 0; role < AG_ROLE_COUNT; role++) {
        net->role[role].offset = net->n_parameters;
        for (int i = 0; i < net->n_layers; i++) {
            ag_layer *layer = &net->layers[i];
            layer->slice[role].offset = net->n_parameters;
            net->n_parameters += layer->slice[role].n;
            net->stages[layer->stage - 1].n_parameters += layer->slice[role].n;
        }
        net->role[role].n = net->n_parameters - net->role[role].offset;
    }
    return AG_OK;
}

/* --- opening -------------------------------------------------------------- */

/* Whether a layer behind layer i reads the same y as x, or as x2. On the way back it
 * comes first and writes dy, and layer i has to add. */
static bool read_later(const ag_net *net, int source, int i) {
    while (++i < net->n_layers)
        if (net->layers[i].from == source || net->layers[i].skip == source) return true;
    return false;
}

static bool sends_back(const ag_net *net, int source) {
    return source >= 0 && net->layers[source].learns;
}

/* Whether the dy of layer i is that of the layer it reads: nobody else has written there
 * when layer i turns the one into the other. Half the memory, and one array less to go
 * through the cache for every activation. */
static bool shares_dy(const ag_net *net, int i) {
    const ag_layer *layer = &net->layers[i];
    return layer->kind->in_place && sends_back(net, layer->from) &&
           !read_later(net, layer->from, i);
}

static bool shares_y(const ag_layer *layer) { return layer->kind->hands_on && layer->from >= 0; }

size_t ag_net_bytes(const ag_net *net, int rows_max) {
    size_t per_row = 0, own = 0;
    for (int i = 0; i < net->n_layers; i++) {
        const ag_layer *layer = &net->layers[i];
        const int arrays = (layer->learns && !shares_dy(net, i)) + !shares_y(layer);
        per_row += (size_t)arrays * ag_shape_size(layer->out);
        if (sends_back(net, layer->from) && read_later(net, layer->from, i))
            per_row += ag_shape_size(layer->in);
        if (sends_back(net, layer->skip) && read_later(net, layer->skip, i))
            per_row += ag_shape_size(layer->in);
        if (layer->kind->bytes) own += layer->kind->bytes(layer, rows_max);
    }
    return own + sizeof(ag_real) *
                     (2 * net->n_parameters + net->n_statistics + (size_t)rows_max * per_row);
}

static ag_status no_memory(int rows_max, ag_error *err) {
    return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %d examples", rows_max);
}

/* Where layer i sends the derivative with respect to what it reads from `source`: into
 * its dy, or into a place of its own, to be added. */
static ag_status route(ag_net *net, int i, int source, ag_real **dx, bool *adds, ag_arena *arena,
                       ag_error *err) {
    *dx = net->layers[source].dy;
    *adds = *dx && read_later(net, source, i);
    if (!*adds) return AG_OK;
    *dx = AG_NEW_ARRAY(arena, ag_real,
                       (size_t)net->rows_max * ag_shape_size(net->layers[source].out));
    return *dx ? AG_OK : no_memory(net->rows_max, err);
}

/* Where layer i gets its input from and sends its gradient to. */
static ag_status connect(ag_net *net, int i, ag_arena *arena, ag_error *err) {
    ag_layer *layer = &net->layers[i];
    if (layer->from >= 0) {
        layer->x = net->layers[layer->from].y;
        AG_TRY(route(net, i, layer->from, &layer->dx, &layer->adds, arena, err));
    }
    if (layer->skip >= 0) {
        layer->x2 = net->layers[layer->skip].y;
        AG_TRY(route(net, i, layer->skip, &layer->dx2, &layer->adds2, arena, err));
    }
    return AG_OK;
}

static ag_status open_layer(ag_net *net, int i, ag_arena *arena, ag_error *err) {
    ag_layer *layer = &net->layers[i];
    for (int role = 0; role < AG_ROLE_COUNT; role++) {
        if (!layer->slice[role].n) continue;
        layer->parameter[role] = net->parameters + layer->slice[role].offset;
        layer->gradient[role] = net->gradients + layer->slice[role].offset;
    }
    if (layer->lender) {
        layer->parameter[AG_ROLE_LEARNED] = layer->lender->parameter[AG_ROLE_LEARNED];
        layer->gradient[AG_ROLE_LEARNED] = layer->lender->gradient[AG_ROLE_LEARNED];
    }
    if (layer->statistic_slice.n)
        layer->statistic = net->statistics + layer->statistic_slice.offset;
    const size_t n = (size_t)net->rows_max * ag_shape_size(layer->out);
    layer->y = shares_y(layer) ? net->layers[layer->from].y : AG_NEW_ARRAY(arena, ag_real, n);
    if (shares_dy(net, i))
        layer->dy = net->layers[layer->from].dy;
    else if (layer->learns)
        layer->dy = AG_NEW_ARRAY(arena, ag_real, n);
    if (!layer->y || (layer->learns && !layer->dy)) return no_memory(net->rows_max, err);
    AG_TRY(connect(net, i, arena, err));
    return layer->kind->open ? layer->kind->open(layer, net->rows_max, arena, err) : AG_OK;
}

ag_status ag_net_open(ag_net *net, int rows_max, ag_arena *arena, ag_error *err) {
    net->rows_max = rows_max;
    net->parameters = AG_NEW_ARRAY(arena, ag_real, net->n_parameters);
    net->gradients = AG_NEW_ARRAY(arena, ag_real, net->n_parameters);
    net->statistics = AG_NEW_ARRAY(arena, ag_real, net->n_statistics);
    if (!net->parameters || !net->gradients || !net->statistics)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu parameters",
                       net->n_parameters);
    for (int i = 0; i < net->n_layers; i++) {
        if (ag_is_stopped(net->mode->stop))
            return AG_FAIL(err, AG_STOPPED, AG_NOWHERE, "interrupted");
        AG_TRY(open_layer(net, i, arena, err));
    }
    return AG_OK;
}

/* --- the start ------------------------------------------------------------ */

/* The activation that makes the input of layer i, the only layers that have one; NULL for the
 * data. */
static const ag_choice *activation_before(const ag_net *net, int i) {
    while ((i = net->layers[i].from) >= 0)
        if (net->layers[i].activation.element) return &net->layers[i].activation;
    return NULL;
}

static void initialize_weights(ag_net *net, int i, const ag_choice *initializer, uint64_t seed) {
    const ag_layer *layer = &net->layers[i];
    const int units = layer->out.channels;
    const ag_weights_request request = {
        .fan_in = (int)(layer->slice[AG_ROLE_WEIGHT].n / (size_t)units),
        .fan_out = units * layer->kernel_area,
        .units = units,
        .param = initializer->number,
        .input = activation_before(net, i),
        .stop = net->mode->stop,
    };
    ag_stream random = ag_stream_open(seed, AG_RANDOM_WEIGHTS, (uint32_t)layer->stage);
    ag_initializer_of(initializer)
        ->fill(&request, &random, layer->parameter[AG_ROLE_WEIGHT], layer->parameter[AG_ROLE_BIAS]);
}

static void fill(ag_real *values, size_t n, double value) {
    for (size_t i = 0; i < n; i++)
        values[i] = (ag_real)value;
}

void ag_net_initialize(ag_net *net, const ag_choice *initializer, uint64_t seed) {
    for (int i = 0; i < net->n_layers && !ag_is_stopped(net->mode->stop); i++) {
        ag_layer *layer = &net->layers[i];
        const size_t n_learned = layer->slice[AG_ROLE_LEARNED].n;
        if (layer->slice[AG_ROLE_WEIGHT].n && !layer->kind->borrows)
            initialize_weights(net, i, initializer, seed);
        fill(layer->parameter[AG_ROLE_SCALE], layer->slice[AG_ROLE_SCALE].n, 1);
        const int n_kinds = n_learned ? ag_act_n_learned(&layer->activation) : 0;
        for (int k = 0; k < n_kinds; k++)
            fill(layer->parameter[AG_ROLE_LEARNED] + (size_t)k * (n_learned / (size_t)n_kinds),
                 n_learned / (size_t)n_kinds, layer->activation.number[k]);
        if (layer->kind->begin) layer->kind->begin(layer);
    }
}

/* --- what it asks for ------------------------------------------------------ */

int ag_net_rows_min(const ag_net *net) {
    int most = 1;
    for (int i = 0; i < net->n_layers; i++) {
        const ag_layer *layer = &net->layers[i];
        const int rows = layer->kind->rows_min ? layer->kind->rows_min(layer) : 1;
        if (rows > most) most = rows;
    }
    return most;
}

/* Forward, and twice as much backward, except for layers with nothing to learn in
 * front of them, whose input needs no gradient. */
double ag_net_flops(const ag_net *net) {
    double sum = 0;
    for (int i = 0; i < net->n_layers; i++) {
        const ag_layer *layer = &net->layers[i];
        if (!layer->kind->flops) continue;
        const int passes = !layer->learns ? 1 : sends_back(net, layer->from) ? 3 : 2;
        sum += layer->kind->flops(layer) * passes;
    }
    return sum;
}

int ag_net_owner(const ag_net *net, const ag_layer *weights) {
    int i = 0;
    while (net->layers[i].kind->borrows ||
           net->layers[i].parameter[AG_ROLE_WEIGHT] != weights->parameter[AG_ROLE_WEIGHT])
        i++;
    return i;
}

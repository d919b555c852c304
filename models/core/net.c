#include "models/net.h"

#include "models/initializer.h"
#include "models/layers/kinds.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

ag_status ag_net_begin(ag_net *net, ag_shape in, int n_layers_max, ag_arena *arena, ag_error *err) {
    *net = (ag_net){.in = in};
    net->layers = AG_NEW_ARRAY(arena, ag_layer, (size_t)n_layers_max);
    net->stages = AG_NEW_ARRAY(arena, ag_stage, (size_t)n_layers_max);
    if (!net->layers || !net->stages)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %d layers", n_layers_max);
    return AG_OK;
}

static ag_layer *add(ag_net *net, const ag_layer_kind *kind) {
    assert(net->n_stages > 0); /* a stage begins with its layer with weights */
    const ag_shape in = net->n_layers ? ag_net_last(net)->out : net->in;
    ag_layer *layer = &net->layers[net->n_layers++];
    *layer = (ag_layer){.kind = kind, .stage = net->n_stages, .in = in, .out = in};
    return layer;
}

void ag_net_add_dense(ag_net *net, int units, const char *stage_name) {
    ag_stage *stage = &net->stages[net->n_stages++];
    ag_layer *layer = add(net, &ag_layer_dense);
    layer->out = (ag_shape){units, 1, 1};
    *stage = (ag_stage){.weights = layer, .units = units};
    snprintf(stage->name, sizeof stage->name, "%s", stage_name);
}

void ag_net_add_activation(ag_net *net, const ag_choice *activation) {
    ag_layer *layer = add(net, &ag_layer_activation);
    layer->activation = *activation;
    net->stages[net->n_stages - 1].activation = layer;
}

/* The block holds all weights, then all biases, then all learned parameters of
 * activations, each in the order of the layers: one slice per role. */
void ag_net_measure(ag_net *net) {
    for (int i = 0; i < net->n_layers; i++)
        net->layers[i].kind->measure(&net->layers[i]);
    net->n_parameters = 0;
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
}

size_t ag_net_bytes(const ag_net *net, int rows_max) {
    size_t per_row = 0;
    for (int i = 0; i < net->n_layers; i++) {
        const ag_layer *layer = &net->layers[i];
        const size_t arrays = layer->kind == &ag_layer_activation ? 3 : 2; /* y, dy, dydz */
        per_row += arrays * ag_shape_size(layer->out);
        if (layer->slice[AG_ROLE_LEARNED].n) per_row += ag_shape_size(layer->out);
    }
    return sizeof(ag_real) * (2 * net->n_parameters + (size_t)rows_max * per_row);
}

ag_status ag_net_open(ag_net *net, int rows_max, ag_arena *arena, ag_error *err) {
    net->rows_max = rows_max;
    net->parameters = AG_NEW_ARRAY(arena, ag_real, net->n_parameters);
    net->gradients = AG_NEW_ARRAY(arena, ag_real, net->n_parameters);
    if (!net->parameters || !net->gradients)
        return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %zu parameters",
                       net->n_parameters);
    for (int i = 0; i < net->n_layers; i++) {
        ag_layer *layer = &net->layers[i];
        for (int role = 0; role < AG_ROLE_COUNT; role++) {
            if (!layer->slice[role].n) continue;
            layer->parameter[role] = net->parameters + layer->slice[role].offset;
            layer->gradient[role] = net->gradients + layer->slice[role].offset;
        }
        const size_t n = (size_t)rows_max * ag_shape_size(layer->out);
        layer->y = AG_NEW_ARRAY(arena, ag_real, n);
        layer->dy = AG_NEW_ARRAY(arena, ag_real, n);
        if (!layer->y || !layer->dy)
            return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %d examples", rows_max);
        layer->x = i ? net->layers[i - 1].y : NULL;
        layer->dx = i ? net->layers[i - 1].dy : NULL;
        if (layer->kind->open) AG_TRY(layer->kind->open(layer, rows_max, arena, err));
    }
    return AG_OK;
}

/* The activation that makes the input of layer i; NULL for the data. */
static const ag_choice *activation_before(const ag_net *net, int i) {
    while (--i >= 0)
        if (net->layers[i].kind == &ag_layer_activation) return &net->layers[i].activation;
    return NULL;
}

void ag_net_initialize(ag_net *net, const ag_choice *initializer, uint64_t seed) {
    for (int i = 0; i < net->n_layers; i++) {
        ag_layer *layer = &net->layers[i];
        if (layer->slice[AG_ROLE_WEIGHT].n) {
            const int units = layer->out.channels;
            const ag_weights_request request = {
                .fan_in = (int)(layer->slice[AG_ROLE_WEIGHT].n / (size_t)units),
                .fan_out = units,
                .units = units,
                .param = initializer->number,
                .input = activation_before(net, i),
            };
            ag_stream random = ag_stream_open(seed, AG_RANDOM_WEIGHTS, (uint32_t)layer->stage);
            ag_initializer_of(initializer)
                ->fill(&request, &random, layer->parameter[AG_ROLE_WEIGHT],
                       layer->parameter[AG_ROLE_BIAS]);
        }
        if (layer->slice[AG_ROLE_LEARNED].n) {
            const int p = ag_activation_of(&layer->activation)->learned_param;
            for (size_t c = 0; c < layer->slice[AG_ROLE_LEARNED].n; c++)
                layer->parameter[AG_ROLE_LEARNED][c] = (ag_real)layer->activation.number[p];
        }
    }
}

const ag_real *ag_net_forward(ag_net *net, int rows, const ag_real *x) {
    assert(rows <= net->rows_max);
    net->layers[0].x = x;
    for (int i = 0; i < net->n_layers; i++)
        net->layers[i].kind->forward(&net->layers[i], rows);
    return ag_net_last(net)->y;
}

void ag_net_backward(ag_net *net, int rows) {
    for (int i = net->n_layers - 1; i >= 0; i--)
        net->layers[i].kind->backward(&net->layers[i], rows);
}

/* Forward, and twice as much backward, except for the first layer, whose input
 * needs no gradient. */
double ag_net_flops(const ag_net *net) {
    double sum = 0;
    for (int i = 0; i < net->n_layers; i++) {
        const ag_layer *layer = &net->layers[i];
        if (layer->kind->flops) sum += layer->kind->flops(layer) * (i ? 3 : 2);
    }
    return sum;
}

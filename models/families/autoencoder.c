/* Autoencoder: dense layers down to a code, and the same ones mirrored up to the input,
 * which is what it learns to give back.
 *
 *     layers: [1000, 500, 250], code: 30
 *     inputs - 1000 - 500 - 250 - 30 - 250 - 500 - 1000 - inputs
 *
 * Every layer but the last is a hidden one with its activation; the code too, unless
 * `code_activation` is false: then it is linear. With `tied` a layer of the decoder has
 * the weights of its mirror image in the encoder, transposed, and biases of its own. */
#include "models/core/hidden.h"
#include "models/family.h"
#include "models/layers.h"

#include <assert.h>
#include <stdio.h>

enum { LAYERS, CODE, TIED, CODE_ACTIVATION, UNITS_MAX = 65536, LAYERS_MAX = 100 };

static const ag_param units[] = {{.kind = AG_PARAM_INT,
                                  .required = true,
                                  .min = 1,
                                  .max = UNITS_MAX,
                                  .meaning = "units of a hidden layer"}};

static const ag_param params[] = {
    [LAYERS] = {.name = "layers",
                .kind = AG_PARAM_LIST,
                .max = LAYERS_MAX,
                .items = units,
                .n_items = AG_COUNT(units),
                .meaning = "units of the hidden layers between the input and the code; the "
                           "decoder has them in reverse order"},
    [CODE] = {.name = "code",
              .kind = AG_PARAM_INT,
              .standard = 30,
              .min = 1,
              .max = UNITS_MAX,
              .meaning = "units of the layer in the middle"},
    [TIED] = {.name = "tied",
              .kind = AG_PARAM_FLAG,
              .meaning = "the decoder's weights are the encoder's, transposed"},
    [CODE_ACTIVATION] = {.name = "code_activation",
                         .kind = AG_PARAM_FLAG,
                         .standard = 1,
                         .meaning = "the code has an activation; false: it is linear"},
    AG_HIDDEN_PARAMS,
    AG_OUTPUT_PARAM,
};

static void size(const ag_choice *model, int *depth, int *width) {
    const ag_list *list = model->list[LAYERS];
    *depth = 2 * list->n + 1;
    *width = (int)model->number[CODE];
    for (int k = 0; k < list->n; k++)
        if (*width < (int)ag_list_number(list, k, 0)) *width = (int)ag_list_number(list, k, 0);
}

/* What the families' builders know. */
typedef struct plan {
    const ag_choice *model;
    const ag_activation_list *activations;
    ag_choice linear;
    ag_hidden hidden;
    int n;            /* layers of the encoder without the code */
    const int *dense; /* [n + 1]: numbers of the encoder's dense layers, the code's last */
} plan;

/* Of hidden layer k, from 0. */
static const ag_choice *activation_of(const plan *p, int k) {
    if (k == p->n && p->model->number[CODE_ACTIVATION] == 0.0) return &p->linear;
    return &p->activations->items[p->activations->n == 1 ? 0 : k];
}

/* Behind the weights of hidden layer k. */
static void add_hidden(ag_net *net, const plan *p, int k) {
    ag_hidden_add(net, &p->hidden, activation_of(p, k), AG_NO_SKIP);
}

/* Transposed, the weights in front of units of several inputs would want as many numbers as
 * they have made, and get fewer. */
static ag_status check_tied(const plan *p, ag_error *err) {
    for (int k = 0; p->model->number[TIED] != 0.0 && k <= 2 * p->n; k++) {
        const ag_choice *activation = activation_of(p, k);
        if (ag_act_inputs(activation) > 1)
            return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                           "tied is true, but %s makes one number of %d, so weights in front of it "
                           "cannot be another layer's, transposed: make tied false",
                           activation->element->name, ag_act_inputs(activation));
    }
    return AG_OK;
}

/* Layer k of the decoder, from 0; n is the output. */
static void add_decoder_weights(ag_net *net, const plan *p, int k, int outputs) {
    const bool last = k == p->n, bias = last || ag_hidden_bias(&p->hidden);
    char name[AG_STAGE_NAME] = "output";
    if (!last) snprintf(name, sizeof name, "decoder%d", k + 1);
    if (p->model->number[TIED] != 0.0) {
        ag_net_add_tied(net, p->dense[p->n - k], bias, name);
    } else {
        const ag_list *list = p->model->list[LAYERS];
        const int width = last ? outputs
                               : (int)ag_list_number(list, p->n - 1 - k, 0) *
                                     ag_act_inputs(activation_of(p, p->n + 1 + k));
        ag_net_add_dense(net, width, bias, name);
    }
}

static ag_status add_layers(ag_net *net, const plan *p, int *dense, int outputs, ag_error *err) {
    const ag_list *list = p->model->list[LAYERS];
    for (int k = 0; k <= p->n; k++) {
        char name[AG_STAGE_NAME] = "code";
        if (k < p->n) snprintf(name, sizeof name, "encoder%d", k + 1);
        const int width = k < p->n ? (int)ag_list_number(list, k, 0) : (int)p->model->number[CODE];
        ag_net_add_dense(net, width * ag_act_inputs(activation_of(p, k)),
                         ag_hidden_bias(&p->hidden), name);
        dense[k] = ag_net_here(net);
        add_hidden(net, p, k);
    }
    for (int k = 0; k <= p->n && !net->failed; k++) {
        add_decoder_weights(net, p, k, outputs);
        if (k < p->n) add_hidden(net, p, p->n + 1 + k);
    }
    AG_TRY(ag_output_add(net, p->model, err));
    return ag_net_measure(net, err);
}

static ag_status build(const ag_choice *model, const ag_activation_list *activations, ag_shape in,
                       int outputs, ag_arena *arena, ag_net *net, ag_error *err) {
    int depth, width;
    size(model, &depth, &width);
    if (activations->n != 1 && activations->n != depth)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%d activations for %d hidden layers: give one, or one for each",
                       activations->n, depth);
    if (activations->n != 1 && model->number[CODE_ACTIVATION] == 0.0)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "code_activation is false, but 'layers' of the activation name one for the "
                       "code: make that linear, and leave code_activation out");
    const ag_element *linear = ag_catalogue_find(&ag_activations, "linear");
    assert(linear);
    int *dense = AG_NEW_ARRAY(arena, int, (size_t)depth);
    if (!dense) return AG_FAIL(err, AG_NOMEM, AG_NOWHERE, "out of memory for %d layers", depth);
    const plan p = {.model = model,
                    .activations = activations,
                    .linear = ag_choice_standard(linear),
                    .hidden = ag_hidden_of(model),
                    .n = model->list[LAYERS]->n,
                    .dense = dense};
    AG_TRY(check_tied(&p, err));
    AG_TRY(ag_net_begin(net, in, (1 + AG_HIDDEN_LAYERS) * depth + 3, arena, err));
    return add_layers(net, &p, dense, outputs, err);
}

const ag_family ag_family_autoencoder = {
    .about = {.name = "autoencoder",
              .formula = "dense layers down to a code and up again, predicts its input",
              .paper = "G. Hinton, R. Salakhutdinov, 2006, Science 313:504, "
                       "10.1126/science.1127647",
              .params = params,
              .n_params = AG_COUNT(params)},
    .reconstructs = true,
    .size = size,
    .build = build,
};

#include "models/core/hidden.h"

#include "models/layers.h"

#include <assert.h>

typedef enum output { LINEAR, SOFTMAX, LOG_SOFTMAX, SIGMOID } output;

const char *const ag_normalization_words[] = {"none", "batch", "layer", NULL};
const char *const ag_place_words[] = {"before", "after", NULL};
const char *const ag_dropout_words[] = {"standard", "alpha", NULL};
const char *const ag_output_words[] = {"linear", "softmax", "log_softmax", "sigmoid", NULL};

ag_hidden ag_hidden_of(const ag_choice *model) {
    return (ag_hidden){
        .normalization = (ag_normalization)ag_choice_number(model, "normalization", 0),
        .side = (ag_side)ag_choice_number(model, "normalization_place", 0),
        .dropout = ag_choice_number(model, "dropout", 0),
        .alpha = ag_choice_number(model, "dropout_kind", 0) != 0,
    };
}

bool ag_hidden_bias(const ag_hidden *hidden) {
    return hidden->normalization != AG_NORMALIZATION_BATCH || hidden->side != AG_BEFORE_ACTIVATION;
}

static void normalize(ag_net *net, const ag_hidden *hidden, ag_side side) {
    if (hidden->side != side) return;
    if (hidden->normalization == AG_NORMALIZATION_BATCH) ag_net_add_batch_norm(net);
    if (hidden->normalization == AG_NORMALIZATION_LAYER) ag_net_add_layer_norm(net);
}

/* Units of several inputs are fed by more channels than come out of them. As where a residual
 * net becomes wider, channels of zeros are added (option A of arXiv:1512.03385, section 4.2):
 * the skip goes to the first input of each unit. */
static int widened(ag_net *net, int from) {
    const int here = ag_net_here(net), channels = ag_net_shape(net).channels;
    if (net->layers[from].out.channels == channels) return from;
    ag_net_continue_from(net, from);
    ag_net_add_shortcut(net, channels, 1);
    const int wide = ag_net_here(net);
    ag_net_continue_from(net, here);
    return wide;
}

static void skip_to(ag_net *net, ag_skip skip, ag_side side) {
    if (skip.from == AG_FROM_NOTHING || skip.side != side || net->failed) return;
    ag_net_add_skip(net, widened(net, skip.from));
}

void ag_hidden_add(ag_net *net, const ag_hidden *hidden, const ag_choice *activation,
                   ag_skip skip) {
    normalize(net, hidden, AG_BEFORE_ACTIVATION);
    skip_to(net, skip, AG_BEFORE_ACTIVATION);
    ag_net_add_activation(net, activation);
    normalize(net, hidden, AG_AFTER_ACTIVATION);
    if (hidden->dropout > 0) {
        if (hidden->alpha)
            ag_net_add_alpha_dropout(net, hidden->dropout);
        else
            ag_net_add_dropout(net, hidden->dropout);
    }
    skip_to(net, skip, AG_AFTER_ACTIVATION);
}

/* No ag_net_add_activation: it is no activation of a hidden layer, and nobody
 * asks whether its units are dead. */
static void add_sigmoid(ag_net *net) {
    const ag_element *sigmoid = ag_catalogue_find(&ag_activations, "sigmoid");
    assert(sigmoid);
    ag_layer *layer = ag_net_add(net, &ag_layer_activation, 0);
    if (layer) layer->activation = ag_choice_standard(sigmoid);
}

ag_status ag_output_add(ag_net *net, const ag_choice *model, ag_error *err) {
    const output which = (output)ag_choice_number(model, "output", LINEAR);
    const bool softmax = which == SOFTMAX || which == LOG_SOFTMAX;
    if (softmax && ag_shape_size(ag_net_shape(net)) == 1)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "output is %s, but the loss has a single output, whose softmax is always 1",
                       ag_output_words[which]);
    if (which == SOFTMAX) ag_net_add_softmax(net);
    if (which == LOG_SOFTMAX) ag_net_add_log_softmax(net);
    if (which == SIGMOID) add_sigmoid(net);
    return AG_OK;
}

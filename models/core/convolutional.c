#include "models/core/convolutional.h"

#include <stdio.h>

const char *const ag_pool_words[] = {"none", "max", "average", NULL};

ag_convolutional ag_convolutional_of(ag_net *net, const ag_choice *model,
                                     const ag_activation_list *activations) {
    return (ag_convolutional){
        .net = net, .model = model, .activations = activations, .hidden = ag_hidden_of(model)};
}

ag_status ag_convolutional_begin(ag_convolutional *c, int depth, int others, ag_shape in,
                                 ag_arena *arena, ag_error *err) {
    const char *name = c->model->element->name;
    if (ag_shape_area(in) == 1)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%s needs pictures or signals, but an example of these data is a row of %d "
                       "numbers; 'mlp' takes them",
                       name, in.channels);
    if (c->activations->n != 1 && c->activations->n != depth)
        return AG_FAIL(err, AG_CONFIG, AG_NOWHERE,
                       "%d activations for the %d hidden layers of %s: give one, or one for each",
                       c->activations->n, depth, name);
    return ag_net_begin(c->net, in, (1 + AG_HIDDEN_LAYERS) * depth + others + 3, arena, err);
}

static const ag_choice *activation(const ag_convolutional *c) {
    const int k = c->n_conv + c->n_dense;
    return &c->activations->items[c->activations->n == 1 ? 0 : k];
}

/* A window of `size`: says into what it does not fit, and what would. */
static ag_status does_not_fit(const ag_convolutional *c, const char *what, int size, int padding,
                              const char *otherwise, ag_error *err) {
    const ag_shape in = ag_net_shape(c->net);
    const bool picture = c->net->in.rows > 1;
    const int shorter = picture && in.rows < in.columns ? in.rows : in.columns;
    char room[64], zeros[64] = "", advice[96] = "larger pictures do";
    if (picture)
        snprintf(room, sizeof room, "%d x %d places", in.rows, in.columns);
    else
        snprintf(room, sizeof room, "%d places", in.columns);
    if (padding)
        snprintf(zeros, sizeof zeros, " with %d zero%s around", padding, padding == 1 ? "" : "s");
    if (c->part)
        snprintf(advice, sizeof advice, "a %s of %d or less does, or %s", what,
                 shorter + 2 * padding, otherwise);
    return AG_FAIL(err, AG_CONFIG, AG_NOWHERE, "%s%s%s: a %s of %d does not fit into %s%s: %s",
                   c->model->element->name, c->part ? ", " : "", c->part ? c->part : "", what, size,
                   room, zeros, advice);
}

ag_status ag_convolutional_conv(ag_convolutional *c, const ag_conv_settings *conv, ag_skip skip,
                                ag_error *err) {
    const ag_shape in = ag_net_shape(c->net);
    const ag_window window = ag_window_for(c->net->in, conv->kernel, conv->stride, conv->padding);
    if (!ag_shape_size(ag_window_out(in, &window, conv->channels)))
        return does_not_fit(c, "kernel", conv->kernel, conv->padding, "padding: same", err);
    char name[AG_STAGE_NAME];
    snprintf(name, sizeof name, "conv%d", c->n_conv + 1);
    const int channels = conv->channels * ag_act_inputs(activation(c));
    ag_net_add_conv(c->net, channels, &window, ag_hidden_bias(&c->hidden), name);
    ag_hidden_add(c->net, &c->hidden, activation(c), skip);
    c->n_conv++;
    return AG_OK;
}

void ag_convolutional_dense(ag_convolutional *c, int units) {
    char name[AG_STAGE_NAME];
    snprintf(name, sizeof name, "dense%d", c->n_dense + 1);
    ag_net_add_dense(c->net, units * ag_act_inputs(activation(c)), ag_hidden_bias(&c->hidden),
                     name);
    ag_hidden_add(c->net, &c->hidden, activation(c), AG_NO_SKIP);
    c->n_dense++;
}

ag_status ag_convolutional_pool(ag_convolutional *c, ag_pool_kind kind, int size, int stride,
                                ag_error *err) {
    if (kind == AG_POOL_NONE) return AG_OK;
    const ag_shape in = ag_net_shape(c->net);
    const ag_window window = ag_window_for(c->net->in, size, stride, 0);
    if (!ag_shape_size(ag_window_out(in, &window, in.channels)))
        return does_not_fit(c, "pool", size, 0, "pool: none", err);
    if (kind == AG_POOL_MAX)
        ag_net_add_max_pool(c->net, &window);
    else
        ag_net_add_average_pool(c->net, &window);
    return AG_OK;
}

void ag_convolutional_dropout(ag_convolutional *c, double share) {
    if (share <= 0) return;
    if (c->hidden.alpha)
        ag_net_add_alpha_dropout(c->net, share);
    else
        ag_net_add_dropout(c->net, share);
}

ag_status ag_convolutional_end(ag_convolutional *c, int outputs, ag_error *err) {
    ag_net_add_dense(c->net, outputs, true, "output");
    AG_TRY(ag_output_add(c->net, c->model, err));
    return ag_net_measure(c->net, err);
}

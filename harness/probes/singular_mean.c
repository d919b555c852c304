/* singular_mean: how much a layer stretches what comes to it, on average over directions. Of a wide
 * square layer of independent weights of mean 0 it is 8 / (3 pi) sqrt(n Var w). */
#include "harness/num/singular.h"
#include "harness/probes/probe.h"
#include "models/layers.h"

#include <math.h>

static size_t room(const ag_layer *weights) {
    if (weights->kind != &ag_layer_dense) return 0;
    return ag_singular_room(ag_shape_size(weights->in), ag_shape_size(weights->out));
}

static double flops(const ag_layer *weights) {
    if (weights->kind != &ag_layer_dense) return 0;
    return ag_singular_flops(ag_shape_size(weights->in), ag_shape_size(weights->out));
}

static double observe(const ag_view *view, const ag_stage *stage) {
    const ag_layer *weights = view->owner;
    (void)stage;
    if (weights->kind != &ag_layer_dense || !isfinite(view->weights)) return (double)NAN;
    return ag_singular_mean(ag_shape_size(weights->in), ag_shape_size(weights->out),
                            weights->parameter[AG_ROLE_WEIGHT], view->room);
}

const ag_probe ag_probe_singular_mean = {
    .about = {.name = "singular_mean",
              .formula = "mean singular value of a dense layer's weights, after each epoch; on "
                         "request: 1 ms for 128 x 128, 10 ms for 256 x 256, 0.5 s for 1000 x 1000",
              .paper = "X. Glorot, Y. Bengio, 2010, AISTATS"},
    .unit = "output over input",
    .time = AG_PROBE_EPOCH,
    .on_request = true,
    .room = room,
    .flops = flops,
    .observe = observe,
};

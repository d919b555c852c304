/* Auto: the variance that the activation in front of this layer asks for, found by
 * integrating it instead of remembering a table. For ReLU it is he_normal, for SELU
 * and for the data lecun_normal. */
#include "models/core/fill.h"

static double variance(const ag_weights_request *r) {
    const double gain = ag_activation_gain(r->input);
    return gain * gain / r->fan_in;
}

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    (void)b;
    ag_fill_normal(r, random, variance(r), w);
}

const ag_initializer ag_init_auto = {
    .about = {.name = "auto",
              .formula = "normal(0, g^2 / fan_in), g = 1 / sqrt(E f(z)^2), z ~ N(0, 1), "
                         "f the activation before the layer",
              .paper = "the rule of arXiv:1502.01852, section 2.2, for any f; B. Poole et al., "
                       "2016, arXiv:1606.05340"},
    .variance = variance,
    .fill = fill,
};

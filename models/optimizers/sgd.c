/* Stochastic gradient descent, with memory of the steps before.
 *
 *     g = gradient + d w                    d the weight decay
 *     v = m v + g                           m the momentum; v = g at the first step
 *     w = w - r v                           r the learning rate
 *     w = w - r (g + m v)                   instead, with nesterov
 */
#include "models/core/update.h"

enum { MOMENTUM = 2, NESTEROV };

static const ag_param params[] = {
    AG_OPTIMIZER_PARAMS(0.01, 0, "times the weight, added to its gradient"),
    [MOMENTUM] = {.name = "momentum",
                  .kind = AG_PARAM_REAL,
                  .standard = 0,
                  .min = 0,
                  .max = 1,
                  .meaning = "share of the last step that goes on"},
    [NESTEROV] = {.name = "nesterov",
                  .kind = AG_PARAM_FLAG,
                  .standard = 0,
                  .min = 0,
                  .max = 1,
                  .meaning = "look ahead along the momentum (Sutskever et al. 2013)"},
};

typedef struct constants {
    ag_real rate, decay, momentum;
} constants;

AG_INLINE ag_real heavy_ball_of(constants c, ag_real gradient, ag_real w, ag_real *v) {
    *v = c.momentum * *v + (gradient + c.decay * w);
    return w - c.rate * *v;
}

AG_INLINE ag_real look_ahead_of(constants c, ag_real gradient, ag_real w, ag_real *v) {
    const ag_real g = gradient + c.decay * w;
    *v = c.momentum * *v + g;
    return w - c.rate * (g + c.momentum * *v);
}

AG_UPDATE_LOOP(plain, constants, w[i] - c.rate * (gradient[i] + c.decay * w[i]))
AG_UPDATE_LOOP(heavy_ball, constants, heavy_ball_of(c, gradient[i], w[i], &first[i]))
AG_UPDATE_LOOP(look_ahead, constants, look_ahead_of(c, gradient[i], w[i], &first[i]))

static ag_update_squares step(const ag_update *u) {
    const constants c = {.rate = (ag_real)u->learning_rate,
                         .decay = (ag_real)u->weight_decay,
                         .momentum = (ag_real)u->param[MOMENTUM]};
    if (c.momentum == 0) return plain(u, c);
    return u->param[NESTEROV] != 0.0 ? look_ahead(u, c) : heavy_ball(u, c);
}

/* Each step keeps nine tenths. */
static const ag_optimizer_point points[] = {{1, 0.9}, {2, 0.81}, {3, 0.729}};

const ag_optimizer ag_opt_sgd = {
    .about = {.name = "sgd",
              .formula = "v = m v + g, w = w - r v; with nesterov w = w - r (g + m v)",
              .paper = "H. Robbins, S. Monro, 1951; B. Polyak, 1964; as in PyTorch",
              .params = params,
              .n_params = AG_COUNT(params)},
    .n_state = 1,
    .step = step,
    .points = points,
    .n_points = AG_COUNT(points),
};

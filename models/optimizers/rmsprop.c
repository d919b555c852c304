/* RMSprop: every weight's step is divided by the root of its mean squared gradient.
 *
 *     g = gradient + d w                    d the weight decay
 *     s = alpha s + (1 - alpha) g^2         s starts at `initial`
 *     u = g / (sqrt s + epsilon)
 *     w = w - r u                           r the learning rate
 *     v = m v + u, w = w - r v              instead, with momentum m
 */
#include "models/core/update.h"

#include <tgmath.h>

enum { ALPHA = 2, EPSILON, MOMENTUM, INITIAL };

static const ag_param params[] = {
    AG_OPTIMIZER_PARAMS(0.01, 0, "times the weight, added to its gradient"),
    [ALPHA] = {.name = "alpha",
               .kind = AG_PARAM_REAL,
               .standard = 0.99,
               .min = 0,
               .max = 1,
               .meaning = "share of the mean squared gradient that is kept at a step"},
    [EPSILON] = {.name = "epsilon",
                 .kind = AG_PARAM_REAL,
                 .standard = 1e-8,
                 .min = 0,
                 .max = 1e3,
                 .meaning = "added to the root, behind it"},
    [MOMENTUM] = {.name = "momentum",
                  .kind = AG_PARAM_REAL,
                  .standard = 0,
                  .min = 0,
                  .max = 1,
                  .meaning = "share of the last step that goes on"},
    [INITIAL] = {.name = "initial",
                 .kind = AG_PARAM_REAL,
                 .standard = 0,
                 .min = 0,
                 .max = 1e9,
                 .meaning = "mean squared gradient before the first step; some start at 1"},
};

/* The numbers of one step, in the kind the weights are made of. */
typedef struct constants {
    ag_real rate, decay, alpha, rest, epsilon, momentum;
} constants;

AG_INLINE ag_real plain_of(constants c, ag_real gradient, ag_real w, ag_real *s) {
    const ag_real g = gradient + c.decay * w;
    *s = c.alpha * *s + c.rest * g * g;
    return w - c.rate * (g / (sqrt(*s) + c.epsilon));
}

AG_INLINE ag_real heavy_ball_of(constants c, ag_real gradient, ag_real w, ag_real *s, ag_real *v) {
    const ag_real g = gradient + c.decay * w;
    *s = c.alpha * *s + c.rest * g * g;
    *v = c.momentum * *v + g / (sqrt(*s) + c.epsilon);
    return w - c.rate * *v;
}

AG_UPDATE_LOOP(plain, constants, plain_of(c, gradient[i], w[i], &first[i]))
AG_UPDATE_LOOP(heavy_ball, constants, heavy_ball_of(c, gradient[i], w[i], &first[i], &second[i]))

static ag_update_squares step(const ag_update *u) {
    const constants c = {
        .rate = (ag_real)u->learning_rate,
        .decay = (ag_real)u->weight_decay,
        .alpha = (ag_real)u->param[ALPHA],
        .rest = (ag_real)(1.0 - u->param[ALPHA]),
        .epsilon = (ag_real)u->param[EPSILON],
        .momentum = (ag_real)u->param[MOMENTUM],
    };
    if (u->t == 1 && u->param[INITIAL] != 0.0)
        for (size_t i = 0; i < u->n; i++)
            u->state[0][i] = (ag_real)u->param[INITIAL];
    return c.momentum == 0 ? plain(u, c) : heavy_ball(u, c);
}

/* The first step is r / sqrt(1 - alpha), which is r times 10, whatever the gradient. */
static const ag_optimizer_point points[] = {
    {1, 9.9999990399446403e-08}, {2, -5.0377137654672872e-10}, {3, 5.088548363103125e-12}};

const ag_optimizer ag_opt_rmsprop = {
    .about = {.name = "rmsprop",
              .formula = "s = alpha s + (1 - alpha) g^2, w = w - r g / (sqrt s + epsilon)",
              .paper = "T. Tieleman, G. Hinton, 2012, COURSERA lecture 6.5; as in PyTorch",
              .params = params,
              .n_params = AG_COUNT(params)},
    .n_state = 2,
    .step = step,
    .points = points,
    .n_points = AG_COUNT(points),
};

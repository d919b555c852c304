/* Stochastic gradient descent, with memory of the steps before.
 *
 *     g = gradient + d w                    d the weight decay
 *     v = m v + g                           m the momentum; v = g at the first step
 *     w = w - r v                           r the learning rate
 *     w = w - r (g + m v)                   instead, with nesterov
 */
#include "models/optimizer.h"

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

AG_VECTORIZED(static, plain,
              (size_t n, ag_real r, ag_real d, const ag_real *restrict gradient,
               ag_real *restrict w),
              (n, r, d, gradient, w)) {
    for (size_t i = 0; i < n; i++)
        w[i] -= r * (gradient[i] + d * w[i]);
}

AG_VECTORIZED(static, heavy_ball,
              (size_t n, ag_real r, ag_real d, ag_real m, const ag_real *restrict gradient,
               ag_real *restrict v, ag_real *restrict w),
              (n, r, d, m, gradient, v, w)) {
    for (size_t i = 0; i < n; i++) {
        v[i] = m * v[i] + (gradient[i] + d * w[i]);
        w[i] -= r * v[i];
    }
}

AG_VECTORIZED(static, look_ahead,
              (size_t n, ag_real r, ag_real d, ag_real m, const ag_real *restrict gradient,
               ag_real *restrict v, ag_real *restrict w),
              (n, r, d, m, gradient, v, w)) {
    for (size_t i = 0; i < n; i++) {
        const ag_real g = gradient[i] + d * w[i];
        v[i] = m * v[i] + g;
        w[i] -= r * (g + m * v[i]);
    }
}

static void step(const double *param, double learning_rate, double weight_decay, long t, size_t n,
                 const ag_real *gradient, ag_real *const *state, ag_real *w) {
    (void)t;
    const ag_real r = (ag_real)learning_rate, d = (ag_real)weight_decay;
    const ag_real m = (ag_real)param[MOMENTUM];
    if (m == 0)
        plain(n, r, d, gradient, w);
    else if (param[NESTEROV] != 0.0)
        look_ahead(n, r, d, m, gradient, state[0], w);
    else
        heavy_ball(n, r, d, m, gradient, state[0], w);
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

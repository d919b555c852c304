/* Adam: steps along the mean gradient, divided by the root of the mean squared one.
 *
 *     g = gradient + d w                    d the weight decay
 *     m = beta1 m + (1 - beta1) g
 *     s = beta2 s + (1 - beta2) g^2
 *     w = w - r / (1 - beta1^t) m / (sqrt s / sqrt(1 - beta2^t) + epsilon)
 */
#include "models/optimizer.h"

#include <tgmath.h>

enum { BETA1 = 2, BETA2, EPSILON };

static const ag_param params[] = {
    {.name = "learning_rate",
     .kind = AG_PARAM_REAL,
     .standard = 0.001,
     .min = 0,
     .max = 1e9,
     .meaning = "size of a step"},
    {.name = "weight_decay",
     .kind = AG_PARAM_REAL,
     .standard = 0,
     .min = 0,
     .max = 1e6,
     .meaning = "times the weight, added to its gradient"},
    [BETA1] = {.name = "beta1",
               .kind = AG_PARAM_REAL,
               .standard = 0.9,
               .min = 0,
               .max = 0.999999999,
               .meaning = "share of the mean gradient that is kept at a step"},
    [BETA2] = {.name = "beta2",
               .kind = AG_PARAM_REAL,
               .standard = 0.999,
               .min = 0,
               .max = 0.999999999,
               .meaning = "share of the mean squared gradient that is kept at a step"},
    [EPSILON] = {.name = "epsilon",
                 .kind = AG_PARAM_REAL,
                 .standard = 1e-8,
                 .min = 0,
                 .max = 1e3,
                 .meaning = "added to the root, behind it"},
};

/* The numbers of step t, in the kind the weights are made of. The corrections
 * for the start at 0 are made in double, as PyTorch does. */
typedef struct constants {
    ag_real rate; /* r / (1 - beta1^t) */
    ag_real root; /* 1 / sqrt(1 - beta2^t): to multiply by, as a division costs more */
    ag_real decay, beta1, rest1, beta2, rest2, epsilon;
} constants;

AG_VECTORIZED
static void update(size_t n, constants c, const ag_real *restrict gradient, ag_real *restrict m,
                   ag_real *restrict s, ag_real *restrict w) {
    for (size_t i = 0; i < n; i++) {
        const ag_real g = gradient[i] + c.decay * w[i];
        m[i] = c.beta1 * m[i] + c.rest1 * g;
        s[i] = c.beta2 * s[i] + c.rest2 * g * g;
        w[i] -= c.rate * (m[i] / (sqrt(s[i]) * c.root + c.epsilon));
    }
}

static void step(const double *param, double learning_rate, double weight_decay, long t, size_t n,
                 const ag_real *gradient, ag_real *const *state, ag_real *w) {
    const constants c = {
        .rate = (ag_real)(learning_rate / (1.0 - pow(param[BETA1], (double)t))),
        .root = (ag_real)(1.0 / sqrt(1.0 - pow(param[BETA2], (double)t))),
        .decay = (ag_real)weight_decay,
        .beta1 = (ag_real)param[BETA1],
        .rest1 = (ag_real)(1.0 - param[BETA1]),
        .beta2 = (ag_real)param[BETA2],
        .rest2 = (ag_real)(1.0 - param[BETA2]),
        .epsilon = (ag_real)param[EPSILON],
    };
    update(n, c, gradient, state[0], state[1], w);
}

/* The first step is the learning rate, whatever the gradient. */
static const ag_optimizer_point points[] = {{1, 0.90000000099999999},
                                            {2, 0.80041222971233816},
                                            {3, 0.70158627450441502},
                                            {10, 0.076249160619755327},
                                            {100, 0.0029366750032917212}};

const ag_optimizer ag_opt_adam = {
    .about =
        {.name = "adam",
         .formula =
             "m, s means of g, g^2 freed of their start at 0; w = w - r m / (sqrt s + epsilon)",
         .paper = "D. Kingma, J. Ba, 2014, arXiv:1412.6980; as in PyTorch",
         .params = params,
         .n_params = AG_COUNT(params)},
    .n_state = 2,
    .step = step,
    .points = points,
    .n_points = AG_COUNT(points),
};

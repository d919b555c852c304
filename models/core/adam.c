#include "models/core/adam.h"

#include <tgmath.h>

/* The numbers of step t, in the kind the weights are made of. The corrections
 * for the start at 0 are made in double, as PyTorch does. */
typedef struct constants {
    ag_real rate; /* r / (1 - beta1^t) */
    ag_real root; /* 1 / sqrt(1 - beta2^t): to multiply by, as a division costs more */
    ag_real decay, shrink, beta1, rest1, beta2, rest2, epsilon;
} constants;

AG_VECTORIZED(static, update,
              (size_t n, constants c, const ag_real *restrict gradient, ag_real *restrict m,
               ag_real *restrict s, ag_real *restrict w),
              (n, c, gradient, m, s, w)) {
    for (size_t i = 0; i < n; i++) {
        const ag_real g = gradient[i] + c.decay * w[i];
        m[i] = c.beta1 * m[i] + c.rest1 * g;
        s[i] = c.beta2 * s[i] + c.rest2 * g * g;
        w[i] = c.shrink * w[i] - c.rate * (m[i] / (sqrt(s[i]) * c.root + c.epsilon));
    }
}

void ag_adam_step(const double *param, double learning_rate, ag_adam_decay decay, long t, size_t n,
                  const ag_real *gradient, ag_real *const *state, ag_real *w) {
    const constants c = {
        .rate = (ag_real)(learning_rate / (1.0 - pow(param[AG_ADAM_BETA1], (double)t))),
        .root = (ag_real)(1.0 / sqrt(1.0 - pow(param[AG_ADAM_BETA2], (double)t))),
        .decay = (ag_real)decay.gradient,
        .shrink = (ag_real)(1.0 - decay.weights),
        .beta1 = (ag_real)param[AG_ADAM_BETA1],
        .rest1 = (ag_real)(1.0 - param[AG_ADAM_BETA1]),
        .beta2 = (ag_real)param[AG_ADAM_BETA2],
        .rest2 = (ag_real)(1.0 - param[AG_ADAM_BETA2]),
        .epsilon = (ag_real)param[AG_ADAM_EPSILON],
    };
    update(n, c, gradient, state[0], state[1], w);
}

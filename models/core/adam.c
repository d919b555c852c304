#include "models/core/adam.h"

#include "models/core/update.h"

#include <tgmath.h>

/* The numbers of step t, in the kind the weights are made of. The corrections
 * for the start at 0 are made in double, as PyTorch does. */
typedef struct constants {
    ag_real rate; /* r / (1 - beta1^t) */
    ag_real root; /* 1 / sqrt(1 - beta2^t): to multiply by, as a division costs more */
    ag_real decay, shrink, beta1, rest1, beta2, rest2, epsilon;
} constants;

AG_INLINE ag_real moved(constants c, ag_real gradient, ag_real w, ag_real *m, ag_real *s) {
    const ag_real g = gradient + c.decay * w;
    *m = c.beta1 * *m + c.rest1 * g;
    *s = c.beta2 * *s + c.rest2 * g * g;
    return c.shrink * w - c.rate * (*m / (sqrt(*s) * c.root + c.epsilon));
}

AG_UPDATE_LOOP(update, constants, moved(c, gradient[i], w[i], &first[i], &second[i]))

ag_update_squares ag_adam_step(const ag_update *u, ag_adam_decay decay) {
    const double beta1 = u->param[AG_ADAM_BETA1], beta2 = u->param[AG_ADAM_BETA2];
    const constants c = {
        .rate = (ag_real)(u->learning_rate / (1.0 - pow(beta1, (double)u->t))),
        .root = (ag_real)(1.0 / sqrt(1.0 - pow(beta2, (double)u->t))),
        .decay = (ag_real)decay.gradient,
        .shrink = (ag_real)(1.0 - decay.weights),
        .beta1 = (ag_real)beta1,
        .rest1 = (ag_real)(1.0 - beta1),
        .beta2 = (ag_real)beta2,
        .rest2 = (ag_real)(1.0 - beta2),
        .epsilon = (ag_real)u->param[AG_ADAM_EPSILON],
    };
    return update(u, c);
}

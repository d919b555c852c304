/* What adam and adamw share: their parameters and their step. They differ in what
 * weight decay acts on. */
#ifndef AG_ADAM_H
#define AG_ADAM_H

#include "models/optimizer.h"

/* Places of the parameters behind learning_rate and weight_decay. */
enum { AG_ADAM_BETA1 = 2, AG_ADAM_BETA2, AG_ADAM_EPSILON };

#define AG_ADAM_PARAMS(standard_decay, meaning_of_decay)                                           \
    AG_OPTIMIZER_PARAMS(0.001, standard_decay, meaning_of_decay),                                  \
        {.name = "beta1",                                                                          \
         .kind = AG_PARAM_REAL,                                                                    \
         .standard = 0.9,                                                                          \
         .min = 0,                                                                                 \
         .max = 0.999999999,                                                                       \
         .meaning = "share of the mean gradient that is kept at a step"},                          \
        {.name = "beta2",                                                                          \
         .kind = AG_PARAM_REAL,                                                                    \
         .standard = 0.999,                                                                        \
         .min = 0,                                                                                 \
         .max = 0.999999999,                                                                       \
         .meaning = "share of the mean squared gradient that is kept at a step"},                  \
    {                                                                                              \
        .name = "epsilon", .kind = AG_PARAM_REAL, .standard = 1e-8, .min = 0, .max = 1e3,          \
        .meaning = "added to the root, behind it"                                                  \
    }

/* Both as shares: of the weight that is added to its gradient, and of the weight
 * that is lost at this step. */
typedef struct ag_adam_decay {
    double gradient, weights;
} ag_adam_decay;

/* One step:
 *
 *     g = gradient + decay.gradient w
 *     m = beta1 m + (1 - beta1) g
 *     s = beta2 s + (1 - beta2) g^2
 *     w = (1 - decay.weights) w - r / (1 - beta1^t) m / (sqrt s / sqrt(1 - beta2^t) + epsilon)
 */
ag_update_squares ag_adam_step(const ag_update *update, ag_adam_decay decay);

#endif

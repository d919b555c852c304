/* RAI, randomized asymmetric: so that fewer ReLU nets are born dead, one incoming
 * number of every unit, weight or bias, is positive: from Beta(2, 1). All others,
 * biases too, are normal with the standard deviation at which the length of the
 * signal is kept. */
#include "models/core/fill.h"

#include <math.h>

static const double DEVIATION = 0.6007; /* times 1 / sqrt(fan_in): the paper, section 4 */

static void fill(const ag_weights_request *r, ag_stream *random, ag_real *w, ag_real *b) {
    const double deviation = DEVIATION / sqrt(r->fan_in);
    ag_fill_normal(r, random, deviation * deviation, w);
    for (int u = 0; b && u < r->units; u++)
        b[u] = (ag_real)(deviation * ag_random_normal(random));
    for (int u = 0; u < r->units; u++) {
        const uint32_t k = ag_random_below(random, (uint32_t)r->fan_in + (b != NULL));
        const ag_real positive = (ag_real)sqrt(ag_random_uniform(random)); /* Beta(2, 1) */
        if (k < (uint32_t)r->fan_in)
            w[(size_t)k * (size_t)r->units + (size_t)u] = positive;
        else
            b[u] = positive;
    }
}

const ag_initializer ag_init_rai = {
    .about = {.name = "rai",
              .formula = "normal(0, 0.6007^2 / fan_in), biases too; of each unit's fan_in + 1 "
                         "numbers one from Beta(2, 1)",
              .paper = "L. Lu, Y. Shin, Y. Su, G. Karniadakis, 2019, arXiv:1903.06733"},
    .fill = fill,
};

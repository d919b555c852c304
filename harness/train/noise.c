#include "harness/train/noise.h"

void ag_noise_add(ag_noise *noise, size_t n, ag_real *x) {
    if (noise->level == 0.0) return;
    for (size_t i = 0; i < n; i++) {
        const double draw = noise->uniform ? 2.0 * ag_random_uniform(&noise->stream) - 1.0
                                           : ag_random_normal(&noise->stream);
        x[i] += (ag_real)(noise->level * draw);
    }
}

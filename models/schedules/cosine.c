/* Cosine: half a wave from 1 down to a smallest factor at the end of the training;
 * without the restarts of the paper. */
#include "models/schedule.h"

#include <math.h>

enum { MIN = 1 };

static const ag_param params[] = {
    AG_SCHEDULE_WARMUP,
    [MIN] = {.name = "min",
             .kind = AG_PARAM_REAL,
             .standard = 0,
             .min = 0,
             .max = 1,
             .meaning = "factor that the end comes near to"},
};

static double factor(const double *param, long step, long n_steps, long steps_per_epoch) {
    (void)steps_per_epoch;
    static const double PI = 3.14159265358979323846;
    const double done = step < n_steps ? (double)step / (double)n_steps : 1.0;
    return param[MIN] + (1.0 - param[MIN]) * 0.5 * (1.0 + cos(PI * done));
}

const ag_schedule ag_schedule_cosine = {
    .about = {.name = "cosine",
              .formula = "min + (1 - min) (1 + cos(pi step / n_steps)) / 2",
              .paper = "I. Loshchilov, F. Hutter, 2016, arXiv:1608.03983",
              .params = params,
              .n_params = AG_COUNT(params)},
    .factor = factor,
    .by_length = true,
};

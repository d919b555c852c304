/* Step: down a stair, once every few epochs. */
#include "models/schedule.h"

#include <math.h>

enum { EVERY = 1, GAMMA };

static const ag_param params[] = {
    AG_SCHEDULE_WARMUP,
    [EVERY] = {.name = "every",
               .kind = AG_PARAM_INT,
               .standard = 30,
               .min = 1,
               .max = 1e9,
               .meaning = "epochs on one stair"},
    [GAMMA] = {.name = "gamma",
               .kind = AG_PARAM_REAL,
               .standard = 0.1,
               .min = 0,
               .max = 1,
               .meaning = "height of a stair as a share of the one before"},
};

static double factor(const double *param, long step, long n_steps, long steps_per_epoch) {
    (void)n_steps;
    const double epoch = floor((double)step / (double)steps_per_epoch);
    return pow(param[GAMMA], floor(epoch / param[EVERY]));
}

const ag_schedule ag_schedule_step = {
    .about = {.name = "step",
              .formula = "gamma^floor(epoch / every)",
              .paper = "folklore; torch.optim.lr_scheduler.StepLR",
              .params = params,
              .n_params = AG_COUNT(params)},
    .factor = factor,
};

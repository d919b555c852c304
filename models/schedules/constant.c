/* Constant: the learning rate as it is. */
#include "models/schedule.h"

static const ag_param params[] = {AG_SCHEDULE_WARMUP};

static double factor(const double *param, long step, long n_steps, long steps_per_epoch) {
    (void)param, (void)step, (void)n_steps, (void)steps_per_epoch;
    return 1.0;
}

const ag_schedule ag_schedule_constant = {
    .about = {.name = "constant",
              .formula = "1",
              .paper = "folklore",
              .params = params,
              .n_params = AG_COUNT(params)},
    .factor = factor,
};

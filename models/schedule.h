/* A schedule: the learning rate over the steps of a training. One file each in
 * models/schedules/. */
#ifndef AG_SCHEDULE_H
#define AG_SCHEDULE_H

#include "harness/base/catalogue.h"

/* Every schedule's first parameter: a linear rise in front of it. */
#define AG_SCHEDULE_WARMUP                                                                         \
    {                                                                                              \
        .name = "warmup", .kind = AG_PARAM_INT, .standard = 0, .min = 0, .max = 1e9,               \
        .meaning = "steps of linear rise from 0 before the schedule begins"                        \
    }

typedef struct ag_schedule {
    ag_element about; /* params[0] is AG_SCHEDULE_WARMUP */
    /* Factor on the learning rate. `step` counts from 0 behind the warm-up,
     * n_steps is what is left behind it, steps_per_epoch as it says. */
    double (*factor)(const double *param, long step, long n_steps, long steps_per_epoch);
    bool by_length; /* depends on n_steps: a longer training differs from its first step on */
} ag_schedule;

extern const ag_catalogue ag_schedules;

static inline const ag_schedule *ag_schedule_of(const ag_choice *choice) {
    return (const ag_schedule *)(const void *)choice->element;
}

/* The learning rate of a step (from 0), warm-up included: during it
 * base * (step + 1) / (warmup + 1). */
double ag_schedule_rate(const ag_choice *choice, double base, long step, long n_steps,
                        long steps_per_epoch);

#endif

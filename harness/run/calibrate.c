#include "harness/run/calibrate.h"

#include "harness/base/clock.h"

enum { SAMPLES = 5, BATCHES = 8 };

typedef struct sample {
    double flops, seconds; /* of one step */
} sample;

/* Trains on the first batches only, without probes, validation and test. Seconds of a
 * step; 0 if training diverges before there is anything to time. */
static ag_status time_trial(const ag_plan *plan, const ag_trial *trial, const ag_data *data,
                            double seconds, ag_arena *arena, double *per_step, ag_error *err) {
    ag_settings settings = ag_plan_settings(plan, trial);
    ag_data few = data[trial->variant[AG_PART_DATASET]];
    const size_t n = (size_t)settings.training.batch_size *
                     (size_t)(settings.training.accumulate > 1 ? settings.training.accumulate : 1) *
                     BATCHES;
    if (few.train.n > n) few.train.n = n;
    few.validation.n = few.test.n = 0;
    settings.probes.on = false;
    settings.training.early_stopping = settings.training.robustness = (ag_choice){0};
    settings.training.epochs = 1000;
    settings.training.steps = 0;
    ag_training_run run;
    AG_TRY(ag_train_begin(&settings, &few, arena, NULL, &run, err));
    (void)ag_train_epoch(&run); /* not counted: caches and kernels warm up */
    const long before = run.step;
    const double began = ag_clock_now();
    while (ag_clock_now() - began < seconds && ag_train_epoch(&run)) {
    }
    const double spent = ag_clock_now() - began;
    *per_step = run.step > before ? spent / (double)(run.step - before) : 0;
    return AG_OK;
}

/* Least squares through the samples: seconds = per_step + per_flop * flops, neither
 * below 0. One sample, or one size: all of it goes to the operations. */
static ag_speed fit(const sample *s, int n) {
    double x = 0, y = 0, xx = 0, xy = 0;
    for (int i = 0; i < n; i++) {
        x += s[i].flops / n;
        y += s[i].seconds / n;
    }
    for (int i = 0; i < n; i++) {
        xx += (s[i].flops - x) * (s[i].flops - x);
        xy += (s[i].flops - x) * (s[i].seconds - y);
    }
    const double slope = xx > 0 ? xy / xx : 0, offset = y - slope * x;
    if (slope > 0 && offset >= 0) return (ag_speed){offset, slope};
    return (ag_speed){0, x > 0 ? y / x : 0};
}

static double step_flops(const ag_costs *costs, size_t trial) {
    const ag_trial_cost *cost = ag_cost_of(costs, trial);
    return cost->flops / (double)cost->steps;
}

ag_status ag_calibrate(const ag_plan *plan, size_t n_todo, const size_t *todo,
                       const ag_costs *costs, const ag_data *data, double seconds, ag_arena *arena,
                       ag_speed *speed, ag_error *err) {
    *speed = (ag_speed){0};
    if (!n_todo) return AG_OK;
    size_t low = 0, high = 0;
    double least = step_flops(costs, todo[0]), most = least;
    for (size_t i = 1; i < n_todo; i++) {
        const double step = step_flops(costs, todo[i]);
        if (step < least) least = step, low = i;
        if (step > most) most = step, high = i;
    }
    const size_t chosen[SAMPLES] = {low, high, n_todo / 2, n_todo / 4, n_todo * 3 / 4};
    const int n = n_todo < SAMPLES ? (int)n_todo : SAMPLES;
    sample s[SAMPLES] = {{0}};
    int timed = 0;
    for (int i = 0; i < n; i++) {
        const size_t k = n_todo < SAMPLES ? (size_t)i : chosen[i];
        const ag_mark mark = ag_arena_mark(arena);
        s[timed].flops = step_flops(costs, todo[k]);
        const ag_status status = time_trial(plan, &plan->trials[todo[k]], data, seconds / n, arena,
                                            &s[timed].seconds, err);
        ag_arena_release(arena, mark);
        if (status) return ag_pass(err, status, __FILE__, __LINE__);
        timed += s[timed].seconds > 0;
    }
    *speed = fit(s, timed);
    return AG_OK;
}

double ag_speed_seconds(const ag_speed *speed, const ag_trial_cost *cost) {
    return speed->per_step * (double)cost->steps + speed->per_flop * cost->work;
}

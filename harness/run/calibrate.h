/* How long will it take, here? A few trials of the plan are begun for a fraction
 * of a second each; the rest is reckoned from their operations. */
#ifndef AG_CALIBRATE_H
#define AG_CALIBRATE_H

#include "harness/run/run.h"
#include "harness/train/cost.h"

typedef struct ag_speed {
    double per_step; /* seconds of one step besides its operations */
    double per_flop; /* seconds */
} ag_speed;

/* Times up to five of the trials, from the cheapest to the most expensive step,
 * about `seconds` altogether. `costs` are those of the plan. */
ag_status ag_calibrate(const ag_plan *plan, size_t n_todo, const size_t *todo,
                       const ag_costs *costs, const ag_data *data, double seconds, ag_arena *arena,
                       ag_speed *speed, ag_error *err);

/* Seconds of one trial on one core. */
double ag_speed_seconds(const ag_speed *speed, const ag_trial_cost *cost);

#endif

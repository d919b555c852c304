#include "models/core/update.h"

#include "harness/num/norms.h"

#include <math.h>

static double sum(const double lane[AG_UPDATE_LANES]) {
    double all = 0;
    for (int j = 0; j < AG_UPDATE_LANES; j++)
        all += lane[j];
    return all;
}

/* Weights whose squares leave the range of float are still there: summed again in double,
 * NaN and infinity included. Of the change one of the scales holds: the upper one
 * overflows above 1e4, where the lower one is exact; it loses digits only to changes below
 * 4e-34, which no weight above 1e-26 can make. */
ag_update_squares ag_update_finish(const ag_update *u, const ag_update_lanes *total) {
    const double weights = sum(total->weights), up = sum(total->up);
    const double more = AG_UPDATE_UP, less = AG_UPDATE_DOWN;
    return (ag_update_squares){
        .weights = ag_squares_hold(u->n, weights) ? weights : ag_sum_products(u->n, u->w, u->w),
        .change = isfinite(up) ? up / (more * more) : sum(total->down) / (less * less),
    };
}

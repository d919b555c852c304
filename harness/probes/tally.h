/* Tally: what the values of a stage, or of each of its channels, were over some examples.
 * It takes the examples in piece by piece, so that they may be more than the net's buffers
 * hold, and one look at the values serves all probes.
 */
#ifndef AG_TALLY_H
#define AG_TALLY_H

#include "models/net.h"

#include <math.h>

#define AG_DEAD 1e-6      /* |f'| below it for every value: a dead channel */
#define AG_SATURATED 1e-2 /* |f'| below it: a saturated value */

/* Of one channel, or of several together. Spread: sum of squared deviations from the mean. */
typedef struct ag_tally {
    double n;   /* values: examples x places */
    double z_n; /* of z: the same, times the inputs of a unit; all of them are its z */
    double z_mean, z_spread;
    double a_mean, a_spread; /* this and what follows: 0 for a stage without activation */
    double zero;             /* values a that are exactly 0 */
    double saturated;        /* values with |f'(z)| < AG_SATURATED */
    double live; /* of one channel: values that are not |f'(z)| < AG_DEAD; NaN is live */
} ag_tally;

static inline int ag_tally_channels(const ag_stage *stage) {
    return (stage->activation ? stage->activation : stage->preactivation)->out.channels;
}

/* The least ag_real that is not below limit: any ag_real is below both or neither. */
static inline ag_real ag_least_not_below(double limit) {
    const ag_real near = (ag_real)limit;
    return (double)near < limit ? (ag_real)nextafterf((float)near, 1) : near;
}

/* Takes in the `rows` examples in the net's buffers. tally [ag_tally_channels(stage)]. */
void ag_tally_add(const ag_stage *stage, int rows, ag_tally *tally);

/* b into a. */
void ag_tally_merge(ag_tally *a, const ag_tally *b);

/* Standard deviations of the population. */
double ag_tally_z_std(const ag_tally *tally);
double ag_tally_a_std(const ag_tally *tally);

#endif

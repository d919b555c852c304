/* Tally: what the values of each channel of a stage were over the examples of the probe
 * batch. It takes the examples in piece by piece, so the probe batch may be larger than
 * the net's buffers, and one look at the values serves all probes.
 */
#ifndef AG_TALLY_H
#define AG_TALLY_H

#include "models/net.h"

#define AG_DEAD 1e-6      /* |f'| below it for every value: a dead channel */
#define AG_SATURATED 1e-2 /* |f'| below it: a saturated value */

/* Of one channel, or of several together. Spread: sum of squared deviations from the mean. */
typedef struct ag_tally {
    double n; /* values: examples x places */
    double z_mean, z_spread;
    double a_mean, a_spread; /* this and what follows: 0 for a stage without activation */
    double zero;             /* values a that are exactly 0 */
    double saturated;        /* values with |f'(z)| < AG_SATURATED */
    double live;             /* values that are not |f'(z)| < AG_DEAD; NaN is live */
} ag_tally;

static inline int ag_tally_channels(const ag_stage *stage) {
    return stage->preactivation->out.channels;
}

/* Takes in the `rows` examples in the net's buffers. tally [ag_tally_channels(stage)]. */
void ag_tally_add(const ag_stage *stage, int rows, ag_tally *tally);

/* b into a. */
void ag_tally_merge(ag_tally *a, const ag_tally *b);

/* All n of them as one. */
ag_tally ag_tally_together(const ag_tally *tally, int n);

/* Standard deviations of the population. */
double ag_tally_z_std(const ag_tally *tally);
double ag_tally_a_std(const ag_tally *tally);

#endif

/* Sums over all values of a stage as one channel, taken piece by piece as a mini-batch goes
 * forward: vector code, for every step of training. tally.c, which keeps every channel apart
 * and goes over them twice in double, takes 10 times as long.
 *
 * Moments are sums of floats, 64 to a lane at most, then of doubles, around a value near the
 * mean: errors below 1e-5 standard deviations, 1e-7 as a rule. What floats cannot sum so (a
 * mean that is far off, squares beyond their range) is summed in double at the end, in two
 * passes. The same bits at every instruction-set level.
 */
#ifndef AG_SUMS_H
#define AG_SUMS_H

#include "harness/probes/tally.h"

#include <stdint.h>

enum { AG_SUMS_LANES = 16 };

typedef struct ag_sums {
    ag_real z_shift, a_shift; /* near the means: from the first piece */
    /* of z - z_shift, of a - a_shift, of their squares */
    double z[AG_SUMS_LANES], z_squares[AG_SUMS_LANES], a[AG_SUMS_LANES], a_squares[AG_SUMS_LANES];
    int64_t zero, saturated; /* values */
} ag_sums;

/* Takes in `rows` examples of the mini-batch from `first` on, 0 to begin with. */
void ag_sums_add(const ag_stage *stage, int first, int rows, ag_sums *sums);

/* All `rows` examples of the mini-batch have been added: into the tally, but for `live`. */
void ag_sums_close(const ag_stage *stage, int rows, const ag_sums *sums, ag_tally *tally);

/* live [ag_tally_channels(stage)]: 1 from here on, 0 before, for channels with a value in these
 * examples that is not |f'(z)| < AG_DEAD, as NaN is not. Whether all are 1 now. The stage has an
 * activation. */
bool ag_mark_live(const ag_stage *stage, int first, int rows, int *live);

#endif

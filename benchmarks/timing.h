/* What a measurement needs: clocks of processor time, the processor's peak. */
#ifndef AG_TIMING_H
#define AG_TIMING_H

#include "harness/num/spread.h"

/* Seconds that all threads of this process have computed. */
double ag_process_seconds(void);

/* Operations per second of fused multiply-adds in float that wait for nothing, on the
 * widest vectors of the level that runs (ag_isa), one core: the roof of every kernel. Takes about
 * 20 ms; the median of several pieces, as the work beside it is a median too. */
double ag_peak_flops(void);

#endif

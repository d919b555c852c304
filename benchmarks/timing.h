/* What a measurement needs: the thread's own clock, medians, the processor's peak. */
#ifndef AG_TIMING_H
#define AG_TIMING_H

/* Seconds that this thread has computed: other programs on the machine do not count. */
double ag_thread_seconds(void);

/* The same of all threads of this process. */
double ag_process_seconds(void);

typedef struct ag_spread {
    double median, least, most;
} ag_spread;

/* Of n numbers, n above 0; sorts x. */
ag_spread ag_spread_of(int n, double *x);

/* Operations per second of fused multiply-adds in float that wait for nothing, on the
 * widest vectors of the level that runs (ag_isa), one core: the roof of every kernel. Takes about
 * 20 ms; the median of several pieces, as the work beside it is a median too. */
double ag_peak_flops(void);

#endif

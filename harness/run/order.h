/* In which order trials are begun. */
#ifndef AG_ORDER_H
#define AG_ORDER_H

#include "harness/plan/plan.h"

/* Seed by seed, so that a sweep stopped half-way is still a balanced table; within a seed the
 * most expensive first. And such that n_threads (0: one per core) are busy to the end: a trial
 * behind which there would be too little for the others to do while it runs is begun ahead of
 * its seed, as late as that allows (order.c has the rule). Sorts todo, and cost with it. */
void ag_run_order(const ag_plan *plan, int n_threads, size_t n, size_t *todo, double *cost);

#endif

/* The worker: answers a program that compares, one JSON object a line.
 *
 * First it writes what another framework needs to train the same nets (export.h) and
 * says so in a line. Then it reads commands from stdin:
 *
 *     go BENCH SECONDS      {"steps", "samples", "seconds", "wall"}: see ag_bench_go
 *     peak                  {"flops"}: operations per second, see ag_peak_flops
 *
 * and ends with stdin. BENCH counts from 0: trials in the order of the plan, each first
 * without and then with its probes.
 */
#ifndef AG_WORKER_H
#define AG_WORKER_H

#include "benchmarks/workload.h"

/* `workload` is open with both kinds of each trial. */
ag_status ag_worker_serve(ag_workload *workload, const char *folder, ag_arena *arena,
                          ag_error *err);

#endif

/* Snapshot: the fixed probe batch goes through the net, as in an evaluation, and what
 * every channel did with it is counted: for the probes of time AG_PROBE_VALUES and, where
 * asked for, as distributions and numbers of single channels.
 */
#ifndef AG_SNAPSHOT_H
#define AG_SNAPSHOT_H

#include "harness/probes/look.h"
#include "harness/probes/tally.h"
#include "harness/train/checkpoint.h"
#include "harness/train/train.h"

typedef struct ag_snapshot ag_snapshot;

/* Room for total_epochs + 1 of them. */
ag_status ag_snapshot_open(ag_training_run *run, ag_snapshot **snapshot, ag_error *err);
size_t ag_snapshot_bytes(const ag_probing *probing, const ag_net *net, long epochs);

/* The one of run->epoch: `look` has seen it then. Unfinished if the run is asked to stop. */
void ag_snapshot_take(ag_training_run *run, ag_snapshot *snapshot, ag_look *look);

/* Of stage s from 0, after ag_snapshot_take: the median over its channels of their mean activation;
 * NaN if no probe asks for it. */
double ag_snapshot_median(const ag_snapshot *snapshot, int stage);

/* Those of the epochs that ended. */
void ag_snapshot_state(const ag_training_run *run, ag_snapshot *snapshot, ag_transfer *transfer);

/* Arrays of histograms and channels, at most AG_SNAPSHOT_ARRAYS_MAX; returns the place
 * behind them. */
enum { AG_SNAPSHOT_ARRAYS_MAX = 7 };
ag_array *ag_snapshot_record(const ag_training_run *run, const ag_snapshot *snapshot,
                             ag_array *arrays);

#endif

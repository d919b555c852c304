/* The watch: runs the probes of a trial and keeps what they say. */
#ifndef AG_WATCH_H
#define AG_WATCH_H

#include "harness/train/checkpoint.h"
#include "harness/train/snapshot.h"

/* NULL probes (settings.probes.on false) give a watch that keeps nothing. */
ag_status ag_watch_open(ag_training_run *run, ag_error *err);

/* Bytes that it takes, and its part of the record. */
size_t ag_watch_bytes(const ag_probing *probing, const ag_net *net, long epochs, long steps);

/* Floating-point operations of probes that take time, about. */
double ag_watch_flops(const ag_probing *probing, const ag_net *net, long epochs);

/* Whether the step about to be done (from 1) is a recorded one: each `every` steps and,
 * so that every epoch has one, at its last full batch. Not at a short one behind it, of
 * which the fewer examples alone make the gradients larger. */
bool ag_watch_records(const ag_training_run *run, long step);

/* Looks at the passes of a recorded step: of one that is gathered from several mini-batches
 * at each, so that the last one stays. */
const ag_observer *ag_watch_observer(const ag_training_run *run);

/* A recorded step is done, its update included: its numbers. */
void ag_watch_step(ag_training_run *run);

/* The end of an epoch, in two parts. The first sends examples through the net: the probe batch
 * and, in epoch 0, as many as a step has, for their gradients. It may be left when the run is
 * asked to stop, and done again. The second writes down what there was to see, the weights, and
 * the averages over the recorded steps since the last time. */
void ag_watch_look(ag_training_run *run);
void ag_watch_epoch(ag_training_run *run);

/* What it keeps of the epochs that ended and of the steps that are done. */
void ag_watch_state(ag_training_run *run, ag_transfer *transfer);

/* Probes at most, one bit each of ag_probing.which; arrays that ag_watch_record adds. */
enum {
    AG_WATCH_PROBES_MAX = 64,
    AG_WATCH_ARRAYS_MAX = 2 * AG_WATCH_PROBES_MAX + 1 + AG_SNAPSHOT_ARRAYS_MAX
};

/* Adds the probes' numbers and arrays to the record. Out of memory: an array's name or
 * meaning or data is NULL. */
void ag_watch_record(const ag_training_run *run, ag_record *record, ag_array *arrays,
                     int *n_arrays);

#endif

/* The watch: runs the probes of a trial and keeps what they say. */
#ifndef AG_WATCH_H
#define AG_WATCH_H

#include "harness/train/snapshot.h"

/* NULL probes (settings.probes.on false) give a watch that keeps nothing. */
ag_status ag_watch_open(ag_training_run *run, ag_error *err);

/* Bytes that it takes, and its part of the record. */
size_t ag_watch_bytes(const ag_probing *probing, const ag_net *net, long epochs, long steps);

/* Whether the step about to be done (from 1) is a recorded one: each `every` steps and,
 * so that every epoch has one, at its last full batch. Not at a short one behind it, of
 * which the fewer examples alone make the gradients larger. */
bool ag_watch_records(const ag_training_run *run, long step);

void ag_watch_gradients(ag_training_run *run, int rows); /* gradients are there */
void ag_watch_before_update(ag_training_run *run);
void ag_watch_after_update(ag_training_run *run, int rows);

/* Epoch probes on the probe batch, and the averages of the step probes since the
 * last call. Epoch 0: gradients instead, of as many examples as a step has. */
void ag_watch_epoch(ag_training_run *run);

/* Probes at most, one bit each of ag_probing.which; arrays that ag_watch_record adds. */
enum {
    AG_WATCH_PROBES_MAX = 64,
    AG_WATCH_ARRAYS_MAX = 2 * AG_WATCH_PROBES_MAX + 1 + AG_SNAPSHOT_ARRAYS_MAX
};

/* Adds the probes' numbers and arrays to the record. Out of memory: an array's name or
 * data is NULL. */
void ag_watch_record(const ag_training_run *run, ag_record *record, ag_array *arrays,
                     int *n_arrays);

#endif

/* The flight recorder: what the last steps of a trial did, layer by layer, for those that diverge.
 *
 * A ring with an entry for each step, and one for the state before the first, step 0. All of it
 * are sums that a step takes anyway, whoever watches: it costs a few copies per layer, and the same
 * numbers are there with probes, without, and in a trial that went on from a checkpoint. */
#ifndef AG_FLIGHT_H
#define AG_FLIGHT_H

#include "harness/train/checkpoint.h"
#include "harness/train/train.h"

/* Entries of the ring. */
enum { AG_FLIGHT_STEPS = 64 };

/* What of a step there is: the others have numbers of another step, and are NaN in the record. */
typedef enum ag_flight_reach {
    AG_FLIGHT_LOSS,     /* its loss, and the weights before it */
    AG_FLIGHT_GRADIENT, /* and the gradient */
    AG_FLIGHT_UPDATE    /* and the weights behind it */
} ag_flight_reach;

ag_status ag_flight_open(ag_training_run *run, ag_error *err);
size_t ag_flight_bytes(const ag_net *net);

/* The step run->step, which came so far. */
void ag_flight_note(ag_training_run *run, double loss, double learning_rate, ag_flight_reach reach);

/* The largest |z| of each layer over the examples that went through the net last, `rows` of them,
 * and over those looked at since `anew`: of the pass that was not finite. */
void ag_flight_look(ag_training_run *run, int rows, bool anew);
/* Of layer `stage`, from 1; NaN if one was no number, and before the first look. */
double ag_flight_largest(const ag_training_run *run, int stage);

/* The steps that are done. */
void ag_flight_state(const ag_training_run *run, ag_transfer *transfer);

/* Rows of the table `flight`, if it diverged. */
ag_status ag_flight_record(const ag_training_run *run, ag_record *record, ag_error *err);

#endif

/* A probe: one number per layer about a net it can see and not change.
 *
 * One file each in this folder. A probe's name is the column of the table
 * layer_epoch and the data set in curves.h5 that its numbers go to.
 */
#ifndef AG_PROBE_H
#define AG_PROBE_H

#include "harness/base/catalogue.h"
#include "harness/probes/tally.h"

typedef enum ag_probe_time {
    AG_PROBE_GRADIENT, /* at recorded steps, when the gradients of a training mini-batch are
                          there, before clipping; averaged over the recorded steps of an epoch */
    AG_PROBE_UPDATE, /* at recorded steps, when the optimizer has moved the weights; averaged too */
    AG_PROBE_EPOCH   /* before the first step and after each epoch, on the fixed probe batch */
} ag_probe_time;

typedef struct ag_view {
    const ag_net *net;
    int rows;              /* GRADIENT, UPDATE: examples in the net's buffers */
    const ag_tally *tally; /* EPOCH: of the stage's channels, over the whole probe batch;
                              the net's buffers hold the last piece of it */
    const ag_real *before; /* UPDATE: the parameters before the step, [net->n_parameters] */
} ag_view;

typedef struct ag_probe {
    ag_element about; /* formula: the meaning */
    const char *unit; /* "share of units, 0 to 1" */
    ag_probe_time time;
    /* One number about one stage; NaN where the stage has no such thing. */
    double (*observe)(const ag_view *view, const ag_stage *stage);
} ag_probe;

extern const ag_catalogue ag_probes;

static inline const ag_probe *ag_probe_of(const ag_element *element) {
    return (const ag_probe *)(const void *)element;
}

#endif

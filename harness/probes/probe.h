/* A probe: one number per layer about a net it can see and not change.
 *
 * One file each in this folder. A probe's name is the column of the table
 * layer_epoch and the data set in curves.h5 that its numbers go to.
 */
#ifndef AG_PROBE_H
#define AG_PROBE_H

#include "harness/base/catalogue.h"
#include "harness/probes/tally.h"

/* When there is something to see. Recorded steps: settings.h, ag_probing. */
typedef enum ag_probe_time {
    AG_PROBE_GRADIENT, /* at recorded steps, of a training mini-batch, before clipping; an epoch
                          has the mean over its recorded steps */
    AG_PROBE_UPDATE,   /* at recorded steps, when the optimizer has moved the weights; likewise */
    AG_PROBE_VALUES,   /* before the first step and after each epoch, over the fixed probe batch;
                          with `every` a number of steps also at recorded steps, over all examples
                          of the step as they went forward in training, with dropout and the
                          mini-batch's statistics */
    AG_PROBE_WEIGHTS,  /* before the first step and after each epoch; with `every` a number of
                          steps also after recorded steps */
    AG_PROBE_EPOCH     /* before the first step and after each epoch only */
} ag_probe_time;

/* What there is to see of one stage. Every sum is taken once, where its numbers pass
 * through the cache anyway, and serves all probes. */
typedef struct ag_view {
    double gradient;        /* GRADIENT: sum of squares of dLoss/dW */
    double delta;           /* GRADIENT: sum of squares of dLoss/dz */
    double before, change;  /* UPDATE: of the weights before the step, of what it added */
    double weights;         /* UPDATE, WEIGHTS: of the weights as they are */
    const ag_tally *values; /* VALUES: of all channels together */
    int dead;               /* VALUES: channels without a value that is not |f'(z)| < AG_DEAD */
    double median;          /* EPOCH: over the channels, of the mean of a in the probe batch; NaN
                               if no probe asks for it */
    const ag_layer *owner;  /* EPOCH: of the weights */
    double *room;           /* EPOCH: as large as any probe's `room` says */
} ag_view;

typedef struct ag_probe {
    ag_element about; /* formula: the meaning; says "on request" if it is */
    const char *unit; /* "share of units, 0 to 1" */
    ag_probe_time time;
    bool on_request; /* `all` is without it: it takes time, or few ask for it */
    /* Numbers of room and floating-point operations that a stage with these weights takes. NULL:
     * none to speak of. */
    size_t (*room)(const ag_layer *weights);
    double (*flops)(const ag_layer *weights);
    /* One number about one stage; NaN where the stage has no such thing. */
    double (*observe)(const ag_view *view, const ag_stage *stage);
} ag_probe;

extern const ag_catalogue ag_probes;

static inline const ag_probe *ag_probe_of(const ag_element *element) {
    return (const ag_probe *)(const void *)element;
}

#endif

/* Two trials side by side: where their numbers part.
 *
 * Both do a step, and all that it made is compared in the order in which it was made: examples,
 * what each layer made of them, the loss, gradients from the last layer to the first, the weights,
 * what optimizer and normalizations remember. The first difference is the cause of all others.
 */
#ifndef AG_TWINS_H
#define AG_TWINS_H

#include "harness/train/train.h"

/* The first difference. */
typedef struct ag_parting {
    long step;        /* 0: before the first */
    const char *what; /* "initial weights", "output of", "gradient of the weights of", ... */
    int layer;        /* as in the table `layer`, from 1; 0: none */
    const char *name; /* of the layer: "hidden1"; NULL: none */
    const char *kind; /* of the step of the computation: "dense", "activation"; NULL: none */
    size_t n[2];      /* numbers that there are */
    bool has_element; /* they are as many, and this one differs: */
    size_t element;   /* from 0 */
    double value[2];
} ag_parting;

typedef struct ag_twins {
    ag_training_run run[2];
    bool alike;  /* the nets: layer by layer the same kinds and sizes */
    long step;   /* done by both */
    bool ended;  /* one of them has, without being asked to */
    long n_rows; /* of the runs' tables of epochs that were compared */
} ag_twins;

/* Starts both. `settings` and `data` must outlive the runs. */
ag_status ag_twins_open(const ag_settings settings[2], const ag_data *const data[2],
                        const ag_host *host, ag_arena *arena, ag_twins *twins, ag_error *err);

/* Compares what both have before the first step. True: they part here. */
bool ag_twins_part_at_start(const ag_twins *twins, ag_parting *parting);

/* One step of both. False: one of them has ended, or was stopped. */
bool ag_twins_step(ag_twins *twins);

/* Compares what the step made, and the scores of an epoch that ended before it. Of a step that is
 * gathered from several mini-batches, what layers made of the last one. At the end: the weights
 * that are kept. */
bool ag_twins_part(ag_twins *twins, ag_parting *parting);

/* Whether two that never parted also end at the same step and in the same way: neither goes on
 * where the other ends or diverges. */
bool ag_twins_end_alike(const ag_twins *twins);

/* |a - b| / |a| over all weights and other parameters that both have. NaN: nets that are not alike.
 */
double ag_twins_distance(const ag_twins *twins);

/* The loss of the last step; NaN before the first. */
double ag_twins_loss(const ag_twins *twins, int which);

#endif

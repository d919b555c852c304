/* Where the state of trials that are not finished is kept. Types only: training names the bytes,
 * the store keeps them, and neither knows the other. */
#ifndef AG_KEEPER_H
#define AG_KEEPER_H

#include "harness/base/arena.h"
#include "harness/base/clock.h"
#include "harness/base/status.h"

#include <stdint.h>

/* What is known of a state without looking into it. */
typedef struct ag_checkpoint {
    uint64_t trial_id;
    uint64_t data;                     /* digest of the data set */
    long step, steps;                  /* done, of all */
    double seconds;                    /* that it took so far */
    char started_at[AG_TIMESTAMP_MAX]; /* the trial, not the process that saved it */
} ag_checkpoint;

/* Takes bytes, one piece after the other. */
typedef struct ag_outlet {
    void (*put)(struct ag_outlet *self, const void *bytes, size_t n);
} ag_outlet;

typedef struct ag_kept_state {
    ag_checkpoint head;
    const void *bytes; /* NULL: nothing is kept */
    size_t n;
} ag_kept_state;

/* Where the states are. May be called by several threads at a time, for different trials. */
typedef struct ag_keeper {
    /* Keeps what `write` puts in place of what was kept of this trial before. On the disk for good
     * when it returns; if it fails, what was kept before still is. Takes no memory. */
    ag_status (*keep)(void *self, const ag_checkpoint *head,
                      void (*write)(void *context, ag_outlet *out), void *context, ag_error *err);
    /* What is kept of a trial, as long as the arena lives. AG_STORE: something is, but it is
     * damaged or of another program. */
    ag_status (*fetch)(void *self, uint64_t trial_id, ag_arena *arena, ag_kept_state *kept,
                       ag_error *err);
    /* It is finished, and in the store. */
    void (*drop)(void *self, uint64_t trial_id);
    void *self;
} ag_keeper;

#endif

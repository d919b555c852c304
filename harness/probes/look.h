/* Look: what passes through a net show of each stage, seen while it is in the cache.
 *
 * It follows a net as its observer and counts the values of every stage over all examples
 * that go forward, and takes the length of dLoss/dz as the last mini-batch goes back.
 */
#ifndef AG_LOOK_H
#define AG_LOOK_H

#include "harness/probes/tally.h"

typedef struct ag_look ag_look;

typedef struct ag_seen {
    ag_tally values; /* of all channels together; `live` is left out */
    int dead;        /* channels with |f'(z)| < AG_DEAD for every value */
    double delta;    /* sum of squares of dLoss/dz, of the mini-batch that went back last */
} ag_seen;

/* NULL: out of memory. */
ag_look *ag_look_new(const ag_net *net, ag_arena *arena);
size_t ag_look_bytes(const ag_net *net);

/* Forgets what it has seen. For ag_mode.observer of the passes to come. `values`: values are
 * counted, too. `timed`: it reads the clock at each stage, which takes half as long as looking;
 * otherwise ag_look_seconds stays what it was. */
const ag_observer *ag_look_begin(ag_look *look, bool values, bool timed);
double ag_look_seconds(const ag_look *look);

/* Stage from 0, since ag_look_begin. */
ag_seen ag_look_seen(const ag_look *look, int stage);

#endif

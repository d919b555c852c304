/* The checkpoints of a store that is open for writing. */
#ifndef AG_CHECKPOINT_PRIVATE_H
#define AG_CHECKPOINT_PRIVATE_H

#include "results/store/store_private.h"

#include <stdatomic.h>

typedef struct ag_checkpoints {
    const char *dir;
    uint64_t origin;     /* what the bits depend on besides settings and data */
    const char *made_by; /* the same for people */
    atomic_bool settled; /* the entry of DIR/checkpoints is on the disk */
    ag_state_kind kind;
} ag_checkpoints;

/* Removes what a process that was killed left half written, and checkpoints of trials that were
 * stored before it could remove them. Others stay, whatever plan they are of, and final states do.
 */
void ag_checkpoints_clean(const ag_checkpoints *checkpoints,
                          bool (*is_stored)(void *self, uint64_t id), void *self);

ag_keeper ag_checkpoints_keeper(ag_checkpoints *checkpoints);

/* Leaves no empty folder behind. */
void ag_checkpoints_close(const ag_checkpoints *checkpoints);

#endif

/* Who writes to a store: the file `lock`, which is locked (flock) while somebody does and says who
 * that is. The system takes the lock from a process that dies, so that what an old file says means
 * nothing, but where locks do not reach other machines, or there are none. */
#ifndef AG_LOCK_PRIVATE_H
#define AG_LOCK_PRIVATE_H

#include "results/store/store_private.h"

typedef struct ag_lock {
    const char *dir, *path;
    int fd; /* -1: not taken */
} ag_lock;

#define AG_LOCK_NONE ((ag_lock){.fd = -1})

/* Refused with the process that holds it. */
ag_status ag_lock_take(ag_lock *lock, const char *dir, ag_arena *arena, ag_error *err);
void ag_lock_release(ag_lock *lock);

/* Whether the folder is still where it was, with this lock in it: what is written into a folder
 * that was removed is gone. */
ag_status ag_lock_check(const ag_lock *lock, ag_error *err);

#endif
